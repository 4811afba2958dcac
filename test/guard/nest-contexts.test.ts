/** The guard of NestJS outside HTTP: GraphQL by its own package, a WebSocket gateway, and RPC. */
import 'reflect-metadata'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ArgumentsHost, Catch, type ExecutionContext, HttpException, Module, UseFilters, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js'
import { AbstractGraphQLDriver, Args, GqlExecutionContext, type GqlModuleOptions, GraphQLModule, Query, Resolver } from '@nestjs/graphql'
import { ExpressAdapter } from '@nestjs/platform-express'
import { WsAdapter } from '@nestjs/platform-ws'
import { BaseWsExceptionFilter, SubscribeMessage, WebSocketGateway, WsException } from '@nestjs/websockets'
import type { Request as ExpressRequest } from 'express'
import type { GraphQLSchema } from 'graphql'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { ConsentryError } from '../../src/domain/error.js'
import type { Login, Resumed } from '../../src/domain/login.js'
import type { LiveSession } from '../../src/domain/session-views.js'
import type { Impersonation } from '../../src/guard/impersonation.js'
import { consentryGuard, Impersonated } from '../../src/guard/nest.js'
import { CLASSICS, caroline, charlotte, HUNDRED, TOM } from '../story/cast.js'
import { portOf } from './host.js'
import { people } from './trial.js'

const require = createRequire(import.meta.url)
// As Nest's package requires it: of the two formats, `graphql` accepts no schema of the other.
const { graphql }: typeof import('graphql') = require('graphql')
const { WebSocket } = createRequire(require.resolve('@nestjs/platform-ws'))('ws')

const onDenied = vi.fn()
afterEach(() => onDenied.mockClear())

/** Allows only Tom Sawyer and Hundred Acre, one of them late, so that two questions of one request overlap. */
const consentry = {
  /** Makes the actor of a login that keeps, for a session, the tenant that it is in. */
  async resume({ session: inside, ...login }: Login): Promise<Resumed> {
    const place = inside === TOM || inside === HUNDRED ? ({ tenant: inside, method: 'access-request' } as const) : null
    if (inside === TOM) await sleep(10)
    const session = place && ({ ...place, user: login.user, changesAt: 9 } as LiveSession)
    return { actor: { ...login, impersonating: place }, session, ended: null }
  },
  async checkImpersonation(): Promise<never> {
    throw new ConsentryError('x', { code: 'session-ended', endedAt: 0 })
  },
  async authorize({ tenant }: { readonly tenant: string }) {
    if (tenant === TOM) await sleep(10)
    return { allowed: tenant === TOM || tenant === HUNDRED, reason: 'granted', grantedBy: ['r'], changesAt: null } as never
  },
}
const seen = ({ user, tenant }: Impersonation) => `${user} in ${tenant}`
const seenOrOwn = (impersonation: Impersonation | null) => (impersonation === null ? 'own' : seen(impersonation))
const problem = (status: number, reason: string) => expect.objectContaining({ type: 'about:blank', status, reason })

/** A driver of one route, in place of Apollo or Mercurius. */
class PlainDriver extends AbstractGraphQLDriver {
  async start({ path, schema }: GqlModuleOptions & { readonly schema: GraphQLSchema }) {
    this.httpAdapterHost.httpAdapter.post(path as string, async (req: ExpressRequest, res: { json(body: unknown): void }) => {
      res.json(await graphql({ schema, source: req.body.query, contextValue: { req } }))
    })
  }
  async stop() {}
}

const both = { consentry, actor: (request: ExpressRequest) => people[String(request.headers['x-user'])], onDenied }

const queryOptions = {
  ...both,
  request: (context: ExecutionContext) => GqlExecutionContext.create(context).getContext().req,
  tenant: (_request: ExpressRequest, context: ExecutionContext) => GqlExecutionContext.create(context).getArgs().tenant,
  method: () => 'access-request' as const,
}
const byQuery = consentryGuard<ExpressRequest>(queryOptions)
const byQueryOrOwn = consentryGuard<ExpressRequest>({ ...queryOptions, ownTenant: 'pass' })
const byLogin = consentryGuard<ExpressRequest>({
  consentry,
  onDenied,
  request: queryOptions.request,
  tenant: queryOptions.tenant,
  // The session is an argument here, so that the fields of one query are about several.
  person: ({ headers }, context) => {
    const { impersonating: _, ...login } = people[String(headers['x-user'])] ?? caroline
    return { ...login, session: GqlExecutionContext.create(context).getArgs().session }
  },
  ownTenant: 'pass',
})
const withoutRequest = consentryGuard<ExpressRequest>({ ...both, tenant: () => TOM, method: () => 'access-request' })

