/** The generators, in both formats, where the host has fast-check. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import * as esm from 'consentry/testing/arbitraries'
import * as fc from 'fast-check'

for (const arbitraries of [esm, createRequire(import.meta.url)('consentry/testing/arbitraries')]) {
  assert.equal('default' in arbitraries, false, 'nothing is exported by default')
  await fc.assert(fc.property(arbitraries.tenantId(), (id) => /^[\x21-\x7e]{1,128}$/.test(id)))
}
process.stdout.write('told\n')
