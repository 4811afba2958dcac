/** The gates: which files are mutated, and how many mutations the tests must detect. */
import { readdirSync } from 'node:fs'
import type { Gate, Mutation } from './verdict.js'

/** Mutations of what matters most: when a grant expires, that a governed tenant refuses the legacy rule, and when a session ends. */
const CANARIES: readonly Mutation[] = [
  {
    file: 'domain/status.ts',
    mutator: 'EqualityOperator',
    line: 'return isGrant(request) && request.grantedAt <= now && (request.expiresAt === null || now < request.expiresAt)',
    original: 'now < request.expiresAt',
    replacement: 'now <= request.expiresAt',
  },
  {
    file: 'domain/evaluate.ts',
    mutator: 'ConditionalExpression',
    line: "if (governed) return deny('legacy-closed', changesAt)",
    original: 'governed',
    replacement: 'false',
  },
  {
    file: 'domain/session.ts',
    mutator: 'EqualityOperator',
    line: "if (session.endsAt <= now) return { at: session.endsAt, cause: 'expired' }",
    original: 'session.endsAt <= now',
    replacement: 'session.endsAt < now',
  },
]

const filesIn = (folder: string): string[] =>
  readdirSync(new URL(`../../src/${folder}`, import.meta.url))
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => `${folder}/${name}`)

const transitions = 'decision evaluate status user-status request-facts tenant-request due-request request-event command-checks'
  .concat(' tenant-request-state fan-out session session-state')
  .split(' ')

/** The gates by name: `decision` runs for every change, `domain` in the long evidence. */
export const GATES: ReadonlyMap<string, Gate> = new Map([
  ['decision', { files: ['access-index/access.ts', ...transitions.map((name) => `domain/${name}.ts`)], least: 100, canaries: CANARIES }],
  ['domain', { files: ['access-index', 'domain'].flatMap(filesIn), least: 95, canaries: CANARIES }],
])
