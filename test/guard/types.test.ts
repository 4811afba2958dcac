/**
 * The types of the guards: what the compiler must accept and refuse.
 * `test/package/consumer/guards.mts` has what the emitted declarations must accept and refuse as well.
 */
import express, { type Request as ExpressRequest } from 'express'
import { type FastifyRequest, fastify } from 'fastify'
import { type Context, Hono } from 'hono'
import { expectTypeOf, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { type Consentry, createConsentry } from '../../src/consentry.js'
import type { Login } from '../../src/domain/login.js'
import { consentryGuard as expressGuard } from '../../src/guard/express.js'
import { consentryGuard as fastifyGuard, impersonationPlugin } from '../../src/guard/fastify.js'
import { consentryGuard as honoGuard } from '../../src/guard/hono.js'
import type { Impersonation } from '../../src/guard/impersonation.js'
import { consentryGuard as nestGuard } from '../../src/guard/nest.js'
import { type LoginOptions, withConsentryGuard } from '../../src/guard/web.js'
import { consentryApi } from '../../src/http/api.js'
import type { ApiOptions, Person } from '../../src/http/api-options.js'
import type { LiveAccess } from '../../src/live-access/live-access-api.js'
import { caroline, directory, TOM } from '../story/cast.js'

const consentry: Consentry = createConsentry({ repository: memoryRepository(), directory })
const { authorize, checkImpersonation, decide, resume } = consentry
const both = { consentry, actor: () => caroline, tenant: () => TOM }
const method = () => 'access-request' as const
const session = async (): Promise<string | undefined> => undefined
/** The one function of a host that uses the HTTP API. */
const person = async (request: Request): Promise<Person | null> => (request.url === '' ? null : { ...caroline, session: 'id' })

type Options = Parameters<typeof expressGuard | typeof fastifyGuard | typeof honoGuard | typeof nestGuard | typeof withConsentryGuard>[0]

it('options have exactly one form, and a service needs only the methods of that form', () => {
  expectTypeOf(both).not.toExtend<Options>()
  expectTypeOf({ ...both, method, session }).not.toExtend<Options>()
  expectTypeOf({ ...both, consentry: { authorize }, method }).toExtend<Options>()
  expectTypeOf({ ...both, consentry: { authorize }, session }).not.toExtend<Options>()
  expectTypeOf({ ...both, consentry: { checkImpersonation }, session }).toExtend<Options>()
  expectTypeOf({ ...both, consentry: { checkImpersonation }, method }).not.toExtend<Options>()
  const byLogin = { consentry: { resume, checkImpersonation }, tenant: () => TOM, person: () => caroline }
  expectTypeOf(byLogin).toExtend<Options>()
  expectTypeOf({ ...byLogin, consentry: { resume } }).not.toExtend<Options>()
  expectTypeOf({ ...byLogin, consentry: { checkImpersonation } }).not.toExtend<Options>()
  expectTypeOf({ ...byLogin, actor: () => caroline }).not.toExtend<Options>()
  expectTypeOf({ ...byLogin, session }).not.toExtend<Options>()
  expectTypeOf({ ...byLogin, consentry, method }).not.toExtend<Options>()
  expectTypeOf({ ...byLogin, person: () => ({ user: 'caroline', tenant: TOM }) }).not.toExtend<Options>()
  expectTypeOf<LiveAccess>().not.toExtend<LoginOptions<unknown>['consentry']>()
  // A decision may be a denial.
  expectTypeOf({ ...both, consentry: { authorize: decide }, method }).not.toExtend<Options>()
})

it('the return types of callbacks', () => {
  expectTypeOf({ ...both, method: () => undefined, actor: async () => null }).toExtend<Options>()
  expectTypeOf({ ...both, method, tenant: () => [TOM, TOM] }).not.toExtend<Options>()
})

it('the function that the HTTP API takes is one that a guard takes, and the other way round', () => {
  expectTypeOf<ApiOptions['person']>().toExtend<LoginOptions<Request>['person']>()
  expectTypeOf<Person>().toEqualTypeOf<Login>()
  expectTypeOf(person).toExtend<ApiOptions['person']>()
  consentryApi({ consentry, person, keepSession: () => {} })
  const guard = withConsentryGuard({ consentry, person, tenant: () => TOM }, (_request, { session }) => new Response(session?.hash))
  expectTypeOf(guard).toEqualTypeOf<(request: Request) => Promise<Response>>()
  honoGuard({ consentry, person: (c) => person(c.req.raw), tenant: (c) => c.req.param('tenant') })
  withConsentryGuard({ consentry, person, tenant: () => TOM, ownTenant: 'pass' }, (_request, impersonation) => {
    expectTypeOf(impersonation).toEqualTypeOf<Impersonation | null>()
    return new Response()
  })
})

it('by the login, callbacks get the request of the framework, and what comes after it', () => {
  expressGuard<ExpressRequest<{ tenant: string }>>({
    consentry,
    person: ({ ip }) => (ip ? caroline : null),
    tenant: ({ params }) => params.tenant,
  })
  fastifyGuard({ consentry, person: ({ ip }) => (ip === '' ? undefined : caroline), tenant: ({ ip }) => ip })
  nestGuard<FastifyRequest>({
    consentry,
    person: ({ ip }, context) => (context.getType() === ip ? null : caroline),
    tenant: ({ ip }) => ip,
  })
  type Context = { readonly params: Promise<{ tenant: string }> }
  withConsentryGuard(
    {
      consentry,
      person: (request, context) => {
        expectTypeOf(context).toEqualTypeOf<Context>()
        return person(request)
      },
      tenant: async (_request, { params }) => (await params).tenant,
      onDenied: (_denial, _request, context) => expectTypeOf(context).toEqualTypeOf<Context>(),
    },
    (_request: Request, { tenant }: Impersonation, _context: Context) => new Response(tenant),
  )
})

it('Express: the request of the route, and the impersonation on it', () => {
  const app = express()
  const guard = expressGuard<ExpressRequest<{ tenant: string }>>({ ...both, method, tenant: ({ params }) => params.tenant })
  app.get('/tenants/:tenant/fences', guard, (request, response) => {
    expectTypeOf(request.impersonation).toEqualTypeOf<Impersonation | null | undefined>()
    expectTypeOf(request.params.tenant).toEqualTypeOf<string>()
    response.end()
  })
  app.use(expressGuard({ ...both, method, onDenied: ({ status, reason }, request) => void [status, reason, request.ip] }))
})

it('Fastify: the request of the route, and the impersonation on it', () => {
  const app = fastify()
  app.register(impersonationPlugin)
  const guard = fastifyGuard<FastifyRequest<{ Params: { tenant: string } }>>({ ...both, method, tenant: ({ params }) => params.tenant })
  app.get<{ Params: { tenant: string } }>('/tenants/:tenant/fences', { onRequest: guard }, async (request) => {
    expectTypeOf(request.impersonation).toEqualTypeOf<Impersonation | null | undefined>()
    return request.params.tenant
  })
})

it('Hono: the context of the application, and the impersonation in it', () => {
  const app = new Hono<{ Variables: { login: string } }>()
  const guard = honoGuard({ ...both, session: (c: Context<{ Variables: { login: string } }>) => c.get('login') })
  app.get('/tenants/:tenant/fences', guard, (c) => {
    expectTypeOf(c.get('impersonation')).toEqualTypeOf<Impersonation>()
    expectTypeOf(c.var.impersonation).toEqualTypeOf<Impersonation>()
    expectTypeOf(c.get('login')).toEqualTypeOf<string>()
    expectTypeOf(c.req.param('tenant')).toEqualTypeOf<string>()
    return c.body(null)
  })
  app.get('/fences', honoGuard({ ...both, method, tenant: (c) => c.req.header('x-tenant') }), (c) => c.json(c.var.impersonation))
  new Hono().use(honoGuard({ ...both, method })).get('/', (c) => c.json(c.var.impersonation))
  const passing = honoGuard({ ...both, method, ownTenant: 'pass' })
  new Hono().get('/', passing, (c) => {
    expectTypeOf(c.var.impersonation).toEqualTypeOf<Impersonation | null>()
    return c.body(null)
  })
  // Not known to deny.
  const either = honoGuard({ ...both, method, ownTenant: 'pass' as 'deny' | 'pass' })
  new Hono().get('/', either, (c) => {
    expectTypeOf(c.var.impersonation).toEqualTypeOf<Impersonation | null>()
    return c.body(null)
  })
  const typed = honoGuard<{ Variables: { login: string } }>({ ...both, method, ownTenant: 'deny', tenant: (c) => c.get('login') })
  new Hono<{ Variables: { login: string } }>().get('/', typed, (c) => {
    expectTypeOf(c.var.impersonation).toEqualTypeOf<Impersonation>()
    return c.body(null)
  })
  // @ts-expect-error this route has no guard
  new Hono().get('/', (c) => c.json(c.var.impersonation))
})

it('web-standard requests: callbacks and the handler get the further arguments that the handler declares', () => {
  type Context = { readonly params: Promise<{ tenant: string }> }
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
  expectTypeOf(declared).toEqualTypeOf<(request: Request, context: Context) => Promise<Response>>()

  withConsentryGuard({ ...both, method, ownTenant: 'pass', tenant: (request) => request.url }, (_request, impersonation) => {
    expectTypeOf(impersonation).toEqualTypeOf<Impersonation | null>()
    return new Response()
  })
  withConsentryGuard({ ...both, method, ownTenant: 'deny' }, (_request, impersonation) => {
    expectTypeOf(impersonation).toEqualTypeOf<Impersonation>()
    return new Response()
  })
  // @ts-expect-error the handler must expect the tenant's own people
  withConsentryGuard({ ...both, method, ownTenant: 'pass' }, (_request, { user }: Impersonation) => new Response(user))

  // @ts-expect-error the handler says that what comes after the request is something else
  withConsentryGuard({ ...both, method, tenant: (_request, _context: { readonly place: string }) => TOM }, handler)
})

it('NestJS: the request is the platform’s', () => {
  nestGuard<ExpressRequest<{ tenant: string }>>({ ...both, method, tenant: ({ params }) => params.tenant })
  nestGuard<FastifyRequest>({ ...both, method, onDenied: (_denial, request) => request.log.info('denied') })
})
