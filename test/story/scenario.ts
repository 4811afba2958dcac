/** Steps of a scenario, and the player of a table of scenarios. */
import { describe, expect, it } from 'vitest'
import type { Method, OracleDecision, Outcome, World } from '../model/oracle.js'
import { elizabeth, person, T0 } from './cast.js'
import { idOf, type ListingSubject, type Subject } from './subject.js'

export const CLASSICS = ['caroline', 'charlotte', 'elizabeth', 'wickham']

/** The world of the scenarios: the host's legacy rule permits every member of Classics. */
export const WORLD: World = {
  members: { classics: CLASSICS, rival: ['xavier'], tom: ['tomAdmin'], hundred: ['pooh'] },
  askable: { classics: ['tom', 'hundred'], rival: ['tom', 'hundred'] },
  legacy: (user) => CLASSICS.includes(user),
}

export const METHODS: readonly Method[] = ['access-request', 'legacy-configure', 'legacy-support']
export const LEGACY = METHODS.slice(1)

export { elizabeth, person as actor }
export const xavier = person('xavier', 'rival', 'submit')
export const tomAdmin = person('tomAdmin', 'tom', 'answer')
export const pooh = person('pooh', 'hundred', 'answer')

export type Step<S extends Subject> = (on: S, world: World) => Promise<void>
type Steps<S extends Subject> = readonly Step<S>[]

interface Command {
  readonly label: string
  readonly give: (on: Subject) => Outcome | Promise<Outcome>
}
const VERBS = ['submit', 'grant', 'reject', 'setExpiry', 'revoke', 'withdraw', 'removeUser', 'recordDue'] as const
type Verb = (typeof VERBS)[number]

const command =
  (verb: Verb) =>
  (...args: readonly unknown[]): Command => ({
    label: `${verb} ${JSON.stringify(args).slice(0, 500)}`,
    give: (on) => (on[verb] as (...given: readonly unknown[]) => Outcome | Promise<Outcome>)(...args),
  })
type Commands = { readonly [V in Verb]: (...args: Parameters<Subject[V]>) => Command }
export const commands = Object.fromEntries(VERBS.map((verb) => [verb, command(verb)])) as unknown as Commands
const { grant, submit } = commands

const inOrder = (outcome: Outcome): Outcome => (outcome.ok ? { ok: true, changed: [...outcome.changed].sort() } : outcome)

/** The command changes exactly these tenant requests; `recordDue` in this order. */
export const changes =
  (ids: readonly string[], { label, give }: Command): Step<Subject> =>
  async (on) => {
    const outcome = await give(on)
    expect(label.startsWith('recordDue') ? outcome : inOrder(outcome), label).toEqual({ ok: true, changed: ids })
  }

const refusedWith =
  (refusal: object, commands: readonly Command[]): Step<Subject> =>
  async (on) => {
    for (const { label, give } of commands) {
      const before = await on.eventCount()
      expect(await give(on), label).toEqual({ ok: false, ...refusal })
      expect(await on.eventCount(), `events after ${label}`).toBe(before)
    }
  }
/** Each command is refused with this code, and leaves no event. */
export const refused = (code: string, ...commands: readonly Command[]) => refusedWith({ code }, commands)
/** Each command is refused as malformed, with these codes of issues, and leaves no event. */
export const malformed = (issues: readonly string[], ...commands: readonly Command[]) =>
  refusedWith({ code: 'invalid-input', issues }, commands)

export const sent = (id: string, users: readonly string[], tenants: readonly string[], at = T0, by = elizabeth) =>
  changes(
    tenants.map((tenant) => idOf(id, tenant)).sort(),
    submit(by, { id, name: 'SupportAccess', associations: [{ users, tenants }] }, at),
  )

export const granted = (id: string, at: number, expiresAt: number | null = null) =>
  changes([id], grant(id.endsWith('tom') ? tomAdmin : pooh, id, { expiresAt }, at))

/** From now on, the directory knows these members of a tenant, or these tenants that it may ask. */
export const knows =
  (what: 'members' | 'askable', tenant: string, ...ids: readonly string[]): Step<Subject> =>
  async (_, world) =>
    void Object.assign(world[what], { [tenant]: ids })

export const permitted: OracleDecision = { allowed: true, reason: 'legacy-permitted' }
export const notPermitted: OracleDecision = { allowed: false, reason: 'legacy-not-permitted' }
export const deny = (reason: string, changesAt: number | null = null): OracleDecision => ({ allowed: false, reason, changesAt })
export const allow = (grantedBy: readonly string[], changesAt: number | null = null): OracleDecision => {
  return { allowed: true, reason: 'granted', grantedBy, changesAt }
}

export const asks =
  (users: unknown, tenant: unknown, methods: unknown, instants: unknown, decision: OracleDecision, from?: unknown): Step<Subject> =>
  async (on) => {
    for (const user of [users].flat())
      for (const method of [methods].flat())
        for (const now of [instants].flat()) {
          const question = `${String(user)}, ${String(tenant)}, ${String(method)}, ${typeof now === 'object' ? 'an object' : now}`
          expect(await on.decide(user, tenant, method, now, from), `${question}, from ${from}`).toEqual(decision)
        }
  }

type Looks = 'governed' | 'tenantsFor' | 'usersFor' | 'incoming' | 'outgoing' | 'myAccess'
export const sees =
  <L extends Looks, S extends Subject & Pick<ListingSubject, L>>(
    look: L,
    args: Parameters<ListingSubject[L]>,
    seen: Awaited<ReturnType<ListingSubject[L]>>,
  ): Step<S> =>
  async (on) => {
    const answer = (on[look] as (...given: unknown[]) => unknown)(...args)
    expect(await answer, `${look} ${args.join(' ')}`).toEqual(seen)
  }

export type Scenarios<S extends Subject> = Readonly<
  Record<string, Readonly<Record<string, Steps<S> | { readonly world: World; readonly steps: Steps<S> }>>>
>
export const inWorld = <S extends Subject>(world: World, steps: Steps<S>) => ({ world, steps })

export function play<S extends Subject>(table: Scenarios<S>, subject: (world: World) => S): void {
  for (const [rule, scenarios] of Object.entries(table))
    describe(rule, () => {
      for (const [title, scenario] of Object.entries(scenarios))
        it(title, async () => {
          const { world: given, steps } = 'steps' in scenario ? scenario : { world: WORLD, steps: scenario }
          const world = { ...given, members: { ...given.members }, askable: { ...given.askable } }
          const on = subject(world)
          for (const step of steps) await step(on, world)
        })
    })
}
