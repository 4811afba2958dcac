/** The decision and the client on their own, in both formats, where nothing else is installed. */
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

// The client needs nothing, either.
for (const { consentryClient, isClientError } of [await import('consentry/client'), createRequire(import.meta.url)('consentry/client')]) {
  const fetch = async () => Response.json({ items: [{ sentAt: '2026-01-15T09:00:00.000Z' }], next: null })
  for await (const { sentAt } of consentryClient({ baseUrl: '', fetch }).listIncoming()) assert.equal(sentAt, Date.UTC(2026, 0, 15, 9))
  const error = await consentryClient({ baseUrl: '', fetch: async () => new Response('<html>') })
    .getMe()
    .catch((thrown) => thrown)
  assert.equal(isClientError(error, 'unavailable'), true)
}

// Were the rest of the package to load as well, this would not be the place where nothing is installed.
await assert.rejects(import('consentry'), { code: 'ERR_MODULE_NOT_FOUND' })
process.stdout.write('told\n')
