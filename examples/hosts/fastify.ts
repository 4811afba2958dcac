/** Fastify 5: a signed cookie holds the login and the session, and a hook protects one route. */
import type { Server } from 'node:http'
import cookie from '@fastify/cookie'
import { consentryGuard, impersonationPlugin } from 'consentry/guard/fastify'
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import { fencesOf, isJson, Login, type Office, signIn } from './office.js'
import { NOBODY, NOT_JSON, PROBLEM, problemOf } from './problem.js'

/** Starts the host; `secret` signs its cookies. */
export async function listen({ consentry, pages, actorOf }: Office, secret: string, port: number): Promise<Server> {
  const app = Fastify()
  await app.register(cookie, { secret })
  await app.register(impersonationPlugin)

  const loginOf = (request: FastifyRequest) => {
    const kept = request.cookies['login']
    const { valid, value } = kept === undefined ? { valid: false, value: null } : request.unsignCookie(kept)
    return valid && value !== null ? Login.safeParse(JSON.parse(value)).data : undefined
  }
  const keep = (reply: FastifyReply, login: Login) =>
    reply.setCookie('login', JSON.stringify(login), {
      signed: true,
      httpOnly: true,
      sameSite: 'strict',
      path: '/',
      secure: process.env['NODE_ENV'] === 'production',
    })
  const nobody = (reply: FastifyReply) => reply.code(401).type(PROBLEM).send(NOBODY)

  app.addHook('onRequest', async (request, reply) => {
    if (request.method === 'POST' && !isJson(request.headers['content-type'])) return reply.code(415).type(PROBLEM).send(NOT_JSON)
  })

  app.post('/login', async (request, reply) => {
    const user = signIn(request.body)
    return user === null ? nobody(reply) : keep(reply, { user, session: null }).code(204).send()
  })

  for (const [verb, path, page] of pages) {
    app[verb]<{ Params: { id: string }; Querystring: Record<string, string> }>(path, async (request, reply) => {
      const actor = await actorOf(loginOf(request))
      const { id } = request.params
      return actor === null ? nobody(reply) : page({ actor, id, query: request.query, body: request.body ?? {} })
    })
  }

  app.post('/impersonation', async (request, reply) => {
    const login = loginOf(request)
    const actor = await actorOf(login)
    if (!login || !actor) return nobody(reply)
    const { id, tenant, method, endsAt } = await consentry.startImpersonation(actor, request.body as never)
    return keep(reply, { ...login, session: id })
      .code(201)
      .send({ tenant, method, endsAt })
  })

  app.delete('/impersonation', async (request, reply) => {
    const login = loginOf(request)
    const actor = await actorOf(login)
    if (!login || !actor) return nobody(reply)
    if (login.session) await consentry.endImpersonation(actor, login.session)
    return keep(reply, { ...login, session: null })
      .code(204)
      .send()
  })

  const inside = consentryGuard<FastifyRequest<{ Params: { tenant: string } }>>({
    consentry,
    actor: (request) => actorOf(loginOf(request)),
    tenant: (request) => request.params.tenant,
    session: (request) => loginOf(request)?.session,
  })
  app.get<{ Params: { tenant: string } }>('/tenants/:tenant/fences', { onRequest: inside }, async ({ impersonation }) => {
    return impersonation && { fences: fencesOf(impersonation.tenant), seenBy: impersonation.user }
  })

  app.setErrorHandler((error, _request, reply) => {
    const problem = problemOf(error)
    return reply.code(problem.status).type(PROBLEM).send(problem)
  })
  await app.listen({ port })
  return app.server
}