@Resolver()
class Fences {
  @Query()
  @UseGuards(byQuery)
  async fences(@Args('tenant') _tenant: string, @Impersonated() impersonation: Impersonation) {
    return seen(impersonation)
  }
  @Query()
  @UseGuards(byQueryOrOwn)
  async shared(@Args('tenant') _tenant: string, @Impersonated() impersonation: Impersonation | null) {
    return seenOrOwn(impersonation)
  }
  @Query()
  @UseGuards(byLogin)
  async kept(@Impersonated() impersonation: Impersonation | null) {
    return seenOrOwn(impersonation)
  }
  @Query()
  @UseGuards(withoutRequest)
  async closed() {
    return 'inside'
  }
  @Query()
  async unguarded(@Impersonated() impersonation: Impersonation | null) {
    return seenOrOwn(impersonation)
  }
}

interface Client {
  readonly user: string
  emit(event: string, body: unknown): void
}

const bySocket = consentryGuard<Client>({
  consentry,
  request: (context) => context.switchToWs().getClient(),
  actor: (client) => people[client.user],
  tenant: (_client, context) => {
    const data = context.switchToWs().getData()
    return data?.tenant ?? data
  },
  method: () => 'access-request',
  onDenied,
})

/** As in the guide, but for the plain `ws`, whose clients do not get what is emitted. */
@Catch(HttpException)
class DenialFilter extends BaseWsExceptionFilter {
  override catch(exception: HttpException, host: ArgumentsHost) {
    const client = host.switchToWs().getClient()
    client.send(JSON.stringify({ event: 'exception', data: new WsException(exception.getResponse()).getError() }))
  }
}

@WebSocketGateway()
@UseFilters(new DenialFilter())
class FenceGateway {
  handleConnection(client: { user: unknown }, request: { headers: Record<string, unknown> }) {
    client.user = request.headers['x-user']
  }
  @SubscribeMessage('fences')
  @UseGuards(bySocket)
  fences(@Impersonated() impersonation: Impersonation) {
    return { event: 'fences', data: seen(impersonation) }
  }
  @SubscribeMessage('closed')
  @UseGuards(withoutRequest)
  closed() {
    return { event: 'closed', data: 'inside' }
  }
}

const typeDefs = `type Query {
  fences(tenant: String!): String
  shared(tenant: String!): String
  kept(tenant: String!, session: String): String
  closed: String
  unguarded: String
}`

@Module({ imports: [GraphQLModule.forRoot({ driver: PlainDriver, typeDefs })], providers: [Fences, FenceGateway] })
class App {}

let app: Awaited<ReturnType<typeof NestFactory.create>>
beforeAll(async () => {
  app = await NestFactory.create(App, new ExpressAdapter(), { logger: false, abortOnError: false })
  app.useWebSocketAdapter(new WsAdapter(app))
  await app.listen(0, '127.0.0.1')
})
afterAll(() => app.close())

async function query(source: string, user = 'caroline'): Promise<{ data: Record<string, unknown>; errors?: unknown[] }> {
  const headers = { 'content-type': 'application/json', 'x-user': user }
  const response = await fetch(`http://127.0.0.1:${portOf(app.getHttpServer())}/graphql`, {
    ...{ method: 'POST', headers, body: JSON.stringify({ query: source }) },
  })
  return response.json() as ReturnType<typeof query>
}

describe('GraphQL', () => {
  it('gives each field its own impersonation, though all share the request', async () => {
    const source = `{ ${Array.from({ length: 5 }, (_, n) => `t${n}: fences(tenant: "${TOM}") h${n}: fences(tenant: "${HUNDRED}")`).join(' ')} }`
    const { data, errors } = await query(source)
    expect(errors).toBeUndefined()
    const wanted = (tenant: string) => Array(5).fill(`caroline in ${tenant}`)
    expect(Object.values(data).sort()).toEqual([...wanted(HUNDRED), ...wanted(TOM)])
    expect(onDenied).not.toHaveBeenCalled()
  })

  it('lets the tenant’s own people pass, each field by its own tenant', async () => {
    const source = `{ own: shared(tenant: "${TOM}") other: shared(tenant: "${HUNDRED}") denied: fences(tenant: "${TOM}") unguarded }`
    expect((await query(source, 'tom')).data).toEqual({ own: 'own', other: `becky in ${HUNDRED}`, denied: null, unguarded: null })
    expect(onDenied.mock.calls.map(([{ reason }]) => reason)).toEqual(['own-tenant'])
    const inside = await query(`{ shared(tenant: "${TOM}") }`, 'away from home')
    expect(inside.data).toEqual({ shared: null })
    expect(onDenied.mock.lastCall?.[0].reason).toBe('impersonating')
  })

  it('by the login: the callbacks get the context, and each field is about its own session', async () => {
    const fields = [
      `a: kept(tenant: "${TOM}", session: "${TOM}") b: kept(tenant: "${HUNDRED}", session: "${HUNDRED}")`,
      `c: kept(tenant: "${HUNDRED}", session: "${TOM}") d: kept(tenant: "${TOM}", session: "over") e: kept(tenant: "${TOM}")`,
      `f: kept(tenant: "${CLASSICS}") g: kept(tenant: "${CLASSICS}", session: "${TOM}")`,
    ]
    const { data } = await query(`{ ${fields.join(' ')} }`)
    const denied = { c: null, d: null, e: null, g: null }
    expect(data).toEqual({ a: `caroline in ${TOM}`, b: `caroline in ${HUNDRED}`, f: 'own', ...denied })
    const reasons = onDenied.mock.calls.map(([{ reason }]) => reason).sort()
    expect(reasons).toEqual(['impersonating', 'no-session', 'not-found', 'session-ended'])
  })

  it('denies a field, and tells `onDenied` with the request and the context', async () => {
    const { data, errors } = await query(`{ fences(tenant: "${CLASSICS}-2") }`)
    expect([data, errors?.length]).toEqual([{ fences: null }, 1])
    expect(onDenied).toHaveBeenCalledTimes(1)
    const [denial, request, context] = onDenied.mock.lastCall ?? []
    expect([denial.status, request.headers['x-user'], context.getType()]).toEqual([403, 'caroline', 'graphql'])
  })

  it('without `request` it denies, and says what is missing', async () => {
    const { data } = await query('{ closed }')
    expect(data).toEqual({ closed: null })
    expect(onDenied.mock.calls).toEqual([
      [expect.objectContaining({ status: 403, reason: 'invalid-question', error: expect.any(TypeError) }), undefined, expect.anything()],
    ])
    expect(onDenied.mock.lastCall?.[0].error.message).toBe('a request of the kind `graphql` needs the option `request` of the guard')
  })

  it('a handler that needs an impersonation does not run without a guard', async () => {
    expect((await query('{ unguarded }')).data).toEqual({ unguarded: null })
  })
})

