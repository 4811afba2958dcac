/** Hono 4: a signed cookie holds the login and the session, and a middleware protects one route. */
import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import { consentryGuard } from 'consentry/guard/hono'
import { type Context, Hono } from 'hono'
import { getSignedCookie, setSignedCookie } from 'hono/cookie'
import { fencesOf, isJson, Login, type Office, signIn } from './office.js'
import { NOBODY, NOT_JSON, PROBLEM, problemOf } from './problem.js'

/** Starts the host; `secret` signs its cookies. */
export function listen({ consentry, pages, actorOf }: Office, secret: string, port: number): Promise<Server> {
  const app = new Hono()

  const loginOf = async (c: Context) => {
    const kept = await getSignedCookie(c, secret, 'login')
    return kept ? Login.safeParse(JSON.parse(kept)).data : undefined
  }
  const keep = (c: Context, login: Login) =>
    setSignedCookie(c, 'login', JSON.stringify(login), secret, {
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
      secure: process.env['NODE_ENV'] === 'production',
    })
  const problem = (c: Context, body: { readonly status: number }) =>
    c.body(JSON.stringify(body), body.status as never, { 'content-type': PROBLEM })
  const bodyOf = (c: Context): Promise<unknown> => c.req.json().catch(() => ({}))

  // Hono reads JSON whatever the content type says.
  app.use((c, next) => (c.req.method !== 'POST' || isJson(c.req.header('content-type')) ? next() : Promise.resolve(problem(c, NOT_JSON))))

  app.post('/login', async (c) => {
    const user = signIn(await bodyOf(c))
    if (user === null) return problem(c, NOBODY)
    await keep(c, { user, session: null })
    return c.body(null, 204)
  })

  for (const [verb, path, page] of pages) {
    app[verb](path, async (c) => {
      const actor = await actorOf(await loginOf(c))
      if (actor === null) return problem(c, NOBODY)
      const asked = { actor, id: c.req.param('id') ?? '', query: c.req.query(), body: verb === 'post' ? await bodyOf(c) : {} }
      return c.json((await page(asked)) as object)
    })
  }

  app.post('/impersonation', async (c) => {
    const login = await loginOf(c)
    const actor = await actorOf(login)
    if (!login || !actor) return problem(c, NOBODY)
    const { id, tenant, method, endsAt } = await consentry.startImpersonation(actor, (await bodyOf(c)) as never)
    await keep(c, { ...login, session: id })
    return c.json({ tenant, method, endsAt }, 201)
  })

  app.delete('/impersonation', async (c) => {
    const login = await loginOf(c)
    const actor = await actorOf(login)
    if (!login || !actor) return problem(c, NOBODY)
    if (login.session) await consentry.endImpersonation(actor, login.session)
    await keep(c, { ...login, session: null })
    return c.body(null, 204)
  })

  const inside = consentryGuard({
    consentry,
    actor: async (c) => actorOf(await loginOf(c)),
    tenant: (c) => c.req.param('tenant') ?? '',
    session: async (c) => (await loginOf(c))?.session,
  })
  app.get('/tenants/:tenant/fences', inside, (c) => {
    const { tenant, user } = c.var.impersonation
    return c.json({ fences: fencesOf(tenant), seenBy: user })
  })

  app.onError((error, c) => problem(c, problemOf(error)))
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port }, () => resolve(server as Server))
  })
}
