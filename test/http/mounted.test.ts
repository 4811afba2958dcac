/** What a mount does besides passing on: parsed bodies, lost clients, hosts that answer first, paths and headers. */
import { request as openRequest } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import express, { type RequestHandler } from 'express'
import { type FastifyInstance, fastify } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { consentryApi } from '../../src/http/api.js'
import type { ApiOptions } from '../../src/http/api-options.js'
import { expressRequestOf, toExpress } from '../../src/http/express.js'
import { fastifyRequestOf, toFastify } from '../../src/http/fastify.js'
import { portOf } from '../guard/host.js'
import { CLASSICS, TOM } from '../story/cast.js'
import { PERSONS, type Serve, scene } from './scene.js'
import { cutOff, exchange } from './socket.js'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

const failures: unknown[] = []
/** An Express host with middleware of its own before the API, at `/consentry`. */
const inExpress =
  (...before: RequestHandler[]): Serve =>
  (options) =>
    expressOf(consentryApi(options), ...before)

async function expressOf(api: (request: Request) => Promise<Response>, ...before: RequestHandler[]) {
  const app = express()
  for (const one of before) app.use(one)
  app.use('/consentry', toExpress(api))
  app.use(((error, _request, response, _next) => {
    failures.push(error)
    if (!response.headersSent) response.sendStatus(500)
  }) satisfies express.ErrorRequestHandler)
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    port: portOf(server),
    failures,
    ask: (sent: Parameters<typeof exchange>[1]) => exchange(portOf(server), { ...sent, path: `/consentry${sent.path}` }),
    close: () => new Promise<void>((resolve) => void server.close(() => resolve()).closeAllConnections()),
  }
}

async function open(serve: Serve, options: Partial<ApiOptions> = {}) {
  failures.length = 0
  const on = await scene(options, {}, serve)
  closing.push(on.close)
  return on
}

const associations = [{ users: ['caroline'], tenants: [TOM] }]
const submission = { path: '/requests', method: 'POST', body: { name: 'SupportAccess', associations } }
const JSON_TYPE = { 'content-type': 'application/json' }
const twice = { ...submission, headers: JSON_TYPE, body: JSON.stringify(submission.body).replace('{', '{"name":"Other",') }

describe('a body that the host has parsed', () => {
  it('is taken as it was parsed: of two keys the last', async () => {
    expect((await (await open(inExpress())).as('elizabeth', twice)).status).toBe(400)
    const on = await open(inExpress(express.json()))
    expect((await on.as('elizabeth', twice)).status).toBe(201)
    expect((await on.as('elizabeth', { path: '/requests' })).text).toContain('SupportAccess')
  })

  it('is read strictly if the parser left its bytes', async () => {
    const on = await open(inExpress(express.raw({ type: 'application/json' })))
    expect((await on.as('elizabeth', submission)).status).toBe(201)
    expect((await on.as('elizabeth', twice)).status).toBe(400)
  })

  it('is a text, and no object, if the parser made a text of it', async () => {
    const on = await open(inExpress(express.text({ type: 'application/json' })))
    expect((await on.as('elizabeth', submission)).status).toBe(400)
    const strict = await open(inExpress(express.json({ strict: false })))
    expect(
      (await strict.as('elizabeth', { ...submission, headers: JSON_TYPE, body: JSON.stringify(JSON.stringify(submission.body)) })).status,
    ).toBe(400)
  })

  it.each([
    ['application/x-www-form-urlencoded', 'name=SupportAccess'],
    ['text/plain', JSON.stringify(submission.body)],
    ['text/plain', '{}'],
    ['application/vnd.api+json', JSON.stringify(submission.body)],
  ])('stays refused if its type is %s, whatever the parser made of it', async (type, body) => {
    const all = () => true
    for (const parser of [express.urlencoded(), express.json({ type: all }), express.text({ type: all }), express.raw({ type: all })]) {
      const on = await open(inExpress(parser))
      const answer = await on.as('elizabeth', { ...submission, headers: { 'content-type': type }, body })
      // A parser refuses what it cannot parse.
      expect([415, 500]).toContain(answer.status)
      expect(await on.events()).toEqual([])
    }
  })

  it('keeps the limit of the API', async () => {
    const on = await open(inExpress(express.json({ limit: '1mb' })), { maxBodyBytes: 300 })
    expect((await on.as('elizabeth', submission)).status).toBe(201)
    const long = { ...submission.body, message: 'a'.repeat(300) }
    const { status } = await on.as('elizabeth', { ...submission, headers: { 'transfer-encoding': 'chunked' }, body: long })
    expect(status).toBe(413)
  })

  it('that is gone is a mistake of the host: 500, and the log is told', async () => {
    const swallows: RequestHandler = (request, _response, next) => void request.on('data', () => {}).on('end', () => next())
    const on = await open(inExpress(swallows))
    expect((await on.as('elizabeth', submission)).status).toBe(500)
    expect(String(on.errors)).toContain("the request's body was read before the API")
    expect(failures).toEqual([])
  })
})

