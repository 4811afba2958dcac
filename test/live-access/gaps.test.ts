/** A gap in the feed: denies everything from that moment on, until everything is reloaded. */

import { afterEach, describe, expect, it } from 'vitest'
import { FEED_START, type Position } from '../../src/ports/event-feed.js'
import { elizabeth, HUNDRED, hundredAdmin, TOM, tomAdmin } from '../story/cast.js'
import { eventually, filled, moved, NOW, never, type Scene, tidy } from './scene.js'

afterEach(tidy)

/** From now on the feed omits `tenant-request.received` events. */
function forgetful({ mood, kept }: Scene): void {
  mood.readEvents = async (...asked) => {
    const { entries, position } = await kept.readEvents(...asked)
    return { entries: entries.filter(({ event }) => event.type !== 'tenant-request.received'), position }
  }
}

const wickhamTo = (tenant: string) => ({ name: 'Again', associations: [{ users: ['wickham'], tenants: [tenant] }] })

describe('an event that does not follow the current state', () => {
  it('denies everything at once, and reloads; the reported error names only the event', async () => {
    const on = await filled({ maxStalenessMs: 60_000 })
    forgetful(on)
    on.mood.requestPage = never
    const { sent } = await on.stage.consentry.submit(elizabeth, wickhamTo(HUNDRED))
    await on.stage.consentry.grant(hundredAdmin, sent[0]?.id ?? '')
    await eventually(() => !on.allowed())
    expect(on.live.stalenessMs).toBe(Infinity)
    expect(String(on.heard[0])).toMatch(/the event `.+` does not follow the events before it: reloading everything/)
    await expect(on.live.authorize({ user: 'caroline', tenant: TOM, method: 'access-request' })).rejects.toMatchObject({
      code: 'facts-unavailable',
    })
    delete on.mood.requestPage
    await on.live.ready()
    expect(on.allowed()).toBe(true)
    expect(on.live.canImpersonate('wickham', HUNDRED, 'access-request', NOW)).toBe(true)
  })

  it('keeps `ready` and `caughtUp` pending until the reload', async () => {
    const on = await filled({ maxStalenessMs: 60_000 })
    forgetful(on)
    on.mood.governedTenantPage = never
    const { sent } = await on.stage.consentry.submit(elizabeth, wickhamTo(HUNDRED))
    await on.stage.consentry.grant(hundredAdmin, sent[0]?.id ?? '')
    await eventually(() => !on.allowed())
    const ready = on.live.ready().then(() => on.allowed())
    const reached = on.live.caughtUp((await on.kept.positions()).latest).then(() => on.allowed())
    delete on.mood.governedTenantPage
    expect(await Promise.all([ready, reached])).toEqual([true, true])
  })

  it('denies everything until it has applied the events made during the load, such as a grant and its revocation', async () => {
    const on = await filled({ maxStalenessMs: 60_000, timeoutMs: 60_000 })
    forgetful(on)
    let [filling, go] = [false, () => {}]
    const gate = new Promise<void>((resolve) => {
      go = resolve
    })
    on.mood.requestPage = async (query) => {
      filling = true
      await gate
      return on.kept.requestPage(query)
    }
    const { consentry } = on.stage
    const lost = await consentry.submit(elizabeth, wickhamTo(TOM))
    await consentry.grant(tomAdmin, lost.sent[0]?.id ?? '')
    await eventually(() => filling)
    // All of it after the load has started and before its first page: the feed returns it afterwards, in two pages.
    const late = await consentry.submit(elizabeth, wickhamTo(HUNDRED))
    const id = late.sent[0]?.id ?? ''
    await consentry.grant(hundredAdmin, id)
    for (let n = 1; n < 600; n++) await consentry.setExpiry(hundredAdmin, id, { expiresAt: NOW + 1_000 + n })
    await consentry.revoke(hundredAdmin, id)
    const pages: Position[] = []
    let stop = true
    on.mood.readEvents = async ({ after: position, limit }) => {
      pages.push(position)
      return stop && pages.length > 1 ? never() : on.kept.readEvents({ after: position, limit })
    }
    go()
    await eventually(() => pages.length > 1)
    expect(on.live.canImpersonate('wickham', HUNDRED, 'access-request', NOW)).toBe(false)
    expect(on.allowed()).toBe(false)
    stop = false
  })
})

describe('a feed that has gone back', () => {
  it('such as a database restored from a backup, denies everything at once, and is reloaded', async () => {
    const on = await filled()
    const { latest } = await on.kept.positions()
    await on.stage.consentry.submit(elizabeth, wickhamTo(HUNDRED))
    await on.live.caughtUp()
    on.mood.positions = async () => ({ stable: latest, latest })
    on.mood.requestPage = never
    await eventually(() => !on.allowed())
    expect(on.live.stalenessMs).toBe(Infinity)
    expect(String(on.heard[0])).toContain('reloading everything')
    delete on.mood.positions
    delete on.mood.requestPage
    await eventually(on.allowed)
  })
})

describe('an event that was applied already', () => {
  it('is a gap like any other: a feed that repeats events may have lost others', async () => {
    const on = await filled()
    const { latest } = await on.kept.positions()
    let again = true
    on.mood.readEvents = async ({ after, limit }) => {
      if (!again) return on.kept.readEvents({ after, limit })
      again = false
      const { entries } = await on.kept.readEvents({ after: FEED_START, limit })
      const repeated = entries.filter(({ event }) => event.type === 'tenant-request.granted')
      const position = moved(latest, 1)
      return { entries: repeated.map(({ event }) => ({ event, position })), position }
    }
    await eventually(() => on.heard.length > 0)
    expect(String(on.heard[0])).toContain('does not follow')
    await eventually(on.allowed)
  })
})
