/** A generator of command logs: mostly valid commands, some invalid, on an irregular clock. */
import * as fc from 'fast-check'
import type { TenantId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import type { SubmissionInput } from '../../domain/submission.js'
import { PEOPLE, type People } from './people.js'
import { associations, PLAIN } from './values.js'

/** The people, the length and the start of a command log. */
export interface CommandLogOptions {
  /** The users of each tenant, `PEOPLE` by default. At least two tenants, each with at least one user. */
  readonly people?: People | undefined
  /** The tenants that send requests, by default the first two. Requests ask any other tenant. */
  readonly requesters?: readonly TenantId[] | undefined
  /** The maximum number of commands, 40 by default. */
  readonly length?: number | undefined
  /**
   * The initial clock, in milliseconds, 2026-01-01 in UTC by default.
   * A service refuses a clock before the year 2000.
   */
  readonly start?: Instant | undefined
  /** The policy's `answerWithin` in milliseconds: the clock also stops within 1 ms of a lapse. */
  readonly answerWithinMs?: number | undefined
}

/**
 * A deliberate error in a command; several at once test the order of refusals (SPEC 4.7).
 * `unknown`: an id does not exist. `stranger`: the actor belongs to neither party. `stale`: `ifRevision` is wrong.
 * `other-party`: the actor belongs to the other party. `requester`: a member of the requesting tenant acts for the tenant asked.
 */
export type Mutation = (typeof FLAWS)[number]

const YEAR_2026 = 1_767_225_600_000

const FLAWS = ['malformed', 'impersonating', 'not-permitted', 'unknown', 'stranger', 'other-party', 'requester', 'stale'] as const

/** A command of a log. `pick` selects its request among those sent when it is resolved. */
export type LoggedCommand = {
  /** The clock during the command, in milliseconds. */
  readonly at: Instant
  readonly flaws: readonly Mutation[]
  /** Selects the acting user and other variants of the command, if there is a choice. */
  readonly who: number
  readonly pick: number
} & (
  | { readonly verb: 'submit'; readonly requester: TenantId; readonly input: SubmissionInput }
  | {
      readonly verb: 'grant' | 'reject' | 'setExpiry' | 'revoke' | 'withdraw' | 'withdrawAll' | 'removeUser' | 'answerMany' | 'endAll'
      /** Whether `pick` prefers requests in a state that allows the command. */
      readonly fitting: boolean
      /** Whether the command has `ifRevision`. */
      readonly conditional: boolean
      readonly message: string | undefined
      /** The expiry of a grant, in milliseconds; `undefined` for none. */
      readonly expiresAt: Instant | undefined
    }
  | { readonly verb: 'recordDue'; readonly limit: number }
)

/**
 * Generates a log of commands, to run in order (SPEC §3, §4).
 * For each command: set the clock to `at`, call `resolveCommand` with the requests sent so far, then call the service.
 * Most commands are valid; the rest have one or more flaws.
 * The clock mostly advances, sometimes stands still or steps back, and often stops within 1 ms of an expiry or a lapse.
 * @example
 * ```ts
 * import { commandLog } from 'consentry/testing/arbitraries'
 * import fc from 'fast-check'
 *
 * fc.assert(fc.property(commandLog({ length: 5 }), (log) => log.length <= 5 && log.every(({ at }) => Number.isSafeInteger(at))))
 * ```
 */
export function commandLog(options: CommandLogOptions = {}): fc.Arbitrary<LoggedCommand[]> {
  const { people = PEOPLE, length = 40, start = YEAR_2026, answerWithinMs } = options
  const requesters = options.requesters ?? [...people.keys()].slice(0, 2)
  const submits = requesters.map((requester) => submitPlan(requester, people))
  const any = fc.oneof(
    { weight: 3, arbitrary: fc.oneof(...submits) },
    { weight: 1, arbitrary: repeatPlan },
    { weight: 12, arbitrary: actPlan },
    { weight: 1, arbitrary: recordPlan },
  )
  const rest = fc.array(any, { maxLength: Math.max(length - 1, 0), size: 'max' })
  // The first command is a submission. Otherwise many commands would have no request to act on.
  return fc.tuple(fc.oneof(...submits), rest).map(([first, plans]) => inTime([first, ...plans].slice(0, length), start, answerWithinMs))
}

const flaws: fc.Arbitrary<Mutation[]> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Mutation[]>([]) },
  { weight: 5, arbitrary: fc.constantFrom(...FLAWS).map((flaw) => [flaw]) },
  { weight: 1, arbitrary: fc.subarray([...FLAWS], { minLength: 2 }) },
)

