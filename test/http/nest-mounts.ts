/** NestJS with the module on both platforms, with Nest's own body parsers before it and without. */
import 'reflect-metadata'
import { Controller, Get, Inject, Module, type Type } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { Consentry } from '../../src/consentry.js'
import type { ApiOptions } from '../../src/http/api-options.js'
import { CONSENTRY, ConsentryModule } from '../../src/http/nest.js'
import { portOf } from '../guard/host.js'
import { type Mount, PARSED } from './mounts.js'

/** A module of the host that knows nothing of Consentry but the token. */
@Controller('own')
export class Own {
  constructor(@Inject(CONSENTRY) readonly consentry: Consentry) {}

  @Get()
  async pending() {
    const rabbit = { user: 'becky', tenant: 'tom-sawyer', permissions: ['answer' as const], impersonating: null }
    return { pending: (await this.consentry.incoming(rabbit)).items.length }
  }
}

@Module({ controllers: [Own] })
export class OwnModule {}

interface Started {
  readonly adapter: ExpressAdapter | FastifyAdapter
  readonly module: Parameters<typeof NestFactory.create>[0] | ReturnType<typeof ConsentryModule.forRoot>
  readonly prefix?: string
  readonly bodyParser?: boolean
}

/** Starts an application that imports the module, with a controller of its own. */
export async function startNest({ adapter, module, prefix, bodyParser = true }: Started) {
  @Module({ imports: [OwnModule, module as Type] })
  class App {}
  const app = await NestFactory.create<NestExpressApplication>(App, adapter, { logger: false, abortOnError: false, bodyParser })
  if (prefix) app.setGlobalPrefix(prefix)
  if (bodyParser && adapter instanceof ExpressAdapter) app.useBodyParser('json', { limit: '3mb' })
  await app.listen(0, '127.0.0.1')
  return { port: portOf(app.getHttpServer()), close: () => app.close() }
}

const withRoutes = ({ consentry, ...routes }: ApiOptions, path?: string) =>
  ConsentryModule.forRoot({ consentry, routes: { ...routes, basePath: undefined, ...(path && { path }) } })

const OPTIONS = Symbol('options')
@Module({})
class Settings {}
const later = ({ consentry, ...routes }: ApiOptions) =>
  ConsentryModule.forRootAsync({
    imports: [{ module: Settings, providers: [{ provide: OPTIONS, useValue: { consentry, routes } }], exports: [OPTIONS] }],
    inject: [OPTIONS],
    useFactory: async (options) => options,
  })

export const NEST_MOUNTS: readonly Mount[] = [
  {
    name: 'Nest on Express',
    at: '/consentry',
    ...PARSED,
    start: (_api, _failures, options) => startNest({ adapter: new ExpressAdapter(), module: withRoutes(options) }),
  },
  {
    name: 'Nest on Express without parsers, behind a prefix',
    at: '/api/v2/own/place',
    own: /malformed escape/,
    start: (_api, _failures, options) =>
      startNest({ adapter: new ExpressAdapter(), module: withRoutes(options, '/own/place'), prefix: 'api/v2', bodyParser: false }),
  },
  {
    name: 'Nest on Fastify, by a factory',
    at: '/consentry',
    own: /malformed escape/,
    start: (_api, _failures, options) => startNest({ adapter: new FastifyAdapter(), module: later(options) }),
  },
]
