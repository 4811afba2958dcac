/** Plays logs of commands through a service in memory, with a controlled clock, ids and directory. */
import * as fc from 'fast-check'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { ConsentryEvent, TenantRequest } from '../../src/domain.js'
import { type Consentry, createConsentry, isConsentryError, type LegacyRule, type PolicyInput } from '../../src/index.js'
import type { Repository } from '../../src/ports/repository.js'
import * as arbitraries from '../../src/testing/arbitraries.js'
import { type Command, PEOPLE, type People, resolveCommand } from '../../src/testing/arbitraries.js'
import type { World } from './oracle.js'

/** The result of a command: the changed tenant requests, or the refusal. `found` has a submission's requests. */
export type Outcome =
  | {
      readonly ok: true
      readonly changed: readonly string[]
      readonly accessRequest?: string
      readonly found?: readonly string[]
      readonly each?: readonly string[]
    }
  | { readonly ok: false; readonly code: string; readonly issues: readonly string[] }

interface StageOptions {
  readonly repository?: Repository
  readonly policy?: PolicyInput
  readonly people?: People
  /** The tenants' own caps of grants, in milliseconds (SPEC 2.5). */
  readonly maxGrantOf?: ReadonlyMap<string, number>
  readonly legacy?: LegacyRule | undefined
  /** An optional interceptor of the service's calls. */
  readonly through?: (consentry: Consentry) => Consentry
}

export interface Stored {
  readonly requests: ReadonlyMap<string, TenantRequest>
  readonly events: readonly ConsentryEvent[]
}

/** Whether the directory knows a user or the tenant of a request from now on, preferably of a pending one with several users. */
type Move = Readonly<{ what: 'members' | 'askable'; known: boolean; who: number; pick: number }>

export type LoggedCommand = arbitraries.LoggedCommand & { readonly move?: Move | null | undefined }

/** Generates command logs during which people leave and join, and vendors lose and regain customers (SPEC 2.6). */
export function commandLog(options?: arbitraries.CommandLogOptions): fc.Arbitrary<LoggedCommand[]> {
  // A vendor that may no longer ask blocks every grant, so it is rarer than a user who has left.
  const what = fc.constantFrom('members', 'members', 'members', 'askable')
  const move: fc.Arbitrary<Move> = fc.record({ what, known: fc.boolean(), who: fc.nat(7), pick: fc.nat(1) })
  const moves = fc.array(fc.option(move, { freq: 2 }), { minLength: 40, maxLength: 40 })
  return fc.tuple(arbitraries.commandLog(options), moves).map(([log, all]) => log.map((logged, n) => ({ ...logged, move: all[n] })))
}

/** One command of a log, with the stored state before and after it. */
export interface Step {
  readonly logged: LoggedCommand
  readonly command: Command
  readonly outcome: Outcome
  readonly before: Stored
  readonly after: Stored
}

export const TENANTS = [...PEOPLE.keys()]
export const USERS = [...PEOPLE.values()].flat()
/** Limits small enough for logs to reach them. */
export const SMALL: PolicyInput = { maxTenants: 3, maxPairs: 8 }
/** The same limits, and grants of at most one second. */
export const SHORT: PolicyInput = { ...SMALL, maxGrant: { seconds: 1 } }

const BROKEN_RULE = new Error('the rule fails')

/** A pure legacy rule that, by question, permits, refuses, returns a non-boolean or throws. */
export const legacyRule = (user: string, tenant: string, method: string, now: number): boolean => {
  const turn = (user.length + tenant.length + method.length + Math.abs(Math.trunc(now))) % 6
  if (turn === 4) return 'yes' as unknown as boolean
  if (turn === 5) throw BROKEN_RULE
  return turn % 2 === 0
}

/** The clock of a stage at first. A service refuses one before the year 2000. */
export const START = Date.UTC(2026, 0, 1)

const durationOf = (ms: number | undefined) => (ms === undefined ? null : { seconds: ms / 1000 })

/** A service whose clock and directory the test sets. */
export class Stage {
  now = START
  readonly consentry: Consentry
  readonly repository: Repository
  readonly sent = new Map<string, TenantRequest>()
  /** What the directory knows now. */
  readonly known: Record<'members' | 'askable', Record<string, readonly string[]>>
  readonly #people: People
  #ids = 0

  constructor(options: StageOptions = {}) {
    const {
      repository = memoryRepository(),
      policy = SMALL,
      legacy,
      people = PEOPLE,
      maxGrantOf = new Map(),
      through = (consentry) => consentry,
    } = options
    this.repository = repository
    this.#people = people
    const others = [...people.keys()].map((tenant, _, all) => [tenant, all.filter((other) => other !== tenant)])
    const known = { members: Object.fromEntries(people), askable: Object.fromEntries(others) } satisfies World
    this.known = known
    const consentry = createConsentry({
      repository,
      policy,
      legacy,
      clock: () => this.now,
      newId: () => this.newId(),
      directory: {
        members: (tenant, users) => users.filter((user) => known.members[tenant]?.includes(user)),
        askable: (tenant, tenants) => tenants.filter((asked) => known.askable[tenant]?.includes(asked)),
        maxGrant: async (tenant) => durationOf(maxGrantOf.get(tenant)),
      },
    })
    this.consentry = through(consentry)
  }

