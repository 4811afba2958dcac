/** One case against one host: a world in which the request passes, a change, and the expected result. */
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import type { Actor } from '../../src/domain/actor.js'
import type { Impersonation } from '../../src/guard/impersonation.js'
import type { Denial, GuardReason } from '../../src/guard/problem-details.js'
import { faultyRepository } from '../live-access/scene.js'
import { caroline, charlotte, elizabeth, person, sentStage, TOM, tomAdmin } from '../story/cast.js'
import { CHALLENGE, type HostState, type Running, type Seen } from './host.js'

/** The three forms of a guard, each also with `ownTenant: 'pass'`, as the hosts' paths name them. */
export type Form = 'by-method' | 'by-session' | 'by-login' | 'own-by-method' | 'own-by-session' | 'own-by-login'

const isByMethod = (form: Form) => form.endsWith('by-method')

/** Headers of a request: a list is sent as several lines, and an empty text is not sent. */
export type Headers = Record<string, string | string[]>

/** The actors by login name. It is a plain record, whose look-up also finds its prototype's keys. */
export const people: Readonly<Record<string, Actor>> = {
  elizabeth,
  caroline,
  charlotte,
  wickham: person('wickham', 'classics'),
  lydia: person('lydia', 'rosings'),
  nested: { ...caroline, impersonating: { tenant: 'hundred-acre', method: 'legacy-support' } },
  otherwise: { ...caroline, impersonating: { tenant: TOM, method: 'legacy-support' } },
  tom: tomAdmin,
  'away from home': { ...tomAdmin, impersonating: { tenant: 'hundred-acre', method: 'legacy-support' } },
  'inside their own': { ...tomAdmin, impersonating: { tenant: TOM, method: 'access-request' } },
  inside: { ...caroline, impersonating: { tenant: TOM, method: 'access-request' } },
}

/** A world where Caroline and Charlotte may enter Tom Sawyer, and Caroline is inside. */
export type Trial = Awaited<ReturnType<typeof trial>>

export async function trial(state: HostState, { port }: Running) {
  const world = faultyRepository()
  const stage = await sentStage({ repository: world.repository })
  await stage.consentry.grant(tomAdmin, stage.tom, { expiresAt: null })
  const session = await stage.consentry.startImpersonation(caroline, { tenant: TOM, method: 'access-request' })

  const denials: Denial[] = []
  const header = (name: string) => (seen: Seen) => seen.header(name)
  /** What the callbacks `actor` and `session` return, as one login: so a case that changes one of them changes the login as well. */
  const loginOf = async (seen: Seen) => {
    const actor = await state.wiring.actor(seen)
    return actor === null || actor === undefined ? actor : { ...actor, session: await state.wiring.session(seen) }
  }
  state.wiring = {
    consentry: stage.consentry,
    actor: (seen) => people[seen.header('x-user') as string],
    tenant: header('x-tenant'),
    method: header('x-method'),
    session: header('x-session'),
    person: loginOf,
    onDenied: (denial) => denials.push(denial),
  }
  state.ran.length = 0

  const headers: Headers = { 'x-user': 'caroline', 'x-tenant': TOM, 'x-method': 'access-request', 'x-session': session.id }
  // It passes unless the case changes something: the rest of its path, and its headers.
  const sent = { path: 'here', headers }
  const send = (form: Form | 'own-bare', changed: Headers = {}) => {
    const all = Object.entries({ ...headers, ...changed }).filter(([, value]) => value !== '')
    return get(port, `/${form}/${sent.path}`, Object.fromEntries(all))
  }
  return { ...world, ...state, stage, session, request: sent, denials, send }
}

function get(port: number, path: string, headers: Headers): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    // One connection per request: the host may close a kept one just as it is used again.
    request({ host: '127.0.0.1', port, path, headers, agent: false }, resolve).on('error', reject).end()
  })
}

/** Asserts that the request passes: the handler runs once, with this impersonation. */
export async function passes(trial: Trial, form: Form, headers: Headers, as: Partial<Impersonation>): Promise<void> {
  const { ran, denials, send } = trial
  const before = ran.length
  const answer = await send(form, headers)
  expect(await text(answer)).toBe(JSON.stringify(ran.at(-1)))
  expect(answer.statusCode).toBe(200)
  expect(denials).toEqual([])
  expect(ran).toHaveLength(before + 1)
  const { changesAt = isByMethod(form) ? null : trial.session.changesAt } = as
  const session = isByMethod(form) ? null : { ...trial.session, changesAt }
  expect(ran.at(-1)).toEqual({ user: 'caroline', tenant: TOM, method: 'access-request', session, changesAt, ...as })
  expect(Object.isFrozen(ran.at(-1))).toBe(true)
}

/** Asserts that the handler runs once for the tenant's own person, without an impersonation. */
export async function passesAtHome({ ran, denials, send }: Trial, form: Form, headers: Headers): Promise<void> {
  const before = ran.length
  const answer = await send(form, headers)
  expect(await text(answer)).toBe(JSON.stringify({ own: true }))
  expect(answer.statusCode).toBe(200)
  expect(denials).toEqual([])
  expect(ran.slice(before)).toEqual([null])
}

const TITLES = { 401: 'Unauthorized', 403: 'Forbidden', 503: 'Service Unavailable' }

/**
 * Asserts a denial: no handler runs, the client receives only the reason, and `onDenied` is called once.
 * `errors` is the error passed to `onDenied`, or empty if nothing may be thrown.
 */
export async function isDenied(trial: Trial, form: Form, headers: Headers, reason: GuardReason, ...errors: unknown[]): Promise<void> {
  const { ran, denials, send } = trial
  const [ranBefore, deniedBefore] = [ran.length, denials.length]
  const answer = await send(form, headers)
  const status = reason === 'no-actor' ? 401 : reason === 'facts-unavailable' ? 503 : 403
  expect(await text(answer)).toBe(JSON.stringify({ type: 'about:blank', title: TITLES[status], status, reason }))
  expect(answer.statusCode).toBe(status)
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json(; charset=utf-8)?$/)
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.headers['www-authenticate']).toBe(status === 401 ? (isByMethod(form) ? 'Bearer' : CHALLENGE) : undefined)
  expect(ran).toHaveLength(ranBefore)
  expect(denials).toHaveLength(deniedBefore + 1)
  const given = denials[deniedBefore] as Denial
  const { error, ...denial } = given
  expect(denial).toEqual({ status, reason })
  expect('error' in given).toBe(errors.length > 0)
  // Compared by identity, because the thrown value may be unreadable.
  if (!Object.is(error, errors[0])) expect(error).toEqual(errors[0])
  expect(Object.isFrozen(given)).toBe(true)
}
