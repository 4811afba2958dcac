/** The guard and the module for Nest, in both formats, where the host has Nest. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { HttpException } from '@nestjs/common'
import * as esm from 'consentry/guard/nest'

const context = (request) => ({
  getType: () => 'http',
  switchToHttp: () => ({ getRequest: () => request, getResponse: () => ({ setHeader: () => {} }) }),
})
const caroline = { user: 'caroline', tenant: 'classics', permissions: [], impersonating: null }
const consentry = { authorize: async () => ({ allowed: true, reason: 'legacy-permitted' }) }

for (const nest of [esm, createRequire(import.meta.url)('consentry/guard/nest')]) {
  assert.equal('default' in nest, false, 'nothing is exported by default')
  const guard = (tenant) => nest.consentryGuard({ consentry, actor: () => caroline, tenant: () => tenant, method: () => 'legacy-support' })
  const request = {}
  assert.equal(await guard('tom-sawyer').canActivate(context(request)), true)
  assert.equal(request.impersonation.user, 'caroline')
  await assert.rejects(guard('tom%2Dsawyer').canActivate(context({})), HttpException)
}
const require = createRequire(import.meta.url)
for (const { CONSENTRY, ConsentryModule } of [await import('consentry/http/nest'), require('consentry/http/nest')])
  assert.deepEqual(ConsentryModule.forRoot({ consentry }).exports, [CONSENTRY])
process.stdout.write('told\n')
