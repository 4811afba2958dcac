/** What was, after a log of commands: the library's answers and the oracle's, at every instant at which one can change. */
import { deepEqual } from 'node:assert/strict'
import * as fc from 'fast-check'
import { accessIntervals, type ConsentryEvent, decideAsOf } from '../../src/domain.js'
import type { AccessItem, Decision } from '../../src/index.js'
import { FEED_START } from '../../src/ports/event-feed.js'
import type { Repository } from '../../src/ports/repository.js'
import { person } from '../story/cast.js'
import { Duel, plays, Tally } from './model-check.js'
import { Oracle } from './oracle.js'
import { METHODS } from './questions.js'
import { legacyRule, TENANTS, USERS } from './replay.js'

/** Generates a log of commands without flaws in a setting, and the numbers by which questions about the past are picked. */
export const histories = fc.tuple(
  plays.map(([setting, log]) => [{ ...setting, strict: false }, log.map((logged) => ({ ...logged, flaws: [] }))] as const),
  fc.array(fc.nat(10_000), { minLength: 60, maxLength: 60 }),
)
export type History = typeof histories extends fc.Arbitrary<infer T> ? T : never

/** Mostly by the method whose denials have the most reasons. */
const ASKED = [...METHODS, ...Array(6).fill('access-request' as const)]

/** Plays a log, and checks every kind of answer about the past. */
export async function checkHistory([[setting, log], picks]: History, tally: Tally, repository?: Repository): Promise<void> {
  const duel = new Duel(setting, 0, new Tally(), repository)
  await duel.run(log)
  const events = await wholeFeed(duel.stage.repository)
  const ends = events.flatMap((event) => ('expiresAt' in event && event.expiresAt !== null ? [event.expiresAt] : []))
  const turns = [...new Set([...events.map(({ at }) => at), ...ends].flatMap((at) => [at - 1, at, at + 1]))].sort((a, b) => a - b)
  const [first, last] = [turns[0] ?? 0, (turns.at(-1) ?? 0) + 1]
  const received = events.flatMap((event) => (event.type === 'tenant-request.received' ? [event] : []))
  if (received.length === 0) return
  const whole = accessIntervals(events, { from: first, to: last })
  let pick = 0
  const oneOf = <T>(list: readonly T[]): T => list[(picks[pick++ % picks.length] as number) % list.length] as T
  const { known } = duel.stage
  const legacy = setting.ruled ? legacyRule : undefined
  const isAskable = (from: string, tenant: string) => known.askable[from]?.includes(tenant) ?? false

  for (const now of turns) {
    const then = new Oracle(
      { ...known, ...(legacy && { legacy }) },
      duel.oracle.events.filter(({ at }) => at <= now),
    )
    for (const tenant of TENANTS) {
      const inside = whole.intervals.filter((one) => one.tenant === tenant && one.from <= now && now < one.to)
      deepEqual([...new Set(inside.map(({ user }) => user))].sort(), then.usersFor(tenant, now), `who could enter \`${tenant}\` at ${now}`)
      tally.add('instants', 1)
      tally.add('could enter', inside.length)
    }
    for (const aboutNamed of [true, true, true, false]) {
      const request = oneOf(received)
      const user = aboutNamed ? oneOf(request.users) : oneOf(USERS)
      const tenant = aboutNamed ? request.tenant : oneOf(TENANTS)
      const from = aboutNamed ? oneOf([null, request.requestingTenant]) : oneOf([null, ...TENANTS])
      const query = { user, tenant, method: oneOf(aboutNamed ? ASKED : METHODS), from, now }
      const decision = decideAsOf(events, query, { legacy, isAskable })
      deepEqual(plain(decision), plain(then.decide(user, tenant, query.method, now, from) as Decision), JSON.stringify(query))
      tally.add(`reason ${decision.reason}`)
    }
  }

  for (const tenant of TENANTS) {
    const [a, b] = [oneOf(turns), oneOf(turns)]
    await checkPages(duel, events, tenant, { from: first, to: last }, undefined, tally)
    const window = { from: Math.min(a, b), to: Math.max(a, b) + 1 }
    await checkPages(duel, events, tenant, window, oneOf([undefined, undefined, ...TENANTS]), tally)
  }
}

