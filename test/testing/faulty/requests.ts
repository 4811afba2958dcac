/** Faults of the request store: submissions, changes, and the requests found. */
import type { AccessRequest } from '../../../src/domain/access-request.js'
import { isOpen } from '../../../src/domain/decisive-requests.js'
import { compareIds } from '../../../src/domain/ids.js'
import type { Instant } from '../../../src/domain/instant.js'
import { type RequestFacts, requestsSentBy } from '../../../src/domain/status.js'
import type { TenantRequest } from '../../../src/domain/tenant-request-state.js'
import { allRequests, type Change, type Faults, inChunks, replacing, tenantRequestIn, yieldToOthers } from './faults.js'

const BY_PARTY = 'of tenant requests by id, a party finds those that it sent or is asked by, and nobody finds others'
const CAP = 'a submission beyond the cap of open requests in a tenant saves nothing and returns these tenants'
const DUE = 'a grant is due from its expiry on, a pending request from its lapse on: not 1 ms before'
const DUE_PAGES = 'due requests are ordered by that instant and then id, and continue from any key'
const SUMMARY_OF_OTHERS = 'a summary leaves out the requests of other requesting tenants, and those in other tenants'
const CAP_RACE = 'of concurrent submissions none goes beyond the cap of open requests'

/** What may count against the cap: one stored request, in a tenant that `request` asks. */
interface Candidate {
  readonly request: AccessRequest
  readonly one: RequestFacts
  readonly now: Instant
}

/** Counts by `counts` before saving, and saves without a cap. */
const cappedBy = (counts: (candidate: Candidate) => boolean, meanwhile: () => Promise<void> = async () => {}): Change =>
  replacing('saveSubmission', (inner) => async (submitted, cap) => {
    const { request, tenantRequests } = submitted
    if (cap === undefined || (await inner.accessRequest(request.requestingTenant, request.id))) return inner.saveSubmission(submitted)
    const counted = (await allRequests(inner)).filter((one) => counts({ request, one, now: cap.now }))
    const tooManyOpen = tenantRequests
      .map(({ tenant }) => tenant)
      .filter((tenant) => counted.filter((one) => one.tenant === tenant).length >= cap.maxOpen)
    if (tooManyOpen.length > 0) return { tooManyOpen: tooManyOpen.sort(compareIds) }
    await meanwhile()
    return inner.saveSubmission(submitted)
  })

