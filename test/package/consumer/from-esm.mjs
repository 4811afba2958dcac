/** The story, told by an ES module that imports every entry point with nothing to install. */
import * as consentry from 'consentry'
import * as memory from 'consentry/adapters/memory'
import * as postgres from 'consentry/adapters/postgres'
import * as sqlite from 'consentry/adapters/sqlite'
import * as client from 'consentry/client'
import * as decision from 'consentry/decision'
import * as domain from 'consentry/domain'
import * as feed from 'consentry/feed'
import * as express from 'consentry/guard/express'
import * as fastify from 'consentry/guard/fastify'
import * as hono from 'consentry/guard/hono'
import * as web from 'consentry/guard/web'
import * as http from 'consentry/http'
import * as onExpress from 'consentry/http/express'
import * as onFastify from 'consentry/http/fastify'
import * as notices from 'consentry/notices'
import * as repository from 'consentry/repository'
import * as laws from 'consentry/testing/contract'
import { scenario } from './scenario.cjs'

const guards = [express, fastify, hono, web]
const mounts = [onExpress, onFastify]
await scenario({ consentry, decision, domain, repository, memory, sqlite, postgres, laws, http, mounts, client, guards, feed, notices })
await assertMissing('fast-check', () => import('consentry/testing/arbitraries'))
await assertMissing('@nestjs/common', () => import('consentry/guard/nest'))
await assertMissing('@nestjs/common', () => import('consentry/http/nest'))
await assertMissing('lit', () => import('consentry/elements'))
await assertMissing('lit', () => import('consentry/elements/react'))
process.stdout.write('told\n')

/** Only the generators, the guard and the module for Nest, and the elements need a package of the host's, and say so by name. */
async function assertMissing(name, load) {
  const failure = await load().then(
    () => undefined,
    (error) => error,
  )
  if (!failure?.message.includes(name)) throw new Error(`this loads without ${name}`, { cause: failure })
}
