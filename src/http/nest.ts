/** The service and its HTTP API in a NestJS application, as a module. */
import {
  type DynamicModule,
  type FactoryProvider,
  Inject,
  type MiddlewareConsumer,
  Module,
  type ModuleMetadata,
  type NestModule,
  type Provider,
  RequestMethod,
} from '@nestjs/common'
import type { Consentry } from '../consentry.js'
import { consentryApi } from './api.js'
import type { ApiOptions } from './api-options.js'
import { callApi, canAnswer, hostRequestOf, type MountableApi, type NodeRequest, type NodeResponse, sendByNode } from './mount.js'
import { behindMount } from './mount-path.js'

/** The token by which Nest injects the service: `@Inject(CONSENTRY) consentry: Consentry`. */
export const CONSENTRY: symbol = Symbol.for('consentry.nest')
const OPTIONS = Symbol('consentry options')

/** The options of the API's routes: those of `consentryApi`, and where the routes are. */
export interface ConsentryRoutes extends Omit<ApiOptions, 'consentry'> {
  /** The path of the routes, behind the application's global prefix; `/consentry` by default. */
  readonly path?: string | undefined
}

/** The options of `ConsentryModule`. */
export interface ConsentryModuleOptions {
  /** The service: what `createConsentry` returns. */
  readonly consentry: Consentry
  /** The routes of the HTTP API. Without them there are none: the module only provides the service. */
  readonly routes?: ConsentryRoutes | undefined
}

/** The options of `ConsentryModule.forRootAsync`: a factory, and what Nest injects into it. */
export interface ConsentryModuleFactory extends Pick<ModuleMetadata, 'imports'>, Pick<FactoryProvider, 'inject'> {
  /** Returns the options. Its arguments are the providers that `inject` names. */
  // biome-ignore lint/suspicious/noExplicitAny: as Nest types its own factories; the host knows what it injects.
  readonly useFactory: (...injected: any[]) => ConsentryModuleOptions | Promise<ConsentryModuleOptions>
}

/**
 * Provides the service under `CONSENTRY` to every module and, by choice, serves the HTTP API.
 *
 * The routes are middleware, on Express and on Fastify: they run before guards, pipes and interceptors, and the API asks its own `person`.
 * @example
 * ```ts
 * import 'reflect-metadata'
 * import { Module } from '@nestjs/common'
 * import { createConsentry } from 'consentry'
 * import { memoryRepository } from 'consentry/adapters/memory'
 * import { ConsentryModule } from 'consentry/http/nest'
 *
 * const consentry = createConsentry({ repository: memoryRepository(), directory: { members: () => [], askable: () => [] } })
 * const routes = { path: '/consentry', person: () => null } // from your login
 * export class AppModule {}
 * Module({ imports: [ConsentryModule.forRoot({ consentry, routes })] })(AppModule)
 * ```
 */
@Module({})
export class ConsentryModule implements NestModule {
  /** Nest calls it. */
  constructor(@Inject(OPTIONS) private readonly options: ConsentryModuleOptions) {}

  /** Returns the module with these options. */
  static forRoot(options: ConsentryModuleOptions): DynamicModule {
    return moduleWith({ provide: OPTIONS, useValue: options })
  }

  /** Returns the module with the options of a factory, which Nest calls with what it injects. */
  static forRootAsync({ imports = [], inject = [], useFactory }: ConsentryModuleFactory): DynamicModule {
    return { ...moduleWith({ provide: OPTIONS, inject, useFactory }), imports }
  }

  /**
   * Nest calls it when the application starts: it adds the routes.
   * @throws `invalid-input` with every unknown, missing or malformed option of the routes.
   */
  configure(consumer: MiddlewareConsumer): void {
    const { consentry, routes } = this.options
    if (routes === undefined) return
    const { path = '/consentry', ...options } = routes
    const api = consentryApi({ basePath: path, ...options, consentry })
    consumer.apply(nestMiddleware(api, path)).forRoutes({ path: `${path}/*path`, method: RequestMethod.ALL })
  }
}

function moduleWith(options: Provider): DynamicModule {
  const service = { provide: CONSENTRY, inject: [OPTIONS], useFactory: ({ consentry }: ConsentryModuleOptions) => consentry }
  return { module: ConsentryModule, global: true, providers: [options, service], exports: [CONSENTRY] }
}

function nestMiddleware(api: MountableApi, path: string) {
  return async (request: NodeRequest & { readonly protocol?: string }, response: NodeResponse, next: (error: unknown) => void) => {
    try {
      if (!canAnswer(response)) return
      // Both platforms cut `url` at the mount, and keep this one. A global prefix stands before the path.
      const target = `${api.basePath ?? ''}${behindMount(request.originalUrl ?? request.url ?? '', path)}`
      await sendByNode(await callApi(api, request, response, { target, protocol: request.protocol }), request, response)
    } catch (error) {
      next(error)
    }
  }
}

/**
 * Returns the platform's request behind the one that the API's options are called with.
 *
 * On Express it is the request of Express; on Fastify it is Node's own, since the routes run before Fastify's hooks.
 * @throws `TypeError` for a request that no mount made, such as a copy.
 * @example Continues ConsentryModule
 * ```ts
 * import { nestRequestOf } from 'consentry/http/nest'
 *
 * const person = (request: Request) => nestRequestOf<{ login?: never }>(request).login ?? null
 * ConsentryModule.forRoot({ consentry, routes: { person } })
 * ```
 */
export function nestRequestOf<PlatformRequest extends object>(request: Request): PlatformRequest {
  return hostRequestOf(request) as PlatformRequest
}
