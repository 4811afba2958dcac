/** One case against one host: a world in which the request passes, a change, and the expected result. */
import { type IncomingMessage, request as send } from 'node:http'
import { expect } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { Actor } from '../../src/domain/actor.js'
import type { LiveSession } from '../../src/domain/session-views.js'
import type { Impersonation } from '../../src/guard/authorize-request.js'
import type { Denial, GuardReason } from '../../src/guard/problem-details.js'
import { caroline, charlotte, elizabeth, person, type Stage, sentStage, TOM, tomAdmin } from '../story/cast.js'
import { CHALLENGE, type Running, type Stand } from './host.js'

/** The two forms of a guard, as the hosts' paths name them. */
export type Form = 'by-method' | 'by-session'

/** A request: the rest of the path, and headers, where a list is sent as several lines. */
export interface Asked {
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly path?: string
}

/** A response. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

/** The expected denial: its reason, and the error passed to `onDenied`. Without `error`, nothing may be thrown. */
export interface Expected {
  readonly reason: GuardReason
  readonly error?: unknown
}

/** The actors by login name. It is a map, because a look-up in a plain record also finds its prototype's keys. */
export const people: Readonly<Record<string, Actor>> = {
  elizabeth,
  caroline,
  charlotte,
  wickham: person('wickham', 'classics'),
  lydia: person('lydia', 'rosings'),
  nested: { ...caroline, impersonating: { tenant: 'hundred-acre', method: 'legacy-support' } },
  otherwise: { ...caroline, impersonating: { tenant: TOM, method: 'legacy-support' } },
  inside: { ...caroline, impersonating: { tenant: TOM, method: 'access-request' } },
}

/** A world where Caroline and Charlotte may enter Tom Sawyer, and Caroline is inside. */
export interface Trial {
  readonly stage: Stage & { readonly tom: string; readonly hundred: string }
  readonly stand: Stand
  /** Caroline's session in Tom Sawyer. */
  readonly session: LiveSession
  /** Runs before the next read of the repository. */
  readonly repository: { before: () => Promise<unknown> | unknown }
  readonly heard: Denial[]
  /** Sends a request that passes unless the case changed something. */
  readonly ask: (form: Form, asked?: Partial<Asked>) => Promise<Answer>
}

const told = (seen: { header: (name: string) => unknown }, name: string) => seen.header(`x-${name}`)

/** Creates a trial against a running host; its wiring goes into `stand`. */
export async function trial(stand: Stand, running: Running): Promise<Trial> {
  const repository: Trial['repository'] = { before: () => {} }
  const kept = memoryRepository()
  const factsFor: typeof kept.factsFor = async (...asked) => {
    await repository.before()
    return kept.factsFor(...asked)
  }
  const session: typeof kept.session = async (...asked) => {
    await repository.before()
    return kept.session(...asked)
  }
  const stage = await sentStage({ repository: { ...kept, factsFor, session } })
  await stage.consentry.grant(tomAdmin, stage.tom)
  const started = await stage.consentry.startImpersonation(caroline, { tenant: TOM, method: 'access-request' })

  const heard: Denial[] = []
  stand.wiring = {
    consentry: stage.consentry,
    actor: (seen) => people[told(seen, 'user') as string],
    tenant: (seen) => told(seen, 'tenant'),
    method: (seen) => told(seen, 'method'),
    session: (seen) => told(seen, 'session'),
    onDenied: (denial) => heard.push(denial),
  }
  stand.ran.length = 0

  const usual = { 'x-user': 'caroline', 'x-tenant': TOM, 'x-method': 'access-request', 'x-session': started.id }
  const ask: Trial['ask'] = (form, { headers, path = 'here' } = {}) => {
    const all = Object.entries({ ...usual, ...headers }).filter(([, value]) => value !== '')
    return answerTo(running.port, `/${form}/${path}`, Object.fromEntries(all))
  }
  return { stage, stand, session: started, repository, heard, ask }
}

function answerTo(port: number, path: string, headers: Asked['headers']): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // One connection per request: the host may close a kept one just as it is used again.
    const options = { host: '127.0.0.1', port, path, headers: headers as Record<string, string | string[]>, agent: false } as const
    const sent = send(options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() }),
      )
      response.on('error', reject)
    })
    sent.on('error', reject).end()
  })
}

/** Asserts that the request passes: the handler runs once, with this impersonation. */
export async function passes({ ask, stand, heard }: Trial, form: Form, asked: Partial<Asked>, as: Partial<Impersonation>): Promise<void> {
  const before = stand.ran.length
  const answer = await ask(form, asked)
  expect(answer.text).toBe(JSON.stringify(stand.ran.at(-1)))
  expect(answer.status).toBe(200)
  expect(heard).toEqual([])
  expect(stand.ran).toHaveLength(before + 1)
  const impersonation = stand.ran.at(-1)
  expect(impersonation).toEqual({
    user: 'caroline',
    tenant: TOM,
    method: 'access-request',
    session: null,
    changesAt: null,
    ...as,
  })
  expect(Object.isFrozen(impersonation)).toBe(true)
}

const TITLES = { 401: 'Unauthorized', 403: 'Forbidden', 503: 'Service Unavailable' }

/** Asserts a denial: no handler runs, the client receives only the reason, and `onDenied` is called once. */
export async function isDenied(trial: Trial, form: Form, asked: Partial<Asked>, { reason, ...expected }: Expected): Promise<void> {
  const { ask, stand, heard } = trial
  const [ran, told] = [stand.ran.length, heard.length]
  const answer = await ask(form, asked)
  const status = reason === 'no-actor' ? 401 : reason === 'facts-unavailable' ? 503 : 403
  expect(answer.text).toBe(JSON.stringify({ type: 'about:blank', title: TITLES[status], status, reason }))
  expect(answer.status).toBe(status)
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json(; charset=utf-8)?$/)
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.headers['www-authenticate']).toBe(status === 401 ? { 'by-method': 'Bearer', 'by-session': CHALLENGE }[form] : undefined)
  expect(stand.ran).toHaveLength(ran)
  const [{ error, ...denial } = {}, ...more] = heard.slice(told)
  expect(more).toEqual([])
  expect(denial).toEqual({ status, reason })
  expect('error' in (heard[told] ?? {})).toBe('error' in expected)
  // Compared by identity, because the thrown value may be unreadable.
  if (!Object.is(error, expected.error)) expect(error).toEqual(expected.error)
  expect(Object.isFrozen(heard[told])).toBe(true)
}
