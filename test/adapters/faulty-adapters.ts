/** Adapters with one rare, realistic fault each. */
import { memoryRepository } from '../../src/adapters/memory.js'
import type { Repository } from '../../src/ports/repository.js'

/** Repositories that pass most contract tests, and the fault of each. */
export const faultyAdapters: readonly { readonly fault: string; readonly make: () => Repository }[] = [
  {
    fault: 'returns a revision too high for the last request of a batch',
    make: () => {
      const memory = memoryRepository()
      const ahead = new Set<string>()
      return {
        ...memory,
        saveChanges: async (changes) => {
          const last = changes.length > 1 ? changes.at(-1) : undefined
          const saved = await memory.saveChanges(changes)
          if (saved && last) ahead.add(last.request.id)
          return saved
        },
        tenantRequest: async (id) => {
          const request = await memory.tenantRequest(id)
          return request && ahead.has(id) ? { ...request, revision: request.revision + 1 } : request
        },
      }
    },
  },
  {
    fault: 'orders requests of one instant by locale rules',
    make: () => {
      const memory = memoryRepository()
      return {
        ...memory,
        outgoing: async (query) => {
          const rows = await memory.outgoing(query)
          return rows.toSorted(({ request: a }, { request: b }) => b.sentAt - a.sentAt || b.id.localeCompare(a.id, 'en'))
        },
      }
    },
  },
  {
    fault: 'shows a user the access of the user with the lower-case id',
    make: () => {
      const memory = memoryRepository()
      return { ...memory, myAccess: (query) => memory.myAccess({ ...query, user: query.user.toLowerCase() }) }
    },
  },
  {
    fault: 'clears `governed` when no grant is left',
    make: () => {
      const memory = memoryRepository()
      return {
        ...memory,
        factsFor: async (tenant, user) => {
          const facts = await memory.factsFor(tenant, user)
          return { ...facts, governed: facts.governed && facts.requests.some(({ state }) => state === 'granted') }
        },
      }
    },
  },
  {
    fault: 'records an expiry 1 ms late',
    make: () => {
      const memory = memoryRepository()
      return { ...memory, dueRequests: (now, limit) => memory.dueRequests(now - 1, limit) }
    },
  },
]
