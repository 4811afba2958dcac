/** The mutations that change no behaviour, each with the reason why no test can find it. */
import type { Equivalent } from './verdict.js'

type Change = readonly [mutator: string, original: string, replacement: string]
type Entry = Pick<Equivalent, 'reason' | 'times'> & { readonly changes: readonly Change[] }

const TYPES_ONLY = 'the condition only tells the compiler what the types cannot:'
const COMPARED = 'a comparison with undefined is false'
const INDEXED = 'the index contains only valid ids; the condition only saves checking them again'
const TIMELESS = `${TYPES_ONLY} no grant holds at an undefined instant`

const changed = (reason: string, ...changes: Change[]): Entry => ({ changes, reason })
const always = (condition: string, reason: string) => changed(reason, ['ConditionalExpression', condition, 'true'])
const never = (condition: string, reason: string) => changed(reason, ['ConditionalExpression', condition, 'false'])

/** By file and line. */
const BY_FILE: Readonly<Record<string, Readonly<Record<string, Entry>>>> = {
  'domain/user-status.ts': {
    'return a.endedAt > b.endedAt || (a.endedAt === b.endedAt && endPriority(a.status) < endPriority(b.status))': changed(
      'two ends with the same status and instant give the same answer',
      ['EqualityOperator', 'endPriority(a.status) < endPriority(b.status)', 'endPriority(a.status) <= endPriority(b.status)'],
    ),
  },
  'domain/submission.ts': {
    'if (latest.least !== least) latest = { least, schema: schemaWith(least) }': always(
      'latest.least !== least',
      'a schema that is made again is the same; the condition only saves making it',
    ),
    "return refusal.code === 'invalid-input' && refusal.issues.some(({ path }) => path[0] === 'associations')": always(
      "refusal.code === 'invalid-input'",
      `${TYPES_ONLY} what a schema refuses is an invalid input`,
    ),
  },
  'domain/evaluate.ts': {
    'if (!isGrant(request) || request.grantedAt <= now) continue': changed(
      'a grant that starts now and does not hold has no length: it neither allows later nor keeps the user pending',
      ['EqualityOperator', 'request.grantedAt <= now', 'request.grantedAt < now'],
    ),
    'if (legacy === undefined || (from !== null && ignoreRejection(isAskable?.(from, tenant)) !== true)) return decision': changed(
      'calling what is not there throws, and the answer is then the same; the check only saves the error',
      ['OptionalChaining', 'isAskable?.(from, tenant)', 'isAskable(from, tenant)'],
    ),
  },
  'domain/request-facts.ts': {
    "case 'pending':": changed(
      'it falls through to `lapsed`, whose facts have the same fields; the compiler needs two cases for the two types',
      [
        'ConditionalExpression',
        "case 'pending':\n      return { ...facts, state: request.state, answerBy: request.answerBy }",
        "case 'pending':",
      ],
    ),
    "case 'granted':": changed(
      'it falls through to `expired`, whose facts have the same fields; the compiler needs two cases for the two types',
      [
        'ConditionalExpression',
        "case 'granted':\n      return { ...facts, state: request.state, grantedAt: request.grantedAt, expiresAt: request.expiresAt }",
        "case 'granted':",
      ],
    ),
  },
  'access-index/access.ts': {
    'const holds = tenantIndex !== NOT_FOUND && index.userGrants.holds(index.userIndex(user), tenantIndex, at, index.requesterIndex(from))':
      always('tenantIndex !== NOT_FOUND', 'an unknown tenant has no user grants; the condition only saves the lookup of the user'),
    'const userIsValid = userIndex !== NOT_FOUND || isId(user)': never('userIndex !== NOT_FOUND', INDEXED),
    'const tenantIsValid = tenantIndex !== NOT_FOUND || isId(tenant)': never('tenantIndex !== NOT_FOUND', INDEXED),
    'return at === undefined ? [] : index.tenantsOf(index.userIndex(user), at, index.requesterIndex(from)).sort(compareIds)': never(
      'at === undefined',
      TIMELESS,
    ),
    'return at === undefined ? [] : index.usersOf(index.tenantIndex(tenant), at, index.requesterIndex(from)).sort(compareIds)': never(
      'at === undefined',
      TIMELESS,
    ),
  },
  'access-index/user-grants.ts': {
    'if (this.blocks.lengthOf(tenant) === 0) return tenant': never(
      'this.blocks.lengthOf(tenant) === 0',
      'a search among no blocks finds none; returning early only saves the search',
    ),
    'if (!isNew) this.dropSupersededEnds(list, user, grants.requesterOf(grant))': always(
      '!isNew',
      'a new user has no other grants to drop; the condition only saves the search',
    ),
  },
  'domain/session.ts': {
    "if (!('grantedAt' in request)) return { from: 0, until: 0 }": changed(
      `a request that was never granted has no start: ${COMPARED}, so its interval is ignored like an empty one`,
      ['ConditionalExpression', "!('grantedAt' in request)", 'false'],
      ['ObjectLiteral', '{ from: 0, until: 0 }', '{}'],
    ),
  },
  'domain/facts.ts': {
    'if (list.issues.length > 0 || requests.length < 2) return requests': never(
      'requests.length < 2',
      'a list of at most one request has no duplicates; returning early only saves time',
    ),
    'earlier === request || fingerprint(earlier) === fingerprint(request),': never(
      'earlier === request',
      'a request has the same fingerprint as itself; the comparison of references only saves time',
    ),
  },
  'domain/draft.ts': {
    'export function unassign(draft: Draft, index: number, { users = [], tenants = [] }: Assignment): Draft {': {
      ...changed('removing a name that is not in the list removes nothing', ['ArrayDeclaration', '[]', '["Stryker was here"]']),
      times: 2,
    },
  },
  'domain/history.ts': {
    "if (event.type === 'access-request.submitted' || event.tenant !== viewer) return undefined": changed(
      `${TYPES_ONLY} the tenant of a submission is the requesting tenant, whose case was handled before`,
      ['ConditionalExpression', "event.type === 'access-request.submitted'", 'false'],
      ['StringLiteral', "'access-request.submitted'", '""'],
    ),
    "case 'tenant-request.user-removed':": changed(
      'the end of the function returns undefined too; the case makes the switch exhaustive for the compiler',
      ['ConditionalExpression', "case 'tenant-request.user-removed':\n      return undefined", "case 'tenant-request.user-removed':"],
      ['StringLiteral', "'tenant-request.user-removed'", '""'],
    ),
    "{ showUsersToTenant }: Pick<Policy, 'showUsersToTenant'> = { showUsersToTenant: false },": changed(
      'a missing `showUsersToTenant` is falsy too',
      ['ObjectLiteral', '{ showUsersToTenant: false }', '{}'],
    ),
  },
  'domain/session-views.ts': {
    "const accessEnds = decision.reason === 'granted' ? (decision.changesAt ?? Infinity) : Infinity": always(
      "decision.reason === 'granted'",
      `${TYPES_ONLY} a decision by the host’s rule has no changesAt`,
    ),
  },
  'domain/input.ts': {
    'if (ms !== undefined && Number.isInteger(ms)) return ms + 0 // turns -0 into 0: -0 does not survive storage': always(
      'ms !== undefined',
      `${TYPES_ONLY} undefined is not an integer`,
    ),
    "context.addIssue({ code: 'custom', message: instantMessage(value), input: value })": changed(
      'the code `custom` is read only of an issue with `params`, and none is passed on',
      ['StringLiteral', "'custom'", '""'],
    ),
  },
  'domain/instant.ts': {
    '} catch {': changed('the end of the function returns undefined too', ['BlockStatement', '{\n    return undefined\n  }', '{}']),
  },
  'domain/views.ts': {
    "return by !== 'clock' && by.tenant === viewer ? by.user : null": changed(
      `${TYPES_ONLY} the clock has no tenant, so it is never of the viewer's tenant`,
      ['ConditionalExpression', "by !== 'clock'", 'true'],
      ['StringLiteral', "'clock'", '""'],
    ),
    "if (answerBy === null || isPending(request, now)) return { status: 'pending' }": never(
      'answerBy === null',
      `${TYPES_ONLY} a request that never lapses is pending`,
    ),
    "if (expiresAt === null || status === 'granted') return { status: 'granted', answer, expiresAt }": never(
      'expiresAt === null',
      `${TYPES_ONLY} a grant without an expiry is granted from its start on`,
    ),
  },
}

/** All of them. The gate fails if one is killed, or is no longer made. */
export const EQUIVALENTS: readonly Equivalent[] = Object.entries(BY_FILE).flatMap(([file, lines]) =>
  Object.entries(lines).flatMap(([line, { changes, ...entry }]) =>
    changes.map(([mutator, original, replacement]) => ({ file, line, mutator, original, replacement, ...entry })),
  ),
)
