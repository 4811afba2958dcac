/** The client as a subject, over a socket or in a page: what has a route goes through it. */
import { onTestFinished } from 'vitest'
import { type ConsentryClient, consentryClient, isClientError } from '../../src/client.js'
import { consentryApi } from '../../src/http.js'
import { isConsentryError } from '../../src/index.js'
import { serve } from '../http/socket.js'
import type { Outcome, World } from '../model/oracle.js'
import { reader, serviceOf } from './by-service.js'
import { type Actor, type ListingSubject, refusedOutcome } from './subject.js'

type Handler = (request: Request) => Promise<Response>

/** Serves an API until the end of the test, and returns what makes a client of it that sends these headers. */
export type ServeClients = (api: Handler) => Promise<(headers: Readonly<Record<string, string>>) => ConsentryClient>

export const byClient = byClientOf(async (api) => {
  const server = await serve(api)
  onTestFinished(async () => void (await server.close()))
  return (headers) => consentryClient({ baseUrl: `http://127.0.0.1:${server.port}`, headers })
})

/** Returns what makes a subject of a world, whose clients are those of `serveClients`. */
export function byClientOf(serveClients: ServeClients): (world: World) => ListingSubject {
  return (world) => subjectOf(world, serveClients)
}

function subjectOf(world: World, serveClients: ServeClients): ListingSubject {
  const { consentry, clock, ids, events } = serviceOf(world)
  const api = consentryApi({
    consentry,
    person: ({ headers }) => JSON.parse(headers.get('x-actor') ?? 'null'),
    mayAsk: () => true,
    // What is wrong with a malformed question.
    onError: () => {},
  })
  const served = serveClients(api)

  const clientOf = async (actor: unknown, now: number): Promise<ConsentryClient> => {
    clock.now = now
    return (await served)({ 'x-actor': JSON.stringify(actor) })
  }
  const at = async (actor: Actor, now: number, command: (client: ConsentryClient) => Promise<unknown>): Promise<Outcome> => {
    try {
      const answer = await command(await clientOf(actor, now))
      return { ok: true, changed: [answer].flat().map((one) => (one as { id: string }).id) }
    } catch (error) {
      if (!isConsentryError(error)) throw error
      return refusedOutcome(error.code, error.issues)
    }
  }
  const all = async <T>(rows: AsyncIterable<T>): Promise<T[]> => {
    const read: T[] = []
    for await (const row of rows) read.push(row)
    return read
  }
  const revokeAs = (client: ConsentryClient, { tenant }: Actor, id: string) =>
    id.endsWith(`-${tenant}`) ? client.revokeIncoming : client.revokeOutgoing

  return {
    submit: async (actor, input, now) => {
      const before = (await events()).length
      const outcome = await at(actor, now, (client) => ids.during(input, async () => (await client.submit(input as never)).sent))
      return outcome.ok && (await events()).length === before ? { ok: true, changed: [] } : outcome
    },
    grant: (actor, id, input, now) => at(actor, now, (client) => client.grant(id, input as never)),
    reject: (actor, id, input, now) => at(actor, now, (client) => client.reject(id, input)),
    setExpiry: (actor, id, input, now) => at(actor, now, (client) => client.setExpiry(id, input)),
    revoke: (actor, id, input, now) => at(actor, now, (client) => revokeAs(client, actor, id)(id, input)),
    withdraw: (actor, target, now) => {
      if (!('tenantRequest' in target)) return at(actor, now, async (client) => (await client.withdrawRequest(target)).changed)
      const { tenantRequest, ...condition } = target
      return at(actor, now, (client) => client.withdrawOutgoing(tenantRequest, condition))
    },
    removeUser: (actor, user, now) => at(actor, now, async (client) => (await client.removeUser({ user })).changed),
    // The scheduler's, and an operator's: they have no route.
    recordDue: async (now, limit) => {
      clock.now = now
      return { ok: true, changed: (await consentry.recordDue({ limit })).map((one) => ('id' in one ? one.id : one.session)) }
    },
    governed: async (tenant) => (await consentry.facts(tenant)).governed,
    tenantsFor: (user, now, from) => consentry.tenantsFor({ user, at: now, from }),
    usersFor: (tenant, now, from) => consentry.usersFor({ tenant, at: now, from }),
    eventCount: async () => (await events()).length,
    decide: async (user, tenant, method, now, from) => {
      const client = await clientOf(reader('anywhere'), clock.now)
      const question = { user, tenant, method, at: now, from: from ?? null }
      try {
        return (await client.decideMany({ questions: [question as never] })).decisions[0] as never
      } catch (error) {
        // The client refuses a date that is none itself.
        if (!isClientError(error, 'invalid-input')) throw error
        return { allowed: false, reason: 'invalid-question', changesAt: null } as never
      }
    },
    incoming: async (tenant, status, now) => {
      const items = await all((await clientOf(reader(tenant), now)).listIncoming({ status }))
      return items.map(({ id, requestingTenant, message, sentAt, status, revision, ...rest }) => {
        return { id, requestingTenant, message, sentAt, status, expiresAt: 'expiresAt' in rest ? rest.expiresAt : null, revision }
      })
    },
    outgoing: async (tenant, status, now) => {
      const items = await all((await clientOf(reader(tenant), now)).listOutgoing({ status }))
      return items.map(({ id, tenant, accessRequest, name, users, status, revision }) => {
        return { id, tenant, accessRequest, name, users: [...users].sort(), status, revision }
      })
    },
    myAccess: async (user, own, status, now) => all((await clientOf(reader(own, user), now)).listMyAccess({ status })),
  }
}
