/** Faults of the facts reader. */
import { newestFirst } from '../../../src/adapters/memory/parts.js'
import type { Faults } from './faults.js'

export const factsFaults: Faults = {
  'clears `governed` when the newest request is rejected or withdrawn': {
    breaks: [
      'a governed tenant stays governed after later requests are sent, rejected or withdrawn',
      'after many commands by several parties, every query agrees with what was saved',
    ],
    change: (inner) => ({
      async facts(tenant) {
        const facts = await inner.facts(tenant)
        const newest = facts.requests.toSorted(newestFirst)[0]?.state
        return newest === 'rejected' || newest === 'withdrawn' ? { ...facts, governed: false } : facts
      },
    }),
  },
}
