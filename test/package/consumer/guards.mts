/** How a host's compiler meets the guards and mounts: each beside its framework, and the wirings that must not compile. */
import { Controller, Get, Inject, UseGuards } from '@nestjs/common'
import { type Actor, type Consentry, createConsentry } from 'consentry'
import { memoryRepository } from 'consentry/adapters/memory'
import { consentryGuard as express, type Impersonation } from 'consentry/guard/express'
import { consentryGuard as fastify, impersonationPlugin } from 'consentry/guard/fastify'
import { consentryGuard as hono } from 'consentry/guard/hono'
import { Impersonated, consentryGuard as nest } from 'consentry/guard/nest'
import { withConsentryGuard } from 'consentry/guard/web'
import { type ApiOptions, consentryApi, openApiDocument, type Person, problemOf } from 'consentry/http'
import { expressRequestOf, toExpress } from 'consentry/http/express'
import { fastifyRequestOf, toFastify } from 'consentry/http/fastify'
import { CONSENTRY, ConsentryModule, nestRequestOf } from 'consentry/http/nest'
import { type Request as ExpressRequest, Router } from 'express'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Hono } from 'hono'

const consentry: Consentry = createConsentry({ repository: memoryRepository(), directory: { members: () => [], askable: () => [] } })
const caroline: Actor = { user: 'caroline', tenant: 'classics', permissions: [], impersonating: null }
const actor = async () => caroline
const method = () => 'access-request' as const

/** Express: the augmented request. */
export const router = Router().get(
  '/:tenant',
  express<ExpressRequest<{ tenant: string }>>({ consentry, actor, tenant: (request) => request.params.tenant, method }),
  (request, response) => {
    const impersonation: Impersonation | null | undefined = request.impersonation
    response.json({ user: impersonation?.user })
  },
)

/** Fastify: a hook, and the declared property. */
export async function onFastify(app: FastifyInstance): Promise<void> {
  await app.register(impersonationPlugin)
  const inside = fastify<FastifyRequest<{ Params: { tenant: string } }>>({
    consentry,
    actor: () => null,
    tenant: (request) => request.params.tenant,
    session: (request) => request.headers['x-session']?.toString(),
  })
  app.get<{ Params: { tenant: string } }>('/:tenant', { onRequest: inside }, async (request) => request.impersonation?.session?.endsAt)
}

/** Hono: the typed variable. */
export const app = new Hono().get('/:tenant', hono({ consentry, actor, tenant: (c) => c.req.param('tenant'), method }), (c) =>
  c.json({ user: c.var.impersonation.user, until: c.get('impersonation').changesAt }),
)

/** Web-standard requests: a plain handler, and one that Next.js hands the route's parameters. */
export const handler = withConsentryGuard({ consentry, actor, tenant: () => 'tom-sawyer', method }, (request: Request, { user }) =>
  Response.json({ user, url: request.url }),
)

export const GET: (request: Request, context: { params: Promise<{ tenant: string }> }) => Promise<Response> = withConsentryGuard(
  {
    consentry,
    actor,
    tenant: async (_request, context) => (await context.params).tenant,
    session: (request) => request.headers.get('x-session'),
  },
  async (_request: Request, impersonation: Impersonation, context: { params: Promise<{ tenant: string }> }) =>
    Response.json({ ...impersonation, ...(await context.params) }),
)

/** One route for the tenant's own people and for impersonation. */
export const shared = new Hono().get(
  '/:tenant',
  hono({ consentry, actor, tenant: (c) => c.req.param('tenant'), method, ownTenant: 'pass' }),
  (c) => c.json({ seenBy: c.var.impersonation?.user ?? 'their own people' }),
)
export const sharedHandler = withConsentryGuard(
  { consentry, actor, tenant: () => 'tom-sawyer', method, ownTenant: 'pass' },
  (_request, impersonation) => Response.json({ seenBy: impersonation?.user }),
)
// @ts-expect-error the tenant's own people pass, so there may be no impersonation
withConsentryGuard({ consentry, actor, tenant: () => 'tom-sawyer', method, ownTenant: 'pass' }, (_request, { user }) => Response.json(user))

/** By the login: the function that the HTTP API takes, in every framework. */
const kept = async (request: Request): Promise<Person | null> =>
  request.url === '' ? null : { user: 'caroline', tenant: 'classics', permissions: [], session: 'id' }
