/** What was, in memory: intervals, decisions as they were, and pages of access equal the oracle's at every instant (SPEC 13.1). */
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { checkHistory, histories, neverMet } from './access-history.js'
import { Tally } from './model-check.js'

const LOGS = Number(process.env['CONSENTRY_HISTORIES'] ?? 150)
const SEED = Number(process.env['CONSENTRY_SEED'] ?? 20_260_101)

it('who could enter at an instant, and the decision as it was, are the oracle’s from the events up to then', {
  timeout: 600_000,
}, async () => {
  const tally = new Tally()
  await fc.assert(
    fc.asyncProperty(histories, (history) => checkHistory(history, tally)),
    { seed: SEED, numRuns: LOGS },
  )
  console.log(`what was: ${tally.of('instants')} instants of a tenant, 0 divergences | ${tally.line('reason')}`)
  expect(neverMet(tally, LOGS / 50)).toEqual([])
})
