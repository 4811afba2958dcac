/** Asks a million times each of an access, of a live access, and of one that makes an object of every answer; a forced collection tells them apart. */
import { deepStrictEqual } from 'node:assert'
import { memoryRepository } from '../../../dist/adapters/memory.js'
import { accessFrom, createConsentry, createLiveAccess } from '../../../dist/index.js'

const TIMES = 1_000_000
const METHODS = ['access-request', 'legacy-configure', 'legacy-support']
const NOW = Date.parse('2026-11-22T09:00:00Z')
const tenants = Array.from({ length: 64 }, (_, n) => `tenant-${n}`)
const users = Array.from({ length: 64 }, (_, n) => `user-${n}`)
const legacy = (user) => user.length > 6

// Every other tenant grants to every third user, some of it until a moment ago; two of the users are known to nobody.
const repository = memoryRepository()
const directory = { members: (tenant, ids) => ids.filter((id) => tenant === 'classics' && id !== 'becky'), askable: (_tenant, ids) => ids }
let clock = NOW - 10
const consentry = createConsentry({ repository, directory, clock: () => clock })
const elizabeth = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null }
const associations = [{ users: users.slice(2).filter((_, n) => n % 3 === 0), tenants }]
const { sent } = await consentry.submit(elizabeth, { name: 'SupportAccess', associations })
for (const [n, { id, tenant }] of sent.entries()) {
  const becky = { user: 'becky', tenant, permissions: ['answer'], impersonating: null }
  if (n % 2 === 0) await consentry.grant(becky, id, { expiresAt: n % 4 === 0 ? null : NOW - 5 })
}
clock = NOW

const access = accessFrom(await Promise.all(tenants.map((tenant) => repository.factsPage({ tenant, limit: 1000 }))), {
  legacy,
  everyTenant: true,
})
const live = createLiveAccess({ repository, legacy, maxStalenessMs: 3_600_000 })
await live.ready()
// Kept, or else the compiler would do without it.
let kept = { allowed: false }
const wasteful = {
  canImpersonate: (user, tenant, method, now) => {
    kept = { allowed: access.canImpersonate(user, tenant, method, now) }
    return kept.allowed
  },
}

function allowedBy(asked, times) {
  let allowed = 0
  for (let n = 0; n < times; n++) if (asked.canImpersonate(users[n & 63], tenants[(n >> 6) & 63], METHODS[n % 3], NOW)) allowed += 1
  return allowed
}

// What is compiled on the way is no garbage of the answers.
for (let again = 0; again < 3; again++) for (const asked of [access, live, wasteful]) allowedBy(asked, TIMES / 4)

globalThis.gc()
const allowed = []
for (const asked of [access, live, wasteful]) {
  allowed.push(allowedBy(asked, TIMES))
  globalThis.gc()
}
await live.close()
deepStrictEqual(new Set(allowed).size, 1)
process.stdout.write(`allowed: ${allowed[0]}\n`)
