/** A whole host on Express: its database, who works where, names, a login, the HTTP API, a guard in front of its data, and mails. */
import { compare, hashSync } from 'bcryptjs'
import { createConsentry } from 'consentry'
import { sqliteDirectory, sqliteRepository } from 'consentry/adapters/sqlite'
import { consentryGuard } from 'consentry/guard/express'
import { consentryApi, type Person } from 'consentry/http'
import { expressRequestOf, toExpress } from 'consentry/http/express'
import { mail, startNotices } from 'consentry/notices'
import cookieSession from 'cookie-session'
import express, { type Request } from 'express'
import Database from 'libsql'
import { createTransport } from 'nodemailer'

// Without a secret, a restart ends all logins. Without a mail server, such as `smtps://user:password@host`, nothing leaves the machine.
const { DATABASE = 'host.db', SECRET = crypto.randomUUID(), ORIGIN = 'http://localhost:3000', SMTP } = process.env
export const database: Database.Database = new Database(DATABASE) // with your own tables, such as those of `demo/tables.ts`
const rows = <Row>(sql: string, ...values: unknown[]) => database.prepare(sql).all(...values) as Row[]

export const repository = sqliteRepository({ database })
await repository.migrate()
const users = 'select id, name, tenant, permissions, email from users'
export const people = sqliteDirectory({ database, users, tenants: 'select id, name, vendor from tenants', recipients: users })
export const legacy = (user: string) => rows('select 1 from users where id = ? and legacy_tool', user).length > 0
export const consentry = createConsentry({ repository, directory: people, legacy })

const NOBODY = hashSync(crypto.randomUUID()) // compared for an unknown user, so that a refusal takes as long
const loginOf = (user: unknown) => rows<{ password: string; person: string }>('select * from logins where user = ?', `${user}`)[0]
const personOf = ({ session }: Request): Person | null => JSON.parse(loginOf(session?.['user'])?.person ?? 'null')

export const app = express().use(cookieSession({ keys: [SECRET], sameSite: 'lax' }))
app.post('/login', express.json(), async (request, response) => {
  const { user, password } = request.body ?? {}
  const isRight = await compare(`${password}`, loginOf(user)?.password ?? NOBODY)
  if (isRight) request.session = { user }
  response.sendStatus(isRight ? 204 : 401)
})

const keepSession = (_request: unknown, session: string | null, _headers: Headers, { user }: Person) =>
  void database.prepare('update users set session = ? where id = ?').run(session, user)
const pages = ({ url }: globalThis.Request) => ({ locale: url.endsWith('fr') ? 'fr' : 'en', links: [{ text: 'Home', href: '/' }] })
app.use('/consentry', toExpress(consentryApi({ consentry, people, person: (web) => personOf(expressRequestOf(web)), keepSession, pages })))

const guard = consentryGuard({ consentry, person: personOf, tenant: ({ params }) => String(params['tenant']), ownTenant: 'pass' })
const FENCES = 'select length, state from fences where tenant = ?'
app.get('/tenants/:tenant/fences', guard, ({ params: { tenant } }, response) => void response.json(rows(FENCES, tenant)))

export const mailer = SMTP ? createTransport(SMTP) : createTransport({ jsonTransport: true })
const mails = mail(mailer, { from: 'post@classics.example', link: ({ page, id }) => `${ORIGIN}/consentry/console#/${page}/${id ?? ''}` })
export const startMails = () => startNotices({ consentry, repository, people, deliver: [mails] })
