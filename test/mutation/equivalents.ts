/** The changes that change nothing, each with the reason why no test can find it; where one is found or gone, the gate fails. */
import type { Equivalent } from './verdict.js'

const STRYKER = '["Stryker was here"]'
const TYPES_ONLY = 'the condition only tells the compiler what the types cannot:'

/** Of the files that every change is held to. */
const OF_DECISION: readonly Equivalent[] = [
  {
    file: 'domain/decision.ts',
    mutator: 'ConditionalExpression',
    line: 'if (!isGrant(request)) continue',
    original: '!isGrant(request)',
    replacement: 'false',
    reason: `${TYPES_ONLY} a request that is not a grant has no instants, and a comparison with undefined is false`,
  },
  ...[
    ['at > now', 'at >= now', 'at `now` itself the status is the current one, so the comparison of statuses drops that instant'],
    ['at < next', 'at <= next', 'assigning the same instant again changes nothing'],
  ].map(([original = '', replacement = '', reason = '']) => ({
    file: 'domain/decision.ts',
    mutator: 'EqualityOperator',
    line: 'if (at > now && at < next && relevantStatusAt(at, method, requests) !== relevantStatusAt(now, method, requests)) next = at',
    original,
    replacement,
    reason,
  })),
  {
    file: 'domain/status.ts',
    mutator: 'EqualityOperator',
    line: 'return a.endedAt > b.endedAt || (a.endedAt === b.endedAt && endPriority(a.status) < endPriority(b.status))',
    original: 'endPriority(a.status) < endPriority(b.status)',
    replacement: 'endPriority(a.status) <= endPriority(b.status)',
    reason: 'two ends with the same status and instant give the same answer',
  },
  {
    file: 'domain/tenant-request-state.ts',
    mutator: 'ConditionalExpression',
    line: "case 'granted':",
    original:
      "case 'granted':\n      return { ...facts, state: request.state, grantedAt: request.grantedAt, expiresAt: request.expiresAt }",
    replacement: "case 'granted':",
    reason: 'it falls through to `expired`, whose facts have the same fields; the compiler needs two cases for the two types',
  },
  {
    file: 'access-index/access.ts',
    mutator: 'ConditionalExpression',
    line: "if (method === 'access-request' || legacy === undefined || governs(where) !== false) return false",
    original: 'legacy === undefined',
    replacement: 'false',
    reason: 'to call what is no rule throws, and `permits` takes every throw for a no',
  },
  {
    file: 'access-index/access.ts',
    mutator: 'ConditionalExpression',
    line: 'if (where !== NONE && stakes.holds(standings.user(user), where, at)) return true',
    original: 'where !== NONE',
    replacement: 'true',
    reason: 'in a tenant unknown nobody has a stake; that he is not looked up there only saves time',
  },
  ...['who', 'where'].map((number) => ({
    file: 'access-index/access.ts',
    mutator: 'ConditionalExpression',
    line: 'const isQuestion = at !== undefined && isMethod(method) && (who !== NONE || isId(user)) && (where !== NONE || isId(tenant))',
    original: `${number} !== NONE`,
    replacement: 'false',
    reason: 'what is known is an id; that it is not looked at again only saves time',
  })),
  {
    file: 'access-index/access.ts',
    mutator: 'ConditionalExpression',
    line: 'if (only !== NONE && courses.holds(only, at)) return grantedBy(only)',
    original: 'only !== NONE',
    replacement: 'true',
    reason: 'a course that is none holds at no instant: undefined is before nothing',
  },
  ...['tenantsOf(who', 'usersOf(where'].map((asked) => ({
    file: 'access-index/access.ts',
    mutator: 'ConditionalExpression',
    line: `return at === undefined ? [] : standings.${asked}, at).sort(compareIds)`,
    original: 'at === undefined',
    replacement: 'false',
    reason: `${TYPES_ONLY} no grant holds at what is no number`,
  })),
  {
    file: 'domain/session.ts',
    mutator: 'ConditionalExpression',
    line: "if (session.state === 'ended' && (session.cause === 'ended-by-user' || session.endedAt <= now))",
    original: "session.state === 'ended'",
    replacement: 'true',
    reason: `${TYPES_ONLY} an open session has no cause and no end, and a comparison with undefined is false`,
  },
  {
    file: 'domain/session.ts',
    mutator: 'ConditionalExpression',
    line: "if (!('grantedAt' in request)) return { from: 0, until: 0 }",
    original: "!('grantedAt' in request)",
    replacement: 'false',
    reason: `${TYPES_ONLY} a request that was never granted has no start, and a comparison with undefined is false`,
  },
  {
    file: 'domain/session.ts',
    mutator: 'ObjectLiteral',
    line: "if (!('grantedAt' in request)) return { from: 0, until: 0 }",
    original: '{ from: 0, until: 0 }',
    replacement: '{}',
    reason: 'an interval without start and end is ignored like an empty one: a comparison with undefined is false',
  },
]

