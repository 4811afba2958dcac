/** Express 5: a signed cookie holds the login and the session, and a guard protects one route. */
import type { Server } from 'node:http'
import { consentryGuard } from 'consentry/guard/express'
import cookieParser from 'cookie-parser'
import express, { type NextFunction, type Request, type Response } from 'express'
import { fencesOf, isJson, Login, type Office, signIn } from './office.js'
import { NOBODY, NOT_JSON, PROBLEM, problemOf } from './problem.js'

/** Starts the host; `secret` signs its cookies. */
export function listen({ consentry, pages, actorOf }: Office, secret: string, port: number): Promise<Server> {
  const app = express()
  app.use((request, response, next) => {
    if (request.method !== 'POST' || isJson(request.headers['content-type'])) next()
    else response.status(NOT_JSON.status).type(PROBLEM).json(NOT_JSON)
  })
  app.use(express.json(), cookieParser(secret))

  const loginOf = (request: Request) => Login.safeParse(request.signedCookies['login']).data
  const keep = (response: Response, login: Login) =>
    response.cookie('login', login, { signed: true, httpOnly: true, sameSite: 'strict', secure: process.env['NODE_ENV'] === 'production' })
  const nobody = (response: Response) => response.status(401).type(PROBLEM).json(NOBODY)

  app.post('/login', (request, response) => {
    const user = signIn(request.body)
    if (user === null) nobody(response)
    else keep(response, { user, session: null }).status(204).end()
  })

  for (const [verb, path, page] of pages) {
    app[verb](path, async (request: Request<{ id: string }>, response) => {
      const actor = await actorOf(loginOf(request))
      const { id } = request.params
      const query = request.query as Record<string, string>
      if (actor === null) nobody(response)
      else response.json(await page({ actor, id, query, body: request.body ?? {} }))
    })
  }

  app.post('/impersonation', async (request, response) => {
    const login = loginOf(request)
    const actor = await actorOf(login)
    if (!login || !actor) return void nobody(response)
    const { id, tenant, method, endsAt } = await consentry.startImpersonation(actor, request.body)
    keep(response, { ...login, session: id })
      .status(201)
      .json({ tenant, method, endsAt })
  })

  app.delete('/impersonation', async (request, response) => {
    const login = loginOf(request)
    const actor = await actorOf(login)
    if (!login || !actor) return void nobody(response)
    if (login.session) await consentry.endImpersonation(actor, login.session)
    keep(response, { ...login, session: null })
      .status(204)
      .end()
  })

  const inside = consentryGuard<Request<{ tenant: string }>>({
    consentry,
    actor: (request) => actorOf(loginOf(request)),
    tenant: (request) => request.params.tenant,
    session: (request) => loginOf(request)?.session,
  })
  app.get('/tenants/:tenant/fences', inside, ({ impersonation }, response) => {
    response.json(impersonation && { fences: fencesOf(impersonation.tenant), seenBy: impersonation.user })
  })

  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const problem = problemOf(error)
    response.status(problem.status).type(PROBLEM).json(problem)
  })
  return new Promise((resolve, reject) => {
    const server = app.listen(port, (error) => (error ? reject(error) : resolve(server)))
  })
}