const inFastify =
  (prepare: (app: FastifyInstance) => unknown = () => {}): Serve =>
  (options) =>
    fastifyOf(consentryApi(options), prepare)

async function fastifyOf(api: (request: Request) => Promise<Response>, prepare: (app: FastifyInstance) => unknown = () => {}) {
  const app = fastify()
  await prepare(app)
  app.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    failures.push(error)
    return reply.code(error.statusCode ?? 500).send({ by: 'host' })
  })
  await app.register(toFastify(api), { prefix: '/consentry' })
  app.post('/own', (request) => ({ parsed: request.body }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  const port = portOf(app.server)
  return {
    port,
    failures,
    ask: (sent: Parameters<typeof exchange>[1]) => exchange(port, { ...sent, path: `/consentry${sent.path}` }),
    close: () => app.close(),
  }
}

const HOSTS = [
  { name: 'Express', serve: inExpress(), mounted: expressOf },
  { name: 'Express with a parser', serve: inExpress(express.json()), mounted: expressOf },
  { name: 'Fastify', serve: inFastify(), mounted: fastifyOf },
]
const raw = (method: string, path: string, ...headers: string[]) =>
  [`${method} ${path} HTTP/1.1`, ...(headers.some((one) => /^host:/i.test(one)) ? [] : ['host: localhost']), ...headers].join('\r\n')

/** Writes bytes, and returns all that comes back until the connection ends or is quiet. */
function wire(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    let heard = ''
    socket.setTimeout(300, () => socket.destroy())
    socket.on('data', (chunk) => {
      heard += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(heard))
  })
}
const until = async (isSo: () => boolean) => {
  for (let n = 0; n < 200 && !isSo(); n++) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(isSo()).toBe(true)
}