/** Of the rest of the domain. */
const OF_DOMAIN: readonly Equivalent[] = [
  {
    file: 'domain/access-request.ts',
    mutator: 'ObjectLiteral',
    line: 'const unlimited = { maxTenants: Infinity, maxPairs: Infinity }',
    original: '{ maxTenants: Infinity, maxPairs: Infinity }',
    replacement: '{}',
    reason: 'a comparison with undefined is false, so a missing limit limits no more than an infinite one',
  },
  ...['true', 'a.ok || b.ok'].map((replacement) => ({
    file: 'domain/access-request.ts',
    mutator: replacement === 'true' ? 'ConditionalExpression' : 'LogicalOperator',
    line: 'return a.ok && b.ok && sameFanOut(a.value, b.value)',
    original: 'a.ok && b.ok',
    replacement,
    reason: `${TYPES_ONLY} without limits, fan-out is never refused`,
  })),
  {
    file: 'domain/draft.ts',
    mutator: 'ArrayDeclaration',
    line: 'export function unassign(draft: Draft, index: number, { users = [], tenants = [] }: Assignment): Draft {',
    original: '[]',
    replacement: STRYKER,
    times: 2,
    reason: 'removing a name that is not in the list removes nothing',
  },
  ...['false', '""'].map((replacement) => ({
    file: 'domain/history.ts',
    mutator: replacement === 'false' ? 'ConditionalExpression' : 'StringLiteral',
    line: "if (event.type === 'access-request.submitted' || event.tenant !== viewer) return undefined",
    original: replacement === 'false' ? "event.type === 'access-request.submitted'" : "'access-request.submitted'",
    replacement,
    reason: `${TYPES_ONLY} the tenant of a submission is the requesting tenant, whose case was handled before`,
  })),
  ...["case 'tenant-request.user-removed':", '""'].map((replacement) => ({
    file: 'domain/history.ts',
    mutator: replacement === '""' ? 'StringLiteral' : 'ConditionalExpression',
    line: "case 'tenant-request.user-removed':",
    original: replacement === '""' ? "'tenant-request.user-removed'" : `${replacement}\n      return undefined`,
    replacement,
    reason: 'the end of the function returns undefined too; the case makes the switch exhaustive for the compiler',
  })),
  {
    file: 'domain/history.ts',
    mutator: 'ObjectLiteral',
    line: "{ showUsersToTenant }: Pick<Policy, 'showUsersToTenant'> = { showUsersToTenant: false },",
    original: '{ showUsersToTenant: false }',
    replacement: '{}',
    reason: 'a missing `showUsersToTenant` is falsy too',
  },
  {
    file: 'domain/session-views.ts',
    mutator: 'ConditionalExpression',
    line: "const accessEnds = decision.reason === 'granted' ? (decision.changesAt ?? Infinity) : Infinity",
    original: "decision.reason === 'granted'",
    replacement: 'true',
    reason: `${TYPES_ONLY} a decision by the host’s rule has no changesAt`,
  },
  {
    file: 'domain/input.ts',
    mutator: 'ConditionalExpression',
    line: 'if (ms !== undefined && Number.isInteger(ms)) return ms + 0 // turns -0 into 0: -0 does not survive storage',
    original: 'ms !== undefined',
    replacement: 'true',
    reason: `${TYPES_ONLY} undefined is not an integer`,
  },
  {
    file: 'domain/input.ts',
    mutator: 'StringLiteral',
    line: "context.addIssue({ code: 'custom', message: INSTANT_EXPECTED, input: value })",
    original: "'custom'",
    replacement: '""',
    reason: 'of the codes of zod only `unrecognized_keys` is read, and none is passed on',
  },
  {
    file: 'domain/instant.ts',
    mutator: 'BlockStatement',
    line: '} catch {',
    original: '{\n    return undefined\n  }',
    replacement: '{}',
    reason: 'the end of the function returns undefined too',
  },
  ...['true', '""'].map((replacement) => ({
    file: 'domain/views.ts',
    mutator: replacement === 'true' ? 'ConditionalExpression' : 'StringLiteral',
    line: "return by !== 'clock' && by.tenant === viewer ? by.user : null",
    original: replacement === 'true' ? "by !== 'clock'" : "'clock'",
    replacement,
    reason: `${TYPES_ONLY} the clock has no tenant, so it is never of the viewer's tenant`,
  })),
  {
    file: 'domain/views.ts',
    mutator: 'ConditionalExpression',
    line: "if (expiresAt === null || status === 'granted') return { status: 'granted', answer, expiresAt }",
    original: 'expiresAt === null',
    replacement: 'false',
    reason: `${TYPES_ONLY} a grant without an expiry is granted from its start on`,
  },
]

/** Every change known to change nothing. */
export const EQUIVALENTS: readonly Equivalent[] = [...OF_DECISION, ...OF_DOMAIN]
