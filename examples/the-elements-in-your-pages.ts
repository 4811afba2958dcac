/** The elements in an application's own pages, one without a framework and one in React 19, both with the look of the application. */
import { match } from 'node:assert/strict'
import { serve } from '@hono/node-server'
import { createConsentry } from 'consentry'
import { sqliteDirectory, sqliteRepository } from 'consentry/adapters/sqlite'
import { consentryApi, type Person } from 'consentry/http'
import { Hono } from 'hono'
import { setCookie } from 'hono/cookie'
import Database from 'libsql'
import { bundleAssets, pageOf } from './theme/assets.js'

const database = new Database(':memory:')
database.exec(`create table users (id text, name text, tenant text); create table tenants (id text, name text, vendor text);
  insert into users values ('tom', 'Tom Sawyer', 'tom-sawyer'), ('elizabeth', 'Elizabeth Bennet', 'classics'),
    ('caroline', 'Caroline Bingley', 'classics'), ('charlotte', 'Charlotte Lucas', 'classics');
  insert into tenants values ('classics', 'Classics, Inc.', null), ('tom-sawyer', 'Tom Sawyer Fence Painting Co.', 'classics'),
    ('hundred-acre', 'Hundred Acre Wood Art Gallery', 'classics')`)
const directory = sqliteDirectory({ database, users: 'select * from users', tenants: 'select * from tenants' })
const repository = sqliteRepository({ database })
await repository.migrate()
const consentry = createConsentry({ repository, directory })

// Stands for your login: each of the two pages is that of one person, who is the cookie.
const PEOPLE = {
  tom: { user: 'tom', tenant: 'tom-sawyer', permissions: ['answer'] },
  elizabeth: { user: 'elizabeth', tenant: 'classics', permissions: ['submit'] },
} satisfies Record<string, Person>
const person = ({ headers }: Request) => (/\bwho=tom\b/.test(headers.get('cookie') ?? '') ? PEOPLE.tom : PEOPLE.elizabeth)
const api = consentryApi({ consentry, people: directory, person, basePath: '/consentry' })

const [message, users] = ['Caroline looks after your account.', ['caroline']]
const elizabeth = { ...PEOPLE.elizabeth, permissions: ['submit'], impersonating: null } as const
await consentry.submit(elizabeth, { name: 'SupportAccess', message, associations: [{ users, tenants: ['tom-sawyer', 'hundred-acre'] }] })

const assets = await bundleAssets()
const headers = { 'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'" }

const app = new Hono().all('/consentry/*', (c) => api(c.req.raw))
for (const [path, [body, type]] of assets) app.get(path, (c) => c.body(body, 200, { 'content-type': type }))
const pages = { '/': ['tom', 'plain', '<consentry-incoming></consentry-incoming>'], '/react': ['elizabeth', 'react', ''] } as const
for (const [path, [who, script, content]] of Object.entries(pages))
  app.get(path, (c) => {
    setCookie(c, 'who', who, { sameSite: 'Lax' })
    return c.html(pageOf(script, content), 200, headers)
  })

match(await (await app.request('/plain.js')).text(), /Incoming requests/)
match(await (await app.request('/react.js')).text(), /Outgoing requests/)

serve({ fetch: app.fetch, port: Number(process.env['PORT'] ?? 3000) }, ({ port }) =>
  console.log(`Tom's page is on http://localhost:${port}, and Elizabeth's, in React, on http://localhost:${port}/react. Ctrl+C ends it.`),
)