describe.each(HOSTS)('$name', ({ serve, mounted }) => {
  it('a client that is cut off within a body changes nothing', async () => {
    const on = await open(serve)
    await cutOff(
      on.port,
      `${raw('POST', '/consentry/requests', 'x-user: elizabeth', 'content-type: application/json', 'content-length: 999')}\r\n\r\n{`,
    )
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(await on.events()).toEqual([])
    expect(on.errors).toEqual([])
  })

  it('the signal of a request aborts when the client has gone, and not after an answer', async () => {
    const seen: Request[] = []
    let wait: Promise<unknown> = Promise.resolve()
    let free = () => {}
    const person: ApiOptions['person'] = async (request) => {
      seen.push(request)
      await wait
      return PERSONS['elizabeth']
    }
    const on = await open(serve, { person })
    expect((await on.as('elizabeth', { path: '/requests' })).status).toBe(200)
    wait = new Promise<void>((resolve) => {
      free = resolve
    })
    const leaving = openRequest({ port: on.port, path: '/consentry/requests' })
    leaving.on('error', () => {})
    leaving.end()
    await until(() => seen.length === 2)
    leaving.destroy()
    await until(() => seen[1]?.signal.aborted === true)
    expect(seen[0]?.signal.aborted).toBe(false)
    free()
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect([on.errors, failures]).toEqual([[], []])
  })

  it('a body that never ends is refused at the limit, and its connection is closed', async () => {
    const on = await open(serve, { maxBodyBytes: 1_000 })
    const sent = raw('POST', '/consentry/requests', 'x-user: elizabeth', 'content-type: application/json', 'transfer-encoding: chunked')
    const heard = await wire(on.port, `${sent}\r\n\r\n7d0\r\n${' '.repeat(2_000)}\r\n`).catch(() => '')
    // A parser of the host reads to the end, by its own limit.
    if (heard !== '') expect(heard).toMatch(/^HTTP\/1.1 413 [\s\S]*\r\nconnection: close/i)
    expect(await on.events()).toEqual([])
    expect(on.errors).toEqual([])
  })

  it('two requests on one connection are answered, also after a body that was refused unread', async () => {
    const on = await open(serve)
    const post = raw('POST', '/consentry/requests', 'x-user: elizabeth', 'content-type: text/plain', 'content-length: 5')
    const get = raw('GET', '/consentry/me', 'x-user: elizabeth', 'connection: close')
    const heard = await wire(on.port, `${post}\r\n\r\nhello${get}\r\n\r\n`)
    expect(heard.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 415', 'HTTP/1.1 200'])
  })

  it.each([
    ['GET', '/consentry/../consentry/requests'],
    ['GET', '/consentry/./requests'],
    ['GET', '/consentry/%2e/requests'],
    ['GET', '/consentry/incoming/../requests'],
    ['GET', '/consentry/incoming/%2E%2e/requests'],
    ['GET', '/consentry/\\requests'],
    ['GET', '/consentry//requests'],
    ['GET', '/consentry/requests/'],
    ['GET', '/consentry/'],
    ['GET', '/consentry/consentry/requests'],
  ])('%s %s is not found', async (method, path) => {
    const on = await open(serve)
    expect(await wire(on.port, `${raw(method, path, 'x-user: elizabeth')}\r\n\r\n`)).toMatch(/^HTTP\/1.1 404 /)
  })

  it('a host header changes neither the path nor the answer', async () => {
    const on = await open(serve)
    for (const host of ['evil.example', 'evil/outgoing?', 'user@evil', '[::1', '[::1]:80', 'evil:99999', '', 'a b'])
      expect(await wire(on.port, `${raw('GET', '/consentry/me', 'x-user: elizabeth', `host: ${host}`)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 200 /)
  })

  it('TRACE is refused as any other method', async () => {
    const on = await open(serve)
    // Fastify knows no such method: the route is not found.
    expect(await wire(on.port, `${raw('TRACE', '/consentry/me', 'x-user: elizabeth')}\r\n\r\n`)).toMatch(/^HTTP\/1.1 40[45] /)
  })

  it('the link to the next page is right at the mount', async () => {
    const on = await open(serve)
    for (const name of ['First', 'Second'])
      expect((await on.as('elizabeth', { ...submission, body: { name, associations } })).status).toBe(201)
    const { headers, text } = await on.as('elizabeth', { path: '/requests?limit=1&users=caroline' })
    const [, link = ''] = /^<(.*)>; rel="next"$/.exec(String(headers['link'])) ?? []
    const { pathname, search } = new URL(link, `http://localhost:${on.port}/consentry/requests?limit=1&users=caroline`)
    expect(pathname).toBe('/consentry/requests')
    expect((await on.as('elizabeth', { path: `/requests${search}` })).text).toContain(text.includes('First') ? 'Second' : 'First')
  })

  it("an error of a function around the API is the host's to answer", async () => {
    failures.length = 0
    const { ask, close } = await mounted(() => Promise.reject(new Error('no log')))
    closing.push(close)
    expect((await ask({ path: '/me' })).status).toBe(500)
    expect(failures.map(String)).toEqual(['Error: no log'])
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('no body')) })
    const streaming = await mounted(async () => new Response(broken))
    closing.push(streaming.close)
    expect((await streaming.ask({ path: '/me' })).status).toBe(500)
  })

  it('a response with a stream, cookies and no body is sent as it is', async () => {
    const answers = [
      () =>
        new Response(new Blob(['one ', 'two']).stream(), { status: 429, headers: { 'retry-after': '7', 'content-type': 'text/plain' } }),
      () =>
        new Response(null, {
          status: 204,
          headers: [
            ['set-cookie', 'a=1'],
            ['set-cookie', 'b=2; Path=/'],
          ],
        }),
    ]
    const { ask, close } = await mounted(async () => answers.shift()?.() ?? Response.error())
    closing.push(close)
    const first = await ask({ path: '/' })
    expect([first.status, first.text, first.headers['retry-after'], first.headers['content-length']]).toEqual([429, 'one two', '7', '7'])
    const second = await ask({ path: '/', method: 'DELETE' })
    expect([second.status, second.text, second.headers['set-cookie']]).toEqual([204, '', ['a=1', 'b=2; Path=/']])
  })
})

