/** NestJS 11 on both platforms, with a guard created in place and an injected one. */
import 'reflect-metadata'
import { type CanActivate, Controller, type ExecutionContext, Get, Inject, Module, type Provider, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import type { Impersonation } from '../../../src/guard/impersonation.js'
import { consentryGuard, Impersonated } from '../../../src/guard/nest.js'
import { type Host, nodeSeen, portOf, type Running, type Served } from '../host.js'

/** A guard that Nest injects: the host's class, which delegates to a guard from a factory. */
class InjectedGuard implements CanActivate {
  @Inject('guard')
  readonly guard?: CanActivate

  canActivate(context: ExecutionContext) {
    return this.guard?.canActivate(context) ?? false
  }
}

/** Starts an application with one controller. */
export async function start(
  adapter: ExpressAdapter | FastifyAdapter,
  controller: new () => object,
  ...providers: Provider[]
): Promise<Running> {
  @Module({ controllers: [controller], providers })
  class App {}
  const app = await NestFactory.create(App, adapter, { logger: false, abortOnError: false })
  await app.listen(0, '127.0.0.1')
  return { port: portOf(app.getHttpServer()), close: () => app.close() }
}

function startGuarded(adapter: ExpressAdapter | FastifyAdapter, { options, answer, answerBoth }: Served): Promise<Running> {
  const { byMethod, bySession, byLogin, ownByMethod, ownBySession, ownByLogin } = options(nodeSeen)
  @Controller()
  class Fences {
    @Get('bare/:place')
    bare() {
      return answer(null)
    }
    @Get('by-method/:place')
    @UseGuards(consentryGuard(byMethod))
    byMethod(@Impersonated() impersonation: Impersonation) {
      return answer(impersonation)
    }
    @Get('by-session/:place')
    @UseGuards(InjectedGuard)
    bySession(@Impersonated() impersonation: Impersonation) {
      return answer(impersonation)
    }
    @Get('by-login/:place')
    @UseGuards(consentryGuard(byLogin))
    byLogin(@Impersonated() impersonation: Impersonation) {
      return answer(impersonation)
    }
    @Get('own-bare/:place')
    ownBare(@Impersonated() impersonation: Impersonation | null) {
      return answerBoth(impersonation)
    }
    @Get('own-by-method/:place')
    @UseGuards(consentryGuard(ownByMethod))
    ownByMethod(@Impersonated() impersonation: Impersonation | null) {
      return answerBoth(impersonation)
    }
    @Get('own-by-session/:place')
    @UseGuards(consentryGuard(ownBySession))
    ownBySession(@Impersonated() impersonation: Impersonation | null) {
      return answerBoth(impersonation)
    }
    @Get('own-by-login/:place')
    @UseGuards(consentryGuard(ownByLogin))
    ownByLogin(@Impersonated() impersonation: Impersonation | null) {
      return answerBoth(impersonation)
    }
  }
  return start(adapter, Fences, InjectedGuard, { provide: 'guard', useFactory: () => consentryGuard(bySession) })
}

export const nestOnExpress: Host = { name: 'NestJS on Express', start: (served) => startGuarded(new ExpressAdapter(), served) }
export const nestOnFastify: Host = { name: 'NestJS on Fastify', start: (served) => startGuarded(new FastifyAdapter(), served) }
