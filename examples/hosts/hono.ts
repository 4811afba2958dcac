/** Hono 4: a signed cookie holds the login and the session, the API is one handler, and a middleware protects one route. */
import type { Server } from 'node:http'
import { serve } from '@hono/node-server'
import { consentryGuard } from 'consentry/guard/hono'
import { consentryApi } from 'consentry/http'
import { Hono } from 'hono'
import { generateSignedCookie } from 'hono/cookie'
import { parseSigned } from 'hono/utils/cookie'
import { validator } from 'hono/validator'
import { COOKIE, fencesOf, Login, type Office, signIn } from './office.js'

/** Starts the host; `secret` signs its cookies. */
export function listen({ consentry, people, personOf }: Office, secret: string, port: number): Promise<Server> {
  const loginOf = async ({ headers }: Request) => {
    const { login } = await parseSigned(headers.get('cookie') ?? '', secret, 'login')
    return login ? Login.safeParse(JSON.parse(login)).data : undefined
  }
  const cookieOf = (login: Login) => generateSignedCookie('login', JSON.stringify(login), secret, COOKIE)
  const app = new Hono()

  // This validator reads no form and no plain text, which a page of another site can send to log its reader in as somebody else.
  app.post('/login', validator('json', signIn), async (c) => {
    const user = c.req.valid('json')
    if (user === null) return c.body(null, 401)
    return c.body(null, 204, { 'set-cookie': await cookieOf({ user, session: null }) })
  })

  const api = consentryApi({
    consentry,
    people,
    basePath: '/consentry',
    person: async (request) => personOf(await loginOf(request)),
    keepSession: async (_request, session, headers, { user }) => headers.append('set-cookie', await cookieOf({ user, session })),
  })
  app.all('/consentry/*', (c) => api(c.req.raw))

  const inside = consentryGuard({
    consentry,
    person: async (c) => personOf(await loginOf(c.req.raw)),
    tenant: (c) => c.req.param('tenant'),
  })
  app.get('/tenants/:tenant/fences', inside, (c) => {
    const { tenant, user } = c.var.impersonation
    return c.json({ fences: fencesOf(tenant), seenBy: user })
  })

  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port }, () => resolve(server as Server))
  })
}
