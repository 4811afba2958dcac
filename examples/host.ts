/** A whole host on Express: its database, who works where, names, a login, the HTTP API, and a guard in front of its data. */
import { compare, hashSync } from 'bcryptjs'
import { createConsentry } from 'consentry'
import { sqliteDirectory, sqliteRepository } from 'consentry/adapters/sqlite'
import { consentryGuard } from 'consentry/guard/express'
import { consentryApi, type Person } from 'consentry/http'
import { expressRequestOf, toExpress } from 'consentry/http/express'
import cookieSession from 'cookie-session'
import express, { type Request } from 'express'
import Database from 'libsql'

const { DATABASE = 'host.db', SECRET = crypto.randomUUID() } = process.env // without a secret, a restart ends all logins
export const database: Database.Database = new Database(DATABASE) // with your own tables, such as those of `demo/tables.ts`
const rows = <Row>(sql: string, ...values: unknown[]) => database.prepare(sql).all(...values) as Row[]

export const repository = sqliteRepository({ database })
await repository.migrate()
export const directory = sqliteDirectory({ database, users: 'select * from users', tenants: 'select * from tenants' })
export const legacy = (user: string) => rows('select 1 from users where id = ? and legacy_tool', user).length > 0
export const consentry = createConsentry({ repository, directory, legacy })

const NOBODY = hashSync(crypto.randomUUID()) // compared for an unknown user, so that a refusal takes as long
type User = { user: string; tenant: string; permissions: string; password: string; session: string | null }
const userOf = (id: unknown) => rows<User>('select id as user, * from users where id = ?', `${id}`)[0]
const personOf = (request: Request) => {
  const found = userOf(request.session?.['user'])
  return found ? { user: found.user, tenant: found.tenant, permissions: JSON.parse(found.permissions), session: found.session } : null
}

export const app = express().use(cookieSession({ keys: [SECRET], sameSite: 'lax' }))
app.post('/login', express.json(), async (request, response) => {
  const { user, password } = request.body ?? {}
  const isRight = await compare(`${password}`, userOf(user)?.password ?? NOBODY)
  if (isRight) request.session = { user }
  response.sendStatus(isRight ? 204 : 401)
})

const person = (request: globalThis.Request) => personOf(expressRequestOf(request))
const keepSession = (_request: unknown, session: string | null, _headers: Headers, { user }: Person) =>
  void database.prepare('update users set session = ? where id = ?').run(session, user)
const pages = ({ url }: globalThis.Request) => ({ locale: url.endsWith('fr') ? 'fr' : 'en', links: [{ text: 'Home', href: '/' }] })
app.use('/consentry', toExpress(consentryApi({ consentry, people: directory, person, keepSession, pages })))

const guard = consentryGuard({ consentry, person: personOf, tenant: ({ params }) => String(params['tenant']), ownTenant: 'pass' })
app.get('/tenants/:tenant/fences', guard, ({ params: { tenant } }, response) => {
  response.json(rows('select length, state from fences where tenant = ?', tenant))
})
