/** Exports of a host without annotations: the compiler must name each type in a declaration. */
import { type Actor, accessFrom, createConsentry, createLiveAccess } from 'consentry'
import { memoryRepository } from 'consentry/adapters/memory'
import { postgresRepository } from 'consentry/adapters/postgres'
import { sqliteRepository } from 'consentry/adapters/sqlite'
import { consentryGuard as express } from 'consentry/guard/express'
import { consentryGuard as fastify } from 'consentry/guard/fastify'
import { consentryGuard as hono } from 'consentry/guard/hono'
import { consentryGuard as nest } from 'consentry/guard/nest'
import { withConsentryGuard } from 'consentry/guard/web'
import { consentryApi, openApiDocument, problemOf } from 'consentry/http'
import { tenantFacts } from 'consentry/testing/arbitraries'
import type { Request as ExpressRequest } from 'express'
import type { FastifyRequest } from 'fastify'
import type { Context } from 'hono'

declare const pool: Parameters<typeof postgresRepository>[0]
declare const database: Parameters<typeof sqliteRepository>[0]

export const repository = memoryRepository()
export const inPostgres = postgresRepository(pool)
export const inSqlite = sqliteRepository(database)
export const consentry = createConsentry({ repository, directory: { members: () => [], askable: () => [] } })
export const live = createLiveAccess({ repository })
export const access = accessFrom([])
export const decision = access.decide('caroline', 'tom-sawyer', 'access-request', 0)
export const asked = consentry.decide({ user: 'caroline', tenant: 'tom-sawyer', method: 'access-request' })
export const generator = tenantFacts()

const caroline: Actor = { user: 'caroline', tenant: 'classics', permissions: [], impersonating: null }
const options = { consentry, actor: () => caroline, tenant: () => 'tom-sawyer', method: () => 'access-request' as const }

export const inExpress = express(options)
export const inExpressRoute = express<ExpressRequest<{ tenant: string }>>({ ...options, tenant: (request) => request.params.tenant })
export const inExpressSaid = express({ ...options, tenant: (request: ExpressRequest) => request.path })
export const inFastify = fastify(options)
export const inFastifyRoute = fastify<FastifyRequest<{ Params: { tenant: string } }>>({
  ...options,
  tenant: (request) => request.params.tenant,
})
export const inHono = hono(options)
export const inHonoApp = hono({ ...options, tenant: (c: Context<{ Variables: { login: string } }>) => c.get('login') })
export const inNest = nest(options)
export const inNestOnExpress = nest<ExpressRequest>({ ...options, tenant: (request) => request.path })
export const onTheWeb = withConsentryGuard(options, () => new Response())
export const onTheWebRoute = withConsentryGuard(options, (_request: Request, { user }, _context: { params: Promise<{ tenant: string }> }) =>
  Response.json(user),
)
export const overHttp = consentryApi({ consentry, person: () => caroline })
export const described = openApiDocument()
export const problem = problemOf(new Error('x'))
