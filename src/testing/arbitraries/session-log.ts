/** A generator of session command logs, with many commands at the end of a session (SPEC §7). */
import * as fc from 'fast-check'
import type { AccessMethod } from '../../domain/decision-types.js'
import type { TenantId } from '../../domain/ids.js'
import { PEOPLE, type People } from './people.js'
import { method, PLAIN } from './values.js'

/** The people and the length of a session log. */
export interface SessionLogOptions {
  /** The users of each tenant, `PEOPLE` by default. At least two tenants, each with at least one user. */
  readonly people?: People | undefined
  /** The tenants whose users start sessions, by default the first two. Sessions are in any tenant. */
  readonly requesters?: readonly TenantId[] | undefined
  /** The maximum number of commands, 40 by default. */
  readonly length?: number | undefined
}

/**
 * A deliberate error in a session command.
 * `impersonating`: the actor is inside another tenant. `unknown`: an id does not exist.
 * `stranger`: the actor is not the user of the request or session. `own-tenant`: the target is the actor's own tenant.
 */
export type SessionMutation = (typeof FLAWS)[number]

const FLAWS = ['malformed', 'impersonating', 'unknown', 'stranger', 'own-tenant'] as const

/**
 * The clock movement before a session command: `by` milliseconds, or to the session's end.
 * `off` is a distance from that end in milliseconds; -1 is the last instant at which the session can be live.
 */
export type ClockStep = { readonly to: 'end'; readonly off: -1 | 0 | 1 } | { readonly to: 'now'; readonly by: number }

/** A command of a session log. `pick` selects its session among those started when it is resolved. */
export type LoggedSessionCommand = {
  readonly move: ClockStep
  readonly flaws: readonly SessionMutation[]
  /** Selects the acting user, if there is a choice. */
  readonly who: number
  readonly pick: number
} & (
  | {
      readonly verb: 'startImpersonation'
      readonly requester: TenantId
      readonly tenant: TenantId
      readonly method: AccessMethod
      readonly reason: string | undefined
      /** Whether user and tenant are taken from a grant, if there is one. */
      readonly fitting: boolean
    }
  | {
      readonly verb: 'checkImpersonation' | 'endImpersonation' | 'endSession' | 'resume'
      /** Whether the actor is already `impersonating` in that session, as in a host after the start. */
      readonly inside: boolean
      /** Who ends the session by `endSession`; for other verbs it is always the user. */
      readonly by: SessionEnder
    }
)

/**
 * Who calls `endSession`: the session's user, or somebody of one of its tenants.
 * `tenant` is the tenant entered, `requester` the requesting tenant.
 */
export type SessionEnder = (typeof ENDERS)[number]

const ENDERS = ['user', 'tenant', 'requester'] as const

/**
 * Generates a log of session commands, to run alone or between the commands of a `commandLog`.
 * For each command: call `resolveSessionCommand`, set the clock to the result's `at`, then call the service.
 * Checks are the most frequent commands; they change nothing.
 *
 * @example
 * ```ts
 * import { createConsentry, type LiveSession } from 'consentry'
 * import { memoryRepository } from 'consentry/adapters/memory'
 * import { PEOPLE, resolveSessionCommand, sessionLog } from 'consentry/testing/arbitraries'
 * import fc from 'fast-check'
 *
 * const members = (tenant: string, users: readonly string[]) => users.filter((user) => PEOPLE.get(tenant)?.includes(user))
 * const log = fc.asyncProperty(sessionLog({ length: 5 }), async (commands) => {
 *   const sessions: LiveSession[] = []
 *   let now = Date.now()
 *   const askable = (_vendor: string, tenants: readonly string[]) => tenants.filter((tenant) => PEOPLE.has(tenant))
 *   const service = createConsentry({ repository: memoryRepository(), directory: { members, askable }, clock: () => now, legacy: () => true })
 *   for (const logged of commands) {
 *     const command = resolveSessionCommand(logged, { now, sessions, requests: [] })
 *     now = command.at
 *     if (command.verb === 'startImpersonation')
 *       await service.startImpersonation(command.actor, command.input).then((one) => sessions.push(one), () => {})
 *     else if (command.verb === 'resume') await service.resume(command.login).catch(() => {})
 *     else await service[command.verb](command.actor, command.session).catch(() => {})
 *   }
 * })
 * await fc.assert(log, { numRuns: 5 })
 * ```
 */
export function sessionLog(options: SessionLogOptions = {}): fc.Arbitrary<LoggedSessionCommand[]> {
  const { people = PEOPLE, length = 40 } = options
  const requesters = options.requesters ?? [...people.keys()].slice(0, 2)
  const start = startCommand(requesters, [...people.keys()])
  const any = fc.oneof(
    { weight: 4, arbitrary: start },
    { weight: 5, arbitrary: useCommand('checkImpersonation') },
    useCommand('endImpersonation'),
    useCommand('endSession'),
    useCommand('resume'),
  )
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

function startCommand(requesters: readonly TenantId[], tenants: readonly TenantId[]): fc.Arbitrary<LoggedSessionCommand> {
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

function useCommand(verb: Extract<LoggedSessionCommand, { inside: boolean }>['verb']): fc.Arbitrary<LoggedSessionCommand> {
  return fc.record(
    {
      move: fc.oneof({ weight: 2, arbitrary: byTime }, toEnd),
      flaws,
      who: fc.nat(7),
      pick: small,
      verb: fc.constant(verb),
      inside: fc.boolean(),
      by: verb === 'endSession' ? fc.constantFrom(...ENDERS) : fc.constant<SessionEnder>('user'),
    },
    PLAIN,
  )
}
