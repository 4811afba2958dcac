/** Reminders: each once, none that is past, none that is no longer true (SPEC 12.3). */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Notices } from '../../src/notices.js'
import { DAY, deliver, elizabeth, Office, START, tom } from './office.js'

const TENANT = 'tom-sawyer'

async function started(options = {}) {
  const office = new Office()
  const notices = await office.start(options)
  return { office, notices, consentry: office.consentry }
}

/** Goes to an instant, delivers, and returns what the tenant is told of this kind, as it was told. */
async function at(office: Office, notices: Notices, now: number, kind: string) {
  office.now = now
  await deliver(notices)
  return office.channel.take().filter((one) => one.kind === kind && one.to === TENANT)
}

describe('what ends soon', () => {
  it('is told at the very instant, not a millisecond before, and once', async () => {
    const { office, notices } = await started()
    const expiresAt = START + 30 * DAY
    await office.grant(expiresAt)
    for (const days of [7, 1]) {
      const due = expiresAt - days * DAY
      expect(await at(office, notices, due - 1, 'ends-soon')).toEqual([])
      expect(await at(office, notices, due, 'ends-soon')).toHaveLength(1)
      expect(await at(office, notices, due + 1, 'ends-soon')).toEqual([])
    }
  })

  it.each([
    ['over the first instant', 25, 1],
    ['over both: the earlier one is past', 29.5, 1],
    ['over the end: both are past', 31, 0],
  ])('by a process that slept %s', async (_, days, count) => {
    const { office, notices } = await started()
    await office.grant(START + 30 * DAY)
    await deliver(notices)
    expect(await at(office, notices, START + days * DAY, 'ends-soon')).toHaveLength(count)
    expect(await at(office, notices, START + days * DAY + 1, 'ends-soon')).toEqual([])
  })

  it('is told of grants that are older than the notices', async () => {
    const office = new Office()
    await office.grant(START + 30 * DAY)
    const notices = await office.start()
    expect(await at(office, notices, START + 23 * DAY, 'ends-soon')).toHaveLength(1)
  })

  it('is not told where the end was set within that time: it has just been told', async () => {
    const { office, notices, consentry } = await started()
    const id = await office.grant(START + 7 * DAY)
    expect(await at(office, notices, START, 'ends-soon')).toEqual([])
    await consentry.setExpiry(tom, id, { expiresAt: START + DAY / 2 })
    expect(await at(office, notices, START + DAY / 4, 'ends-soon')).toEqual([])
  })

  it('is told of the new end where the end was moved, and of the old one no more', async () => {
    const { office, notices, consentry } = await started()
    const [first, second] = [START + 30 * DAY, START + 60 * DAY]
    const id = await office.grant(first)
    expect(await at(office, notices, first - 7 * DAY, 'ends-soon')).toMatchObject([{ facts: { expiresAt: first } }])
    await consentry.setExpiry(tom, id, { expiresAt: second })
    expect(await at(office, notices, first - DAY, 'ends-soon')).toEqual([])
    expect(await at(office, notices, second - 7 * DAY, 'ends-soon')).toMatchObject([{ facts: { expiresAt: second } }])
    // Back to the first end: its own reminder is known by its id.
    await consentry.setExpiry(tom, id, { expiresAt: second + DAY })
    expect(await at(office, notices, second - 6 * DAY, 'ends-soon')).toHaveLength(1)
  })

  it.each([
    ['revoked', (office: Office, id: string) => office.consentry.revoke(tom, id)],
    ['given up', (office: Office, id: string) => office.consentry.revoke(elizabeth, id)],
    ['prolonged', (office: Office, id: string) => office.consentry.setExpiry(tom, id, { expiresAt: START + 300 * DAY })],
    ['over', (office: Office) => Promise.resolve(Object.assign(office, { now: START + 30 * DAY }))],
  ])('is not told any more by a delivery that waits, once the grant is %s', async (_, change) => {
    const { office, notices } = await started()
    const id = await office.grant(START + 30 * DAY)
    await deliver(notices)
    office.channel.take()
    office.channel.fails = ({ notices: [{ kind }] }) => (kind === 'ends-soon' ? new Error('busy') : undefined)
    expect(await at(office, notices, START + 29 * DAY, 'ends-soon')).toEqual([])
    office.channel.fails = () => undefined
    office.now += 60_000
    await change(office, id)
    await deliver(notices)
    expect(office.channel.take().filter(({ kind }) => kind === 'ends-soon')).toEqual([])
  })

  it('is not told to a user who was removed meanwhile', async () => {
    const { office, notices, consentry } = await started()
    await office.grant(START + 30 * DAY)
    await deliver(notices)
    office.channel.take()
    office.channel.fails = () => new Error('busy')
    office.now = START + 29 * DAY
    await deliver(notices)
    office.channel.fails = () => undefined
    await consentry.removeUser(elizabeth, 'caroline')
    office.now += 60_000
    await deliver(notices)
    const reminded = office.channel.take().filter(({ kind }) => kind === 'ends-soon')
    expect(reminded.map(({ to }) => to).sort()).toEqual(['charlotte', 'classics, the requester', TENANT])
  })

  it('is told once under a clock that jumps ahead and goes back', async () => {
    const { office, notices } = await started()
    const expiresAt = START + 30 * DAY
    await office.grant(expiresAt)
    expect(await at(office, notices, expiresAt - 7 * DAY, 'ends-soon')).toHaveLength(1)
    // A jump within the life of the grant, after which the missing time comes again.
    expect(await at(office, notices, START, 'ends-soon')).toEqual([])
    expect(await at(office, notices, expiresAt - 7 * DAY + 5, 'ends-soon')).toEqual([])
    expect(await at(office, notices, expiresAt - 5 * DAY, 'ends-soon')).toEqual([])
    expect(await at(office, notices, expiresAt - DAY, 'ends-soon')).toHaveLength(1)
  })

  it.each(['America/Sao_Paulo', 'Europe/Berlin', 'Pacific/Apia', 'Australia/Lord_Howe'])(
    'goes by days of 24 hours, also over a change to summer time in %s',
    async (zone) => {
      const before = process.env['TZ']
      process.env['TZ'] = zone
      try {
        // Berlin changes on 29 March 2026, Lord Howe and Apia around 5 April.
        for (const expiresAt of [Date.parse('2026-03-30T01:30:00Z'), Date.parse('2026-04-06T01:30:00Z')]) {
          const { office, notices } = await started()
          await office.grant(expiresAt)
          expect(await at(office, notices, expiresAt - 7 * DAY - 1, 'ends-soon')).toEqual([])
          expect(await at(office, notices, expiresAt - 7 * DAY, 'ends-soon')).toHaveLength(1)
        }
      } finally {
        if (before === undefined) delete process.env['TZ']
        else process.env['TZ'] = before
      }
    },
  )

  it('goes by the times that the host wants', async () => {
    const { office, notices } = await started({ remind: [{ hours: 2 }, { days: 3 }], unanswered: [] })
    const expiresAt = START + 30 * DAY
    await office.grant(expiresAt)
    await office.ask()
    const told: number[] = []
    for (let hours = 0; hours < 30 * 24; hours += 1)
      for (const { kind } of await at(office, notices, START + hours * 3_600_000, 'ends-soon')) if (kind === 'ends-soon') told.push(hours)
    expect(told).toEqual([27 * 24, 30 * 24 - 2])
  })
})

