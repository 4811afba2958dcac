/** Express 5: a signed cookie holds the login and the session, the API is mounted, and a guard protects one route. */
import type { Server } from 'node:http'
import { consentryGuard } from 'consentry/guard/express'
import { consentryApi } from 'consentry/http'
import { expressRequestOf, toExpress } from 'consentry/http/express'
import cookieParser from 'cookie-parser'
import express, { type Request, type Response } from 'express'
import { COOKIE, fencesOf, Login, type Office, signIn } from './office.js'

/** Starts the host; `secret` signs its cookies. */
export function listen({ consentry, people, personOf }: Office, secret: string, port: number): Promise<Server> {
  const app = express()
  app.use(cookieParser(secret))
  const loginOf = (request: Request) => Login.safeParse(request.signedCookies['login']).data
  const keep = (response: Response, login: Login) => response.cookie('login', login, { ...COOKIE, signed: true })

  // This parser reads no form and no plain text, which a page of another site can send to log its reader in as somebody else.
  app.post('/login', express.json(), (request, response) => {
    const user = signIn(request.body)
    if (user === null) response.sendStatus(401)
    else keep(response, { user, session: null }).sendStatus(204)
  })

  const api = consentryApi({
    consentry,
    people,
    basePath: '/consentry',
    person: (request) => personOf(loginOf(expressRequestOf(request))),
    keepSession: (request, session, _headers, { user }) => {
      const { res: response } = expressRequestOf(request)
      if (response) keep(response, { user, session })
    },
  })
  app.use('/consentry', toExpress(api))

  const inside = consentryGuard<Request<{ tenant: string }>>({
    consentry,
    person: (request) => personOf(loginOf(request)),
    tenant: (request) => request.params.tenant,
  })
  app.get('/tenants/:tenant/fences', inside, ({ impersonation }, response) => {
    response.json(impersonation && { fences: fencesOf(impersonation.tenant), seenBy: impersonation.user })
  })

  return new Promise((resolve, reject) => {
    const server = app.listen(port, (error) => (error ? reject(error) : resolve(server)))
  })
}