/** Checks that the pages of a party's access are the intervals of the whole feed. */
async function checkPages(
  { stage: { consentry } }: Duel,
  events: readonly ConsentryEvent[],
  own: string,
  window: { readonly from: number; readonly to: number },
  other: string | undefined,
  tally: Tally,
): Promise<void> {
  const { intervals, governedSince } = accessIntervals(events, window)
  const actor = person('somebody', own, 'submit', 'answer')
  const items: AccessItem[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await consentry.access(actor, { ...window, tenant: other, limit: 2, cursor })
    items.push(...page.items)
    deepEqual(page.governedSince, governedSince.find(({ tenant }) => tenant === own)?.since ?? null)
    if (page.next === null) break
    deepEqual(page.items.length, 2, 'a page before the last is full')
    cursor = page.next
  }
  const between = (one: string, two: string) => one === own && (other === undefined || other === two)
  const spans = items.flatMap((item) =>
    item.view === 'outgoing'
      ? item.users.map(({ user, from, to }) => `${item.tenantRequest} ${item.tenant} ${user} ${from} ${to}`)
      : [`${item.tenantRequest} ${item.requestingTenant} ${item.from} ${item.to}`],
  )
  const sent = intervals.filter((one) => between(one.requestingTenant, one.tenant))
  const received = intervals.filter((one) => between(one.tenant, one.requestingTenant))
  const ofRequests = [...new Set(received.map(({ tenantRequest }) => tenantRequest))].map((id) => {
    const ofRequest = received.filter(({ tenantRequest }) => tenantRequest === id)
    const [from, to] = [Math.min(...ofRequest.map((one) => one.from)), Math.max(...ofRequest.map((one) => one.to))]
    return `${id} ${ofRequest[0]?.requestingTenant} ${from} ${to}`
  })
  const ofUsers = sent.map((one) => `${one.tenantRequest} ${one.tenant} ${one.user} ${one.from} ${one.to}`)
  deepEqual(spans.sort(), [...ofUsers, ...ofRequests].sort(), `the access of \`${own}\` from ${window.from} to ${window.to}`)
  const order = items.map(({ answer, tenantRequest }) => ({ at: answer.at, id: tenantRequest }))
  deepEqual(
    order,
    order.toSorted((one, two) => two.at - one.at || (one.id < two.id ? 1 : -1)),
    'newest grant first',
  )
  tally.add('pages outgoing', sent.length)
  tally.add('pages incoming', received.length)
}

/** The host's rule answers without `changesAt`, and where it is not asked, both say that it does not permit. */
function plain(decision: Decision): unknown {
  const { allowed, reason } = decision
  const ids = 'grantedBy' in decision ? decision.grantedBy : []
  return [allowed, reason, ids, reason.startsWith('legacy-') && reason !== 'legacy-closed' ? null : Reflect.get(decision, 'changesAt')]
}

async function wholeFeed(repository: Repository): Promise<ConsentryEvent[]> {
  const events: ConsentryEvent[] = []
  for (let after = FEED_START; ; ) {
    const page = await repository.readEvents({ after, limit: 1_000 })
    if (page.entries.length === 0) return events
    events.push(...page.entries.map(({ event }) => event))
    after = page.position
  }
}

/** What a run must have met, or it proves nothing. */
export function neverMet(tally: Tally, least: number): string[] {
  const reasons = ['granted', 'pending', 'expired', 'revoked', 'removed', 'not-associated', 'legacy-closed', 'legacy-permitted']
  const wanted = [...reasons.map((reason) => `reason ${reason}`), 'could enter', 'pages outgoing', 'pages incoming']
  return wanted.filter((what) => tally.of(what) < least)
}
