/** Ways to mount the API: each framework, with the host's own body parsers before it and without. */
import { createServer } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import express, { type Router } from 'express'
import { type FastifyInstance, fastify } from 'fastify'
import { Hono } from 'hono'
import { type ConsentryApi, consentryApi } from '../../src/http/api.js'
import type { ApiOptions } from '../../src/http/api-options.js'
import { toExpress } from '../../src/http/express.js'
import { toFastify } from '../../src/http/fastify.js'
import { listen, portOf } from '../guard/host.js'
import type { Serve } from './scene.js'
import { exchange } from './socket.js'

export interface Mount {
  readonly name: string
  /** Where the API is, seen from outside. */
  readonly at: string
  /** The path under which the API expects its requests. */
  readonly basePath?: string
  /** Names of bad requests that the host refuses itself, before the API. */
  readonly own?: RegExp
  /** Names of bad requests that the API cannot tell from good ones. */
  readonly unseen?: RegExp
  /** Only the successes are tried: the rest is tried at another mount of the framework. */
  readonly few?: boolean
  readonly start: (api: ConsentryApi, failures: unknown[], options: ApiOptions) => Promise<{ port: number; close: () => Promise<unknown> }>
}

/** Serves the API as it is mounted; what is asked is asked below the mount. */
export const servedAt =
  ({ at, basePath = '', start }: Mount): Serve =>
  async (options) => {
    const failures: unknown[] = []
    const { port, close } = await start(consentryApi({ basePath, ...options }), failures, options)
    return { port, failures, ask: (sent) => exchange(port, { ...sent, path: `${at}${sent.path}` }), close }
  }

const inExpress = (failures: unknown[], prepare: (app: Router) => void) => {
  const app = express()
  prepare(app)
  const fails: express.ErrorRequestHandler = (error, _request, response, _next) => {
    // A parser's refusal, or a malformed path, is no failure.
    if (error.status === undefined) failures.push(error)
    response.sendStatus(error.status ?? 500)
  }
  return listen(createServer(app.use(fails)))
}
/** What a parser refuses, and what it hides: it keeps the last of two keys, and drops a byte order mark and white space. */
export const PARSED = {
  own: /malformed escape as id|charset=(utf-16|iso)|^the encoding|^white space|^the JSON (null|"text"|7|true)|no JSON$|^a truncated body|^UTF-16/,
  unseen: /^chunks that are|^a byte order mark|^a repeated key( that is escaped)?$/,
}
/** Every parser that Express has, for every type it knows. */
const expressParsers = () => [
  express.json({ limit: '3mb' }),
  express.urlencoded({ limit: '3mb' }),
  express.text({ limit: '3mb' }),
  express.raw({ limit: '3mb', type: 'multipart/form-data' }),
]

const expressMounts: readonly Mount[] = [
  {
    name: 'Express',
    at: '/consentry',
    start: (api, failures) => inExpress(failures, (app) => app.use('/consentry', toExpress(api))),
  },
  {
    name: 'Express with body parsers, in a router of a router',
    at: '/eu/own/place',
    basePath: '/consentry',
    ...PARSED,
    start: (api, failures) =>
      inExpress(failures, (app) => {
        const router = express.Router().use('/place', toExpress(api))
        app.use(...expressParsers()).use('/:region/own', router)
      }),
  },
  {
    name: "Express at its root, by the API's own path",
    at: '/consentry',
    basePath: '/consentry',
    own: /malformed escape as id/,
    few: true,
    start: (api, failures) => inExpress(failures, (app) => app.all('/consentry/*path', toExpress(api))),
  },
]

const fastifyStarted = async (api: ConsentryApi, prefix: string, failures: unknown[], prepare = (_app: FastifyInstance) => {}) => {
  const app = fastify()
  prepare(app)
  app.addHook('onError', async (_request, _reply, error) => void failures.push(error))
  await app.register(toFastify(api), { prefix })
  await app.listen({ port: 0, host: '127.0.0.1' })
  return { port: portOf(app.server), close: () => app.close() }
}

const fastifyMounts: readonly Mount[] = [
  {
    name: 'Fastify',
    at: '/consentry',
    own: /malformed escape as id/,
    start: (api, failures) => fastifyStarted(api, '/consentry', failures),
  },
  {
    name: 'Fastify with body parsers, below a parameter',
    at: '/eu/own/place',
    basePath: '/consentry',
    own: /malformed escape as id/,
    start: (api, failures) =>
      fastifyStarted(api, '/:region/own/place', failures, (app) =>
        app.addContentTypeParser(/.*/, { parseAs: 'string' }, (_request, body, done) => done(null, { parsed: body })),
      ),
  },
  {
    name: 'Fastify at its root',
    at: '/consentry',
    basePath: '/consentry',
    own: /malformed escape as id/,
    few: true,
    start: (api, failures) => fastifyStarted(api, '', failures),
  },
]

/** The handlers of a route file of Next.js, which it calls with the request and the context of the route. */
const nextHandlers = (api: ConsentryApi) => {
  type Handler = (request: Request, context: { params: Promise<{ path: string[] }> }) => Promise<Response>
  const routes: Readonly<Record<string, Handler>> = { GET: api, POST: api, PUT: api, DELETE: api }
  return async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname.split('/').slice(2)
    const handler = routes[request.method]
    return handler ? handler(request, { params: Promise.resolve({ path }) }) : new Response(null, { status: 405 })
  }
}

const webMounts: readonly Mount[] = [
  {
    name: 'Hono, mounted',
    at: '/consentry',
    // Hono decodes the path.
    unseen: /escaped literal/,
    start: (api) => listen(createServer(getRequestListener(new Hono().mount('/consentry', api).fetch))),
  },
  {
    name: 'Hono, by a route',
    at: '/consentry',
    basePath: '/consentry',
    few: true,
    start: (api) => listen(createServer(getRequestListener(new Hono().all('/consentry/*', (c) => api(c.req.raw)).fetch))),
  },
  {
    name: 'a route of Next.js',
    at: '/consentry',
    basePath: '/consentry',
    own: /^the method/,
    start: (api) => listen(createServer(getRequestListener(nextHandlers(api)))),
  },
]

export const MOUNTS: readonly Mount[] = [...expressMounts, ...fastifyMounts, ...webMounts]
