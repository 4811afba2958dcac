/** A gap in the feed: denies everything from that moment on, until everything is reloaded. */
import { afterEach, describe, expect, it } from 'vitest'
import { FEED_START, type Position } from '../../src/ports/event-feed.js'
import { HUNDRED, hundredAdmin, TOM, tomAdmin } from '../story/cast.js'
import { eventually, filled, moved, NOW, never, QUESTION, type Scene, tidy } from './scene.js'

afterEach(tidy)

/** From now on the feed omits `tenant-request.received` events, such as the one before this grant to Wickham. */
async function gap({ faults, kept, stage, submit }: Scene, tenant: string): Promise<void> {
  faults.readEvents = async (query) => {
    const { entries, position } = await kept.readEvents(query)
    return { entries: entries.filter(({ event }) => event.type !== 'tenant-request.received'), position }
  }
  await stage.consentry.grant(tenant === TOM ? tomAdmin : hundredAdmin, await submit('wickham', tenant))
}

describe('an event that does not follow the current state', () => {
  it('denies everything at once, and reloads; the reported error names only the event', async () => {
    const on = await filled()
    on.faults.governedTenantPage = never
    await gap(on, HUNDRED)
    await eventually(() => !on.allowed())
    expect(on.live.stalenessMs).toBe(Infinity)
    expect(String(on.errors[0])).toMatch(/the event `.+` does not follow the events before it: reloading everything/)
    await expect(on.live.authorize(QUESTION)).rejects.toMatchObject({ code: 'facts-unavailable' })
    // Both stay pending until the reload.
    const waiting = [on.live.ready(), on.live.caughtUp((await on.kept.positions()).latest)].map((one) => one.then(on.allowed))
    delete on.faults.governedTenantPage
    expect(await Promise.all(waiting)).toEqual([true, true])
    expect(on.live.canImpersonate('wickham', HUNDRED, 'access-request', NOW)).toBe(true)
  })

  it('denies everything until it has applied the events made during the load, such as a grant and its revocation', async () => {
    const on = await filled({ timeoutMs: 60_000 })
    const { consentry } = on.stage
    const pages: Position[] = []
    // All of it after the load has started and before its first page: the feed returns it afterwards, in two pages.
    on.faults.requestPage = async (query) => {
      const id = await on.submit('wickham', HUNDRED)
      await consentry.grant(hundredAdmin, id)
      for (let n = 1; n < 600; n++) await consentry.setExpiry(hundredAdmin, id, { expiresAt: NOW + 1_000 + n })
      await consentry.revoke(hundredAdmin, id)
      on.faults.readEvents = async (feed) => (pages.push(feed.after) > 1 ? never() : on.kept.readEvents(feed))
      return on.kept.requestPage(query)
    }
    await gap(on, TOM)
    await eventually(() => pages.length > 1)
    expect(on.live.canImpersonate('wickham', HUNDRED, 'access-request', NOW)).toBe(false)
    expect(on.allowed()).toBe(false)
  })
})

it('a feed that has gone back, such as that of a database restored from a backup, denies everything at once, and is reloaded', async () => {
  const on = await filled()
  const { latest } = await on.kept.positions()
  await on.submit('wickham', HUNDRED)
  await on.live.caughtUp()
  on.faults.positions = async () => ({ stable: latest, latest })
  on.faults.requestPage = never
  await eventually(() => !on.allowed())
  expect(on.live.stalenessMs).toBe(Infinity)
  expect(String(on.errors[0])).toContain('reloading everything')
  delete on.faults.positions
  delete on.faults.requestPage
  await eventually(on.allowed)
})

it('an event that was applied already is a gap like any other: a feed that repeats events may have lost others', async () => {
  const on = await filled()
  const { latest } = await on.kept.positions()
  on.faults.readEvents = async ({ limit }) => {
    delete on.faults.readEvents
    const { entries } = await on.kept.readEvents({ after: FEED_START, limit })
    const position = moved(latest, 1)
    const repeated = entries.filter(({ event }) => event.type === 'tenant-request.granted')
    return { entries: repeated.map(({ event }) => ({ event, position })), position }
  }
  await eventually(() => on.errors.length > 0)
  expect(String(on.errors[0])).toContain('does not follow')
  await eventually(on.allowed)
})
