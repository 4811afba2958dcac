/** The model check: random command logs through the service and the oracle must never diverge. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Duel, plays, Tally } from './model-check.js'

const COMMANDS = Number(process.env['CONSENTRY_COMMANDS'] ?? 100_000)
const DECISIONS = Number(process.env['CONSENTRY_DECISIONS'] ?? 1_000_000)
const SEED = Number(process.env['CONSENTRY_SEED'] ?? 20_260_101)
const QUESTIONS_A_COMMAND = Math.ceil(DECISIONS / COMMANDS)

const OUTCOMES = ['ok', 'invalid-input', 'impersonating', 'not-permitted', 'not-found', 'wrong-party', 'requester-may-not-answer']
  .concat(['stale-revision', 'not-pending', 'not-active', 'already-submitted'])
  .concat(['expiry-required', 'expires-too-soon', 'expires-too-late', 'not-grantable'])
const ISSUES = ['invalid', 'missing', 'unknown-key', 'too-many', 'unknown-user', 'unknown-tenant', 'own-tenant', 'too-many-open']
const STATUSES = ['not-associated', 'pending', 'granted', 'expired', 'revoked', 'rejected', 'withdrawn', 'lapsed', 'removed']
// `no-facts` has a law of its own: it never occurs if every tenant's facts are known.
const REASONS = [...STATUSES, 'invalid-question', 'legacy-closed', 'legacy-permitted', 'legacy-not-permitted']

describe('the service and the oracle', () => {
  it(`laws 10 and 12: they agree on every command, question and list, in ${COMMANDS} commands and ${DECISIONS} decisions`, {
    timeout: 1e9,
  }, async () => {
    const tally = new Tally()
    const started = performance.now()
    for (let batch = 0; tally.total('outcome') < COMMANDS || tally.total('reason') < DECISIONS; batch++) {
      const property = fc.asyncProperty(plays, ([setting, log]) => new Duel(setting, QUESTIONS_A_COMMAND, tally).run(log))
      // A log has about 20 commands. The last batch may be smaller.
      const left = Math.max(COMMANDS - tally.total('outcome'), (DECISIONS - tally.total('reason')) / QUESTIONS_A_COMMAND)
      const numRuns = Math.min(500, Math.max(1, Math.ceil(left / 20)))
      await fc.assert(property, { seed: SEED ^ Math.imul(batch, 0x9e3779b1), numRuns })
    }

    const [commands, decisions] = [tally.total('outcome'), tally.total('reason')]
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    const counts = ['outcome', 'issue', 'reason', 'status'].map((kind) => `${kind}: ${tally.line(kind)}`).join(' | ')
    console.log(`oracle: ${commands} commands, ${decisions} decisions, 0 divergences in ${seconds} s, seed ${SEED} | ${counts}`)

    const enough = Math.max(1, Math.floor(COMMANDS / 2_000))
    const rare = [...OUTCOMES.map((code) => `outcome ${code}`), ...ISSUES.map((code) => `issue ${code}`)]
      .concat([...REASONS.map((reason) => `reason ${reason}`), ...STATUSES.map((status) => `status ${status}`)])
      .filter((what) => tally.of(what) < enough)
    expect(rare, `each at least ${enough} times`).toEqual([])
  })
})
