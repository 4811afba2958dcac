/** The acceptance table of the story: 27 rows of questions with their exact answers. */
import type { AccessMethod, Decision, DenyReason, ErrorCode } from 'consentry'
import { AT, CAROLINE, CHARLOTTE, CLASSICS, ELIZABETH, HUNDRED_ACRE, labelOf, RIVAL, TOM_SAWYER, WICKHAM, XAVIER } from './cast.js'

/** The tenant requests of the story that are granted. `again` is the new request for Caroline alone. */
export type Grant = 'tom' | 'hundred' | 'again'

/** The expected answer, in full: `changesAt` is `null` unless it is given, and absent if the host's rule answers. */
export interface Answer {
  readonly allowed: boolean
  readonly reason: Decision['reason']
  readonly changesAt?: number | null
  /** The request by which the answer is `granted`. */
  readonly by?: Grant
}

/** One question of a row, for every user and method it names. */
export interface Asked {
  readonly users: readonly string[]
  readonly tenant: string
  readonly methods: readonly AccessMethod[]
  readonly at: number | Date
  /** The user's own tenant, if the question says it. */
  readonly from?: string
  readonly answer: Answer
}

/** The three access methods. */
export const METHODS = ['access-request', 'legacy-configure', 'legacy-support'] as const
const LEGACY = ['legacy-configure', 'legacy-support'] as const
const ROOT = ['root' as AccessMethod]

const deny = (reason: DenyReason, changesAt?: number): Answer => ({ allowed: false, reason, ...(changesAt !== undefined && { changesAt }) })
const permitted: Answer = { allowed: true, reason: 'legacy-permitted' }
const notPermitted: Answer = { allowed: false, reason: 'legacy-not-permitted' }
const granted = (by: Grant, changesAt: number | null): Answer => ({ allowed: true, reason: 'granted', by, changesAt })

type Row = readonly Asked[] | ErrorCode

/** The rows by number: questions, or in row 19 the code of a refusal. */
export const TABLE: ReadonlyMap<number, Row> = new Map<number, Row>([
  [1, [ask([CAROLINE], TOM_SAWYER, ['access-request'], AT.start, deny('not-associated'))]],
  [2, [ask([WICKHAM], TOM_SAWYER, ['legacy-support'], AT.start, permitted)]],
  [3, [ask([XAVIER], TOM_SAWYER, ['legacy-support'], AT.start, notPermitted)]],
  [4, [ask([CAROLINE], TOM_SAWYER, ['access-request'], AT.t0, deny('pending'))]],
  [5, [ask([CAROLINE], HUNDRED_ACRE, ['access-request'], AT.t0, deny('not-associated'))]],
  [6, [ask([ELIZABETH], TOM_SAWYER, ['access-request'], AT.t0, deny('not-associated'))]],
  [7, [ask([WICKHAM], TOM_SAWYER, ['legacy-configure'], AT.t0, permitted)]],
  [8, [ask([CAROLINE, CHARLOTTE], TOM_SAWYER, METHODS, AT.t1, granted('tom', null))]],
  [9, [ask([ELIZABETH, WICKHAM, XAVIER], TOM_SAWYER, LEGACY, AT.t1, deny('legacy-closed'))]],
  [10, [ask([CAROLINE], TOM_SAWYER, ['access-request'], AT.t1 - 1, deny('pending', AT.t1))]],
  [11, [ask([WICKHAM], TOM_SAWYER, ['legacy-support'], AT.t1 - 1, deny('legacy-closed'))]],
  [12, [ask([CHARLOTTE], HUNDRED_ACRE, ['access-request'], AT.t1, deny('pending'))]],
  [13, [ask([WICKHAM], HUNDRED_ACRE, ['legacy-support'], AT.t1, permitted)]],
  [14, [ask([CHARLOTTE], HUNDRED_ACRE, ['access-request'], AT.t2, deny('rejected'))]],
  [15, [ask([WICKHAM], HUNDRED_ACRE, ['legacy-support'], AT.t2, permitted)]],
  [16, [ask([CAROLINE], TOM_SAWYER, ['legacy-support'], AT.t9 - 1, granted('tom', AT.t9))]],
  [17, [ask([CAROLINE], TOM_SAWYER, ['access-request'], AT.t9, deny('expired'))]],
  [18, [ask([CAROLINE], TOM_SAWYER, ['legacy-support'], AT.t9, deny('legacy-closed'))]],
  [19, 'not-active'],
  [20, [ask([CAROLINE], TOM_SAWYER, ['access-request'], AT.t9, granted('again', AT.t12))]],
  [21, [ask([CAROLINE], TOM_SAWYER, ['access-request'], AT.t11, deny('revoked'))]],
  [22, [ask([CAROLINE], TOM_SAWYER, ['access-request'], new Date(Number.NaN), deny('invalid-question'))]],
  [23, [ask([CAROLINE], TOM_SAWYER, ROOT, AT.t1, deny('invalid-question'))]],
  [
    24,
    [
      ask([CHARLOTTE], HUNDRED_ACRE, METHODS, AT.t1, granted('hundred', null)),
      ask([CAROLINE, WICKHAM, ELIZABETH], HUNDRED_ACRE, ['access-request'], AT.t1, deny('not-associated')),
      ask([CAROLINE, WICKHAM, ELIZABETH], HUNDRED_ACRE, LEGACY, AT.t1, deny('legacy-closed')),
    ],
  ],
  [25, [ask([CAROLINE], TOM_SAWYER, ['access-request'], AT.t9 - 1, deny('expired'))]],
  [26, [{ ...ask([CAROLINE], TOM_SAWYER, ['access-request'], AT.t1, deny('not-associated')), from: RIVAL }]],
  [27, [{ ...ask([WICKHAM], TOM_SAWYER.toUpperCase(), ['legacy-support'], AT.t1, { ...notPermitted, changesAt: null }), from: CLASSICS }]],
])

