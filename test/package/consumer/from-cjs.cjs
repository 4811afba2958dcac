/** The story, told by a CommonJS module that requires every entry point with nothing to install. */
'use strict'
const assert = require('node:assert/strict')
const consentry = require('consentry')
const memory = require('consentry/adapters/memory')
const decision = require('consentry/decision')
const laws = require('consentry/testing/laws')
const { scenario } = require('./scenario.cjs')

// Only the generators need fast-check, and say so by name.
assert.throws(() => require('consentry/testing/arbitraries'), /fast-check/)
scenario({ consentry, decision, memory, laws }).then(
  () => process.stdout.write('told\n'),
  (error) => {
    process.stderr.write(`${error.stack}\n`)
    process.exitCode = 1
  },
)
