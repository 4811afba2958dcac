/** Sending: each failure is the trouble of one delivery, order is kept within a request, and what is given up can be sent again. */
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { DeliveryError, type NoticeDelivery, type Notices, type NoticesOptions, startNotices } from '../../src/notices.js'
import type { NoticeRepository } from '../../src/ports/notice-store.js'
import { CatchingChannel, caroline, DAY, deliver, elizabeth, Office, START, tom } from './office.js'

const running: Notices[] = []
afterEach(() => Promise.all(running.splice(0).map((one) => one.close())))

async function started(options: Partial<NoticesOptions<never>> = {}) {
  const office = new Office()
  const notices = await office.start(options)
  running.push(notices)
  return { office, notices, consentry: office.consentry, channel: office.channel }
}
const kindOf = ({ notices: [{ kind }] }: NoticeDelivery) => kind
const roleOf = ({ to }: NoticeDelivery) => to.role

describe('a delivery that fails', () => {
  it('is tried again ten times within about three days, under one id, and is then given up and listed', async () => {
    const onDead = vi.fn()
    const { office, notices, channel } = await started({ onDead })
    const attempts: { readonly id: string; readonly attempt: number; readonly after: number }[] = []
    channel.fails = ({ id, attempt, to }) => {
      if (to.role !== 'tenant') return undefined
      attempts.push({ id, attempt, after: office.now - START })
      return new Error('busy')
    }
    await office.ask()
    await deliver(notices)
    for (let minutes = 0; minutes < 5 * 24 * 60; minutes += 1) {
      office.now += 60_000
      await notices.send()
    }
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(new Set(attempts.map(({ id }) => id)).size).toBe(1)
    // The delays of Standard Webhooks, up to a fifth longer, and up to the minute of this test.
    const minutes = [0, 5 / 60, 5, 30, 120, 300, 600, 840, 1_200, 1_440]
    for (const [n, { after }] of attempts.entries()) {
      const delay = (after - (attempts[n - 1]?.after ?? 0)) / 60_000
      expect(delay).toBeGreaterThanOrEqual(minutes[n] ?? 0)
      expect(delay).toBeLessThanOrEqual((minutes[n] ?? 0) * 1.2 + 1)
    }
    const dead = await notices.dead()
    expect(dead).toMatchObject([{ channel: 'caught', attempts: 10, error: 'busy', notice: { kind: 'received', to: { role: 'tenant' } } }])
    expect(onDead.mock.calls).toEqual([[dead[0]]])
    expect(await notices.count()).toEqual({ waiting: 0, dead: 1 })
  })

  it('says when to try again, and whether', async () => {
    const { office, notices, channel } = await started()
    await office.ask()
    channel.fails = (delivery) => {
      if (roleOf(delivery) === 'tenant') return new DeliveryError('later', { retryAfterMs: 3_600_000 })
      return roleOf(delivery) === 'user' ? new DeliveryError('never', { retry: false }) : undefined
    }
    await deliver(notices)
    expect(await notices.dead()).toMatchObject([{ error: 'never' }, { error: 'never' }])
    channel.fails = () => undefined
    channel.take()
    office.now += 3_599_999
    expect(await notices.send()).toBe(0)
    office.now += 1
    expect(await notices.send()).toBe(1)
    expect(channel.take()).toMatchObject([{ to: 'tom-sawyer' }])
  })

  it('that was given up is sent again by hand, all or by its id, and once', async () => {
    const { office, notices, channel } = await started()
    await office.ask()
    channel.fails = () => new DeliveryError('never', { retry: false })
    await deliver(notices)
    const dead = await notices.dead()
    expect(dead).toHaveLength(4)
    expect(await notices.dead({ limit: 2, after: dead[1] })).toEqual(dead.slice(2))
    channel.fails = () => undefined
    expect(await notices.again(['unknown'])).toBe(0)
    expect(await notices.again([dead[0]?.id ?? ''])).toBe(1)
    expect(await notices.send()).toBe(1)
    expect(channel.caught.map(({ id, attempt }) => ({ id, attempt }))).toEqual([{ id: dead[0]?.id, attempt: 1 }])
    expect(await notices.again()).toBe(3)
    await notices.send()
    expect(channel.caught).toHaveLength(4)
    expect(await notices.count()).toEqual({ waiting: 0, dead: 0 })
  })

  it('switches its endpoint off; sent again by hand, it is switched on', async () => {
    const { office, notices, channel } = await started()
    const calls: string[] = []
    let answer: unknown = new DeliveryError('gone', { retry: false, closes: 'endpoint-1' })
    channel.send = async (delivery, { isClosed }) => {
      if (roleOf(delivery) !== 'tenant') return
      if (isClosed('endpoint-1')) throw new DeliveryError('closed', { retry: false, closes: 'endpoint-1' })
      calls.push(kindOf(delivery))
      if (answer !== undefined) throw answer
    }
    const id = await office.ask()
    await deliver(notices)
    await office.consentry.reject(tom, id)
    await deliver(notices)
    expect(calls).toEqual(['received'])
    const another = await office.start({ deliver: [channel], reader: 'another' })
    running.push(another)
    await office.ask()
    await deliver(another)
    expect(calls, 'another process knows it too').toEqual(['received'])
    answer = undefined
    await notices.again()
    await notices.send()
    expect(calls.slice(1)).toEqual(expect.arrayContaining(['received', 'rejected']))
  })

  it('of one party holds up no other party, though it never answers', async () => {
    const { office, notices, channel } = await started({ sendTimeoutMs: 300 })
    let hanging = 0
    channel.fails = (delivery) => {
      if (roleOf(delivery) !== 'tenant') return undefined
      hanging += 1
      return new Promise(() => {})
    }
    for (let n = 0; n < 30; n += 1) await office.ask()
    const before = Date.now()
    await notices.gather()
    const sending = notices.send()
    await vi.waitFor(() => expect(channel.caught).toHaveLength(90), 5_000)
    expect(hanging, 'eight of one party at once').toBe(8)
    expect(Date.now() - before, 'before the first of them has timed out').toBeLessThan(2_000)
    await sending
    expect(hanging).toBe(30)
    expect(await notices.count()).toEqual({ waiting: 30, dead: 0 })
  })

  it('of one request holds up what follows within it, and nothing else', async () => {
    const { office, notices, channel, consentry } = await started()
    channel.fails = (delivery) => (kindOf(delivery) === 'received' && roleOf(delivery) === 'tenant' ? new Error('busy') : undefined)
    const id = await office.ask()
    await deliver(notices)
    await consentry.grant(tom, id, { expiresAt: null })
    await consentry.revoke(tom, id)
    await deliver(notices)
    channel.fails = () => undefined
    await office.ask()
    await deliver(notices)
    const toTom = () => channel.caught.filter((one) => roleOf(one) === 'tenant').map(kindOf)
    expect(toTom(), 'of the second request').toEqual(['received'])
    office.now += 10_000
    await notices.send()
    expect(toTom()).toEqual(['received', 'received', 'granted', 'revoked'])
  })
})

