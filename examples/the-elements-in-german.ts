/** The elements in a language of your own: a page in German, with an object of texts beside it. */
import { deepEqual, match } from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { serve } from '@hono/node-server'
import { type Actor, createConsentry, type Directory, type Named } from 'consentry'
import { memoryRepository } from 'consentry/adapters/memory'
import { en } from 'consentry/elements'
import { consentryApi, type Person } from 'consentry/http'
import { build } from 'esbuild'
import { Hono } from 'hono'
import { de } from './german/de.js'

const directory: Directory = { members: (vendor, users) => (vendor === 'classics' ? users : []), askable: (_vendor, tenants) => tenants }
const consentry = createConsentry({ repository: memoryRepository(), directory })
const elizabeth: Actor = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null }
for (const message of ['Caroline betreut Ihr Konto.', 'Charlotte hilft bei der Inventur.'])
  await consentry.submit(elizabeth, { name: 'SupportAccess', message, associations: [{ users: ['caroline'], tenants: ['turnverein'] }] })

// Stands for your login: everybody is Effi, who answers for her tenant. Names come from your tables.
const effi: Person = { user: 'effi', tenant: 'turnverein', permissions: ['answer'] }
const NAMES: readonly Named[] = [
  { id: 'classics', name: 'Classics, Inc.' },
  { id: 'effi', name: 'Effi Briest' },
]
const named = (ids: readonly string[]) => NAMES.filter(({ id }) => ids.includes(id))
const none = () => ({ items: [], next: null })
const people = { users: named, tenants: named, findUsers: none, findTenants: none }
const api = consentryApi({ consentry, people, person: () => effi, basePath: '/consentry' })

// A bundler makes the page's script: the elements, and the texts.
const entryPoints = [fileURLToPath(new URL('german/page.ts', import.meta.url))]
const { outputFiles } = await build({ entryPoints, bundle: true, format: 'esm', target: 'es2022', write: false })
const script = outputFiles[0]?.text ?? ''
const PAGE = `<!doctype html><html lang="de"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>Anfragen</title><script type="module" src="/page.js"></script>
<main><h1>Turnverein Hohen-Cremmen</h1><consentry-incoming filter="pending"></consentry-incoming></main>`

const app = new Hono()
  .get('/', (c) => c.html(PAGE, 200, { 'content-security-policy': "default-src 'none'; script-src 'self'; connect-src 'self'" }))
  .get('/page.js', (c) => c.body(script, 200, { 'content-type': 'text/javascript' }))
  .all('/consentry/*', (c) => api(c.req.raw))

// The compiler has checked that no text is missing. This checks that none is empty, and none is left over.
const pathsOf = (texts: object, path = ''): string[] =>
  Object.entries(texts).flatMap(([key, text]) =>
    typeof text === 'object' ? pathsOf(text, `${path}${key}.`) : text === '' ? [] : [path + key],
  )
deepEqual(pathsOf(de).sort(), pathsOf(en).sort())
match(await (await app.request('/page.js')).text(), /Eingehende Anfragen/)
match(await (await app.request('/consentry/incoming')).text(), /Caroline betreut Ihr Konto\./)

serve({ fetch: app.fetch, port: Number(process.env['PORT'] ?? 3000) }, ({ port }) =>
  console.log(`Die Seite ist auf http://localhost:${port}. Ctrl+C beendet sie.`),
)
