/** Logs of sessions: who enters, is checked and leaves, by a clock that stops where sessions end (SPEC §7). */
import * as fc from 'fast-check'
import type { AccessMethod } from '../../domain/decision-types.js'
import type { TenantId } from '../../domain/ids.js'
import { PEOPLE, type People } from './command-log.js'
import { method, PLAIN } from './values.js'

/** Who plays a log of sessions, and how long it is. */
export interface SessionLogOptions {
  /** At least two tenants, each with at least one user. */
  readonly people?: People | undefined
  /** The tenants whose users enter others; the first two where absent. Every tenant is entered. */
  readonly requesters?: readonly TenantId[] | undefined
  /** At most so many commands; 40 where absent. */
  readonly length?: number | undefined
}

/**
 * What is wrong with a visit on purpose. `impersonating` is inside another tenant at the time, `unknown` names what does not exist, a
 * `stranger` is not the user whose request or session it is, and to one's `own-tenant` nobody may go.
 */
export type SessionMutation = (typeof FLAWS)[number]

const FLAWS = ['malformed', 'impersonating', 'unknown', 'stranger', 'own-tenant'] as const

/**
 * How the clock moves before a visit's command: `by` so many milliseconds; or to the end of the session it is about, `off` it by so many,
 * -1 being the last instant at which it may live.
 */
export type ClockStep = { readonly to: 'end'; readonly off: -1 | 0 | 1 } | { readonly to: 'now'; readonly by: number }

/** A command of a log of sessions: the session it is about is chosen when it is resolved, by `pick`, from those started by then. */
export type LoggedSessionCommand = {
  readonly move: ClockStep
  readonly flaws: readonly SessionMutation[]
  /** Which of a party's people acts, where there is a choice. */
  readonly who: number
  readonly pick: number
} & (
  | {
      readonly verb: 'startImpersonation'
      readonly requester: TenantId
      readonly tenant: TenantId
      readonly method: AccessMethod
      readonly reason: string | undefined
      /** Whether a user and a tenant are chosen from a grant, where there is any. */
      readonly fitting: boolean
    }
  | {
      readonly verb: 'checkImpersonation' | 'endImpersonation'
      /** Whether the actor says that he is inside already, there and by that method, as he is once a host has let him in. */
      readonly inside: boolean
    }
)

/**
 * A log of sessions, to be played in order, by itself or between the commands of a `commandLog`: resolve the command against the clock,
 * the sessions started so far and the requests sent, set the clock to its `at`, and give it to the service. Checks are the most frequent
 * of them, and change nothing.
 */
export function sessionLog(options: SessionLogOptions = {}): fc.Arbitrary<LoggedSessionCommand[]> {
  const { people = PEOPLE, length = 40 } = options
  const requesters = options.requesters ?? [...people.keys()].slice(0, 2)
  const start = started(requesters, [...people.keys()])
  const any = fc.oneof({ weight: 3, arbitrary: start }, { weight: 5, arbitrary: used('checkImpersonation') }, used('endImpersonation'))
  const rest = fc.array(any, { maxLength: Math.max(length - 1, 0), size: 'max' })
  return fc.tuple(start, rest).map(([first, others]) => [first, ...others].slice(0, length))
}

const flaws: fc.Arbitrary<SessionMutation[]> = fc.oneof(
  { weight: 9, arbitrary: fc.constant<SessionMutation[]>([]) },
  { weight: 3, arbitrary: fc.constantFrom(...FLAWS).map((flaw) => [flaw]) },
  { weight: 1, arbitrary: fc.subarray([...FLAWS], { minLength: 2 }) },
)

const byTime = fc.constantFrom(0, 0, 0, 1, 1, 2, 10, 500, 60_000, 1_800_000, -1, -500).map((by): ClockStep => ({ to: 'now', by }))
const toEnd = fc.constantFrom<(-1 | 0 | 1)[]>(-1, 0, 1).map((off): ClockStep => ({ to: 'end', off }))
const small = fc.oneof({ weight: 3, arbitrary: fc.nat(2) }, fc.nat(60))

function started(requesters: readonly TenantId[], tenants: readonly TenantId[]): fc.Arbitrary<LoggedSessionCommand> {
  return fc.record(
    {
      move: fc.oneof({ weight: 6, arbitrary: byTime }, toEnd),
      flaws,
      who: fc.nat(7),
      pick: small,
      verb: fc.constant('startImpersonation'),
      requester: fc.constantFrom(...requesters),
      tenant: fc.constantFrom(...tenants),
      method: method(),
      reason: fc.constantFrom(undefined, '', 'Ticket 1.', 'Oh\n\tbother 😀'),
      fitting: fc.integer({ min: 0, max: 4 }).map((fit) => fit > 0),
    },
    PLAIN,
  )
}

function used(verb: 'checkImpersonation' | 'endImpersonation'): fc.Arbitrary<LoggedSessionCommand> {
  return fc.record(
    {
      move: fc.oneof({ weight: 2, arbitrary: byTime }, toEnd),
      flaws,
      who: fc.nat(7),
      pick: small,
      verb: fc.constant(verb),
      inside: fc.boolean(),
    },
    PLAIN,
  )
}
