/** Faults of the request store: submissions, changes, and the requests found. */
import type { TenantRequest } from '../../../src/domain/tenant-request-state.js'
import { type Faults, inChunks, replacing, yieldToOthers } from './faults.js'

export const requestFaults: Faults = {
  'compares revisions before its transaction, and loses a concurrent update': {
    breaks: [
      'of two changes of the same revision, exactly one is saved and the other returns `conflict`',
      'of concurrent batches that share requests, in any order, exactly one is saved and the others return `conflict`',
      'of concurrent batches that share one request, exactly one is saved and nothing of the others',
    ],
    change: replacing('saveChanges', (inner) => async (changes) => {
      const revisions = async () => {
        const stored = await Promise.all(changes.map(({ request }) => inner.tenantRequest(request.id)))
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
    change: replacing('saveSubmission', (inner) => async (submitted) => {
      try {
        return await inner.saveSubmission(submitted)
      } catch (error) {
        const { request, tenantRequests, events } = submitted
        const stored = await Promise.all(tenantRequests.map(({ id }) => inner.tenantRequest(id)))
        const taken = stored.findIndex((one) => one !== undefined)
        const [first, ...received] = events
        const part = { request, tenantRequests: tenantRequests.slice(0, taken), events: [first, ...received.slice(0, taken)] as const }
        if (taken > 0) await inner.saveSubmission(part)
        throw error
      }
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
            const tenantRevision = event.type === 'tenant-request.granted' ? request.revision : request.tenantRevision
            return { request: { ...request, tenantRevision }, event }
          }),
        ),
    }),
  },
  'forgets the users that a grant removes': {
    breaks: ['a grant that removes users is saved with their removal: every query, and the event, has them as removed'],
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
  'normalises texts': {
    breaks: ['messages are kept exactly: to the last code point, space and line feed, composed or not'],
    change: replacing('accessRequest', (inner) => async (requestingTenant, id) => {
      const request = await inner.accessRequest(requestingTenant, id)
      return request && { ...request, message: request.message.normalize('NFC') }
    }),
  },
  'returns its internal objects': {
    breaks: ['mutating a result does not affect stored data'],
    change: replacing('tenantRequest', (inner) => {
      const held = new Map<string, TenantRequest>()
      return async (id) => {
        const stored = await inner.tenantRequest(id)
        if (stored === undefined) return undefined
        const version = `${id} ${stored.revision}`
        if (!held.has(version)) held.set(version, structuredClone(stored))
        return held.get(version)
      }
    }),
  },
}
