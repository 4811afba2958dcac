/** The table of what each party is told, cell by cell (SPEC 12.1). */
import { requestTag } from 'consentry/domain'
import { describe, expect, it } from 'vitest'
import { NOTICES, type NoticeKind } from '../../src/notices/notice.js'
import { caroline, DAY, deliver, elizabeth, Office, pooh, START, tom } from './office.js'

const TENANT = 'tom-sawyer'
const REQUESTER = 'classics, the requester'
const tried = new Set<string>()

async function officeWith(policy = {}) {
  const office = new Office(undefined, policy)
  const notices = await office.start()
  /** Does something, and returns what each party is told of it. */
  const told = async (act: () => Promise<unknown>) => {
    await act()
    await deliver(notices)
    const all = office.channel.take()
    for (const { kind, to } of all)
      tried.add(`${kind} ${to === REQUESTER ? 'requester' : to === TENANT || to === 'hundred-acre' ? 'tenant' : 'user'}`)
    return all
  }
  return { office, notices, told, consentry: office.consentry }
}

/** Returns the ids with which each side knows a request. */
async function sidesOf(office: Office, tenantRequest: string) {
  const { accessRequest } = await office.consentry.outgoingRequest(elizabeth, tenantRequest)
  const tag = requestTag(tenantRequest)
  return {
    requester: { accessRequest, tenantRequest, tag, tenant: TENANT },
    tenant: { tenantRequest, tag, requestingTenant: 'classics' },
    user: { tenant: TENANT },
  }
}

