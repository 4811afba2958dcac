/** Adapters with one rare, realistic fault each. */
import { memoryRepository } from '../../src/adapters/memory.js'
import type { Repository } from '../../src/ports/repository.js'

const faulty = (fault: string, change: (memory: Repository) => Partial<Repository>) => {
  const make = (): Repository => {
    const memory = memoryRepository()
    return { ...memory, ...change(memory) }
  }
  return { fault, make }
}

/** Repositories that pass most contract tests, and the fault of each. */
export const faultyAdapters = [
  faulty('returns a revision too high for the last request of a batch', (memory) => {
    const ahead = new Set<string>()
    return {
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
  }),
  faulty('orders requests of one instant by locale rules', (memory) => ({
    outgoing: async (query) => {
      const rows = await memory.outgoing(query)
      return rows.toSorted(({ request: a }, { request: b }) => b.sentAt - a.sentAt || b.id.localeCompare(a.id, 'en'))
    },
  })),
  faulty('shows a user the access of the user with the lower-case id', (memory) => ({
    myAccess: (query) => memory.myAccess({ ...query, user: query.user.toLowerCase() }),
  })),
  faulty('clears `governed` when no grant is left', (memory) => ({
    factsFor: async (tenant, user) => {
      const facts = await memory.factsFor(tenant, user)
      return { ...facts, governed: facts.governed && facts.requests.some(({ state }) => state === 'granted') }
    },
  })),
  faulty('records an expiry 1 ms late', (memory) => ({ dueRequests: (now, limit) => memory.dueRequests(now - 1, limit) })),
]
