/** The decision on its own, in both formats, where nothing else is installed. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import * as esm from 'consentry/decision'

const request = {
  id: 'r1',
  requestingTenant: 'classics',
  tenant: 'tom-sawyer',
  users: ['caroline'],
  removed: [],
  sentAt: 1,
  state: 'granted',
  grantedAt: 2,
  expiresAt: 9,
}
const facts = { tenant: 'tom-sawyer', governed: true, requests: [request] }
for (const { accessFrom, canImpersonate, decide } of [esm, createRequire(import.meta.url)('consentry/decision')]) {
  const access = accessFrom([facts])
  for (const [now, allowed] of [
    [1, false],
    [2, true],
    [8, true],
    [9, false],
  ]) {
    const question = ['caroline', 'tom-sawyer', 'access-request', now]
    assert.equal(access.canImpersonate(...question, 'classics'), allowed)
    assert.equal(canImpersonate(...question, facts, { from: 'classics' }), allowed)
    assert.equal(decide(...question, facts, { from: 'classics' }).allowed, allowed)
    assert.equal(decide(...question, facts, { from: 'novels' }).reason, 'not-associated')
  }
}

// Were the rest of the package to load as well, this would not be the place where nothing is installed.
await assert.rejects(import('consentry'), { code: 'ERR_MODULE_NOT_FOUND' })
process.stdout.write('told\n')