describe('trouble of one delivery', () => {
  it.each([
    [
      'throws',
      () => {
        throw new TypeError('cannot read properties of undefined')
      },
    ],
    ['rejects with nothing', () => Promise.reject(undefined)],
    ['rejects with a text of a million characters', () => Promise.reject(new Error('x'.repeat(1_000_000)))],
    [
      'rejects with an error whose message throws',
      () =>
        Promise.reject(
          Object.defineProperty(new Error(), 'message', {
            get: () => {
              throw new Error()
            },
          }),
        ),
    ],
  ] as const)('by a channel that %s is nobody else’s', async (_, fail) => {
    const { office, notices, channel } = await started()
    const send = channel.send.bind(channel)
    channel.send = async (delivery, context) => (roleOf(delivery) === 'tenant' ? fail() : send(delivery, context))
    await office.ask()
    await deliver(notices)
    expect(channel.caught).toHaveLength(3)
    expect(await notices.count()).toEqual({ waiting: 1, dead: 0 })
  })

  it('by a channel does not repeat what another channel has delivered', async () => {
    const other = new CatchingChannel()
    Object.assign(other, { name: 'other' })
    const office = new Office()
    const notices = await office.start({ deliver: [office.channel, other] })
    running.push(notices)
    office.channel.fails = () => new Error('busy')
    await office.ask()
    await deliver(notices)
    office.channel.fails = () => undefined
    office.now += DAY
    await deliver(notices)
    expect(other.caught).toHaveLength(4)
    expect(office.channel.caught.map(({ id }) => id).sort()).toEqual(other.caught.map(({ id }) => id).sort())
  })

  it('by a recipient is not told again to those who were reached', async () => {
    const { office, notices, channel } = await started()
    const reachedBefore: (readonly string[])[] = []
    channel.send = async (delivery, { reached, recordReached }) => {
      if (roleOf(delivery) !== 'tenant') return
      reachedBefore.push(reached)
      if (!reached.includes('tom')) await recordReached('tom')
      if (reachedBefore.length < 3) throw new Error('becky cannot be reached')
    }
    await office.ask()
    await deliver(notices)
    for (let n = 0; n < 2; n += 1) {
      office.now += 600_000
      await notices.send()
    }
    expect(reachedBefore).toEqual([[], ['tom'], ['tom']])
  })

  it('by a channel that is there no more is given up', async () => {
    const { office, notices, channel } = await started()
    channel.fails = () => new Error('busy')
    await office.ask()
    await deliver(notices)
    const other = new CatchingChannel()
    Object.assign(other, { name: 'other' })
    const later = await office.start({ deliver: [other] })
    running.push(later)
    office.now += DAY
    await later.send()
    expect(await later.dead()).toMatchObject(Array(4).fill({ error: 'there is no channel `caught`' }))
  })

  it('by a stored notice that nobody can read is given up', async () => {
    const { office, notices, channel } = await started()
    const { repository } = office
    const state = await repository.readers.hold({
      reader: 'forger',
      owner: 'forger',
      forMs: 60_000,
      start: { position: { at: 0, event: null }, mark: null },
    })
    if (state === undefined) throw new Error('nobody else is the forger')
    const forged = {
      id: 'forged',
      channel: 'caught',
      party: 'tenant tom-sawyer',
      queue: 'q',
      bundled: false,
      dueAt: 0,
      keepUntil: null,
      notice: { id: 'x' },
    }
    const write = (transaction: never) => repository.notices.add(transaction, [forged])
    await repository.readers.move({ reader: 'forger', owner: 'forger', from: state, to: state, write })
    await office.ask()
    await deliver(notices)
    expect(await notices.dead()).toMatchObject([{ id: 'forged', error: 'the stored notice cannot be read', notice: null }])
    expect(channel.caught).toHaveLength(4)
  })
})