  /** Creates unordered ids, the same in every run, so that sorting by id is tested. */
  newId(): string {
    this.#ids += 1
    return (Math.imul(this.#ids, 0x9e3779b1) >>> 0).toString(36)
  }

  /** Changes the directory, and resolves a generated command to the requests sent so far. */
  resolve(logged: LoggedCommand): Command {
    if (logged.move) this.#move(logged.move)
    return resolveCommand(logged, [...this.sent.values()], this.#people)
  }

  #move({ what, known, who, pick }: Move): void {
    const sent = [...this.sent.values()]
    const fit = sent.filter(({ state, users }) => state === 'pending' && users.length > 1)
    const request = (fit.length > 0 ? fit : sent).at(-1 - pick)
    const id = what === 'askable' ? request?.tenant : request?.users[who % request.users.length]
    if (request === undefined || id === undefined) return
    const others = this.known[what][request.requestingTenant]?.filter((one) => one !== id) ?? []
    this.known[what][request.requestingTenant] = known ? [...others, id] : others
  }

  /** Returns the stored state: tenant requests, oldest first, and events, latest first. */
  async stored(): Promise<Stored> {
    const tenants = [...this.#people.keys()]
    const pages = await Promise.all(tenants.map((requestingTenant) => this.repository.history({ requestingTenant, limit: 1_000_000 })))
    const found = await this.repository.tenantRequests([...this.sent.keys()])
    const byId = new Map(found.map((one) => [one.id, one]))
    // In the order in which they were sent: a repository returns them in any.
    const requests = [...this.sent.keys()].flatMap((id) => byId.get(id) ?? [])
    return { requests: new Map(requests.map((one) => [one.id, one])), events: pages.flat().map(({ event }) => event) }
  }

  /** Reads these tenant requests again, after they were changed. */
  async reload(ids: readonly string[]): Promise<void> {
    // A repository returns them in any order, but the commands of a log depend on the order of `sent`.
    const found = new Map((await this.repository.tenantRequests(ids)).map((request) => [request.id, request]))
    for (const request of ids.flatMap((id) => found.get(id) ?? [])) this.sent.set(request.id, request)
  }

  async play(logged: LoggedCommand, command: Command = this.resolve(logged)): Promise<Outcome> {
    this.now = logged.at
    const outcome = await this.#outcome(command)
    await this.reload(outcome.ok ? outcome.changed : [])
    return outcome
  }

  async #outcome(command: Command): Promise<Outcome> {
    try {
      return await this.#give(command)
    } catch (error) {
      if (!isConsentryError(error)) throw error
      return { ok: false, code: error.code, issues: [...new Set(error.issues.map(({ code }) => code))].sort() }
    }
  }

  async #give(command: Command): Promise<Outcome> {
    const { consentry } = this
    switch (command.verb) {
      case 'submit': {
        const { id, sent } = await consentry.submit(command.actor, command.input)
        const found = sent.map((one) => one.id)
        return { ok: true, changed: found.filter((one) => !this.sent.has(one)), accessRequest: id, found }
      }
      case 'setExpiry':
        return changed(await consentry.setExpiry(command.actor, command.id, command.input))
      case 'withdraw':
        return changed(...(await consentry.withdraw(command.actor, command.target, command.input)))
      case 'answerMany': {
        const outcomes = await consentry.answerMany(command.actor, command.answers)
        const each = outcomes.map((one) => (one.ok ? 'ok' : one.error.code))
        return { ok: true, changed: outcomes.flatMap((one) => (one.ok ? [one.id] : [])), each }
      }
      case 'endAll':
        return changed(...(await consentry.endAll(command.actor, command.input)).flatMap((one) => ('id' in one ? [one] : [])))
      case 'removeUser':
        return changed(...(await consentry.removeUser(command.actor, command.user)))
      case 'recordDue':
        return changed(...(await consentry.recordDue(command.input)).flatMap((one) => ('id' in one ? [one] : [])))
      case 'grant':
        return changed(await consentry.grant(command.actor, command.id, command.input))
      default:
        return changed(await consentry[command.verb](command.actor, command.id, command.input))
    }
  }
}

export async function* steps(log: readonly LoggedCommand[], stage = new Stage()): AsyncGenerator<Step> {
  let before = await stage.stored()
  for (const logged of log) {
    const command = stage.resolve(logged)
    const outcome = await stage.play(logged, command)
    const after = await stage.stored()
    yield { logged, command, outcome, before, after }
    before = after
  }
}

function changed(...requests: readonly { readonly id: string }[]): Outcome {
  return { ok: true, changed: requests.map(({ id }) => id) }
}