/** Returns the questions of a row; throws if it is about a refusal. */
export function questionsOf(number: number): readonly Asked[] {
  const row = TABLE.get(number)
  if (typeof row === 'object') return row
  throw new Error(`row ${number} has no questions`)
}

/** Returns the refusal of a row; throws if it is about decisions. */
export function refusalOf(number: number): ErrorCode {
  const row = TABLE.get(number)
  if (typeof row === 'string') return row
  throw new Error(`row ${number} has no refusal`)
}

/** Formats a question. */
export function questionOf({ users, tenant, methods, at, from }: Asked): string {
  const every = methods.length === METHODS.length ? 'every method' : 'both legacy'
  return `${users.join(', ')} → ${tenant}, ${methods.length === 1 ? methods[0] : every}, ${labelOf(at)}${from === undefined ? '' : `, from ${from}`}`
}

/** Formats an answer. */
export function answerOf({ allowed, reason, changesAt, by }: Answer): string {
  const changes = changesAt === undefined ? '' : `, changesAt ${changesAt === null ? 'null' : labelOf(changesAt)}`
  return `${allowed ? 'allow' : 'deny'} ${reason}${by === 'again' ? ' by the new one' : ''}${changes}`
}

/** Returns the decision that an answer promises, with the ids of the requests that are granted. */
export function decisionOf({ allowed, reason, changesAt, by }: Answer, ids: Readonly<Record<Grant, string>>): object {
  // The clock alone never changes what the host's rule answers.
  const byRule = (reason === 'legacy-permitted' || reason === 'legacy-not-permitted') && changesAt === undefined
  return { allowed, reason, ...(!byRule && { changesAt: changesAt ?? null }), ...(by && { grantedBy: [ids[by]] }) }
}

function ask(users: readonly string[], tenant: string, methods: readonly AccessMethod[], at: number | Date, answer: Answer): Asked {
  return { users, tenant, methods, at, answer }
}