export const apiOfKept = consentryApi({ consentry, person: kept, keepSession: () => {} })
export const keptHandler: (request: Request) => Promise<Response> = withConsentryGuard(
  { consentry, person: kept, tenant: () => 'tom-sawyer' },
  (_request, { user, session }) => Response.json({ user, until: session?.endsAt }),
)
export const keptApp = new Hono().get(
  '/:tenant',
  hono({ consentry, person: (c) => kept(c.req.raw), tenant: (c) => c.req.param('tenant'), ownTenant: 'pass' }),
  (c) => c.json({ seenBy: c.var.impersonation?.user }),
)
export const keptRouter = Router().use(
  express<ExpressRequest<{ tenant: string }>>({
    consentry,
    person: (request) => request.app.locals['login'],
    tenant: ({ params }) => params.tenant,
  }),
)
fastify({
  consentry: { resume: consentry.resume, checkImpersonation: consentry.checkImpersonation },
  person: () => null,
  tenant: ({ ip }) => ip,
})
nest<ExpressRequest>({ consentry, person: () => ({ ...caroline, session: null }), tenant: ({ path }) => path })
// @ts-expect-error the guard makes the actor of the person
express({ consentry, person: () => caroline, actor, tenant: () => 'tom-sawyer' })
// @ts-expect-error a person's session is checked, and no method
fastify({ consentry, person: () => caroline, method, tenant: () => 'tom-sawyer' })
// @ts-expect-error a person keeps the session
hono({ consentry, person: () => caroline, session: () => 'id', tenant: () => 'tom-sawyer' })
// @ts-expect-error a service that only checks cannot resume
nest({ consentry: { checkImpersonation: consentry.checkImpersonation }, person: () => caroline, tenant: () => 'tom-sawyer' })
// @ts-expect-error a person has permissions
express({ consentry, person: () => ({ user: 'caroline', tenant: 'classics' }), tenant: () => 'tom-sawyer' })

/** Nest: a guard for a controller; the decorators are applied as functions, which needs no option of the compiler. */
export class Fences {
  look(impersonation: Impersonation): string {
    return impersonation.user
  }
}
Controller('fences')(Fences)
UseGuards(nest<ExpressRequest>({ consentry, actor, tenant: (request) => request.path, method }))(Fences)
Impersonated()(Fences.prototype, 'look', 0)
Get()(Fences.prototype, 'look', { value: Fences.prototype.look })

// @ts-expect-error a guard decides by a method, a session or a person
express({ consentry, actor, tenant: () => 'tom-sawyer' })
// @ts-expect-error and not by both
fastify({ consentry, actor, tenant: () => 'tom-sawyer', method, session: () => 'id' })
// @ts-expect-error there is no such method
hono({ consentry, actor, tenant: () => 'tom-sawyer', method: () => 'sudo' })
// @ts-expect-error nothing comes after the request where the handler takes nothing
withConsentryGuard({ consentry, actor, tenant: (_request, context) => String(context), method }, () => new Response())
// @ts-expect-error an actor says whether he is impersonating
nest({ consentry, actor: () => ({ user: 'caroline', tenant: 'classics', permissions: [] }), tenant: () => 'tom-sawyer', method })
// @ts-expect-error a decision is no service
express({ consentry: { authorize: async () => true }, actor, tenant: () => 'tom-sawyer', method })

/** The HTTP API: a function over web-standard requests, from the login's person. */
const login = async (request: Request): Promise<Person | null> =>
  request.url === '' ? null : { user: 'caroline', tenant: 'classics', permissions: [] }
const options: ApiOptions = { consentry, person: login, keepSession: (_request, _id, headers) => headers.append('set-cookie', 'a=b') }
export const api: (request: Request) => Promise<Response> = consentryApi(options)
export const problemStatus: number = problemOf(new Error('x')).status
export const operations: readonly object[] = Object.values(openApiDocument().paths)
// @ts-expect-error a person has permissions
consentryApi({ consentry, person: () => ({ user: 'caroline', tenant: 'classics' }) })
// @ts-expect-error a live access has no commands
consentryApi({ consentry: { authorize: consentry.authorize }, person: login })

/** The mounts of the API. */
export const routes = Router().use(
  '/consentry',
  toExpress(consentryApi({ consentry, person: (request) => expressRequestOf(request).app.locals['login'] })),
)
export async function apiOnFastify(server: FastifyInstance): Promise<void> {
  const own = consentryApi({ consentry, person: (request) => (fastifyRequestOf(request).ip === '' ? null : login(request)) })
  await server.register(toFastify(own), { prefix: '/consentry' })
}
// A function around the API is mounted as well.
toExpress(async (request) => new Response(request.url))
ConsentryModule.forRoot({ consentry })
ConsentryModule.forRoot({ consentry, routes: { path: '/api', person: (request) => nestRequestOf<{ login: Person }>(request).login } })
ConsentryModule.forRootAsync({ inject: ['settings'], useFactory: async (settings: Consentry) => ({ consentry: settings }) })
Inject(CONSENTRY)(Fences, undefined, 0)
// @ts-expect-error the module has the service already
ConsentryModule.forRoot({ consentry, routes: { consentry, person: login } })
// @ts-expect-error a mount takes the API, not its options
toExpress({ consentry, person: login })