describe('a request that nobody has answered', () => {
  it('is told of after 3 days and after 14, once each, and by a process that slept the later one', async () => {
    const { office, notices } = await started()
    await office.ask()
    expect(await at(office, notices, START + 3 * DAY - 1, 'unanswered')).toEqual([])
    expect(await at(office, notices, START + 3 * DAY, 'unanswered')).toHaveLength(1)
    await office.ask()
    expect(await at(office, notices, START + 17 * DAY, 'unanswered')).toHaveLength(2)
    expect(await at(office, notices, START + 30 * DAY, 'unanswered')).toEqual([])
  })

  it.each([
    ['answered', (office: Office, id: string) => office.consentry.reject(tom, id)],
    ['withdrawn', (office: Office, id: string) => office.consentry.withdraw(elizabeth, id)],
  ])('is not told of once it is %s, by a delivery that waits either', async (_, change) => {
    const { office, notices } = await started()
    const id = await office.ask()
    await deliver(notices)
    office.channel.fails = ({ notices: [{ kind }] }) => (kind === 'unanswered' ? new Error('busy') : undefined)
    await at(office, notices, START + 3 * DAY, 'unanswered')
    office.channel.fails = () => undefined
    await change(office, id)
    expect(await at(office, notices, START + 3 * DAY + 60_000, 'unanswered')).toEqual([])
    expect(await at(office, notices, START + 14 * DAY, 'unanswered')).toEqual([])
  })
})

