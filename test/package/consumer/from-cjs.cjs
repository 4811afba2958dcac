/** The story, told by a CommonJS module that requires every entry point with nothing to install. */
'use strict'
const assert = require('node:assert/strict')
const consentry = require('consentry')
const memory = require('consentry/adapters/memory')
const postgres = require('consentry/adapters/postgres')
const sqlite = require('consentry/adapters/sqlite')
const client = require('consentry/client')
const decision = require('consentry/decision')
const domain = require('consentry/domain')
const feed = require('consentry/feed')
const express = require('consentry/guard/express')
const fastify = require('consentry/guard/fastify')
const hono = require('consentry/guard/hono')
const web = require('consentry/guard/web')
const http = require('consentry/http')
const onExpress = require('consentry/http/express')
const onFastify = require('consentry/http/fastify')
const notices = require('consentry/notices')
const repository = require('consentry/repository')
const laws = require('consentry/testing/contract')
const { scenario } = require('./scenario.cjs')

// Only the generators, and the guard and the module for Nest, need a package of the host's, and say so by name.
assert.throws(() => require('consentry/testing/arbitraries'), /fast-check/)
assert.throws(() => require('consentry/guard/nest'), /@nestjs\/common/)
assert.throws(() => require('consentry/http/nest'), /@nestjs\/common/)
assert.throws(() => require('consentry/elements'), /lit/)
assert.throws(() => require('consentry/elements/react'), /lit/)
const guards = [express, fastify, hono, web]
const mounts = [onExpress, onFastify]
scenario({ consentry, decision, domain, repository, memory, sqlite, postgres, laws, http, mounts, client, guards, feed, notices }).then(
  () => process.stdout.write('told\n'),
  (error) => {
    process.stderr.write(`${error.stack}\n`)
    process.exitCode = 1
  },
)
