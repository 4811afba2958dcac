/** What the data of one party costs another: a crowded tenant, a user in many tenants, a removal beside a grant that never rests. */
import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { type Consentry, createConsentry } from 'consentry'
import { answererOf, directory, requester } from './host.js'
import { inRounds, inWords, type Measured, median, print, ratio, timed } from './measure.js'
import { openStore, withEachStore } from './stores.js'

const OPEN = 100
const USERS = 1_000
const TENANTS = 10_000
const REMOVED_FROM = 200
const ids = (count: number) => Array.from({ length: count }, () => randomUUID())

export function benchCrowding(rounds: number): Promise<Measured[]> {
  return withEachStore(async (store, place) => {
    const { repository, close } = await openStore(store, place)
    const consentry = createConsentry({ repository, directory, policy: { maxTenants: 2 * TENANTS } })
    const all = [
      print(`${store}, ${OPEN} open requests of ${inWords(USERS)} users beside one`, await crowded(consentry, rounds)),
      print(`${store}, my access of ${inWords(2 * TENANTS)} tenants beside half`, await manyTenants(consentry, rounds)),
      print(`${store}, a removal from ${REMOVED_FROM} tenants beside one that never rests`, await removal(consentry, rounds)),
    ]
    await close()
    return all
  })
}

async function granted(consentry: Consentry, tenants: readonly string[], users: readonly string[]): Promise<void> {
  const { sent } = await consentry.submit(requester, { name: 'Crowd', associations: [{ users, tenants }] })
  for (const { id, tenant } of sent) await consentry.grant(answererOf(tenant), id, { expiresAt: null })
}

async function crowded(consentry: Consentry, rounds: number) {
  const [quiet, crowd, user, everywhere] = ids(4) as [string, string, string, string]
  await granted(consentry, [quiet], [user, everywhere, ...ids(USERS - 2)])
  await granted(consentry, [crowd], [user, everywhere, ...ids(USERS - 2)])
  for (let n = 1; n < OPEN; n++) await granted(consentry, [crowd], [everywhere, ...ids(USERS - 1)])
  const deciding = (tenant: string, who: string) =>
    timed(async () => {
      for (let n = 0; n < 50; n++) await consentry.decide({ tenant, user: who, method: 'access-request' })
    })
  const page = (tenant: string) => timed(() => consentry.incoming(answererOf(tenant)))
  const times = await inRounds(rounds, async () => ({
    alone: await deciding(quiet, user),
    beside: await deciding(crowd, user),
    inAll: await deciding(crowd, everywhere),
    onePage: await page(quiet),
    crowdedPage: await page(crowd),
  }))
  const turn = await longestTurn(async () => {
    await consentry.decide({ tenant: crowd, user: everywhere, method: 'access-request' })
    await setImmediate()
    await consentry.incoming(answererOf(crowd))
    await setImmediate()
    await consentry.usersFor({ tenant: crowd })
  })
  return {
    '× to decide': ratio(times.beside, times.alone),
    '× to decide about a user of all': ratio(times.inAll, times.alone),
    'ms for a page of `incoming`': median(times.crowdedPage),
    '× a page of one request': ratio(times.crowdedPage, times.onePage),
    'ms for the longest turn': turn,
  }
}

async function manyTenants(consentry: Consentry, rounds: number) {
  const [some, all] = ids(2) as [string, string]
  const submit = (users: readonly string[], tenants: readonly string[]) =>
    consentry.submit(requester, { name: 'Many', associations: [{ users, tenants }] })
  await submit([some, all], ids(TENANTS))
  await submit([all], ids(TENANTS))
  const { sent } = await submit([some, all], ids(1))
  for (const { id, tenant } of sent) await consentry.grant(answererOf(tenant), id, { expiresAt: Date.now() + 86_400_000 })
  const queries = {
    'no tenant of the status': { status: 'expired' },
    'every status': {},
    'three statuses': { status: ['granted', 'pending', 'removed'] },
    'by expiry': { status: 'granted', order: 'expiring' },
    'before an end': { expiresBefore: Date.now() + 2 * 86_400_000 },
    'some tenants': { tenants: ids(100) },
  } as const
  const actorOf = (user: string) => ({ ...requester, user, permissions: [] })
  const figures: Record<string, number> = {}
  const compare = async (what: string, list: (user: string) => Promise<number>) => {
    const times = await inRounds(rounds, async () => ({ half: await list(some), whole: await list(all) }))
    figures[`ms, ${what}`] = median(times.whole)
    figures[`× half of the tenants, ${what}`] = ratio(times.whole, times.half)
  }
  for (const [what, query] of Object.entries(queries)) await compare(what, (user) => timed(() => consentry.myAccess(actorOf(user), query)))
  const { next } = await consentry.myAccess(actorOf(all), { limit: 200 })
  await compare('a later page', (user) => timed(() => consentry.myAccess(actorOf(user), { cursor: next })))
  await compare('counts', (user) => timed(() => consentry.counts(actorOf(user), 'myAccess')))
  return figures
}

async function removal(consentry: Consentry, rounds: number) {
  const removing = async (restless: boolean) => {
    const [user, tenant] = ids(2) as [string, string]
    await granted(consentry, [tenant, ...ids(REMOVED_FROM - 1)], [user, randomUUID()])
    const [own] = (await consentry.incoming(answererOf(tenant))).items
    let stopped = !restless
    const moving = (async () => {
      for (let n = 1; !stopped; n++) await consentry.setExpiry(answererOf(tenant), own?.id ?? '', { expiresAt: Date.now() + 3_600_000 + n })
    })()
    const milliseconds = await timed(() => consentry.removeUser(requester, user))
    stopped = true
    await moving
    return milliseconds
  }
  const times = await inRounds(rounds, async () => ({ undisturbed: await removing(false), beside: await removing(true) }))
  return { 'ms undisturbed': median(times.undisturbed), '× undisturbed': ratio(times.beside, times.undisturbed) }
}

/** Returns the milliseconds of the longest turn of the event loop while the work is done. */
async function longestTurn(work: () => Promise<void>): Promise<number> {
  let longest = 0
  let done = false
  const watching = (async () => {
    for (let last = performance.now(); !done; ) {
      await setImmediate()
      const now = performance.now()
      longest = Math.max(longest, now - last)
      last = now
    }
  })()
  await work()
  done = true
  await watching
  return longest
}
