/** One story from asking to deciding, told with whichever copy of the package the teller has loaded. */
'use strict'
const assert = require('node:assert/strict')

const staff = ['elizabeth', 'caroline']
const directory = {
  members: (tenant, users) => users.filter((user) => tenant === 'classics' && staff.includes(user)),
  askable: (_tenant, tenants) => tenants.filter((tenant) => tenant === 'tom-sawyer'),
}
const elizabeth = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null }
const becky = { user: 'becky', tenant: 'tom-sawyer', permissions: ['answer'], impersonating: null }

/** Asks, grants, lets somebody in by a guard, decides and revokes; over every store that can be had; holds the memory repository to every tenth law, to see them run; throws where something is not as told. */
exports.scenario = async ({
  consentry,
  decision,
  domain,
  repository: port,
  memory,
  sqlite,
  postgres,
  laws,
  http,
  mounts,
  client,
  guards,
  feed,
  notices,
}) => {
  for (const entry of [
    consentry,
    decision,
    domain,
    port,
    memory,
    sqlite,
    postgres,
    laws,
    http,
    ...mounts,
    client,
    ...guards,
    feed,
    notices,
  ])
    assert.equal('default' in entry, false, 'nothing is exported by default')
  await told({ consentry, decision, guards, repository: memory.memoryRepository() })
  toldPurely({ consentry, decision, domain, port })

  // Without a driver there is nothing to try it on but what Node brings along, from 22.13 on.
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite') ?? {}
  if (DatabaseSync) {
    const repository = sqlite.sqliteRepository({ database: new DatabaseSync(':memory:') })
    await repository.migrate()
    await told({ consentry, decision, guards, repository })
  }
  const steps = [...sqlite.sqliteMigrations(), ...postgres.postgresMigrations()]
  assert.ok(steps.every(({ version, sql }) => version > 0 && sql.includes('create table')))
  assert.throws(
    () => postgres.postgresRepository({ pool: {}, schema: 'no name' }),
    (error) => consentry.isConsentryError(error, 'invalid-input'),
  )

  await overWebhook({ consentry, notices })
  await overFeed({ consentry, feed, notices, repository: memory.memoryRepository() })
  await overHttp({ consentry, http, mounts, client, repository: memory.memoryRepository() })
  for (const law of laws.repositoryContract.filter((_law, index) => index % 10 === 0)) await law.check(memory.memoryRepository)
}

/** The same story without a service or a repository: asks, grants, folds the events and decides. */
function toldPurely({ consentry, decision, domain, port }) {
  const now = Date.UTC(2026, 0, 15)
  let ids = 0
  const newId = () => `id-${++ids}`
  const input = { name: 'SupportAccess', associations: [{ users: ['caroline'], tenants: ['tom-sawyer'] }] }
  const parsed = domain.parseSubmission(input, { maxTenants: 1, maxPairs: 1, maxUsersPerTenant: 1 })
  assert.ok(parsed.ok)
  const members = { members: new Set(staff), askable: new Set(['tom-sawyer']) }
  const submitted = domain.submit(...parsed.value, { actor: elizabeth, now, newId, directory: members, policy: { answerWithin: null } })
  assert.ok(submitted.ok)
  const [request] = submitted.value.tenantRequests
  const known = { actorIsRequester: false, members: new Set(staff), askable: true }
  const context = { actor: becky, now, newId, ...known, policy: { maxGrant: null } }
  const granted = domain.grant(request, { message: '', expiresAt: null }, context)
  assert.ok(granted.ok)

  const [, received] = submitted.value.events
  const after = domain.fold([received, granted.value])
  assert.deepEqual(after, domain.evolve(request, granted.value))
  assert.deepEqual(port.TenantRequest.parse(JSON.parse(JSON.stringify(after))), after)
  assert.equal(port.statusAt(after, now), 'granted')
  const facts = { tenant: 'tom-sawyer', governed: true, requests: [port.toFacts(after)] }
  assert.equal(decision.canImpersonate('caroline', 'tom-sawyer', 'access-request', now, facts), true)
  assert.deepEqual(domain.grant(after, { message: '', expiresAt: null }, context), {
    ok: false,
    refusal: { code: 'not-pending', status: 'granted' },
  })

  const corrupt = (error) => error instanceof consentry.ConsentryError && error.code === 'corrupt'
  assert.throws(() => domain.fold([]), corrupt)
  assert.throws(() => port.fold([]), corrupt)
}

/** A webhook refuses an address that is not public, and a mistake in its options. */
async function overWebhook({ consentry, notices }) {
  const endpoint = () => ({ url: 'https://127.0.0.1/', secret: `whsec_${'A'.repeat(32)}` })
  const to = { role: 'tenant', tenant: 'tom-sawyer' }
  const notice = { id: 'n1', kind: 'expired', at: 0, to, facts: { tenantRequest: 'r1', tag: 'R-1', requestingTenant: 'classics' } }
  const context = { now: 0, signal: new AbortController().signal, reached: [], isClosed: () => false }
  await assert.rejects(
    notices.webhook({ endpoint }).send({ id: 'n1', to, notices: [notice], attempt: 1 }, context),
    (error) => error instanceof notices.DeliveryError && error.retry && /not public/.test(error.message),
  )
  assert.throws(
    () => notices.webhook({}),
    (error) => consentry.isConsentryError(error, 'invalid-input'),
  )
}

