/** NestJS 11: a bearer token holds the login and the session, a module serves the API, and a guard protects one route. */
import 'reflect-metadata'
import type { Server } from 'node:http'
import { Body, Controller, Get, type MiddlewareConsumer, Module, Post, UnauthorizedException, UseGuards } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { consentryGuard, Impersonated, type Impersonation } from 'consentry/guard/nest'
import { ConsentryModule, type ConsentryRoutes, nestRequestOf } from 'consentry/http/nest'
import { json, type Request } from 'express'
import { jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import { fencesOf, Login, type Office, signIn } from './office.js'

const Claims = Login.extend({ exp: z.number() })

/** Starts the host; `secret` signs its tokens. */
export async function listen({ consentry, people, personOf }: Office, secret: string, port: number): Promise<Server> {
  const key = new TextEncoder().encode(secret)
  const tokenOf = (claims: z.infer<typeof Claims>) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(key)
  const loginOf = async ({ headers: { authorization = '' } }: Request) => {
    const { payload } = await jwtVerify(authorization.replace(/^Bearer /i, ''), key).catch(() => ({ payload: null }))
    return Claims.safeParse(payload).data
  }

  const routes: ConsentryRoutes = {
    people,
    person: async (request) => personOf(await loginOf(nestRequestOf(request))),
    // The body is the API's own, so the new token is in a header. The client sends it from then on; it expires when the old one would.
    keepSession: async (request, session, headers) => {
      const login = await loginOf(nestRequestOf(request))
      if (login) headers.set('login-token', await tokenOf({ ...login, session }))
    },
  }

  const inside = consentryGuard<Request<{ tenant: string }>>({
    consentry,
    person: async (request) => personOf(await loginOf(request)),
    tenant: (request) => request.params.tenant,
  })

  @Controller()
  class Pages {
    @Post('login')
    async login(@Body() body: unknown) {
      const user = signIn(body)
      if (user === null) throw new UnauthorizedException()
      return { token: await tokenOf({ user, session: null, exp: Math.floor(Date.now() / 1000) + 8 * 3600 }) }
    }

    @Get('tenants/:tenant/fences')
    @UseGuards(inside)
    fences(@Impersonated() { tenant, user }: Impersonation) {
      return { fences: fencesOf(tenant), seenBy: user }
    }
  }

  @Module({ imports: [ConsentryModule.forRoot({ consentry, routes })], controllers: [Pages] })
  class Host {
    configure(consumer: MiddlewareConsumer) {
      consumer.apply(json()).forRoutes('login')
    }
  }

  // Without Nest's own parsers, which read forms too, and the bodies of the API before it does.
  const app = await NestFactory.create(Host, { logger: false, bodyParser: false })
  await app.listen(port)
  return app.getHttpServer()
}
