/** The exhaustive small scope: every command sequence on two requests agrees with the specification. */
import { describe, expect, it } from 'vitest'
import { Exploration, type Scope } from './state-space.js'

/** Two tenants, two users, two requests; the clock reaches one expiry, and stays before another. */
const SMALL: Scope = {
  tenants: ['tom-sawyer', 'hundred-acre'],
  users: ['caroline', 'charlotte'],
  requests: 2,
  clock: [0, 2],
  ends: [2, 3],
  maxGrant: null,
  answerWithin: null,
  depth: Number.POSITIVE_INFINITY,
}

/** `CONSENTRY_SCOPE=3x3x2` for tenants, users and requests, `CONSENTRY_DEPTH=6` for the longest sequence; otherwise all of 2x2x2. */
function asked(): Scope {
  const [tenants = 2, users = 2, requests = 2] = (process.env['CONSENTRY_SCOPE'] ?? '2x2x2').split('x').map(Number)
  return {
    ...SMALL,
    tenants: ['tom-sawyer', 'hundred-acre', 'mansfield', 'thrushcross'].slice(0, tenants),
    users: ['caroline', 'charlotte', 'fanny', 'nelly'].slice(0, users),
    requests,
    depth: Number(process.env['CONSENTRY_DEPTH'] ?? Number.POSITIVE_INFINITY),
  }
}

function run(scope: Scope) {
  const started = performance.now()
  const explored = new Exploration(scope).run()
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const { tenants, users, requests, depth, maxGrant, answerWithin } = scope
  const shape = `${tenants.length} tenants x ${users.length} users x ${requests} requests, depth ${depth}, maxGrant ${maxGrant}, answerWithin ${answerWithin}`
  const { states, histories, refusals, decisions, closed } = explored
  const figures = `${states} states, ${histories} histories, ${refusals} refusals, ${decisions} decisions`
  console.log(`exhaustive: ${shape}: ${figures}, ${closed ? 'closed' : 'not closed'} in ${seconds} s`)
  return explored
}

describe('every sequence of commands in a small world', () => {
  it('agrees with the specification, and laws 2 to 6, 8 to 11, 13 to 15 and 17 to 21 hold in each state', { timeout: 1e9 }, () => {
    const scope = asked()
    const { closed, states } = run(scope)
    // With a limited depth, the exploration may be incomplete.
    if (scope.depth === Number.POSITIVE_INFINITY) expect(closed).toBe(true)
    expect(states).toBeGreaterThan(1_000)
  })

  it.each([
    ['if grants may last at most 2 ms', { clock: [0, 1, 2], maxGrant: 2 }],
    [
      'if requests lapse after 2 ms',
      { clock: [0, 1, 2, 3], ends: [2, 4], answerWithin: 2, requests: 2, users: ['caroline'], tenants: ['tom-sawyer'] },
    ],
    ['for one request and user at every instant of a longer time', { clock: [0, 1, 2, 3, 4], users: ['caroline'] }],
  ])('agrees with the specification %s', { timeout: 1e9 }, (_, scope) =>
    expect(run({ ...SMALL, requests: 1, ends: [1, 2, 3, 4, 5], ...scope }).closed).toBe(true),
  )
})
