/** Two copies of the package in one process, one a format: an error of either is known to both. */
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import * as esm from 'consentry'
import * as edge from 'consentry/decision'

const require = createRequire(import.meta.url)
const cjs = require('consentry')
const cjsEdge = require('consentry/decision')

// Were the classes one, the rest would prove nothing.
assert.notEqual(esm.ConsentryError, cjs.ConsentryError)
// Within a format there is one class, whichever door it came through.
assert.equal(esm.ConsentryError, edge.ConsentryError)
assert.equal(cjs.ConsentryError, cjsEdge.ConsentryError)

const copies = [esm, cjs, edge, cjsEdge]
for (const thrower of copies) {
  for (const judge of copies) {
    assert.throws(
      () => thrower.accessFrom([{}]),
      (error) =>
        judge.isConsentryError(error) && judge.isConsentryError(error, 'invalid-facts') && !judge.isConsentryError(error, 'corrupt'),
    )
    assert.equal(judge.isConsentryError(new Error('another')), false)
  }
}
process.stdout.write('told\n')
