/** The house keeps its own rules, and every rule is one that a planted breach breaks. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { arrowsUp, barrels, circles, strangers } from './floors.js'
import { CEILING, FIRST_LINE, forbiddenWords, longFirstLines, misnamed, sharedNames, tooLong, uninvited, withoutOpening } from './looks.js'
import { cryptoElsewhere, impurities, swallowingDefaults } from './purity.js'
import { readTree, type Tree } from './tree.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const src = readTree(join(root, 'src'))
const everything: Tree = new Map(
  ['src', 'test', 'examples'].flatMap((folder) => [...readTree(join(root, folder))].map(([path, text]) => [`${folder}/${path}`, text])),
)

/** What readers get besides the sources: guides, README and changelog. SPEC.md follows its source. */
const prose: Tree = new Map(
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !/node_modules|SPEC\.md|[\\/]\.|^\./.test(path))
    .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
)

interface Rule {
  readonly rule: string
  readonly check: (tree: Tree) => string[]
  /** What the rule is about, where that is more than `src`. */
  readonly tree?: Tree
  /** A small house in which it is broken, by path. */
  readonly planted: Readonly<Record<string, string>>
  /** What must be found there, and nothing else. */
  readonly found: readonly string[]
}

/** The sources behind the package's entry points. */
const doors = new Set(
  Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).exports)
    .filter((name) => !name.endsWith('.json'))
    .map((name) => (name === '.' ? 'index.ts' : `${name.slice(2)}.ts`)),
)

const lines = (count: number) => `${'// a line\n'.repeat(count - 1)}export const last = 1\n`

const MISNAMED = ['domain/userId.ts', 'Domain/a.ts', 'domain/user_id.ts', 'src/lib/a.ts', 'src/date-utils.ts', 'test/helpers.test.ts']

