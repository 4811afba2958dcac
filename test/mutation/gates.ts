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
  line: "if (governed) return deny('legacy-closed', changesAt)",
  original: 'governed',
  replacement: 'false',
}
const SESSION_END: Mutation = {
  file: 'session.ts',
  mutator: 'EqualityOperator',
  line: "if (session.endsAt <= now) return { at: session.endsAt, cause: 'expired' }",
  original: 'session.endsAt <= now',
  replacement: 'session.endsAt < now',
}

/** By name: `decision` for every change, `domain` for the long evidence. */
export const GATES: ReadonlyMap<string, Gate> = new Map([
  [
    'decision',
    {
      files: [
        'decision.ts',
        'status.ts',
        'tenant-request.ts',
        'tenant-request-state.ts',
        'fan-out.ts',
        'access.ts',
        'session.ts',
        'session-state.ts',
      ],
      least: 100,
      canaries: [EXPIRY, GOVERNED, SESSION_END],
    },
  ],
  [
    'domain',
    {
      files: readdirSync(new URL('../../src/domain', import.meta.url)).sort(),
      least: 95,
      canaries: [EXPIRY, GOVERNED, SESSION_END],
    },
  ],
])
