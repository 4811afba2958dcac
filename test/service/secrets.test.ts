/** What stands in place of a session's secret id is in no message, which a host may log (SPEC 7.4). */
import { expect, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { withConsentryGuard } from '../../src/guard/web.js'
import { type Actor, createConsentry, isConsentryError } from '../../src/index.js'

const SECRETS = ['Bearer 5ec2e7', '5ec2e7'.repeat(30), '5ec2e7\u0000', '5ec2`e7 5ec2e7', 5_267_000_000, 5_267_000_000n, ['5ec2e7']]
const actor: Actor = { user: 'caroline', tenant: 'classics', permissions: [], impersonating: null }
const consentry = createConsentry({ repository: memoryRepository(), directory: { members: () => [], askable: () => [] } })

const ways: Readonly<Record<string, (id: never) => Promise<unknown>>> = {
  checkImpersonation: (id) => consentry.checkImpersonation(actor, id),
  endImpersonation: (id) => consentry.endImpersonation(actor, id),
  endSession: (id) => consentry.endSession(actor, id),
  resume: (id) => consentry.resume({ ...actor, session: id }),
  'a guard by session': (id) =>
    new Promise((_, reject) => {
      const options = { consentry, actor: () => actor, tenant: () => 'tom-sawyer', session: () => id }
      const onDenied = (denial: { readonly error?: unknown }) => reject(denial.error)
      void withConsentryGuard({ ...options, onDenied }, () => new Response())(new Request('http://localhost'))
    }),
}

it.each(Object.entries(ways))('%s quotes none', async (_, call) => {
  for (const secret of SECRETS) {
    const error: unknown = await call(secret as never).catch((thrown: unknown) => thrown)
    if (isConsentryError(error)) {
      expect(error.code).toBe('invalid-input')
      expect(`${error.message} ${JSON.stringify(error.issues)}`).not.toMatch(/5ec2|5267000000/)
    }
    // A text that is no id is no session of a login (SPEC 7.8).
    else expect([typeof secret, error]).toEqual(['string', expect.objectContaining({ ended: { at: null, cause: 'not-found' } })])
  }
})