export const requestFaults: Faults = {
  'compares revisions before its transaction, and loses a concurrent update': {
    breaks: [
      'of two changes of the same revision, exactly one is saved and the other returns `conflict`',
      'of concurrent batches that share requests, in any order, exactly one is saved and the others return `conflict`',
      'of concurrent batches that share one request, exactly one is saved and nothing of the others',
    ],
    change: replacing('saveChanges', (inner) => async (changes) => {
      const revisions = async () => {
        const stored = await Promise.all(changes.map(({ request }) => tenantRequestIn(inner, request.id)))
        return stored.map((one) => one?.revision ?? 0)
      }
      const compared = await revisions()
      if (changes.some(({ request }, n) => compared[n] !== request.revision - 1)) return 'conflict'
      if (new Set(changes.map(({ request }) => request.id)).size < changes.length) return 'conflict'
      for (;;) {
        await yieldToOthers()
        const current = await revisions()
        const rebased = changes.map(({ request, event }, n) => {
          const revision = (current[n] ?? 0) + 1
          return { event: { ...event, revision }, request: { ...request, revision } }
        })
        if ((await inner.saveChanges(rebased)) === 'saved') return 'saved'
      }
    }),
  },
  'saves a fan-out one by one, and keeps the saved part when one fails': {
    breaks: [
      'a submission whose tenant request id is taken rejects and saves nothing',
      'of concurrent submissions with one tenant request id, exactly one is saved and the others reject',
      'refused, repeated and rejected writes leave nothing in the feed',
    ],
    change: replacing('saveSubmission', (inner) => async (submitted, cap) => {
      try {
        return await inner.saveSubmission(submitted, cap)
      } catch (error) {
        const { request, tenantRequests, events } = submitted
        const stored = await Promise.all(tenantRequests.map(({ id }) => tenantRequestIn(inner, id)))
        const taken = stored.findIndex((one) => one !== undefined)
        const [first, ...received] = events
        const part = { request, tenantRequests: tenantRequests.slice(0, taken), events: [first, ...received.slice(0, taken)] as const }
        if (taken > 0) await inner.saveSubmission(part)
        throw error
      }
    }),
  },
  'counts open requests before the step that saves, so that concurrent submissions go beyond the cap': {
    breaks: [CAP_RACE],
    change: cappedBy(({ request, one, now }) => one.requestingTenant === request.requestingTenant && isOpen(one, now), yieldToOthers),
  },
  'sums up the requests of every requesting tenant': {
    breaks: [SUMMARY_OF_OTHERS],
    change: replacing('tenantSummaries', (inner) => async (query) => {
      const requesters = [query.requestingTenant, ...(await allRequests(inner)).map(({ requestingTenant }) => requestingTenant)]
      const all = await Promise.all(
        [...new Set(requesters)].map((requestingTenant) => inner.tenantSummaries({ ...query, requestingTenant })),
      )
      return (all[0] ?? []).map(({ tenant }, n) => ({
        tenant,
        open: all.reduce((sum, one) => sum + (one[n]?.open ?? 0), 0),
        everGranted: all.some((one) => one[n]?.everGranted === true),
      }))
    }),
  },
  'says that a request was never granted once its grant has ended': {
    breaks: [
      'a summary says whether a request was ever granted, whatever became of the grant',
      "a summary counts the requester's open requests in the tenant, to the millisecond, in every lifecycle",
    ],
    change: replacing('tenantSummaries', (inner) => async (query) => {
      const requests = await allRequests(inner)
      const holds = (tenant: string) =>
        requests.some((one) => one.tenant === tenant && one.requestingTenant === query.requestingTenant && one.state === 'granted')
      return (await inner.tenantSummaries(query)).map((one) => ({ ...one, everGranted: holds(one.tenant) }))
    }),
  },
  'counts in a summary a request as open 1 ms too long': {
    breaks: ["a summary counts the requester's open requests in the tenant, to the millisecond, in every lifecycle"],
    change: replacing('tenantSummaries', (inner) => (query) => inner.tenantSummaries({ ...query, now: query.now - 1 })),
  },
  'leaves out of the summaries the tenants that were never asked': {
    breaks: ['summaries are one for each tenant, ordered by id, of tenants that were never asked too', SUMMARY_OF_OTHERS],
    change: replacing('tenantSummaries', (inner) => async (query) => {
      const asked = new Set((await allRequests(inner)).map(({ tenant }) => tenant))
      return (await inner.tenantSummaries(query)).filter(({ tenant }) => asked.has(tenant))
    }),
  },
  'returns the summaries in the order of the question': {
    breaks: [
      "a summary counts the requester's open requests in the tenant, to the millisecond, in every lifecycle",
      'a summary says whether a request was ever granted, whatever became of the grant',
      'summaries are one for each tenant, ordered by id, of tenants that were never asked too',
      SUMMARY_OF_OTHERS,
    ],
    change: replacing('tenantSummaries', (inner) => async (query) => {
      const found = new Map((await inner.tenantSummaries(query)).map((one) => [one.tenant, one]))
      return [...new Set(query.tenants)].flatMap((tenant) => found.get(tenant) ?? [])
    }),
  },
  'counts the grants that are over against the cap': {
    breaks: [CAP],
    change: (inner) => ({ saveSubmission: (submitted, cap) => inner.saveSubmission(submitted, cap && { ...cap, now: -8.64e15 }) }),
  },
  'counts the requests that have lapsed against the cap': {
    breaks: [CAP, CAP_RACE],
    change: cappedBy(
      ({ request, one, now }) => one.requestingTenant === request.requestingTenant && (one.state === 'pending' || isOpen(one, now)),
    ),
  },
  'finds only grants that are due': {
    breaks: [
      DUE,
      DUE_PAGES,
      'only grants with an expiry and pending requests with a lapse are due',
      CAP,
      'after many commands by several parties, every query agrees with what was saved',
    ],
    change: replacing('dueRequests', (inner) => async ({ limit, ...query }) => {
      const all = await inner.dueRequests({ ...query, limit: 1_000 })
      const requests = await inner.tenantRequests(all.map(({ id }) => id))
      const granted = new Set(requests.flatMap(({ id, state }) => (state === 'granted' ? [id] : [])))
      return all.filter(({ id }) => granted.has(id)).slice(0, limit)
    }),
  },
  'finds a request that lapses 1 ms too late': {
    breaks: [DUE, 'only grants with an expiry and pending requests with a lapse are due'],
    change: replacing('dueRequests', (inner) => async ({ now, ...query }) => {
      const page = await inner.dueRequests({ now, ...query })
      const requests = await inner.tenantRequests(page.map(({ id }) => id))
      const pending = new Set(requests.flatMap(({ id, state }) => (state === 'pending' ? [id] : [])))
      return page.filter(({ id, dueAt }) => !pending.has(id) || dueAt < now)
    }),
  },
  'counts only pending requests against the cap': {
    breaks: [CAP, CAP_RACE],
    change: cappedBy(({ request, one }) => one.requestingTenant === request.requestingTenant && one.state === 'pending'),
  },
  'counts the requests of every requesting tenant against the cap': {
    breaks: [CAP, CAP_RACE],
    change: cappedBy(({ one, now }) => isOpen(one, now)),
  },
  'counts the requests of a requesting tenant in all tenants together against the cap': {
    breaks: [CAP],
    change: replacing('saveSubmission', (inner) => async (submitted, cap) => {
      const { request, tenantRequests } = submitted
      if (cap === undefined || (await inner.accessRequest(request.requestingTenant, request.id))) return inner.saveSubmission(submitted)
      const open = requestsSentBy(request.requestingTenant, await allRequests(inner)).filter((one) => isOpen(one, cap.now))
      if (open.length < cap.maxOpen) return inner.saveSubmission(submitted, cap)
      return { tooManyOpen: tenantRequests.map(({ tenant }) => tenant).sort(compareIds) }
    }),
  },
  'counts hidden removals in the revision that the tenant sees, once it has granted': {
    breaks: [
      'a hidden removal raises the revision that is compared, and not the one that the tenant sees',
      'a change of an earlier revision returns `conflict` and saves nothing',
      'mutating a result does not affect stored data',
      'mutating changes after saving them does not affect stored data',
      'mutating shallowly frozen session changes after saving them does not affect stored data',
    ],
    change: (inner) => ({
      saveChanges: (changes) =>
        inner.saveChanges(
          changes.map(({ request, event }) => {
            const isCounted = event.type === 'tenant-request.granted' && event.removedUsers.length === 0
            const tenantRevision = isCounted ? request.revision : request.tenantRevision
            return { request: { ...request, tenantRevision }, event }
          }),
        ),
    }),
  },
  'forgets the users that a grant removes': {
    breaks: [
      'a grant that removes users is saved with their removal: every query, and the event, has them as removed',
      'an answer or an end has the users of its request as it left them, whatever happened since',
    ],
    change: replacing('saveChanges', (inner) => async (changes) => {
      const forgotten = changes.map(({ event, request }) => {
        const gone = event.type === 'tenant-request.granted' ? event.removedUsers : []
        const removed = request.removed.filter(({ user }) => !gone.includes(user))
        return { event, request: { ...request, users: [...request.users, ...gone], removed } }
      })
      return inner.saveChanges(forgotten)
    }),
  },
  'saves a large batch in chunks, each in its own transaction': {
    breaks: ['a batch of 1,000 changes with only the last one stale saves nothing'],
    change: (inner) => ({ saveChanges: inChunks(inner.saveChanges) }),
  },
  'orders ids by locale rules': {
    breaks: [
      'all tenant requests of an access request are returned, ordered by tenant id',
      'every printable character is a valid id, and no id matches another as a pattern, as a prefix or in another case',
    ],
    change: replacing('tenantRequestsOf', (inner) => async (requestingTenant, accessRequest) => {
      const requests = await inner.tenantRequestsOf(requestingTenant, accessRequest)
      return requests.toSorted((a, b) => new Intl.Collator('en').compare(a.tenant, b.tenant))
    }),
  },
  'begins the open requests of a user again on every page': {
    breaks: ['the open requests naming a user are the pending and granted ones that name the user now, ordered by id, page by page'],
    change: (inner) => ({ openRequestsNaming: ({ after: _, ...query }) => inner.openRequestsNaming(query) }),
  },
  'begins the open requests between two tenants again on every page': {
    breaks: ['the open requests between two tenants are the pending and granted ones of that sender there, ordered by id, page by page'],
    change: (inner) => ({ openRequestsBetween: ({ after: _, ...query }) => inner.openRequestsBetween(query) }),
  },
  'returns the open requests that two tenants sent each other, in either direction': {
    breaks: ['the open requests between two tenants are the pending and granted ones of that sender there, ordered by id, page by page'],
    change: replacing('openRequestsBetween', (inner) => async ({ requestingTenant, tenant, after, limit }) => {
      const sides = await Promise.all([
        inner.openRequestsBetween({ requestingTenant, tenant, after, limit }),
        inner.openRequestsBetween({ requestingTenant: tenant, tenant: requestingTenant, after, limit }),
      ])
      return sides.flat().sort().slice(0, limit)
    }),
  },
  'continues due requests after the instant of the last one, and skips others of that instant': {
    breaks: [DUE_PAGES],
    change: (inner) => ({
      dueRequests: (query) => inner.dueRequests({ ...query, after: query.after && { ...query.after, id: '~'.repeat(128) } }),
    }),
  },
  'returns a request as often as its id is given': {
    breaks: ['tenant requests are found by id, as last saved and each once; others are left out'],
    change: replacing('tenantRequests', (inner) => async (ids, party) => {
      const found = await Promise.all(ids.map((id) => inner.tenantRequests([id], party)))
      return found.flat()
    }),
  },
  "finds by its id a party's request for everybody": {
    breaks: [BY_PARTY],
    change: replacing('tenantRequests', (inner) => (ids) => inner.tenantRequests(ids)),
  },
  'finds by its id only the requests that the party sent': {
    breaks: [BY_PARTY],
    change: replacing('tenantRequests', (inner) => async (ids, party) => {
      const found = await inner.tenantRequests(ids, party)
      return found.filter(({ requestingTenant }) => party === undefined || requestingTenant === party)
    }),
  },
  'normalises texts': {
    breaks: ['messages are kept exactly: to the last code point, space and line feed, composed or not'],
    change: replacing('accessRequest', (inner) => async (requestingTenant, id) => {
      const request = await inner.accessRequest(requestingTenant, id)
      return request && { ...request, message: request.message.normalize('NFC') }
    }),
  },
  'returns its internal objects': {
    breaks: ['mutating a result does not affect stored data'],
    change: replacing('tenantRequests', (inner) => {
      const held = new Map<string, TenantRequest>()
      return async (ids, party) =>
        (await inner.tenantRequests(ids, party)).map((stored) => {
          const version = `${stored.id} ${stored.revision}`
          const own = held.get(version) ?? structuredClone(stored)
          held.set(version, own)
          return own
        })
    }),
  },
}
