/** NestJS 11 on both platforms, with a guard created in place and an injected one. */
import 'reflect-metadata'
import { type CanActivate, Controller, type ExecutionContext, Get, Inject, Module, type Provider, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { Impersonation } from '../../../src/guard/authorize-request.js'
import { consentryGuard, Impersonated } from '../../../src/guard/nest.js'
import { guardOptions, type Host, type HostState, handle, nodeSeen, portOf, type Running } from '../host.js'

type Class = new () => object

/** A guard that Nest injects: the host's class, which delegates to a guard from a factory. */
class InjectedGuard implements CanActivate {
  readonly guard?: CanActivate

  canActivate(context: ExecutionContext) {
    return this.guard?.canActivate(context) ?? false
  }
}
Inject('guard')(InjectedGuard.prototype, 'guard')

/** Declares a handler that gets the impersonation; decorators are functions, and are called as such. */
export function decorate({ prototype }: Class, method: string, ...decorators: readonly MethodDecorator[]): void {
  Impersonated()(prototype, method, 0)
  for (const one of decorators) one(prototype, method, Object.getOwnPropertyDescriptor(prototype, method) ?? {})
}

/** Starts an application with one controller. */
export async function start(adapter: ExpressAdapter | FastifyAdapter, controller: Class, ...providers: Provider[]): Promise<Running> {
  class App {}
  Controller()(controller)
  Module({ controllers: [controller], providers })(App)
  const app = await NestFactory.create(App, adapter, { logger: false, abortOnError: false })
  await app.listen(0, '127.0.0.1')
  return { port: portOf(app.getHttpServer()), close: () => app.close() }
}

function startGuarded(adapter: ExpressAdapter | FastifyAdapter, state: HostState): Promise<Running> {
  const { byMethod, bySession } = guardOptions(state, nodeSeen)
  class Fences {
    byMethod(impersonation: Impersonation) {
      return handle(state, impersonation)
    }
    bySession(impersonation: Impersonation) {
      return handle(state, impersonation)
    }
  }
  decorate(Fences, 'byMethod', Get('by-method/:place'), UseGuards(consentryGuard(byMethod)))
  decorate(Fences, 'bySession', Get('by-session/:place'), UseGuards(InjectedGuard))
  return start(adapter, Fences, InjectedGuard, { provide: 'guard', useFactory: () => consentryGuard(bySession) })
}

export const nestOnExpress: Host = { name: 'NestJS on Express', start: (state) => startGuarded(new ExpressAdapter(), state) }
export const nestOnFastify: Host = { name: 'NestJS on Fastify', start: (state) => startGuarded(new FastifyAdapter(), state) }
