/** Logs of commands for a service: mostly sensible, often wrong, by a clock that is not always in order. */
import * as fc from 'fast-check'
import type { SubmissionInput } from '../../domain/access-request.js'
import type { TenantId, UserId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import { associations, PLAIN } from './values.js'

/** Everybody, by the tenant they belong to; the directory of the service under test should know the same people. */
export type People = ReadonlyMap<TenantId, readonly UserId[]>

/** What a log is played by, and how long it is. */
export interface CommandLogOptions {
  /** At least two tenants, each with at least one user. */
  readonly people?: People | undefined
  /** The tenants that send requests; the first two where absent. Every tenant is asked. */
  readonly requesters?: readonly TenantId[] | undefined
  /** At most so many commands; 40 where absent. */
  readonly length?: number | undefined
  /** The clock at the beginning, in milliseconds. */
  readonly start?: Instant | undefined
}

/**
 * What is wrong with a command on purpose; several at once say which refusal must come first (SPEC 4.7). `unknown` names what does not
 * exist, a `stranger` is no party of the request, and with `requester` a member of the requesting tenant acts for the tenant asked.
 */
export type Mutation = (typeof FLAWS)[number]

const FLAWS = ['malformed', 'impersonating', 'not-permitted', 'unknown', 'stranger', 'other-party', 'requester', 'stale'] as const

/** A command of a log: the request it is about is chosen when it is resolved, by `pick`, from those that were sent by then. */
export type LoggedCommand = {
  /** The clock while the command runs, in milliseconds. */
  readonly at: Instant
  readonly flaws: readonly Mutation[]
  /** Which of a party's people acts, and how, where there is a choice. */
  readonly who: number
  readonly pick: number
} & (
  | { readonly verb: 'submit'; readonly requester: TenantId; readonly input: SubmissionInput }
  | {
      readonly verb: 'grant' | 'reject' | 'setExpiry' | 'revoke' | 'withdraw' | 'withdrawAll' | 'removeUser'
      /** Whether only requests in a state that allows the verb are chosen from, where there are any. */
      readonly fitting: boolean
      /** Whether the command says which revision it means. */
      readonly conditional: boolean
      readonly message: string | undefined
      /** The end of a grant, in milliseconds; `undefined` for none. */
      readonly expiresAt: Instant | undefined
    }
  | { readonly verb: 'recordDue'; readonly limit: number }
)

/** The people of a log where a host names none: ids that differ only in case, and keys of every object. */
export const PEOPLE: People = new Map([
  ['classics', ['elizabeth', 'caroline', 'Caroline', 'charlotte', '__proto__']],
  ['rival', ['xavier', 'toString']],
  ['tom-sawyer', ['tom', 'becky']],
  ['Tom-Sawyer', ['constructor']],
  ['__proto__', ['huck', 'Tom']],
])

/**
 * A log of commands (SPEC §3, §4), to be played in order: set the clock to `at`, resolve the command against what was sent so far, and
 * give it to the service. Most commands are such as the parties would give; the rest have one flaw or more. The clock mostly advances,
 * sometimes stands still or steps back, and often stops at the very instants where grants end.
 */
export function commandLog(options: CommandLogOptions = {}): fc.Arbitrary<LoggedCommand[]> {
  const { people = PEOPLE, length = 40, start = 1_000_000 } = options
  const requesters = options.requesters ?? [...people.keys()].slice(0, 2)
  const submits = requesters.map((requester) => submitted(requester, people))
  const any = fc.oneof(
    { weight: 3, arbitrary: fc.oneof(...submits) },
    { weight: 1, arbitrary: repeated },
    { weight: 12, arbitrary: acted },
    { weight: 1, arbitrary: recorded },
  )
  const rest = fc.array(any, { maxLength: Math.max(length - 1, 0), size: 'max' })
  // Without a submission first, much of a log would be about requests that do not exist.
  return fc.tuple(fc.oneof(...submits), rest).map(([first, plans]) => inTime([first, ...plans].slice(0, length), start))
}

const flaws: fc.Arbitrary<Mutation[]> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Mutation[]>([]) },
  { weight: 5, arbitrary: fc.constantFrom(...FLAWS).map((flaw) => [flaw]) },
  { weight: 1, arbitrary: fc.subarray([...FLAWS], { minLength: 2 }) },
)

/** How far the clock moves, in milliseconds; `null` moves it to about the end of an earlier grant. */
const advance = fc.constantFrom(null, null, 0, 0, 1, 1, 1, 2, 5, 10, 100, 500, -1, -10, -500)
/** How long a grant shall run, in milliseconds; `null` until an earlier grant's end. */
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

function submitted(requester: TenantId, people: People): fc.Arbitrary<Plan> {
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

const repeated: fc.Arbitrary<Plan> = fc.record(
  {
    ...common,
    verb: fc.constant('repeat'),
    how: fc.constantFrom('same', 'reordered', 'other'),
  },
  PLAIN,
)

const acted: fc.Arbitrary<Plan> = fc.record(
  {
    ...common,
    // What ends a request is rare, or there would be little to decide about.
    verb: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('grant', 'grant', 'setExpiry') },
      { weight: 1, arbitrary: fc.constantFrom('reject', 'revoke', 'withdraw', 'withdrawAll', 'removeUser') },
    ),
    fitting: fc.integer({ min: 0, max: 4 }).map((fit) => fit > 0),
    conditional: fc.boolean(),
    message: fc.constantFrom(undefined, '', 'Welcome.', 'Oh\n\tbother 😀'),
    length,
  },
  PLAIN,
)

const recorded: fc.Arbitrary<Plan> = fc.record(
  {
    ...common,
    verb: fc.constant('recordDue'),
    limit: fc.constantFrom(1, 2, 100),
  },
  PLAIN,
)

/** The plans as commands, each at its instant. */
function inTime(plans: readonly Plan[], start: Instant): LoggedCommand[] {
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