describe('under any order of grants, ends, sleeps and clocks', () => {
  type Step = { readonly step: 'sleep' | 'jump' | 'grant' | 'move' | 'revoke' | 'deliver'; readonly hours: number }
  const steps = fc.array(
    fc.record({
      step: fc.constantFrom<Step['step'][]>('sleep', 'sleep', 'sleep', 'jump', 'grant', 'grant', 'move', 'revoke', 'deliver'),
      hours: fc.integer({ min: 1, max: 24 * 12 }),
    }),
    { minLength: 5, maxLength: 40 },
  )

  /** Plays the steps, and checks each reminder as it comes; returns what was told of which end of which grant. */
  async function play(all: readonly Step[], { canJump }: { readonly canJump: boolean }) {
    const { office, notices, consentry } = await started()
    const ends = new Map<string, { end: number; setAt: number; isOver: boolean }>()
    const told = new Map<string, number>()
    const missed: string[] = []
    const tagOf = async (id: string) => (await consentry.incomingRequest(tom, id)).tag
    const open = () => [...ends].filter(([, one]) => !one.isOver && one.end > office.now)
    const look = async () => {
      await deliver(notices)
      // Its end has been recorded: it is over, whatever the clock does.
      for (const one of ends.values()) one.isOver ||= one.end <= office.now
      for (const { notices: caught } of office.channel.caught.splice(0)) {
        for (const { kind, to, facts, at: due } of caught) {
          if (kind !== 'ends-soon' || to.role !== 'tenant') continue
          const { tenantRequest, expiresAt } = facts as { readonly tenantRequest: string; readonly expiresAt: number }
          const known = ends.get(tenantRequest)
          expect(known, 'a reminder of a grant that stands').toMatchObject({ end: expiresAt, isOver: false })
          expect(office.now, 'a reminder of what is not past').toBeLessThan(expiresAt)
          const lead = (expiresAt - due) / DAY
          expect([7, 1]).toContain(lead)
          const key = `${tenantRequest} ${expiresAt} ${lead}`
          told.set(key, (told.get(key) ?? 0) + 1)
        }
      }
      // None is lost: the last one that became due since the end was set has been told.
      for (const [id, { end, setAt }] of open()) {
        const due = [1, 7].find((lead) => end - lead * DAY <= office.now && end - lead * DAY > setAt)
        if (due !== undefined && !told.has(`${id} ${end} ${due}`)) missed.push(`${await tagOf(id)} ${due}`)
      }
    }
    for (const { step, hours } of all) {
      const ms = hours * 3_600_000
      const [id, one] = open()[hours % Math.max(open().length, 1)] ?? []
      if (step === 'sleep') office.now += ms
      if (step === 'jump' && canJump) office.now = Math.max(START, office.now - ms)
      if (step === 'grant') ends.set(await office.grant(office.now + ms), { end: office.now + ms, setAt: office.now, isOver: false })
      // An end must be after the grant, whatever the clock has done since.
      if (id !== undefined && one !== undefined && step === 'move' && office.now + ms > one.setAt) {
        await consentry.setExpiry(tom, id, { expiresAt: office.now + ms })
        // An event is dated no earlier than the one before it (SPEC 4.8).
        Object.assign(one, { end: office.now + ms, setAt: Math.max(office.now, one.setAt) })
      }
      if (id !== undefined && one !== undefined && step === 'revoke') {
        await consentry.revoke(tom, id)
        one.isOver = true
      }
      if (step === 'deliver' || step === 'sleep') await look()
    }
    expect(office.errors).toEqual([])
    return { told, missed }
  }

  it('each reminder comes once, is true, and none is lost', async () => {
    let seen = 0
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { told, missed } = await play(all, { canJump: false })
        expect(missed).toEqual([])
        expect([...told.values()].filter((count) => count > 1)).toEqual([])
        seen += told.size
      }),
      { numRuns: 100 },
    )
    expect(seen).toBeGreaterThan(10)
  })

  it('each comes once and is true, also under a clock that goes back', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const { told } = await play(all, { canJump: true })
        expect([...told.values()].filter((count) => count > 1)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})