describe('digests', () => {
  it('hold what the requester would be told in one message each, and nobody else’s', async () => {
    const office = new Office()
    office.channel.digests = true
    const notices = await office.start({ digest: { hours: 6 } })
    running.push(notices)
    const { channel, consentry } = office
    const id = await office.ask()
    await deliver(notices)
    await consentry.grant(tom, id, { expiresAt: START + 7.2 * DAY })
    await deliver(notices)
    expect(channel.caught.map(roleOf)).toEqual(expect.not.arrayContaining(['requester']))
    expect(channel.caught).toHaveLength(6)
    channel.caught.splice(0)
    office.now = Date.parse('2026-03-02T12:00:00Z') - 1
    await deliver(notices)
    expect(channel.caught).toEqual([])
    channel.fails = () => new Error('busy')
    office.now += 1
    await deliver(notices)
    // What comes after the first attempt is for the next digest: a repeat has what the first attempt had.
    await consentry.revoke(tom, id)
    await deliver(notices)
    channel.fails = () => undefined
    office.now += 60_000
    await notices.send()
    const [digest, ...others] = channel.caught.filter((one) => roleOf(one) === 'requester')
    expect(digest?.notices.map(({ kind }) => kind)).toEqual(['submitted', 'granted'])
    expect(digest?.id).toBe(digest?.notices[0].id)
    expect(others).toEqual([])
    office.now = Date.parse('2026-03-02T18:00:00Z')
    await notices.send()
    expect(channel.caught.filter((one) => roleOf(one) === 'requester')[1]?.notices.map(({ kind }) => kind)).toEqual(['revoked'])
    expect(await notices.count()).toEqual({ waiting: 0, dead: 0 })
  })

  it('hold no reminder: it would come too late', async () => {
    const office = new Office()
    office.channel.digests = true
    const notices = await office.start({ digest: { days: 2 } })
    running.push(notices)
    await office.grant(START + 30 * DAY)
    await deliver(notices)
    office.now = START + 29 * DAY + 1
    await deliver(notices)
    expect(office.channel.caught.filter((one) => roleOf(one) === 'requester').map(kindOf)).toContain('ends-soon')
  })
})

