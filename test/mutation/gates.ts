/** The gates: which files are mutated, and how many mutations the tests must detect. */
import { readdirSync } from 'node:fs'
import type { Gate, Mutation } from './verdict.js'

const EXPIRY: Mutation = {
  file: 'domain/status.ts',
  mutator: 'EqualityOperator',
  line: 'return isGrant(request) && request.grantedAt <= now && (request.expiresAt === null || now < request.expiresAt)',
  original: 'now < request.expiresAt',
  replacement: 'now <= request.expiresAt',
}
const GOVERNED: Mutation = {
  file: 'domain/decision.ts',
  mutator: 'ConditionalExpression',
  line: "if (governed) return deny('legacy-closed', changesAt)",
  original: 'governed',
  replacement: 'false',
}
const SESSION_END: Mutation = {
  file: 'domain/session.ts',
  mutator: 'EqualityOperator',
  line: "if (session.endsAt <= now) return { at: session.endsAt, cause: 'expired' }",
  original: 'session.endsAt <= now',
  replacement: 'session.endsAt < now',
}

const filesIn = (folder: string): string[] =>
  readdirSync(new URL(`../../src/${folder}`, import.meta.url))
    .sort()
    .map((name) => `${folder}/${name}`)

/** The gates by name: `decision` runs for every change, `domain` in the long evidence. */
export const GATES: ReadonlyMap<string, Gate> = new Map([
  [
    'decision',
    {
      files: [
        'domain/decision.ts',
        'domain/status.ts',
        'domain/tenant-request.ts',
        'domain/command-checks.ts',
        'domain/tenant-request-state.ts',
        'domain/fan-out.ts',
        'access-index/access.ts',
        'domain/session.ts',
        'domain/session-state.ts',
      ],
      least: 100,
      canaries: [EXPIRY, GOVERNED, SESSION_END],
    },
  ],
  [
    'domain',
    {
      files: ['access-index', 'domain'].flatMap(filesIn),
      least: 95,
      canaries: [EXPIRY, GOVERNED, SESSION_END],
    },
  ],
])
