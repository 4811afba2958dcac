/** One story from asking to deciding, told with whichever copy of the package the teller has loaded. */
'use strict'
const assert = require('node:assert/strict')

const staff = ['elizabeth', 'caroline']
const directory = {
  members: (_tenant, users) => users.filter((user) => staff.includes(user)),
  askable: (_tenant, tenants) => tenants.filter((tenant) => tenant === 'tom-sawyer'),
}
const elizabeth = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null }
const becky = { user: 'becky', tenant: 'tom-sawyer', permissions: ['answer'], impersonating: null }

/** Asks, grants, decides and revokes; holds the memory repository to every tenth law, to see them run; throws where something is not as told. */
exports.scenario = async ({ consentry, decision, memory, laws }) => {
  for (const entry of [consentry, decision, memory, laws]) assert.equal('default' in entry, false, 'nothing is exported by default')
  let now = Date.UTC(2026, 0, 15)
  const service = consentry.createConsentry({ repository: memory.memoryRepository(), directory, clock: () => now })

  const { sent } = await service.submit(elizabeth, {
    name: 'SupportAccess',
    associations: [{ users: ['caroline'], tenants: ['tom-sawyer'] }],
  })
  assert.equal(sent.length, 1)
  const question = { user: 'caroline', tenant: 'tom-sawyer', method: 'access-request' }
  await assert.rejects(service.authorize(question), (error) => consentry.isConsentryError(error, 'access-denied'))

  const expiresAt = now + 1000
  await service.grant(becky, sent[0].id, { expiresAt })
  assert.deepEqual(await service.authorize(question), { allowed: true, reason: 'granted', grantedBy: [sent[0].id], changesAt: expiresAt })

  const access = decision.accessFrom([await service.facts('tom-sawyer')])
  assert.equal(access.canImpersonate('caroline', 'tom-sawyer', 'access-request', expiresAt - 1), true)
  assert.equal(access.canImpersonate('caroline', 'tom-sawyer', 'access-request', expiresAt), false)

  now += 1
  await service.revoke(becky, sent[0].id, { message: 'Thank you.' })
  assert.equal((await service.decide(question)).reason, 'revoked')
  await assert.rejects(
    service.revoke(becky, sent[0].id),
    (error) => error instanceof consentry.ConsentryError && error.code === 'not-holding',
  )

  for (const law of laws.repositoryLaws.filter((_law, index) => index % 10 === 0)) await law.check(memory.memoryRepository)
}