interface Socket extends NodeJS.EventEmitter {
  send(text: string): void
  close(): void
}
async function connect(user: string): Promise<Socket> {
  const socket: Socket = new WebSocket(`ws://127.0.0.1:${portOf(app.getHttpServer())}`, { headers: { 'x-user': user } })
  await once(socket, 'open')
  return socket
}

async function answersTo(socket: Socket, messages: readonly (readonly [event: string, data: unknown])[]): Promise<unknown[]> {
  const answers: unknown[] = []
  socket.on('message', (text) => answers.push(JSON.parse(String(text)).data))
  for (const [event, data] of messages) socket.send(JSON.stringify({ event, data }))
  await vi.waitFor(() => expect(answers).toHaveLength(messages.length))
  socket.close()
  return answers
}

describe('a WebSocket gateway', () => {
  it('gives each message its own impersonation, though all share the socket, also if its data is a text', async () => {
    const messages = [{ tenant: TOM }, { tenant: HUNDRED }, TOM, HUNDRED].map((data) => ['fences', data] as const)
    const answers = await answersTo(await connect('caroline'), messages)
    const wanted = [HUNDRED, HUNDRED, TOM, TOM].map((tenant) => `caroline in ${tenant}`)
    expect(answers.filter((answer) => typeof answer === 'string').sort()).toEqual(wanted)
    expect(onDenied).not.toHaveBeenCalled()
  })

  it('denies a message by an exception with the problem, for a filter, and tells `onDenied`', async () => {
    const nobody = await connect('')
    expect(await answersTo(nobody, [['fences', { tenant: TOM }]])).toEqual([problem(401, 'no-actor')])
    expect(await answersTo(await connect('caroline'), [['closed', null]])).toEqual([problem(403, 'invalid-question')])
    expect(onDenied.mock.calls.map(([denial, client]) => [denial.reason, client === undefined])).toEqual([
      ['no-actor', false],
      ['invalid-question', true],
    ])
  })
})

describe('RPC, and any other kind', () => {
  const contextOf = (...args: unknown[]): ExecutionContext => {
    const context = new ExecutionContextHost(args)
    context.setType('rpc')
    return context
  }
  const guardWith = (request: (context: ExecutionContext) => unknown) =>
    consentryGuard<{ readonly user: string; readonly tenant: string }>({
      consentry,
      request: request as never,
      actor: ({ user }) => ({ caroline, charlotte })[user],
      tenant: ({ tenant }) => tenant,
      method: () => 'access-request',
      onDenied,
    })

  it('asks `request`, which may be asynchronous', async () => {
    const guard = guardWith(async (context) => context.switchToRpc().getData())
    expect(await guard.canActivate(contextOf({ user: 'caroline', tenant: TOM }, {}))).toBe(true)
    await expect(Promise.resolve(guard.canActivate(contextOf({ user: 'caroline', tenant: 'other' }, {})))).rejects.toBeInstanceOf(
      HttpException,
    )
    expect(onDenied).toHaveBeenCalledTimes(1)
  })

  it.each<[what: string, request: () => unknown]>([
    ['throws', () => expect.unreachable()],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['returns nothing', () => undefined],
    ['returns a text', () => 'request'],
  ])('denies if `request` %s', async (_what, request) => {
    await expect(Promise.resolve(guardWith(request).canActivate(contextOf({}, {})))).rejects.toMatchObject({
      response: { status: 403, reason: 'invalid-question' },
    })
    expect(onDenied).toHaveBeenCalledTimes(1)
  })
})
