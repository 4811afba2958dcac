/** Every method of the client over a real socket: its answer has the shape of the service's own. */
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { ADDRESSES } from '../../src/client/addresses.js'
import { INSTANT_FIELDS } from '../../src/client/wire.js'
import { type ConsentryClient, consentryClient } from '../../src/client.js'
import type { Consentry } from '../../src/consentry.js'
import { openApiDocument, ROUTES } from '../../src/http/routes.js'
import { InstantIn, InstantOut, WrittenInstant } from '../../src/http/wire-values.js'
import { CASES, prepared } from '../http/cases.js'
import type { AskedScene } from '../http/scene.js'
import { CALLS } from './calls.js'

const ids = Object.keys(CALLS) as (keyof ConsentryClient)[]

const clientAs = ({ port }: { readonly port: number }, user: string): ConsentryClient =>
  consentryClient({ baseUrl: `http://127.0.0.1:${port}/`, headers: { 'x-user': user } })

/** What the service answered last, by its methods. */
function spied(consentry: Consentry): { readonly spy: Consentry; readonly last: { value?: unknown } } {
  const last: { value?: unknown } = {}
  const methods = Object.entries(consentry).map(([name, call]) => {
    const spy = async (...args: unknown[]) => {
      const value: unknown = await (call as (...given: unknown[]) => unknown)(...args)
      if (name !== 'resume') last.value = value
      return value
    }
    return [name, typeof call === 'function' ? spy : call]
  })
  const spy: Consentry = Object.fromEntries(methods)
  return { spy, last }
}

const named = (...found: string[]) => ({ items: found.map((id) => ({ id, name: `Name of ${id}` })), next: null })
const withoutId = (session: unknown) => {
  const { id: _, ...rest } = session as { id: string }
  return rest
}

/** What the client answers, where the service answers otherwise. */
const SHAPES: { readonly [Id in keyof ConsentryClient]?: (served: unknown, on: AskedScene) => unknown } = {
  withdrawRequest: (changed) => ({ changed }),
  removeUser: (changed) => ({ changed }),
  endAll: (changed) => ({ changed }),
  withdrawOutgoing: (changed) => (changed as unknown[])[0],
  answerMany: (outcomes) => ({
    outcomes: (outcomes as { id: string; request: object }[]).map(({ id, request }) => ({ id, status: 200, request })),
  }),
  countRows: (counts) => ({ counts }),
  decideMany: (decisions) => ({ decisions }),
  // The secret id stays with the login.
  startSession: withoutId,
  searchUsers: () => named('elizabeth', 'caroline', 'charlotte', 'wickham'),
  searchTenants: () => named('tom-sawyer', 'hundred-acre'),
  getOpenApi: () => openApiDocument(),
}

describe.each(ids)('%s', (id) => {
  it('answers what the service answers', async () => {
    let last: { value?: unknown } = {}
    const { on } = await prepared(id, 'ok', {}, undefined, (consentry) => {
      const told = spied(consentry)
      last = told.last
      return told.spy
    })
    const as = CASES[id]?.asked(on).as ?? ''
    const answer = (await CALLS[id](clientAs(on, as), on)) as { names?: object } | null
    const { names, ...own } = answer ?? {}
    if (id === 'getSession' || id === 'getMe') {
      const { session, actor } = await on.consentry.resume({
        user: 'caroline',
        tenant: 'classics',
        permissions: [],
        session: on.kept.get('caroline') ?? null,
        impersonating: null,
      })
      expect(own).toEqual(id === 'getSession' ? withoutId(session) : { ...actor, session: withoutId(session), ended: null })
    } else expect(own).toEqual(SHAPES[id] ? SHAPES[id](last.value, on) : last.value)
    expect(names === undefined).toBe(ROUTES.find((route) => route.id === id)?.names !== true)
    expect(on.failures).toEqual([])
    await on.close()
  })
})

it('has a method for each route, and no other', () => {
  expect(Object.entries(ADDRESSES)).toEqual(ROUTES.map(({ id, method, path }) => [id, `${method} ${path}`]))
  expect(Object.keys(consentryClient({ baseUrl: '' }))).toEqual(ROUTES.map(({ id }) => id))
})

it('knows by its name which route answers pages, and by its path which takes a revision', () => {
  for (const { id, method, path, page = false, ifMatch = false } of ROUTES) {
    expect([id, /^(list|search)/.test(id)]).toEqual([id, page])
    expect([id, method !== 'GET' && path.includes('{id}')]).toEqual([id, ifMatch])
    expect([id, id === 'getSession']).toEqual([id, ROUTES.find((one) => one.id === id)?.mayBeEmpty === true])
  }
})

/** The fields of a schema that hold an instant, and those that do not, by their names. */
function fieldsOf(schema: z.ZodType, instant: z.ZodType): { instants: Set<string>; others: Set<string> } {
  const found = { instants: new Set<string>(), others: new Set<string>() }
  const walk = (one: z.core.$ZodType, name: string): void => {
    if (one === instant || one === WrittenInstant) return void found.instants.add(name)
    const { def } = one._zod as unknown as { def: Record<string, unknown> & { type: string } }
    const inner = [def['innerType'], def['element'], def['valueType'], ...((def['options'] as z.core.$ZodType[] | undefined) ?? [])].filter(
      Boolean,
    )
    if (def.type === 'object') for (const [key, field] of Object.entries((one as z.ZodObject).shape)) walk(field, key)
    else if (inner.length > 0) for (const part of inner) walk(part as z.core.$ZodType, name)
    else if (def.type !== 'null') found.others.add(name)
  }
  walk(schema, '')
  return found
}

it('knows the fields that hold instants, and no other field has their names', () => {
  const answers = ROUTES.map(({ answer }) => fieldsOf(answer, InstantOut))
  const inputs = ROUTES.flatMap(({ query, body }) => [query, body ?? z.object({})]).map((one) => fieldsOf(one, InstantIn))
  const instants = new Set([...answers, ...inputs].flatMap((one) => [...one.instants]))
  // The facts of errors, and the fields of elements that are parsed after their lists.
  for (const fact of ['after', 'latest', 'at', 'expiresAt', 'endedAt']) instants.add(fact)
  expect([...instants].filter((name) => !INSTANT_FIELDS.test(name))).toEqual([])
  expect(answers.flatMap((one) => [...one.others]).filter((name) => INSTANT_FIELDS.test(name))).toEqual([])
})
