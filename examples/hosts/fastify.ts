/** Fastify 5: a signed cookie holds the login and the session, the API is a plugin, and a hook protects one route. */
import type { Server } from 'node:http'
import cookie from '@fastify/cookie'
import { consentryGuard, impersonationPlugin } from 'consentry/guard/fastify'
import { consentryApi } from 'consentry/http'
import { fastifyRequestOf, toFastify } from 'consentry/http/fastify'
import Fastify, { type FastifyRequest } from 'fastify'
import { COOKIE, fencesOf, Login, type Office, signIn } from './office.js'

/** Starts the host; `secret` signs its cookies. */
export async function listen({ consentry, people, personOf }: Office, secret: string, port: number): Promise<Server> {
  const app = Fastify()
  await app.register(cookie, { secret })
  await app.register(impersonationPlugin)
  const loginOf = (request: FastifyRequest) => {
    const { value } = request.unsignCookie(request.cookies['login'] ?? '')
    return value === null ? undefined : Login.safeParse(JSON.parse(value)).data
  }
  const cookieOf = (login: Login) => app.serializeCookie('login', app.signCookie(JSON.stringify(login)), COOKIE)

  // Fastify reads no form, and plain text is a string: a page of another site can send both, to log its reader in as somebody else.
  app.post('/login', async (request, reply) => {
    const user = signIn(request.body)
    if (user === null) return reply.code(401).send()
    reply.header('set-cookie', cookieOf({ user, session: null }))
    return reply.code(204).send()
  })

  const api = consentryApi({
    consentry,
    people,
    basePath: '/consentry',
    person: (request) => personOf(loginOf(fastifyRequestOf(request))),
    keepSession: (_request, session, headers, { user }) => headers.append('set-cookie', cookieOf({ user, session })),
  })
  await app.register(toFastify(api), { prefix: '/consentry' })

  const inside = consentryGuard<FastifyRequest<{ Params: { tenant: string } }>>({
    consentry,
    person: (request) => personOf(loginOf(request)),
    tenant: (request) => request.params.tenant,
  })
  app.get<{ Params: { tenant: string } }>('/tenants/:tenant/fences', { onRequest: inside }, async ({ impersonation }) => {
    return impersonation && { fences: fencesOf(impersonation.tenant), seenBy: impersonation.user }
  })

  await app.listen({ port })
  return app.server
}
