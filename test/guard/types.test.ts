/** The types of the guards: what the compiler must accept and refuse. */
import express, { type Request as ExpressRequest } from 'express'
import { type FastifyRequest, fastify } from 'fastify'
import { type Context, Hono } from 'hono'
import { expect, expectTypeOf, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { type Consentry, createConsentry } from '../../src/consentry.js'
import type { Impersonation } from '../../src/guard/authorize-request.js'
import { consentryGuard as expressGuard } from '../../src/guard/express.js'
import { consentryGuard as fastifyGuard, impersonationPlugin } from '../../src/guard/fastify.js'
import { consentryGuard as honoGuard } from '../../src/guard/hono.js'
import { consentryGuard as nestGuard } from '../../src/guard/nest.js'
import { withConsentryGuard } from '../../src/guard/web.js'
import { caroline, directory, TOM } from '../story/cast.js'

const consentry: Consentry = createConsentry({ repository: memoryRepository(), directory })
const both = { consentry, actor: () => caroline, tenant: () => TOM }
const method = () => 'access-request' as const
const session = async (): Promise<string | undefined> => undefined

it('options have exactly one form', () => {
  expressGuard({ ...both, method })
  expressGuard({ ...both, session })
  // @ts-expect-error neither form
  expect(() => expressGuard({ ...both })).toThrow()
  // @ts-expect-error both forms
  expect(() => expressGuard({ ...both, method, session })).toThrow()
  // @ts-expect-error neither form
  expect(() => fastifyGuard({ ...both })).toThrow()
  // @ts-expect-error both forms
  expect(() => fastifyGuard({ ...both, method, session })).toThrow()
  // @ts-expect-error neither form
  expect(() => honoGuard({ ...both })).toThrow()
  // @ts-expect-error both forms
  expect(() => honoGuard({ ...both, method, session })).toThrow()
  // @ts-expect-error neither form
  expect(() => nestGuard({ ...both })).toThrow()
  // @ts-expect-error both forms
  expect(() => nestGuard({ ...both, method, session })).toThrow()
  // @ts-expect-error neither form
  expect(() => withConsentryGuard({ ...both }, () => new Response())).toThrow()
})

it('a service needs only the methods of the form', () => {
  const { authorize, checkImpersonation } = consentry
  expressGuard({ ...both, consentry: { authorize }, method })
  expressGuard({ ...both, consentry: { checkImpersonation }, session })
  // @ts-expect-error this form decides
  expect(() => expressGuard({ ...both, consentry: { checkImpersonation }, method })).toThrow()
  // @ts-expect-error this form checks sessions
  expect(() => expressGuard({ ...both, consentry: { authorize }, session })).toThrow()
  // @ts-expect-error a decision explains, it does not authorize
  expressGuard({ ...both, consentry: { authorize: consentry.decide }, method })
})

it('the return types of callbacks', () => {
  // @ts-expect-error there is no such method
  expressGuard({ ...both, method: () => 'root' })
  // @ts-expect-error a repeated header is not a tenant
  expressGuard({ ...both, method, tenant: (request) => request.headers['x-tenant'] })
  // @ts-expect-error `impersonating` is required
  expressGuard({ ...both, method, actor: () => ({ user: 'caroline', tenant: 'classics', permissions: [] }) })
  expressGuard({ ...both, method: () => undefined, actor: async () => null })
})

it('Express: the request of the route, and the impersonation on it', () => {
  const app = express()
  const inside = expressGuard<ExpressRequest<{ tenant: string }>>({ ...both, method, tenant: ({ params }) => params.tenant })
  app.get('/tenants/:tenant/fences', inside, (request, response) => {
    expectTypeOf(request.impersonation).toEqualTypeOf<Impersonation | undefined>()
    expectTypeOf(request.params.tenant).toEqualTypeOf<string>()
    response.end()
  })
  app.use('/tenants/:tenant', expressGuard({ ...both, method }))
  app.use(expressGuard({ ...both, method, onDenied: ({ status, reason }, request) => void [status, reason, request.ip] }))
})

it('Fastify: the request of the route, and the impersonation on it', () => {
  const app = fastify()
  app.register(impersonationPlugin)
  const inside = fastifyGuard<FastifyRequest<{ Params: { tenant: string } }>>({ ...both, method, tenant: ({ params }) => params.tenant })
  app.get<{ Params: { tenant: string } }>('/tenants/:tenant/fences', { onRequest: inside }, async (request) => {
    expectTypeOf(request.impersonation).toEqualTypeOf<Impersonation | null | undefined>()
    return request.params.tenant
  })
  app.get('/fences', { preHandler: [fastifyGuard({ ...both, session })] }, async () => '')
  app.addHook('onRequest', fastifyGuard({ ...both, session }))
})

it('Hono: the context of the application, and the impersonation in it', () => {
  const app = new Hono<{ Variables: { login: string } }>()
  const inside = honoGuard({ ...both, session: (c: Context<{ Variables: { login: string } }>) => c.get('login') })
  app.get('/tenants/:tenant/fences', inside, (c) => {
    expectTypeOf(c.get('impersonation')).toEqualTypeOf<Impersonation>()
    expectTypeOf(c.var.impersonation).toEqualTypeOf<Impersonation>()
    expectTypeOf(c.get('login')).toEqualTypeOf<string>()
    expectTypeOf(c.req.param('tenant')).toEqualTypeOf<string>()
    return c.body(null)
  })
  app.get('/fences', honoGuard({ ...both, method, tenant: (c) => c.req.header('x-tenant') }), (c) => c.json(c.var.impersonation))
  new Hono().use(honoGuard({ ...both, method })).get('/', (c) => c.json(c.var.impersonation))
  // @ts-expect-error this route has no guard
  new Hono().get('/', (c) => c.json(c.var.impersonation))
})

it('web-standard requests: the handler is handed the impersonation', () => {
  const plain = withConsentryGuard({ ...both, method, tenant: (request) => request.headers.get('x-tenant') }, (_request, impersonation) => {
    expectTypeOf(impersonation).toEqualTypeOf<Impersonation>()
    return new Response()
  })
  expectTypeOf(plain).toEqualTypeOf<(request: Request) => Promise<Response>>()
  type Params = { readonly params: Promise<{ tenant: string }> }
  const routed = withConsentryGuard({ ...both, method }, async (_request: Request, { tenant }, _context: Params) => new Response(tenant))
  expectTypeOf(routed).toEqualTypeOf<(request: Request, context: Params) => Promise<Response>>()
})

it('web-standard requests: callbacks are given what the platform hands over after the request', () => {
  type Context = { readonly params: Promise<{ tenant: string }> }
  type Routed = (request: Request, context: Context) => Promise<Response>
  const handler = async (_request: Request, { tenant }: Impersonation, _context: Context) => new Response(tenant)
  const declared = withConsentryGuard(
    {
      ...both,
      actor: (request, context) => {
        expectTypeOf(request).toEqualTypeOf<Request>()
        expectTypeOf(context).toEqualTypeOf<Context>()
        return caroline
      },
      tenant: async (_request, { params }) => (await params).tenant,
      session: async (_request, { params }) => (await params).tenant,
      onDenied: (_denial, _request, context) => expectTypeOf(context).toEqualTypeOf<Context>(),
    },
    handler,
  )
  expectTypeOf(declared).toEqualTypeOf<Routed>()

  const inline = withConsentryGuard(
    { ...both, method, tenant: async (_request, { params }: Context) => (await params).tenant },
    async (_request: Request, { tenant }, _context: Context) => new Response(tenant),
  )
  expectTypeOf(inline).toEqualTypeOf<Routed>()

  // @ts-expect-error the handler says that nothing comes after the request
  withConsentryGuard({ ...both, method, tenant: (_request, context) => String(context) }, () => new Response())
  // @ts-expect-error the handler says that what comes after the request is something else
  withConsentryGuard({ ...both, method, tenant: (_request, _context: { readonly place: string }) => TOM }, handler)
})

it('NestJS: the request is the platform’s', () => {
  nestGuard<ExpressRequest<{ tenant: string }>>({ ...both, method, tenant: ({ params }) => params.tenant })
  nestGuard<FastifyRequest>({ ...both, method, onDenied: (_denial, request) => request.log.info('denied') })
})
