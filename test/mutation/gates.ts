/** The gates: what is changed, and how much of it the tests must find. */
import { readdirSync } from 'node:fs'
import type { Gate, Mutation } from './verdict.js'

const EXPIRY: Mutation = {
  file: 'status.ts',
  mutator: 'EqualityOperator',
  line: 'return isGrant(request) && request.grantedAt <= now && (request.expiresAt === null || now < request.expiresAt)',
  original: 'now < request.expiresAt',
  replacement: 'now <= request.expiresAt',
}
const GOVERNED: Mutation = {
  file: 'decision.ts',
  mutator: 'ConditionalExpression',
  line: "if (standing.governed) return deny('legacy-closed', nextChange(question, stakes))",
  original: 'standing.governed',
  replacement: 'false',
}

/** By name: `decision` for every change, `domain` for the long evidence. */
export const GATES: ReadonlyMap<string, Gate> = new Map([
  [
    'decision',
    {
      files: ['decision.ts', 'status.ts', 'tenant-request.ts', 'tenant-request-state.ts', 'fan-out.ts', 'access.ts'],
      least: 100,
      canaries: [EXPIRY, GOVERNED],
    },
  ],
  [
    'domain',
    {
      files: readdirSync(new URL('../../src/domain', import.meta.url)).sort(),
      least: 95,
      canaries: [EXPIRY, GOVERNED],
    },
  ],
])