describe('what each party is told', () => {
  it('of a submission', async () => {
    const { told, consentry } = await officeWith({ answerWithin: { days: 30 } })
    const associations = [
      { users: ['caroline', 'charlotte'], tenants: [TENANT] },
      { users: ['charlotte'], tenants: ['hundred-acre'] },
    ]
    let id = ''
    let sent: readonly { readonly id: string; readonly tenant: string }[] = []
    const all = await told(async () => {
      ;({ id, sent } = await consentry.submit(elizabeth, { name: 'SupportAccess', message: 'Please.', associations }))
    })
    const asked = (tenant: string) => {
      const tenantRequest = sent.find((one) => one.tenant === tenant)?.id ?? ''
      const facts = {
        tenantRequest,
        tag: requestTag(tenantRequest),
        requestingTenant: 'classics',
        message: 'Please.',
        answerBy: START + 30 * DAY,
      }
      return { kind: 'received', to: tenant, facts }
    }
    expect(all).toHaveLength(6)
    expect(all).toEqual(
      expect.arrayContaining([
        { kind: 'submitted', to: REQUESTER, facts: { accessRequest: id, name: 'SupportAccess', message: 'Please.', associations } },
        { kind: 'received', to: 'caroline', facts: { tenant: TENANT } },
        { kind: 'received', to: 'charlotte', facts: { tenant: TENANT } },
        { kind: 'received', to: 'charlotte', facts: { tenant: 'hundred-acre' } },
        asked(TENANT),
        asked('hundred-acre'),
      ]),
    )
  })

  it('of grants, of which only the first one of the tenant closes the legacy tool for it', async () => {
    const { office, told, consentry } = await officeWith()
    for (const legacyClosed of [true, false]) {
      const id = await office.ask()
      await told(async () => {})
      const { requester, tenant, user } = await sidesOf(office, id)
      const expiresAt = START + 90 * DAY
      const answer = { message: 'Welcome.', expiresAt }
      expect(await told(() => consentry.grant(tom, id, answer))).toEqual([
        { kind: 'granted', to: REQUESTER, facts: { ...requester, ...answer, legacyClosed: true, removedUsers: [] } },
        { kind: 'granted', to: 'caroline', facts: { ...user, ...answer } },
        { kind: 'granted', to: 'charlotte', facts: { ...user, ...answer } },
        { kind: 'granted', to: TENANT, facts: { ...tenant, by: 'tom', ...answer, legacyClosed } },
      ])
    }
  })

  it('of a grant without an end, and without a user who is no longer a member', async () => {
    const { office, told, consentry } = await officeWith()
    const id = await office.ask()
    await told(async () => {})
    office.members = ['caroline']
    const { requester, tenant, user } = await sidesOf(office, id)
    const answer = { message: '', expiresAt: null }
    expect(await told(() => consentry.grant(tom, id, { expiresAt: null }))).toEqual([
      { kind: 'granted', to: REQUESTER, facts: { ...requester, ...answer, legacyClosed: true, removedUsers: ['charlotte'] } },
      { kind: 'granted', to: 'caroline', facts: { ...user, ...answer } },
      { kind: 'granted', to: TENANT, facts: { ...tenant, by: 'tom', ...answer, legacyClosed: true } },
    ])
  })

  it('of a rejection', async () => {
    const { office, told, consentry } = await officeWith()
    const id = await office.ask(TENANT, ['caroline'])
    await told(async () => {})
    const { requester, tenant, user } = await sidesOf(office, id)
    expect(await told(() => consentry.reject(tom, id, { message: 'Not now.' }))).toEqual([
      { kind: 'rejected', to: REQUESTER, facts: { ...requester, message: 'Not now.' } },
      { kind: 'rejected', to: 'caroline', facts: user },
      { kind: 'rejected', to: TENANT, facts: { ...tenant, by: 'tom', message: 'Not now.' } },
    ])
  })

  it('of a revocation by the tenant', async () => {
    const { office, told, consentry } = await officeWith()
    const id = await office.grant(null, ['caroline'])
    await told(async () => {})
    const { requester, tenant, user } = await sidesOf(office, id)
    expect(await told(() => consentry.revoke(tom, id, { message: 'Enough.' }))).toEqual([
      { kind: 'revoked', to: REQUESTER, facts: { ...requester, message: 'Enough.' } },
      { kind: 'revoked', to: 'caroline', facts: user },
      { kind: 'revoked', to: TENANT, facts: { ...tenant, by: 'tom', message: 'Enough.' } },
    ])
  })

  it('of a revocation by the requester', async () => {
    const { office, told, consentry } = await officeWith()
    const id = await office.grant(null, ['caroline'])
    await told(async () => {})
    const { requester, tenant, user } = await sidesOf(office, id)
    expect(await told(() => consentry.revoke(elizabeth, id))).toEqual([
      { kind: 'revoked-by-requester', to: REQUESTER, facts: { ...requester, by: 'elizabeth', removedUser: null } },
      { kind: 'revoked-by-requester', to: 'caroline', facts: user },
      { kind: 'revoked-by-requester', to: TENANT, facts: tenant },
    ])
  })

  it('of a withdrawal', async () => {
    const { office, told, consentry } = await officeWith()
    const id = await office.ask(TENANT, ['caroline'])
    await told(async () => {})
    const { requester, tenant, user } = await sidesOf(office, id)
    expect(await told(() => consentry.withdraw(elizabeth, id))).toEqual([
      { kind: 'withdrawn', to: REQUESTER, facts: { ...requester, by: 'elizabeth', removedUser: null } },
      { kind: 'withdrawn', to: 'caroline', facts: user },
      { kind: 'withdrawn', to: TENANT, facts: tenant },
    ])
  })

  it('of the removal of a user, and of the last one, which ends the request', async () => {
    const { office, told, consentry } = await officeWith()
    const id = await office.ask()
    await told(async () => {})
    const { requester, tenant, user } = await sidesOf(office, id)
    expect(await told(() => consentry.removeUser(elizabeth, 'caroline'))).toEqual([
      { kind: 'user-removed', to: REQUESTER, facts: { ...requester, user: 'caroline' } },
      { kind: 'user-removed', to: 'caroline', facts: user },
    ])
    expect(await told(() => consentry.removeUser(elizabeth, 'charlotte'))).toEqual([
      { kind: 'withdrawn', to: REQUESTER, facts: { ...requester, by: 'elizabeth', removedUser: 'charlotte' } },
      { kind: 'withdrawn', to: 'charlotte', facts: user },
      { kind: 'withdrawn', to: TENANT, facts: tenant },
    ])
  })

  it('of an expiry that is set, of what ends soon, and of the end', async () => {
    const { office, told, consentry } = await officeWith()
    const id = await office.grant(null, ['caroline'])
    await told(async () => {})
    const { requester, tenant, user } = await sidesOf(office, id)
    const expiresAt = START + 20 * DAY
    expect(await told(() => consentry.setExpiry(tom, id, { expiresAt }))).toEqual([
      { kind: 'expiry-set', to: REQUESTER, facts: { ...requester, expiresAt } },
      { kind: 'expiry-set', to: 'caroline', facts: { ...user, expiresAt } },
      { kind: 'expiry-set', to: TENANT, facts: { ...tenant, by: 'tom', expiresAt } },
    ])
    for (const days of [7, 1]) {
      office.now = expiresAt - days * DAY
      expect(await told(async () => {})).toEqual([
        { kind: 'ends-soon', to: REQUESTER, facts: { ...requester, expiresAt } },
        { kind: 'ends-soon', to: 'caroline', facts: { ...user, expiresAt } },
        { kind: 'ends-soon', to: TENANT, facts: { ...tenant, expiresAt } },
      ])
    }
    office.now = expiresAt
    expect(await told(async () => {})).toEqual([
      { kind: 'expired', to: REQUESTER, facts: requester },
      { kind: 'expired', to: 'caroline', facts: user },
      { kind: 'expired', to: TENANT, facts: tenant },
    ])
  })

  it('of a request that nobody answers', async () => {
    const { office, told } = await officeWith({ answerWithin: { days: 20 } })
    const id = await office.ask(TENANT, ['caroline'])
    await told(async () => {})
    const { requester, tenant } = await sidesOf(office, id)
    const waiting = { sentAt: START, answerBy: START + 20 * DAY }
    for (const days of [3, 14]) {
      office.now = START + days * DAY
      expect(await told(async () => {})).toEqual([
        { kind: 'unanswered', to: REQUESTER, facts: { ...requester, ...waiting } },
        { kind: 'unanswered', to: TENANT, facts: { ...tenant, ...waiting } },
      ])
    }
    office.now = START + 20 * DAY
    expect(await told(async () => {})).toEqual([
      { kind: 'lapsed', to: REQUESTER, facts: requester },
      { kind: 'lapsed', to: TENANT, facts: tenant },
    ])
  })

  it.each([true, false])('of a session, whose user the tenant sees by the policy: %s', async (showUsersToTenant) => {
    const { office, told, consentry } = await officeWith({ showUsersToTenant })
    const id = await office.grant(null, ['caroline'])
    await told(async () => {})
    const question = { tenant: TENANT, method: 'access-request', reason: 'A broken fence.' } as const
    let session = ''
    const started = await told(async () => {
      ;({ hash: session } = await consentry.startImpersonation(caroline, question))
    })
    const common = { session, method: 'access-request', reason: 'A broken fence.', tenant: TENANT }
    const seen = { session, requestingTenant: 'classics', user: showUsersToTenant ? 'caroline' : null, startedAt: START }
    const answers = [{ tenantRequest: id, tag: requestTag(id) }]
    const endsAt = START + 3_600_000
    expect(started).toEqual([
      { kind: 'session-started', to: REQUESTER, facts: { ...common, user: 'caroline', endsAt } },
      { kind: 'session-started', to: 'caroline', facts: { ...common, endsAt } },
      { kind: 'session-started', to: TENANT, facts: { ...seen, answers, endsAt } },
    ])
    const cause = 'ended-by-tenant'
    expect(await told(() => consentry.endSession(tom, session))).toEqual([
      { kind: 'session-ended', to: REQUESTER, facts: { ...common, user: 'caroline', cause } },
      { kind: 'session-ended', to: 'caroline', facts: { ...common, cause } },
      { kind: 'session-ended', to: TENANT, facts: { ...seen, answers, cause } },
    ])
  })

  it('of everything: no cell of the table is left out, and none is told that it does not have', () => {
    const cells = Object.entries(NOTICES).flatMap(([kind, roles]) => Object.keys(roles).map((role) => `${kind} ${role}`))
    expect([...tried].sort()).toEqual(cells.sort())
  })
})