const RULES: readonly Rule[] = [
  {
    rule: 'folders are floors, and a folder looks down only; a type counts',
    check: arrowsUp,
    planted: {
      'index.ts': `export { a } from './consentry.js'\nexport { m } from './adapters/memory.js'`,
      'domain.ts': `export { d } from './domain/d.js'\nexport { a } from './access-index/a.js'`,
      'repository.ts': `export type { R } from './ports/repository.js'\nexport { a } from './access-index/a.js'`,
      'consentry.ts': `import { s } from './service/s.js'\nimport { d } from './domain/d.js'\nimport './live-access/live-access.js'`,
      'live-access/live-access.ts': `import type { R } from '../ports/repository.js'`,
      'service/s.ts': `import type { A } from '../consentry.js'\nimport { r } from '../ports/repository.js'`,
      'ports/repository.ts': `type D = import('./directory.js').D\nimport type { A } from '../access-index/a.js'`,
      'ports/directory.ts': `import { d } from '../domain/d.js'`,
      'adapters/memory.ts': `import './beside.js'\nimport { test } from '../testing/contract.js'`,
      'adapters/beside.ts': '',
      'testing/contract.ts': `import { s } from '../service/s.js'`,
      'guard/hono.ts': `const http = await import('../http/routes.js')`,
      'guard/express.ts': `import { a } from './shared.js'\nimport { g } from './hono.js'\nimport type { C } from '../consentry.js'`,
      'guard/web.ts': `import { a } from './shared.js'\nimport { g } from './hono.js'`,
      'guard/shared.ts': `import { d } from '../domain/d.js'\nimport type { R } from '../ports/repository.js'\ntype G = import('./express.js').G`,
      'http/routes.ts': `import { access } from '../access-index/a.js'\nimport type { C } from '../consentry.js'`,
      'client/client.ts': `import type { Table } from '../http/routes.js'\nimport { A } from '../http/routes.js'\nimport type { C } from '../consentry.js'`,
      'elements/answer.ts': `import { c } from '../client/client.js'\nimport type { Named } from '../ports/people.js'`,
      'elements.ts': `export { a } from './elements/answer.js'\nimport { d } from './domain/d.js'`,
      'notices.ts': `export { m } from './notices/m.js'\nimport { create } from './consentry.js'`,
      'notices/m.ts': `import type { R } from '../ports/repository.js'\nimport { a } from '../access-index/a.js'`,
      'http/api.ts': `import { create } from '../consentry.js'\nimport type { S } from '../service/s.js'`,
      'access-index/a.ts': `import { d } from '../domain/d.js'`,
      'domain/d.ts': `import type { A } from '../access-index/a.js'`,
      'attic/old.ts': '',
    },
    found: [
      'attic/old.ts is in no room of the house',
      'index.ts looks up or sideways to adapters/memory.ts',
      'domain.ts looks up or sideways to access-index/a.ts',
      'repository.ts looks up or sideways to access-index/a.ts',
      'consentry.ts looks up or sideways to live-access/live-access.ts',
      'service/s.ts looks up or sideways to consentry.ts',
      'ports/repository.ts looks up or sideways to access-index/a.ts',
      'adapters/memory.ts looks up or sideways to testing/contract.ts',
      'testing/contract.ts looks up or sideways to service/s.ts',
      'guard/hono.ts looks up or sideways to http/routes.ts',
      'guard/express.ts looks up or sideways to guard/hono.ts',
      'guard/express.ts looks up or sideways to consentry.ts',
      'guard/web.ts looks up or sideways to guard/hono.ts',
      'guard/shared.ts looks up or sideways to guard/express.ts',
      'client/client.ts looks up or sideways to http/routes.ts',
      'client/client.ts looks up or sideways to consentry.ts',
      'elements/answer.ts looks up or sideways to ports/people.ts',
      'elements.ts looks up or sideways to domain/d.ts',
      'notices.ts looks up or sideways to consentry.ts',
      'notices/m.ts looks up or sideways to access-index/a.ts',
      'http/api.ts looks up or sideways to consentry.ts',
      'http/api.ts looks up or sideways to service/s.ts',
      'domain/d.ts looks up or sideways to access-index/a.ts',
    ],
  },
  {
    rule: 'there is no circle, not even of types',
    check: circles,
    planted: {
      'domain/a.ts': `import type { B } from './b.js'`,
      'domain/b.ts': `export { c } from './c.js'`,
      'domain/c.ts': `type A = import('./a.js').A`,
      'domain/d.ts': `import './a.js'\nimport { e } from './e.js'`,
      'domain/e.ts': `import { self } from './e.js'`,
    },
    found: ['domain/a.ts ↔ domain/b.ts ↔ domain/c.ts', 'domain/e.ts'],
  },
  {
    rule: 'src imports zod, immer and date-fns; fast-check only for the arbitraries, node:assert only for the contract, lit only for the elements, the network only for webhooks, a framework only its guard',
    check: strangers,
    planted: {
      'domain/a.ts': `import { z } from 'zod'\nimport { z as mini } from 'zod/mini'\nimport { readFile } from 'node:fs'`,
      'domain/b.ts': `import type { Schema } from 'zodiac'\nimport { fc } from 'fast-check'`,
      'testing/arbitraries.ts': `import { fc } from 'fast-check'\nimport 'node:assert'`,
      'testing/contract/one.ts': `import 'node:assert/strict'\nimport { fc } from 'fast-check'`,
      'guard/express.ts': `import type { Request } from 'express'\nimport type { FastifyRequest } from 'fastify'\nimport { Router } from 'express'`,
      'guard/fastify.ts': `import { type FastifyRequest } from 'fastify'\nimport type { Plugin } from 'fastify/plugin'`,
      'guard/hono.ts': `type C = import('hono').Context\nconst { Hono } = await import('hono')`,
      'guard/nest.ts': `import { HttpException } from '@nestjs/common'\nimport type { NestFactory } from '@nestjs/core'`,
      'guard/web.ts': `import type { Context } from 'hono'`,
      'guard/shared.ts': `import type { Request } from 'express'`,
      'service/a.ts': `import type { Context } from 'hono'`,
      'elements/a.ts': `import { html } from 'lit'\nimport { z } from 'zod'\nimport { live } from 'lit-html/directives/live.js'\nimport React from 'react'`,
      'client/a.ts': `import { html } from 'lit'`,
      'notices/webhook-network.ts': `import { request } from 'node:https'\nimport { request as plain } from 'node:http'\nimport { isIP } from 'node:net'\nimport { exec } from 'node:child_process'`,
      'notices/public-address.ts': `import { BlockList } from 'node:net'\nimport { request } from 'node:http'`,
      'notices/signature.ts': `import { createHmac } from 'node:crypto'`,
      'notices/webhook.ts': `import { promises } from 'node:dns'`,
      'elements/react.ts': `import React from 'react'\nimport { createComponent } from '@lit/react'\nimport { createRoot } from 'react-dom/client'`,
    },
    found: [
      'domain/a.ts imports node:fs',
      'domain/b.ts imports zodiac',
      'domain/b.ts imports fast-check',
      'testing/arbitraries.ts imports node:assert',
      'testing/contract/one.ts imports fast-check',
      'guard/express.ts imports fastify',
      'guard/express.ts imports express',
      'guard/fastify.ts imports fastify',
      'guard/fastify.ts imports fastify/plugin',
      'guard/hono.ts imports hono',
      'guard/nest.ts imports @nestjs/core',
      'guard/web.ts imports hono',
      'guard/shared.ts imports express',
      'service/a.ts imports hono',
      'elements/a.ts imports zod',
      'elements/a.ts imports lit-html/directives/live.js',
      'elements/a.ts imports react',
      'client/a.ts imports lit',
      'notices/webhook-network.ts imports node:child_process',
      'notices/public-address.ts imports node:http',
      'notices/webhook.ts imports node:dns',
      'elements/react.ts imports react-dom/client',
    ],
  },
  {
    rule: 'only the doors of the package pass on what others declare, and nobody inside goes through them',
    check: (tree) => barrels(tree, tree === src ? doors : new Set(['index.ts', 'decision.ts'])),
    planted: {
      'index.ts': `export { a } from './domain/a.js'`,
      'decision.ts': `import { a } from './domain/a.js'\nexport { a }`,
      'domain/a.ts': `export const a = 1`,
      'domain/all.ts': `export { a } from './a.js'`,
      'domain/b.ts': `import { a } from '../decision.js'\nexport * from './a.js'\nexport const b = a`,
      'domain/index.ts': `export const c = 1`,
    },
    found: [
      'decision.ts is a door, and used from inside',
      'domain/all.ts is a barrel',
      'domain/b.ts exports everything of another file, named by nobody',
      'domain/index.ts is an index of a folder',
    ],
  },
  {
    rule: 'the domain and the access index read no clock, no randomness and no process',
    check: impurities,
    planted: {
      'domain/clock.ts': [
        `const dates = [new Date(), new Date, Date()]`,
        `const clocks = [Date.now(), Date['now'], globalThis.Date]`,
        `const { now } = Date`,
        `const chance = Math.random()`,
        `if (process.env.X) setTimeout(() => {}, performance.now())`,
        `const fine = new Date(0).getTime() + Math.max(1, Date.UTC(2026, 0)) + command.process({ process: 1 })`,
        `const also = (a: Date | string) => a instanceof Date && Date.prototype.getTime.call(a)`,
        `// new Date() and Date.now() in a comment, 'Math.random' in a text`,
      ].join('\n'),
      'access-index/clock.ts': `const clock = Date.now`,
      'consentry.ts': `const clock = Date.now`,
    },
    found: [
      ...['1 Date', '1 Date', '1 Date', '2 Date', '2 Date', '2 globalThis', '3 Date', '4 Math'].map((one) => `domain/clock.ts:${one}`),
      ...['5 process', '5 setTimeout', '5 performance'].map((one) => `domain/clock.ts:${one}`),
      'access-index/clock.ts:1 Date',
    ],
  },
  {
    rule: 'chance and hashes enter the house at consentry.ts, session-id.ts, the client and the signatures, and nowhere else',
    check: cryptoElsewhere,
    planted: {
      'consentry.ts': `const newId = () => crypto.randomUUID()`,
      'service/session-id.ts': `const bytes = crypto.getRandomValues(new Uint8Array(32))`,
      'client/fresh-id.ts': `const id = crypto.randomUUID()`,
      'notices/signature.ts': `import { createHmac } from 'node:crypto'`,
      'domain/a.ts': `const id = crypto.randomUUID()`,
      'service/b.ts': `import { randomUUID } from 'node:crypto'`,
    },
    found: ['domain/a.ts:1 crypto', 'service/b.ts:1 node:crypto'],
  },
  {
    rule: 'no switch of the domain swallows a case by default',
    check: swallowingDefaults,
    planted: { 'domain/a.ts': `switch (state) {\n  case 'pending':\n    break\n  default:\n}`, 'service/b.ts': `switch (1) { default: }` },
    found: ['domain/a.ts:4 default:'],
  },
  {
    rule: `no file of src has more than ${CEILING} lines`,
    check: tooLong,
    planted: { 'domain/long.ts': lines(CEILING + 1), 'domain/just.ts': lines(CEILING) },
    found: [`domain/long.ts has ${CEILING + 1} lines`],
  },
  {
    rule: 'every file opens with a doc comment of its own',
    check: withoutOpening,
    tree: everything,
    planted: {
      'a.ts': `/** Says what it is. */\nimport './b.js'\n`,
      'b.ts': `/** Says what it is. */\n\n/** And what this is. */\nexport const b = 1\n`,
      'c.ts': `/** Says only what this is. */\nexport const c = 1\n`,
      'd.ts': `// says it to nobody\nimport './a.js'\n`,
      'e.ts': `import './a.js'\n`,
    },
    found: ['c.ts', 'd.ts', 'e.ts'],
  },
  {
    rule: `the first line of a doc comment has at most ${FIRST_LINE} characters`,
    check: longFirstLines,
    planted: {
      'a.ts': `/** ${'x'.repeat(FIRST_LINE)} */\nexport const a = 1\n/**\n * ${'x'.repeat(FIRST_LINE)}\n * ${'x'.repeat(130)}\n */`,
      'b.ts': `/** Short. */\n\n/** ${'x'.repeat(FIRST_LINE + 1)} */\nexport const b = 1`,
      'c.ts': `/**\n * ${'x'.repeat(FIRST_LINE + 1)}\n * more\n */`,
    },
    found: ['b.ts:3 has 101 characters', 'c.ts:1 has 101 characters'],
  },
  {
    rule: 'comments, messages, guides and the changelog do without the words that the rules for prose forbid',
    check: forbiddenWords,
    tree: new Map([...src, ...prose]),
    planted: {
      'a.ts': '// Whoever asks hears of it.\nthrow new Error("he may try anew")',
      'README.md': 'The theme, this and the history of them.\nBy default, where absent.',
    },
    found: ['a.ts:1 Whoever', 'a.ts:1 hears of', 'a.ts:2 he', 'a.ts:2 anew', 'README.md:2 where absent'],
  },
  {
    rule: 'files and folders are kebab-case, and none is called utils, helpers, common or lib',
    check: misnamed,
    tree: everything,
    planted: Object.fromEntries([...MISNAMED, 'domain/tenant-request.test.ts', 'src/domain/liberty.ts'].map((path) => [path, ''])),
    found: MISNAMED,
  },
  {
    rule: 'one name means one thing: no two files have a function of one name',
    check: sharedNames,
    planted: {
      'domain/a.ts': 'function read() {}\nfunction write(): void\nfunction write(): void {}',
      'service/b.ts': 'export function read() {}\nconst write = () => {}',
      'guard/express.ts': 'export function consentryGuard() {}',
      'guard/fastify.ts': 'export function consentryGuard() {}',
    },
    found: ['read is a function of domain/a.ts and service/b.ts'],
  },
]

for (const { rule, check, tree = src, planted, found } of RULES) {
  describe(rule, () => {
    it('holds', () => expect(check(tree)).toEqual([]))
    it('a breach of it is found', () => expect(check(new Map(Object.entries(planted)))).toEqual(found))
  })
}

describe('the top level holds what custom demands and nothing else', () => {
  it('holds', () => expect(uninvited(readdirSync(root), readFileSync(join(root, '.gitignore'), 'utf8'))).toEqual([]))
  it('a breach of it is found', () => {
    const found = uninvited(['src', 'dist', 'notes.md', 'a.tgz', 'vitest.config.ts'], '# made\ndist/\n*.tgz\n!src/x\n')
    expect(found).toEqual(['.gitignore: !src/x', 'notes.md', 'vitest.config.ts'])
  })
})

it('there is a house to look at', () => expect(src.size).toBeGreaterThan(20))
