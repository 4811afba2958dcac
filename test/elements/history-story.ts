/** A year between a vendor and a tenant, in which every type of event happens, told by the service's own commands. */
import type { Actor } from '../../src/domain/actor.js'
import { DAY, type Host, NOW } from './host.js'

const MINUTE = 60_000

/** What somebody may write to do harm: in a page, in a table, in a file. */
export const HOSTILE = '=HYPERLINK("http://evil.example";"click")\n<img src=x onerror=alert(1)>,\u202e"quoted",\tend'

export const REASON = 'A ticket about\n"fences"; see the invoice'

/** Plays the story, and returns the ids of its requests in their order. The clock ends at `NOW`. */
export async function playStory(host: Host, vendor: string, tenant: string): Promise<string[]> {
  const { consentry } = host
  const elizabeth: Actor = { user: 'elizabeth', tenant: vendor, permissions: ['submit'], impersonating: null }
  const caroline: Actor = { user: 'caroline', tenant: vendor, permissions: [], impersonating: null }
  const becky = host.colleague(tenant)
  const at = (days: number, minutes = 0) => {
    host.now = NOW - days * DAY + minutes * MINUTE
  }
  const ids: string[] = []
  const submit = async (message: string, users: string[], tenants = [tenant]) => {
    const { sent } = await consentry.submit(elizabeth, { name: 'SupportAccess', message, associations: [{ users, tenants }] })
    const id = sent.find((one) => one.tenant === tenant)?.id ?? ''
    ids.push(id)
    return id
  }
  const enter = (reason = '') => consentry.startImpersonation(caroline, { tenant, method: 'access-request', reason })

  at(40)
  const first = await submit(HOSTILE, ['caroline', 'charlotte'], [tenant, `${tenant}-2`])
  at(39)
  host.staff = new Set(['caroline'])
  await consentry.grant(becky, first, { expiresAt: NOW + 20 * DAY, message: '-Welcome, "all" of you.' })
  host.staff = new Set(['caroline', 'charlotte'])
  at(38)
  await consentry.setExpiry(becky, first, { expiresAt: NOW + 30 * DAY })
  at(37)
  const { id: left } = await enter(REASON)
  at(37, 10)
  await consentry.endImpersonation(caroline, left)
  at(37, 20)
  const byTenant = await enter()
  await consentry.endSession(becky, byTenant.hash)
  at(37, 40)
  const byColleague = await enter()
  await consentry.endSession(elizabeth, byColleague.hash)
  at(37, 60)
  await enter()
  at(36)
  await consentry.recordDue()
  await enter()
  at(36, 5)
  await consentry.revoke(becky, first, { message: 'That was enough.' })
  await consentry.recordDue()

  at(30)
  const rejected = await submit('A second try.', ['caroline'])
  at(30, 30)
  await consentry.reject(becky, rejected, { message: '' })
  at(29)
  const withdrawn = await submit('A mistake.', ['caroline'])
  at(29, 1)
  await consentry.withdraw(elizabeth, withdrawn)
  at(28)
  await submit('Nobody answers this.', ['caroline'])
  at(17)
  await consentry.recordDue()

  at(16)
  const expiring = await submit('For a day.', ['caroline', 'charlotte'])
  await consentry.grant(becky, expiring, { expiresAt: NOW - 15 * DAY })
  at(14)
  await consentry.recordDue()
  at(13)
  const givenUp = await submit('For ever.', ['caroline'])
  await consentry.grant(becky, givenUp, { expiresAt: null })
  at(12)
  await consentry.revoke(elizabeth, givenUp, { message: 'No longer needed.' })
  at(5)
  await submit('For two, then one, then nobody.', ['caroline', 'charlotte'])
  at(4)
  await consentry.removeUser(elizabeth, 'charlotte')
  at(3)
  await consentry.removeUser(elizabeth, 'caroline')
  at(0)
  return ids
}