describe('the host', () => {
  it('finds out what is wrong with its options at once', async () => {
    const office = new Office()
    const { consentry, repository, channel } = office
    const good = { consentry, repository, deliver: [channel] }
    const { readers: _, ...withoutReaders } = repository
    const wrong: readonly (readonly [object, RegExp])[] = [
      [{ ...good, repository: withoutReaders }, /must keep readers and notices/],
      [{ ...good, deliver: [] }, /at least one channel/],
      [{ ...good, deliver: [channel, channel] }, /two channels of one name/],
      [{ ...good, deliver: channel }, /must be a list of channels/],
      [{ ...good, deliver: [{ ...channel, name: 'a name', send: async () => {} }] }, /must have a `name`, an id/],
      [{ ...good, consentry: {} }, /recordDue/],
      [{ ...good, consentry: { recordDue: async () => [] } }, /must have the `policy`/],
      [{ ...good, remind: [{ days: 0 }] }, /duration/],
      [{ ...good, remind: 7 }, /list of durations/],
      [{ ...good, digests: { days: 1 } }, /digests/],
      [{ ...good, holdMs: 600_000 }, /at most 300,000/],
      [{ ...good, people: { users: () => [] } }, /tenants/],
    ]
    for (const [options, message] of wrong) await expect(startNotices(options as NoticesOptions<never>)).rejects.toThrow(message)
  })

  it('is told of errors of the service and the repository, which are tried again', async () => {
    const { office, notices, channel } = await started()
    await office.ask()
    const { readEvents } = office.repository
    Object.assign(office.repository, { readEvents: () => Promise.reject(new Error('the database is away')) })
    const broken = await office.start({ reader: 'broken', background: true, pollIntervalMs: 10 })
    running.push(broken)
    await vi.waitFor(() => expect(office.errors.map(String)).toContain('Error: the database is away'))
    await expect(notices.gather()).rejects.toThrow('the database is away')
    Object.assign(office.repository, { readEvents })
    await deliver(notices)
    expect(channel.caught.length).toBeGreaterThanOrEqual(4)
  })

  it('that begins with notices sends none about what was before', async () => {
    const office = new Office()
    await office.ask()
    const notices = await office.start()
    running.push(notices)
    await deliver(notices)
    expect(office.channel.caught).toEqual([])
    await office.ask()
    await deliver(notices)
    expect(office.channel.caught).toHaveLength(4)
  })

  it('has small tables: what was sent is removed after the time that it wants, and what waits or reminds is not', async () => {
    const office = new Office()
    const notices = await office.start({ keep: { days: 2 } })
    running.push(notices)
    const { repository, channel } = office
    const stored: string[] = []
    const { purge } = repository.notices
    Object.assign(repository.notices, {
      purge: async (query: never) => {
        const removed = await purge(query)
        if (removed > 0) stored.push(`${removed}`)
        return removed
      },
    })
    await office.grant(START + 30 * DAY)
    await deliver(notices)
    const sent = channel.caught.length
    expect(sent).toBe(8)
    office.now = START + 2 * DAY
    await deliver(notices)
    expect(stored).toEqual([])
    office.now += 1
    await deliver(notices)
    expect(stored).toEqual(['8'])
    office.now = START + 23 * DAY
    await deliver(notices)
    office.now = START + 28 * DAY
    await deliver(notices)
    expect(stored, 'reminders stay until the end of the grant, so that they do not come twice').toEqual(['8'])
    office.now = START + 33 * DAY
    await deliver(notices)
    await deliver(notices)
    expect(Number(stored[1])).toBeGreaterThanOrEqual(4)
  })
})