describe('what a party may not see is in none of its notices', () => {
  it('under planted names, users, tenants, messages and reasons (law 23)', async () => {
    const { office, notices, consentry } = await officeWith({ answerWithin: { days: 20 } })
    const name = 'CanaryName'
    const associations = [
      { users: ['caroline'], tenants: [TENANT] },
      { users: ['charlotte'], tenants: ['hundred-acre'] },
    ]
    const { sent } = await consentry.submit(elizabeth, { name, message: 'Canary of the submission.', associations })
    const toTom = sent.find(({ tenant }) => tenant === TENANT)?.id ?? ''
    const toPooh = sent.find(({ tenant }) => tenant === 'hundred-acre')?.id ?? ''
    await consentry.grant(tom, toTom, { expiresAt: START + 10 * DAY, message: 'Canary of Tom.' })
    await consentry.reject(pooh, toPooh, { message: 'Canary of Pooh.' })
    const { hash } = await consentry.startImpersonation(caroline, {
      tenant: TENANT,
      method: 'access-request',
      reason: 'Canary of the reason.',
    })
    await consentry.endSession(elizabeth, hash)
    await deliver(notices)
    office.now = START + 9 * DAY
    await deliver(notices)
    await consentry.removeUser(elizabeth, 'caroline')
    await deliver(notices)
    const caught = office.channel.caught.flatMap((one) => one.notices)
    const hidden: Readonly<Record<string, readonly string[]>> = {
      [TENANT]: [name, 'caroline', 'charlotte', 'elizabeth', 'hundred-acre', 'green-gables', 'Canary of Pooh', 'Canary of the reason'],
      'hundred-acre': [name, 'caroline', 'charlotte', 'elizabeth', TENANT, 'Canary of Tom', 'Canary of the reason'],
      classics: ['"tom"', '"pooh"'],
      caroline: [name, 'charlotte', 'elizabeth', 'hundred-acre', 'Canary of the submission', 'Canary of Pooh', '"tom"'],
      charlotte: [name, 'caroline', 'elizabeth', TENANT, 'Canary of the submission', 'Canary of Pooh', 'Canary of Tom'],
    }
    const seenBy = new Map<string, string>()
    for (const notice of caught) {
      const { to } = notice
      const party = to.role === 'user' ? to.user : to.tenant
      // Of itself a party knows: its own ids are no leak.
      seenBy.set(party, `${seenBy.get(party) ?? ''}${JSON.stringify({ ...notice, to: null })}`)
    }
    expect([...seenBy.keys()].sort()).toEqual(Object.keys(hidden).sort())
    for (const [party, canaries] of Object.entries(hidden))
      for (const canary of canaries) expect(seenBy.get(party), `${canary} in what ${party} is told`).not.toContain(canary)
    // The same search finds what may be seen: it would find the rest.
    expect(seenBy.get('classics')).toContain(name)
    expect(seenBy.get(TENANT)).toContain('Canary of the submission')
    expect(seenBy.get('caroline')).toContain('Canary of the reason')
  })

  it('a notice with a field that its cell does not have is not gathered', async () => {
    const { deliveriesOf } = await import('../../src/notices/stored-notice.js')
    const plan = { reader: 'notices', channels: [new Office().channel], digestMs: null, now: START }
    const planned = { kind: 'rejected' as NoticeKind, to: { role: 'user', tenant: 'classics', user: 'caroline' } as const, at: START }
    const rest = { source: ['e1'], subject: 'r1', reminderOf: null, keepUntil: null }
    expect(await deliveriesOf([{ ...planned, ...rest, facts: { tenant: TENANT } }], plan)).toHaveLength(1)
    const leak = deliveriesOf([{ ...planned, ...rest, facts: { tenant: TENANT, message: 'Canary of Tom.' } }], plan)
    await expect(leak).rejects.toMatchObject({ code: 'invalid-input' })
  })
})
