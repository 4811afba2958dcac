/** The changes that change nothing, each with the reason why no test can find it; where one is found or gone, the gate fails. */
import type { Equivalent } from './verdict.js'

const STRYKER = '["Stryker was here"]'
const TYPES_ONLY = 'the condition only tells the compiler what the types cannot:'

/** Of the files that every change is held to. */
const OF_DECISION: readonly Equivalent[] = [
  {
    file: 'decision.ts',
    mutator: 'ArrayDeclaration',
    line: 'const turns = stakes.flatMap(({ request }) => (isGrant(request) ? [request.grantedAt, request.expiresAt ?? now] : []))',
    original: '[]',
    replacement: STRYKER,
    reason: 'the next line keeps only turns after `now`, and no text is after a number',
  },
  {
    file: 'decision.ts',
    mutator: 'EqualityOperator',
    line: 'const changed = turns.filter((at) => at > now && outcomeAt(at) !== outcomeAt(now))',
    original: 'at > now',
    replacement: 'at >= now',
    reason: 'at `now` itself the outcome is that of today, so such a turn is dropped by what follows',
  },
  {
    file: 'tenant-request-state.ts',
    mutator: 'ConditionalExpression',
    line: "case 'granted':",
    original:
      "case 'granted':\n      return { ...facts, state: request.state, grantedAt: request.grantedAt, expiresAt: request.expiresAt }",
    replacement: "case 'granted':",
    reason: 'it falls through to `expired`, whose facts have the same fields; two cases, because the compiler tells the two states apart',
  },
  {
    file: 'access.ts',
    mutator: 'ObjectLiteral',
    line: 'const UNGOVERNED: Standing = Object.freeze({ governed: false, stakes: NO_STAKES })',
    original: '{ governed: false, stakes: NO_STAKES }',
    replacement: '{}',
    reason: 'what is not governed and what is not said to be governed are read alike, as are no stakes and none given',
  },
  {
    file: 'access.ts',
    mutator: 'ConditionalExpression',
    line: "if (method === 'access-request' || legacy === undefined) return false",
    original: 'legacy === undefined',
    replacement: 'false',
    reason: 'to call what is no rule throws, and `permits` takes every throw for a no',
  },
  ...[
    'return (tenantsOf.get(user) ?? []).filter((tenant) => enters(user, tenant, at)).sort(compareIds)',
    'return [...(byTenant.get(tenant)?.byUser.keys() ?? [])].filter((user) => enters(user, tenant, at)).sort(compareIds)',
  ].map((line) => ({
    file: 'access.ts',
    mutator: 'ArrayDeclaration',
    line,
    original: '[]',
    replacement: STRYKER,
    reason: 'the filter drops whoever does not enter, and nobody of that name, or in a tenant unknown, does',
  })),
  {
    file: 'access.ts',
    mutator: 'ConditionalExpression',
    line: 'if (at === undefined) return []',
    original: 'at === undefined',
    replacement: 'false',
    times: 2,
    reason: `${TYPES_ONLY} no grant holds at what is no number`,
  },
  {
    file: 'session.ts',
    mutator: 'ConditionalExpression',
    line: "if (session.state === 'ended' && (session.cause === 'left' || session.endedAt <= now))",
    original: "session.state === 'ended'",
    replacement: 'true',
    reason: `${TYPES_ONLY} an open session has no cause and no end, and undefined is before nothing`,
  },
  {
    file: 'session.ts',
    mutator: 'ConditionalExpression',
    line: "if (!('grantedAt' in request)) return { from: 0, until: 0 }",
    original: "!('grantedAt' in request)",
    replacement: 'false',
    reason: `${TYPES_ONLY} what was never granted has no beginning, and undefined is before nothing`,
  },
  {
    file: 'session.ts',
    mutator: 'ObjectLiteral',
    line: "if (!('grantedAt' in request)) return { from: 0, until: 0 }",
    original: '{ from: 0, until: 0 }',
    replacement: '{}',
    reason: 'a span without a beginning and an end is dropped as one whose end is its beginning is: undefined is before nothing',
  },
]

