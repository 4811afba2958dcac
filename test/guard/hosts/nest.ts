/** NestJS 11 on both platforms, with a guard created in place and an injected one. */
import 'reflect-metadata'
import { type CanActivate, Controller, Get, Inject, Module, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { Impersonation } from '../../../src/guard/authorize-request.js'
import { consentryGuard, Impersonated } from '../../../src/guard/nest.js'
import { type Host, handle, methodOptions, portOf, type Running, type Seen, type Stand, sessionOptions } from '../host.js'

/** The common part of both platforms' requests. */
export interface PlatformRequest {
  readonly headers: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  readonly params: Readonly<Record<string, unknown>>
  readonly url: string
}

const seen = (request: PlatformRequest): Seen => ({
  header: (name) => request.headers[name],
  query: (name) => request.query[name],
  param: request.params['place'],
  path: request.url,
})

/** A guard that Nest injects: the host's class, which delegates to a guard from a factory. */
class InjectedGuard implements CanActivate {
  private readonly guard: CanActivate

  constructor(guard: CanActivate) {
    this.guard = guard
  }

  canActivate(...asked: Parameters<CanActivate['canActivate']>) {
    return this.guard.canActivate(...asked)
  }
}

/** Declares a controller's handler; decorators are functions, and are called as such. */
function decorate(controller: { readonly prototype: object }, method: string, ...decorators: readonly MethodDecorator[]): void {
  const descriptor = Object.getOwnPropertyDescriptor(controller.prototype, method) ?? {}
  for (const one of decorators) one(controller.prototype, method, descriptor)
}

/** The module of an application whose two handlers are guarded. */
function moduleOf(stand: Stand): new () => object {
  class Door {
    byMethod(impersonation: Impersonation) {
      return handle(stand, impersonation)
    }

    bySession(impersonation: Impersonation) {
      return handle(stand, impersonation)
    }
  }
  Impersonated()(Door.prototype, 'byMethod', 0)
  Impersonated()(Door.prototype, 'bySession', 0)
  decorate(Door, 'byMethod', Get('by-method/:place'), UseGuards(consentryGuard(methodOptions(stand, seen))))
  decorate(Door, 'bySession', Get('by-session/:place'), UseGuards(InjectedGuard))
  Controller()(Door)
  Inject('guard')(InjectedGuard, undefined, 0)

  class App {}
  const made = { provide: 'guard', useFactory: () => consentryGuard(sessionOptions(stand, seen)) }
  Module({ controllers: [Door], providers: [made, InjectedGuard] })(App)
  return App
}

async function listen(stand: Stand, adapter: ExpressAdapter | FastifyAdapter): Promise<Running> {
  const app = await NestFactory.create(moduleOf(stand), adapter, { logger: ['error', 'warn'], abortOnError: false })
  await app.listen(0, '127.0.0.1')
  return { port: portOf(app.getHttpServer()), close: () => app.close() }
}

export const nestOnExpress: Host = { name: 'NestJS on Express', start: (stand) => listen(stand, new ExpressAdapter()) }
export const nestOnFastify: Host = { name: 'NestJS on Fastify', start: (stand) => listen(stand, new FastifyAdapter()) }