/** A submission is handled by a follower of the feed, and told to the tenant. */
async function overFeed({ consentry, feed, notices, repository }) {
  const service = consentry.createConsentry({ repository, directory })
  const [handled, told] = [[], []]
  const send = async ({ notices: [{ kind }] }) => void told.push(kind)
  const channel = { name: 'told', roles: ['tenant'], digests: false, send }
  const running = await notices.startNotices({ consentry: service, repository, deliver: [channel], background: false })
  const handle = (entries) => void handled.push(...entries.map(({ event }) => event.type))
  const follower = feed.followFeed({ repository, reader: 'handled', handle, background: false })
  await service.submit(elizabeth, { name: 'SupportAccess', associations: [{ users: ['caroline'], tenants: ['tom-sawyer'] }] })
  assert.equal(await follower.catchUp(), true)
  assert.equal(await running.gather(), true)
  assert.equal(await running.send(), 1)
  assert.deepEqual(handled, ['access-request.submitted', 'tenant-request.received'])
  assert.deepEqual(told, ['received'])
  await Promise.all([follower.close(), running.close()])
}

/** The HTTP API answers a person, and its problems are those of the service's errors. */
async function overHttp({ consentry, http, mounts, client, repository }) {
  const service = consentry.createConsentry({ repository, directory: { members: () => [], askable: () => [] } })
  const person = () => ({ user: 'caroline', tenant: 'classics', permissions: [] })
  const api = http.consentryApi({ consentry: service, person })
  const asked = client.consentryClient({ baseUrl: 'http://localhost', fetch: async (url, init) => api(new Request(url, init)) })
  assert.equal((await asked.getMe()).user, person().user)
  await assert.rejects(
    asked.listOutgoing(),
    (thrown) => consentry.isConsentryError(thrown, 'not-permitted') && client.isClientError(thrown),
  )
  for (const mount of mounts) assert.equal(typeof (mount.toExpress ?? mount.toFastify)(api), 'function')
  assert.equal((await api(new Request('http://localhost/me'))).status, 200)
  assert.equal((await api(new Request('http://localhost/outgoing'))).status, 403)
  const error = await service.outgoing({ ...person(), impersonating: null }).catch((thrown) => thrown)
  assert.equal(http.problemOf(error).code, 'not-permitted')
}

async function told({ consentry, decision, guards, repository }) {
  let now = Date.UTC(2026, 0, 15)
  const service = consentry.createConsentry({ repository, directory, clock: () => now })

  const { sent } = await service.submit(elizabeth, {
    name: 'SupportAccess',
    associations: [{ users: ['caroline'], tenants: ['tom-sawyer'] }],
  })
  assert.equal(sent.length, 1)
  const question = { user: 'caroline', tenant: 'tom-sawyer', method: 'access-request', from: 'classics' }
  await assert.rejects(service.authorize(question), (error) => consentry.isConsentryError(error, 'access-denied'))

  const expiresAt = now + 1000
  await service.grant(becky, sent[0].id, { expiresAt })
  assert.deepEqual(await service.authorize(question), { allowed: true, reason: 'granted', grantedBy: [sent[0].id], changesAt: expiresAt })

  const access = decision.accessFrom([await service.facts('tom-sawyer')])
  assert.equal(access.canImpersonate('caroline', 'tom-sawyer', 'access-request', expiresAt - 1), true)
  assert.equal(access.canImpersonate('caroline', 'tom-sawyer', 'access-request', expiresAt), false)

  const caroline = { user: 'caroline', tenant: 'classics', permissions: [], impersonating: null }
  const { id } = await service.startImpersonation(caroline, { tenant: 'tom-sawyer', method: 'access-request' })
  const doors = guards.map((guard) =>
    doorOf(guard, { consentry: service, actor: () => caroline, tenant: () => 'tom-sawyer', session: () => id }),
  )
  for (const door of doors) assert.deepEqual(await door(), { passed: 'caroline' })

  now += 1
  await service.revoke(becky, sent[0].id, { message: 'Thank you.' })
  for (const door of doors) assert.deepEqual(await door(), { status: 403 })
  assert.equal((await service.decide(question)).reason, 'revoked')
  await assert.rejects(
    service.revoke(becky, sent[0].id),
    (error) => error instanceof consentry.ConsentryError && error.code === 'not-active',
  )
}

/** A door behind a guard, whichever framework it is for, without the framework: who passed, or the status of the denial. */
function doorOf({ consentryGuard, withConsentryGuard }, options) {
  if (withConsentryGuard) {
    const handler = withConsentryGuard(options, (_request, { user }) => Response.json({ passed: user }))
    return async () => {
      const response = await handler(new Request('http://localhost/'))
      return response.status === 200 ? response.json() : { status: response.status }
    }
  }
  const guard = consentryGuard(options)
  return async () => {
    let status
    // What each framework calls its own: a request or a context, then a response or what comes next.
    const request = {
      set: (name, value) => Object.assign(request, { [name]: value }),
      body: (_text, code) => {
        status = code
      },
    }
    const response = Object.assign(() => {}, {
      setHeader: () => {},
      end: () => {
        status = response.statusCode
      },
      header: () => {},
      code: (code) => {
        status = code
        return { send: () => {} }
      },
    })
    await guard(request, response, () => {})
    return status === undefined ? { passed: request.impersonation.user } : { status }
  }
}