/** Of the rest of the domain. */
const OF_DOMAIN: readonly Equivalent[] = [
  {
    file: 'access-request.ts',
    mutator: 'ObjectLiteral',
    line: 'const unlimited = { maxTenants: Infinity, maxPairs: Infinity }',
    original: '{ maxTenants: Infinity, maxPairs: Infinity }',
    replacement: '{}',
    reason: 'nothing is more than undefined: a limit that is missing limits as little as an infinite one',
  },
  ...['true', 'a.ok || b.ok'].map((replacement) => ({
    file: 'access-request.ts',
    mutator: replacement === 'true' ? 'ConditionalExpression' : 'LogicalOperator',
    line: 'return a.ok && b.ok && sameFanOut(a.value, b.value)',
    original: 'a.ok && b.ok',
    replacement,
    reason: `${TYPES_ONLY} without limits fanning out is never refused`,
  })),
  {
    file: 'facts.ts',
    mutator: 'ArrayDeclaration',
    line: 'if (issues.length > 0) return [...requests]',
    original: '[...requests]',
    replacement: '[]',
    reason: 'where there are issues they are thrown, and nobody looks at the requests',
  },
  {
    file: 'draft.ts',
    mutator: 'ArrayDeclaration',
    line: 'export function unassign(draft: Draft, index: number, { users = [], tenants = [] }: Assignment): Draft {',
    original: '[]',
    replacement: STRYKER,
    times: 2,
    reason: 'to take away a name that nobody has takes nothing away',
  },
  ...['false', '""'].map((replacement) => ({
    file: 'history.ts',
    mutator: replacement === 'false' ? 'ConditionalExpression' : 'StringLiteral',
    line: "if (event.type === 'access-request.submitted' || event.tenant !== viewer) return undefined",
    original: replacement === 'false' ? "event.type === 'access-request.submitted'" : "'access-request.submitted'",
    replacement,
    reason: `${TYPES_ONLY} the tenant of a submission is the requesting tenant, whose view is another`,
  })),
  ...["case 'tenant-request.user-removed':", '""'].map((replacement) => ({
    file: 'history.ts',
    mutator: replacement === '""' ? 'StringLiteral' : 'ConditionalExpression',
    line: "case 'tenant-request.user-removed':",
    original: replacement === '""' ? "'tenant-request.user-removed'" : `${replacement}\n      return undefined`,
    replacement,
    reason: 'after the last case nothing is returned either; the case is there so that the compiler misses none',
  })),
  {
    file: 'history.ts',
    mutator: 'ObjectLiteral',
    line: "{ showUsersToTenant }: Pick<Policy, 'showUsersToTenant'> = { showUsersToTenant: false },",
    original: '{ showUsersToTenant: false }',
    replacement: '{}',
    reason: 'a policy that does not say to show users shows none',
  },
  {
    file: 'session-views.ts',
    mutator: 'ConditionalExpression',
    line: "const accessEnds = decision.reason === 'granted' ? (decision.changesAt ?? Infinity) : Infinity",
    original: "decision.reason === 'granted'",
    replacement: 'true',
    reason: `${TYPES_ONLY} where the host’s rule let him in, no change is foretold`,
  },
  {
    file: 'input.ts',
    mutator: 'ConditionalExpression',
    line: 'if (ms !== undefined && Number.isInteger(ms)) return ms + 0 // no negative zero: it would not survive storage',
    original: 'ms !== undefined',
    replacement: 'true',
    reason: `${TYPES_ONLY} undefined is no integer`,
  },
  {
    file: 'input.ts',
    mutator: 'StringLiteral',
    line: "context.addIssue({ code: 'custom', message: INSTANT_EXPECTED, input: value })",
    original: "'custom'",
    replacement: '""',
    reason: 'of the codes of the parser only `unrecognized_keys` is read, and none is passed on',
  },
  {
    file: 'input.ts',
    mutator: 'StringLiteral',
    line: "export const Revision = z.int('must be a revision').min(1, 'must be a revision')",
    original: "'must be a revision'",
    replacement: '""',
    reason: 'a check without words of its own uses those of its schema, which are the same',
  },
  {
    file: 'instant.ts',
    mutator: 'BlockStatement',
    line: '} catch {',
    original: '{\n    return undefined\n  }',
    replacement: '{}',
    reason: 'a function that ends returns undefined',
  },
  ...['true', '""'].map((replacement) => ({
    file: 'views.ts',
    mutator: replacement === 'true' ? 'ConditionalExpression' : 'StringLiteral',
    line: "return by !== 'clock' && by.tenant === viewer ? by.user : null",
    original: replacement === 'true' ? "by !== 'clock'" : "'clock'",
    replacement,
    reason: `${TYPES_ONLY} the clock has no tenant, and is nobody's colleague`,
  })),
  {
    file: 'views.ts',
    mutator: 'ConditionalExpression',
    line: "if (expiresAt === null || status === 'granted') return { status: 'granted', answer, expiresAt }",
    original: 'expiresAt === null',
    replacement: 'false',
    reason: `${TYPES_ONLY} a grant without an expiry that has begun is granted`,
  },
]

/** Every change known to change nothing. */
export const EQUIVALENTS: readonly Equivalent[] = [...OF_DECISION, ...OF_DOMAIN]