/** The clock movement, in milliseconds; `null` moves it to within 1 ms of an earlier expiry or lapse. */
const advance = fc.constantFrom(null, null, 0, 0, 1, 1, 1, 2, 5, 10, 100, 500, -1, -10, -500)
/** The length of a grant, in milliseconds; `null` ends it with an earlier grant. */
const length = fc.constantFrom(undefined, undefined, null, null, 1, 2, 3, 5, 10, 100, 500, 1000, 1001, 0, -1)
const small = fc.oneof({ weight: 3, arbitrary: fc.nat(2) }, fc.nat(60))
const common = { advance, flaws, who: fc.nat(7), pick: small }

/** A plan: a command whose instants are still relative to the log before it. */
type Plan = { readonly advance: number | null; readonly flaws: Mutation[]; readonly who: number; readonly pick: number } & (
  | { readonly verb: 'submit'; readonly requester: TenantId; readonly named: boolean; readonly input: SubmissionInput }
  | { readonly verb: 'repeat'; readonly how: 'same' | 'reordered' | 'other' }
  | (Omit<Extract<LoggedCommand, { fitting: boolean }>, 'at' | 'expiresAt'> & { readonly length: number | null | undefined })
  | Omit<Extract<LoggedCommand, { limit: number }>, 'at'>
)

function submitPlan(requester: TenantId, people: People): fc.Arbitrary<Plan> {
  const users = people.get(requester) ?? []
  const tenants = [...people.keys()].filter((tenant) => tenant !== requester)
  const input = fc.record(
    {
      id: fc.constantFrom('order', 'Order', '__proto__'),
      name: fc.constantFrom('SupportAccess', 'Caf\u00e9', 'Cafe\u0301', 'constructor'),
      message: fc.constantFrom('', 'We look after your account.'),
      associations: associations({ users, tenants }, 2),
    },
    { ...PLAIN, requiredKeys: ['name', 'associations'] },
  )
  return fc.record({ ...common, verb: fc.constant('submit'), requester: fc.constant(requester), named: fc.boolean(), input }, PLAIN)
}

const repeatPlan: fc.Arbitrary<Plan> = fc.record(
  {
    ...common,
    verb: fc.constant('repeat'),
    how: fc.constantFrom('same', 'reordered', 'other'),
  },
  PLAIN,
)

const RARE = ['reject', 'revoke', 'withdraw', 'withdrawAll', 'removeUser', 'answerMany', 'endAll'] as const

const actPlan: fc.Arbitrary<Plan> = fc.record(
  {
    ...common,
    // Commands that end a request are rare, so that most requests stay open.
    verb: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('grant', 'grant', 'setExpiry') },
      { weight: 1, arbitrary: fc.constantFrom(...RARE) },
    ),
    fitting: fc.integer({ min: 0, max: 4 }).map((fit) => fit > 0),
    conditional: fc.boolean(),
    message: fc.constantFrom(undefined, '', 'Welcome.', 'Oh\n\tbother 😀'),
    length,
  },
  PLAIN,
)

const recordPlan: fc.Arbitrary<Plan> = fc.record({ ...common, verb: fc.constant('recordDue'), limit: fc.constantFrom(1, 2, 100) }, PLAIN)

/** Turns the plans into commands with absolute instants. */
function inTime(plans: readonly Plan[], start: Instant, answerWithinMs: number | undefined): LoggedCommand[] {
  const log: LoggedCommand[] = []
  const ends: Instant[] = []
  let at = start
  for (const [index, plan] of plans.entries()) {
    const { advance, flaws, who, pick } = plan
    const known = ends.at(-1 - (pick % Math.max(ends.length, 1)))
    at = advance === null ? Math.max(at, (known ?? at) + (who % 3) - 1) : at + advance
    const base = { at, flaws, who, pick }
    switch (plan.verb) {
      case 'submit': {
        const { verb, requester, named, input } = plan
        if (answerWithinMs !== undefined) ends.push(at + answerWithinMs)
        log.push({ ...base, verb, requester, input: named ? { ...input, id: `order-${index}` } : input })
        break
      }
      case 'repeat': {
        const sent = log.filter((command) => command.verb === 'submit')
        const again = sent[pick % Math.max(sent.length, 1)]
        if (again) log.push({ ...base, verb: 'submit', requester: again.requester, input: repeatedInput(again.input, plan.how) })
        break
      }
      case 'recordDue':
        log.push({ ...base, verb: plan.verb, limit: plan.limit })
        break
      default: {
        const { verb, fitting, conditional, message, length } = plan
        const expiresAt = length === undefined ? undefined : length === null ? (known ?? at + 1) : at + length
        if (expiresAt !== undefined) ends.push(expiresAt)
        log.push({ ...base, verb, fitting, conditional, message, expiresAt })
      }
    }
  }
  return log
}

function repeatedInput(input: SubmissionInput, how: 'same' | 'reordered' | 'other'): SubmissionInput {
  if (how === 'same') return input
  if (how === 'other') return { ...input, message: 'Something else.' }
  const associations = [...input.associations, ...input.associations.slice(0, 1)].reverse()
  return { ...input, associations: associations.map(({ users, tenants }) => ({ users: [...users].reverse(), tenants })) }
}
