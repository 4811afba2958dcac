/** Contract tests of the feed: every event once, at increasing positions (SPEC 8.3). */

import { isConsentryError } from '../../domain/error.js'
import type { EventType } from '../../domain/event.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import { FEED_START } from '../../ports/event-feed.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { entriesAfter, inOrder, readAllEvents, readAllEventsOf, sameEvents } from './fixtures/feed.js'
import { CAROLINE, CHARLOTTE, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { lifecyclesFrom } from './fixtures/lifecycles.js'
import { refusedWrites } from './fixtures/refused-writes.js'
import { endingsOf } from './fixtures/sessions.js'
import { expireNow, grantAt, removeUserAt } from './fixtures/transitions.js'

const BOTH = [CAROLINE, CHARLOTTE]
const LEFT = { at: 5_000, cause: 'ended-by-user' } as const

export const feedTests: readonly ContractTest[] = [
  contractTest('an empty repository has an empty feed, and reading continues from its end', async (fixture) => {
    const { entries, position, latest } = await fixture.repository.readEvents({ after: FEED_START, limit: 1_000 })
    assertEqual(entries, [], 'the entries')
    assertEqual(position, FEED_START, 'the position')
    assertEqual(latest, FEED_START, 'the newest event')
    await saveEveryKindOfEvent(fixture)
    for (const start of [position, FEED_START]) sameEvents(await entriesAfter(fixture, start), fixture.events, `the feed after ${start.at}`)
  }),

  contractTest('the feed contains every kind of event exactly as saved, once', async (fixture) => {
    await saveEveryKindOfEvent(fixture)
    const entries = await entriesAfter(fixture, FEED_START)
    sameEvents(entries, fixture.events, 'the feed')
    assertEqual(new Set(entries.map(({ event }) => event.type)).size, 12, 'the kinds of events')
  }),

  contractTest('the feed contains the events of all requesters, tenants and users', async (fixture) => {
    for (const by of [CAROLINE, 'rival', TOM, '__proto__']) {
      await fixture.saveTransitions(await fixture.submit({ by, tenants: [HUNDRED, 'green-gables'], users: [`of-${by}`] }), grantAt(2_000))
      await fixture.startSession({ by, user: `of-${by}`, tenant: HUNDRED })
    }
    sameEvents(await entriesAfter(fixture, FEED_START), fixture.events, 'the feed')
  }),

  contractTest(
    'the feed orders the events of one request or session by revision, even if the clock stands still or steps back',
    async (fixture) => {
      const sent = await fixture.submit({ tenants: [TOM, HUNDRED, 'green-gables'], users: BOTH, at: 5_000 })
      const sessions = await fixture.startSessions({ at: 5_000 }, { at: 5_000, tenant: HUNDRED }, { at: 5_000, user: CHARLOTTE })
      await fixture.saveTransitions(sent, removeUserAt(CHARLOTTE, 1_000))
      await fixture.saveTransitions([...sent].reverse(), grantAt(4_000, 6_000))
      await fixture.endSessions([...sessions].reverse(), LEFT)
      await fixture.submitOne(TOM, { at: 9_000 })
      await fixture.saveTransitions(sent, expireNow())
      inOrder(await entriesAfter(fixture, FEED_START))
    },
  ),

  contractTest('positions contain the event id and increase, and a page ends at its last event or where it started', async (fixture) => {
    await saveEveryKindOfEvent(fixture)
    for (const start of [FEED_START, ...(await entriesAfter(fixture, FEED_START)).map(({ position }) => position)]) {
      const { entries, position: end } = await fixture.repository.readEvents({ after: start, limit: 3 })
      const numbers = [start.at, ...entries.map(({ position }) => position.at)]
      const fractions = numbers.filter((one) => !Number.isSafeInteger(one))
      assertEqual(fractions, [], `positions that are no whole numbers, after ${start.at}`)
      const stuck = numbers.filter((one, n) => n > 0 && one <= (numbers[n - 1] ?? 0))
      assertEqual(stuck, [], `positions not above the one before, after ${start.at}`)
      const named = entries.map(({ position }) => position.event)
      assertEqual(
        named,
        entries.map(({ event }) => event.id),
        `the events named by the positions after ${start.at}`,
      )
      assertEqual(end, entries.at(-1)?.position ?? start, `the end of the page after ${start.at}`)
    }
  }),

  contractTest('reading page by page to the end of the feed neither repeats nor skips an event, at any limit', async (fixture) => {
    await saveEveryKindOfEvent(fixture)
    const whole = await entriesAfter(fixture, FEED_START)
    for (let limit = 1; limit <= whole.length + 1; limit += 1)
      assertEqual(await readAllEvents(fixture, limit), whole, `the feed, ${limit} a page`)
  }),

  contractTest('reading from the position of any event neither repeats nor skips an event', async (fixture) => {
    await saveEveryKindOfEvent(fixture)
    const whole = await entriesAfter(fixture, FEED_START)
    for (const [n, { position }] of whole.entries())
      assertEqual(await entriesAfter(fixture, position), whole.slice(n + 1), `the feed after ${position.at}`)
  }),

  contractTest('reading after an event that is not stored at its position is refused with `feed-changed`', async (fixture) => {
    await saveEveryKindOfEvent(fixture)
    const whole = await entriesAfter(fixture, FEED_START)
    const [first, second] = [required(whole[0], 'event').position, required(whole[1], 'event').position]
    const last = required(whole.at(-1), 'event').position
    const foreign = [
      { ...first, event: 'of-another-history' },
      { ...first, event: second.event },
      { ...last, at: last.at + 1 },
      { at: last.at + 1_000, event: 'of-another-history' },
    ]
    for (const after of foreign) {
      const read = fixture.repository.readEvents({ after, limit: 10 })
      const code = await read.then(
        () => 'a page',
        (error) => (isConsentryError(error) ? error.code : error),
      )
      assertEqual(code, 'feed-changed', `what reading after ${after.at}, \`${after.event}\`, gives`)
    }
  }),

  contractTest('a page of the feed is full while events remain, even inside a large submission', async (fixture) => {
    await fixture.submit({ tenants: Array.from({ length: 1_000 }, (_, n) => `tenant-${n}`) })
    const { repository } = fixture
    const [first] = await entriesAfter(fixture, FEED_START)
    for (const start of [FEED_START, required(first, 'event').position]) {
      for (const limit of [1, 2, 10, 999, 1_000]) {
        assertEqual(
          (await repository.readEvents({ after: start, limit })).entries.length,
          limit,
          `events in a page of ${limit} since ${start.at}`,
        )
      }
    }
    assertEqual((await repository.readEvents({ after: FEED_START, limit: 5_000 })).entries.length, 1_001, 'all events')
  }),

  contractTest('with `types`, other events are left out, and reading on to the end of the feed skips and repeats none', async (fixture) => {
    await saveEveryKindOfEvent(fixture)
    const whole = await entriesAfter(fixture, FEED_START)
    const last = required(whole.at(-1), 'event').position
    const kinds = [...new Set(whole.map(({ event }) => event.type))]
    const pairs = kinds.map((type, n): EventType[] => [type, kinds[(n + 4) % kinds.length] ?? type])
    for (const [n, types] of [[], kinds, ...pairs].entries()) {
      const asked = whole.filter(({ event }) => types.includes(event.type))
      const limit = [1_000, 3, 7][n % 3] ?? 1
      const answer = await readAllEventsOf(fixture, types, limit)
      assertEqual(answer, { entries: asked, position: last }, `the feed of ${types}, ${limit} a page`)
    }
  }),

  contractTest('events saved later come after every returned position, whatever their dates', async (fixture) => {
    await saveEveryKindOfEvent(fixture)
    const long = await fixture.applyTransitions(await fixture.submitOne(TOM, { at: 100 }), grantAt(200, 300))
    const { entries, position } = await fixture.repository.readEvents({ after: FEED_START, limit: 1_000 })
    const end = await fixture.repository.readEvents({ after: position, limit: 1_000 })
    const known = new Set(fixture.events)
    await fixture.submitOne(HUNDRED, { at: 1 })
    await fixture.applyTransitions(long, expireNow())
    await fixture.endSessions([await fixture.startSession({ at: 1 })], { at: 2, cause: 'ended-by-user' })
    const later = fixture.events.filter((event) => !known.has(event))
    const ids = new Set(later.map(({ id }) => id))
    for (const given of new Set([...entries.map((entry) => entry.position), position, end.position])) {
      const came = (await entriesAfter(fixture, given)).filter(({ event }) => ids.has(event.id))
      sameEvents(came, later, `the later events after ${given.at}`)
    }
  }),

  contractTest('an event keeps its position, and reading from before it returns it again', async (fixture) => {
    await saveEveryKindOfEvent(fixture)
    const before = await entriesAfter(fixture, FEED_START)
    await fixture.applyTransitions(await fixture.submitOne(TOM, { at: 10_000_000 }), grantAt(10_000_000))
    await fixture.startSession({ at: 10_000_000 })
    assertEqual((await entriesAfter(fixture, FEED_START)).slice(0, before.length), before, 'what came before')
  }),

  contractTest('refused, repeated and rejected writes leave nothing in the feed', async (fixture) => {
    for (const write of await refusedWrites(fixture)) await write().catch(() => 'rejecting is tested elsewhere')
    sameEvents(await entriesAfter(fixture, FEED_START), fixture.events, 'the feed')
    await fixture.submitOne(TOM, { at: 9_000 })
    sameEvents(await entriesAfter(fixture, FEED_START), fixture.events, 'the feed after one more')
  }),
]

/** Saves every lifecycle and session ending, interleaved with other requesters, at unordered dates. */
async function saveEveryKindOfEvent(fixture: Fixture): Promise<void> {
  const lives = lifecyclesFrom(0)
  const sessions = await fixture.startSessions(
    { user: CHARLOTTE },
    { tenant: HUNDRED },
    { by: 'rival', user: 'xavier' },
    { by: TOM, user: 'becky', tenant: HUNDRED },
  )
  const sent: TenantRequest[] = []
  for (const [n, { answerBy }] of lives.entries()) sent.push(await fixture.submitOne(`tenant-${n}`, { users: BOTH, answerBy }))
  for (const step of [0, 1, 2]) {
    await fixture.saveTransitions(
      await fixture.submit({ tenants: [TOM, HUNDRED], by: 'rival', users: ['xavier'], at: 9_000 - step }),
      grantAt(9_000),
    )
    for (const [n, request] of sent.entries()) {
      const verb = lives[n]?.steps[step]
      if (verb) await fixture.applyTransitions(request, verb)
    }
    const session = required(sessions[step], 'session')
    await fixture.endSessions([session], required(endingsOf(session)[step], 'ending'))
  }
}
