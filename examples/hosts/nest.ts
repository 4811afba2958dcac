/** NestJS 11: bearer tokens hold the login and, by RFC 8693, the session; a guard protects one route. */
import 'reflect-metadata'
import type { Server } from 'node:http'
import {
  type ArgumentsHost,
  Body,
  type CanActivate,
  Catch,
  Controller,
  Delete,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  HttpCode,
  HttpException,
  Inject,
  Module,
  Param,
  Post,
  Query,
  Req,
  UseGuards,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { ImpersonationClaims, impersonationClaims } from 'consentry'
import { consentryGuard, Impersonated, type Impersonation } from 'consentry/guard/nest'
import type { NextFunction, Request, Response } from 'express'
import { type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { fencesOf, isJson, Login, type Office, signIn } from './office.js'
import { NOBODY, NOT_JSON, PROBLEM, problemOf } from './problem.js'

const OFFICE = Symbol('office')
const KEY = Symbol('key')
type Key = Uint8Array
type Ask = Readonly<Record<string, string>>

/** Reads the bearer token; `null` without one, and for a forged or expired one. */
async function loginOf(request: Request, key: Key): Promise<Login | null> {
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const payload = await jwtVerify(token, key).then(
    (verified): JWTPayload => verified.payload,
    () => null,
  )
  if (payload === null) return null
  const claims = ImpersonationClaims.safeParse(payload)
  const login = claims.success ? { user: claims.data.act.sub, session: claims.data.jti } : { user: payload.sub, session: null }
  return Login.safeParse(login).data ?? null
}

const sign = (payload: JWTPayload, key: Key) => new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(key)

/** Returns the actor of the request; throws 401 without one. */
async function actorBehind({ actorOf }: Office, request: Request, key: Key) {
  const actor = await actorOf(await loginOf(request, key))
  if (actor === null) throw new HttpException(NOBODY, NOBODY.status)
  return actor
}

class InsideGuard implements CanActivate {
  private readonly guard: CanActivate

  constructor(@Inject(OFFICE) { consentry, actorOf }: Office, @Inject(KEY) key: Key) {
    this.guard = consentryGuard<Request<{ tenant: string }>>({
      consentry,
      actor: async (request) => actorOf(await loginOf(request, key)),
      tenant: (request) => request.params.tenant,
      session: async (request) => (await loginOf(request, key))?.session,
    })
  }

  canActivate(context: ExecutionContext) {
    return this.guard.canActivate(context)
  }
}

@Controller()
class Pages {
  constructor(
    @Inject(OFFICE) private readonly office: Office,
    @Inject(KEY) private readonly key: Key,
  ) {}

  @Post('login')
  @HttpCode(200)
  async login(@Body() body: unknown) {
    const user = signIn(body)
    if (user === null) throw new HttpException(NOBODY, NOBODY.status)
    return { token: await sign({ sub: user, exp: Math.floor(Date.now() / 1000) + 8 * 3600 }, this.key) }
  }

  @Post('impersonation')
  async start(@Req() request: Request, @Body() body: unknown) {
    const session = await this.office.consentry.startImpersonation(await actorBehind(this.office, request, this.key), body as never)
    const { tenant, method, endsAt } = session
    const token = await sign(impersonationClaims(session, { sub: `${tenant}:guest` }), this.key)
    return { tenant, method, endsAt, token }
  }

  @Delete('impersonation')
  @HttpCode(204)
  async end(@Req() request: Request) {
    const login = await loginOf(request, this.key)
    const actor = await actorBehind(this.office, request, this.key)
    if (login?.session) await this.office.consentry.endImpersonation(actor, login.session)
  }

  @Get('tenants/:tenant/fences')
  @UseGuards(InsideGuard)
  fences(@Impersonated() { tenant, user }: Impersonation) {
    return { fences: fencesOf(tenant), seenBy: user }
  }

  @Get(':page')
  look(@Req() request: Request, @Param('page') page: string, @Query() query: Ask) {
    return this.turnTo('get', `/${page}`, request, { id: '', query, body: {} })
  }

  @Post('requests')
  @HttpCode(200)
  submit(@Req() request: Request, @Body() body: unknown) {
    return this.turnTo('post', '/requests', request, { id: '', query: {}, body })
  }

  @Post('requests/:id/:verb')
  @HttpCode(200)
  answer(@Req() request: Request, @Param('id') id: string, @Param('verb') verb: string, @Body() body: unknown) {
    return this.turnTo('post', `/requests/:id/${verb}`, request, { id, query: {}, body: body ?? {} })
  }

  private async turnTo(verb: string, path: string, request: Request, asked: { id: string; query: Ask; body: unknown }) {
    const actor = await actorBehind(this.office, request, this.key)
    const page = this.office.pages.find((one) => one[0] === verb && one[1] === path)?.[2]
    if (page === undefined) throw new HttpException({ type: 'about:blank', title: 'Not Found', status: 404 }, 404)
    return page({ actor, ...asked })
  }
}

@Catch()
class Problems implements ExceptionFilter {
  catch(error: unknown, context: ArgumentsHost) {
    const response = context.switchToHttp().getResponse<Response>()
    const problem = error instanceof HttpException ? { ...Object(error.getResponse()), status: error.getStatus() } : problemOf(error)
    response.status(problem.status).type(PROBLEM).json(problem)
  }
}

/** Starts the host; `secret` signs its tokens. */
export async function listen(office: Office, secret: string, port: number): Promise<Server> {
  const key = new TextEncoder().encode(secret)

  @Module({
    controllers: [Pages],
    providers: [
      { provide: OFFICE, useValue: office },
      { provide: KEY, useValue: key },
    ],
  })
  class Host {}

  const app = await NestFactory.create(Host, { logger: false })
  // Nest reads forms as well as JSON.
  app.use((request: Request, response: Response, next: NextFunction) => {
    if (request.method !== 'POST' || isJson(request.headers['content-type'])) next()
    else response.status(NOT_JSON.status).type(PROBLEM).json(NOT_JSON)
  })
  app.useGlobalFilters(new Problems())
  await app.listen(port)
  return app.getHttpServer()
}