describe('Express', () => {
  it('shows the host its own request, and keeps its cookies', async () => {
    const logins: RequestHandler = (_request, response, next) => {
      response.locals['login'] = PERSONS['caroline']
      response.cookie('own', '1')
      next()
    }
    const on = await open(inExpress(logins), {
      person: (request) => expressRequestOf(request).res?.locals['login'],
      keepSession: undefined,
    })
    await on.consentry.submit({ user: 'elizabeth', tenant: CLASSICS, permissions: ['submit'], impersonating: null }, submission.body)
    const answer = await on.ask({ path: '/session', method: 'DELETE' })
    expect([answer.status, answer.headers['set-cookie']]).toEqual([404, ['own=1; Path=/']])
    expect(() => expressRequestOf(new Request('http://localhost'))).toThrow('the request comes from no mount')
  })

  it('a header that the host has removed is not there', async () => {
    const strips: RequestHandler = (request, _response, next) => {
      delete request.headers['x-user']
      next()
    }
    expect((await (await open(inExpress(strips))).as('elizabeth', { path: '/me' })).status).toBe(401)
  })

  it('answers nothing if the host has answered meanwhile', async () => {
    const early: RequestHandler = (_request, response, next) => {
      response.status(503).json({ by: 'host' })
      next()
    }
    const asked: string[] = []
    const person = () => {
      asked.push('person')
      return null
    }
    const on = await open(inExpress(early), { person })
    expect((await on.ask({ path: '/me' })).status).toBe(503)
    expect([asked, failures]).toEqual([[], []])
    const late = await open(inExpress(), {
      person: (request) => {
        expressRequestOf(request).res?.status(503).json({ by: 'host' })
        return PERSONS['elizabeth']
      },
    })
    expect((await late.ask({ path: '/me' })).text).toBe('{"by":"host"}')
    expect(failures).toEqual([])
  })
})

describe('Fastify', () => {
  it("is encapsulated: the host's parsers serve its own routes, and its hooks run for both", async () => {
    const on = await open(
      inFastify((app) => {
        app.addHook('onSend', async (_request, reply) => void reply.header('x-host', '1'))
      }),
      { person: (request) => PERSONS[String(fastifyRequestOf(request).headers['x-user'])] },
    )
    const answer = await on.as('elizabeth', submission)
    expect([answer.status, answer.headers['x-host'], answer.headers['content-type']]).toEqual([201, '1', 'application/json'])
    const own = await exchange(on.port, { path: '/own', method: 'POST', body: { a: 1 } })
    expect([own.status, own.text]).toEqual([200, '{"parsed":{"a":1}}'])
  })

  it('a hook of the host that refuses is not passed over', async () => {
    const on = await open(
      inFastify((app) => app.addHook('onRequest', async () => Promise.reject(Object.assign(new Error('no'), { statusCode: 401 })))),
    )
    const answer = await on.as('elizabeth', { ...submission, headers: { 'content-type': 'nonsense' } })
    expect([answer.status, answer.text]).toEqual([401, '{"by":"host"}'])
  })

  it('answers nothing if the host has answered meanwhile', async () => {
    const on = await open(inFastify(), {
      person: (request) => {
        fastifyRequestOf(request).raw.socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
        return PERSONS['elizabeth']
      },
    })
    expect((await on.ask({ path: '/me' })).status).toBe(503)
    expect(failures).toEqual([])
  })

  it('speaks HTTP/2', async () => {
    const on = await open(
      async (options) => {
        const app = fastify({ http2: true })
        await app.register(toFastify(consentryApi(options)), { prefix: '/consentry' })
        await app.listen({ port: 0, host: '127.0.0.1' })
        const session = connectHttp2(`http://127.0.0.1:${portOf(app.server)}`)
        return {
          port: portOf(app.server),
          failures,
          ask: ({ path, method = 'GET', headers, body }) =>
            new Promise((resolve, reject) => {
              const stream = session.request({
                ':path': `/consentry${path}`,
                ':method': method,
                'content-type': 'application/json',
                ...headers,
              })
              let [status, text] = [0, '']
              stream.on('response', (answer) => {
                status = Number(answer[':status'])
              })
              stream.on('data', (chunk) => {
                text += chunk
              })
              stream.on('end', () => resolve({ status, text, headers: {} })).on('error', reject)
              stream.end(body === undefined ? undefined : JSON.stringify(body))
            }),
          close: async () => {
            session.destroy()
            await app.close()
          },
        }
      },
      { maxBodyBytes: 1_000 },
    )
    expect((await on.as('elizabeth', submission)).status).toBe(201)
    expect((await on.as('elizabeth', { path: '/requests' })).text).toContain('SupportAccess')
    expect((await on.as('elizabeth', { ...submission, body: ' '.repeat(5_000) })).status).toBe(413)
  })
})
