/** The API on Hono: a middleware of your own knows the person, and the API's routes stand beside yours. */
import { randomUUID } from 'node:crypto'
import { createConsentry } from 'consentry'
import { sqliteRepository } from 'consentry/adapters/sqlite'
import { consentryApi, type Person } from 'consentry/http'
import { Hono } from 'hono'
import { contextStorage, getContext } from 'hono/context-storage'
import Sqlite from 'libsql'
import { playConsent } from './clients/play-consent.js'
import { directoryInSqlite } from './stores/directory.js'

const database = new Sqlite(':memory:') // or the path of a file
const repository = sqliteRepository({ database })
await repository.migrate()
const consentry = createConsentry({ repository, directory: directoryInSqlite(database) })

// Stands for your login, which says who asks: these tokens are random, and end with the process.
const tokens = { elizabeth: randomUUID(), tom: randomUUID(), caroline: randomUUID() }
const logins = new Map<string | undefined, Person>([
  [`Bearer ${tokens.elizabeth}`, { user: 'elizabeth', tenant: 'classics', permissions: ['submit'] }],
  [`Bearer ${tokens.tom}`, { user: 'tom', tenant: 'tom-sawyer', permissions: ['answer'] }],
  [`Bearer ${tokens.caroline}`, { user: 'caroline', tenant: 'classics', permissions: [] }],
])

type Env = { Variables: { person: Person | undefined } }
const app = new Hono<Env>()
app.use(contextStorage())
app.use((c, next) => {
  c.set('person', logins.get(c.req.header('authorization')))
  return next()
})

// The API gets the web-standard request. What your middleware has found is in Hono's context of that request.
const api = consentryApi({ consentry, person: () => getContext<Env>().var.person, basePath: '/consentry' })
app.all('/consentry/*', (c) => api(c.req.raw))
app.get('/', (c) => c.text(`Hello, ${c.var.person?.user ?? 'nobody'}.`))

// Here Hono is asked without a socket. To serve it on Node: `serve(app)` of `@hono/node-server`; elsewhere `app.fetch` is the handler.
const hello = await app.request('/', { headers: { authorization: `Bearer ${tokens.tom}` } })
console.log(await hello.text())
const ask = async (url: string, init: RequestInit) => app.request(url, init)
console.log('Hono', await playConsent({ baseUrl: 'http://localhost/consentry', tokens, fetch: ask }))