describe('in the background', () => {
  it('notices go out soon after the command, by whichever of several processes', async () => {
    const office = new Office()
    const clock = () => Date.now()
    const channels = [new CatchingChannel(), new CatchingChannel(), new CatchingChannel()]
    for (const channel of channels)
      running.push(await office.start({ deliver: [channel], background: true, clock, holdMs: 500, pollIntervalMs: 50 }))
    office.now = Date.now()
    await office.ask()
    const all = () => channels.flatMap(({ caught }) => caught)
    await vi.waitFor(() => expect(all()).toHaveLength(4))
    expect(
      channels.filter(({ caught }) => caught.length > 0),
      'one of them works',
    ).toHaveLength(1)
    // The one that works ends: another one takes over at once.
    const working = channels.findIndex(({ caught }) => caught.length > 0)
    await running[working]?.close()
    office.now = Date.now()
    await office.ask()
    await vi.waitFor(() => expect(all()).toHaveLength(8))
    expect(new Set(all().map(({ id }) => id)).size).toBe(8)
  })

  it('closing waits for what is on its way, and leaves the rest to be sent', async () => {
    const { office, notices, channel } = await started()
    let release = (): void => {}
    channel.fails = async () => {
      await new Promise<void>((resolve) => {
        release = resolve
      })
      return undefined
    }
    await office.ask('tom-sawyer', ['caroline'])
    await notices.gather()
    const sending = notices.send()
    await wait(20)
    channel.fails = () => undefined
    const closing = notices.close()
    release()
    await Promise.all([sending, closing])
    const next = await office.start()
    running.push(next)
    office.now += 120_000
    await next.send()
    expect(channel.caught.map(kindOf).sort()).toEqual(['received', 'received', 'submitted'])
  })

  /** Notices in the background over a repository whose calls are counted, once the looks after their start are over. */
  async function watched(options: Partial<NoticesOptions<never>>) {
    const office = new Office()
    const { repository, consentry } = office
    const [readEvents, hold, move] = [
      vi.spyOn(repository, 'readEvents'),
      vi.spyOn(repository.readers, 'hold'),
      vi.spyOn(repository.readers, 'move'),
    ]
    const [purge, lease] = [vi.spyOn(repository.notices, 'purge'), vi.spyOn(repository.notices, 'lease')]
    const recordDue = vi.fn(consentry.recordDue)
    const { policy } = consentry
    running.push(await office.start({ consentry: { recordDue, policy }, background: true, holdMs: 300_000, ...options }))
    const calls = { readEvents, hold, move, recordDue, purge, lease }
    const counts = () => Object.fromEntries(Object.entries(calls).map(([name, { mock }]) => [name, mock.calls.length]))
    return { office, calls, counts }
  }

  it('a command causes several looks at the feed; what is due by the clock, and sending without events, wait for the interval', async () => {
    const { office, calls, counts } = await watched({ pollIntervalMs: 60_000 })
    await vi.waitFor(() => expect(calls.readEvents.mock.calls.length).toBeGreaterThan(4), { timeout: 5_000 })
    await vi.waitFor(() => expect(calls.lease).toHaveBeenCalled())
    // Looks, after the subscription has begun, at which nothing is new: none writes.
    expect(counts()).toMatchObject({ hold: 1, move: 0, recordDue: 1, purge: 1, lease: 1 })
    const { readEvents } = counts()
    await office.ask()
    await vi.waitFor(() => expect(office.channel.caught).toHaveLength(4))
    await vi.waitFor(() => expect(calls.readEvents.mock.calls.length).toBeGreaterThan((readEvents ?? 0) + 5), { timeout: 5_000 })
    expect(counts()).toMatchObject({ hold: 1, move: 1, recordDue: 1, purge: 1 })
  })

  it('commands without a pause do not put off what is due by the clock', async () => {
    const { office, calls } = await watched({ pollIntervalMs: 40 })
    const id = await office.grant(null)
    const began = performance.now()
    // Each wakes the notices long before the interval is over.
    for (let n = 1; calls.recordDue.mock.calls.length < 5 && performance.now() - began < 20_000; n++) {
      await office.consentry.setExpiry(tom, id, { expiresAt: START + 100 * DAY + n })
      await wait(2)
    }
    expect(calls.recordDue.mock.calls.length).toBeGreaterThanOrEqual(5)
    expect(calls.readEvents.mock.calls.length).toBeGreaterThan(2 * 5)
  })

  it('an expired grant is recorded and told without anybody asking', async () => {
    const office = new Office()
    running.push(await office.start({ background: true, pollIntervalMs: 20 }))
    await office.grant(START + DAY)
    office.now = START + DAY
    await vi.waitFor(() => expect(office.channel.caught.map(kindOf)).toContain('expired'))
  })
})

describe('after the history of the feed has changed', () => {
  it('what is recent is told, what was told is not told again, and the host is told of it', async () => {
    const { office, notices, channel, consentry } = await started()
    const id = await office.ask()
    await deliver(notices)
    const ids = channel.caught.splice(0).map((one) => one.id)
    const { repository } = office
    // As after a restored backup: the event at the position of the reader is another one.
    const { readEvents } = repository
    let isChanged = true
    Object.assign(repository, {
      readEvents: async (query: Parameters<NoticeRepository<never>['readEvents']>[0]) => {
        if (query.after.at > 0 && isChanged) throw Object.assign(await changed(), {})
        isChanged &&= query.after.at > 0
        return readEvents(query)
      },
    })
    await consentry.grant(tom, id, { expiresAt: null })
    const session = await consentry.startImpersonation(caroline, { tenant: 'tom-sawyer', method: 'access-request', reason: '' })
    await consentry.endImpersonation(caroline, session.id)
    await deliver(notices)
    expect(office.errors).toMatchObject([{ code: 'feed-changed' }])
    const later = channel.caught.map((one) => one.id)
    expect(later.filter((one) => ids.includes(one))).toEqual([])
    expect(channel.caught.map(kindOf)).toEqual(expect.arrayContaining(['granted', 'session-started', 'session-ended']))
    void elizabeth
  })
})

async function changed() {
  const { feedChanged } = await import('../../src/ports/event-feed.js')
  return feedChanged()
}
