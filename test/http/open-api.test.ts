/** The OpenAPI document comes of the table of routes, and says of a body what the API reads. */
import { describe, expect, it } from 'vitest'
import { statusOfCode } from '../../src/http/problem.js'
import { refusalsOf } from '../../src/http/route.js'
import { openApiDocument, ROUTES } from '../../src/http/routes.js'
import { scene } from './scene.js'

const document = openApiDocument()
const text = JSON.stringify(document)
const { schemas } = document.components

/** Every object of a document, with the keys that lead to it. */
function* objectsIn(value: unknown, path: readonly string[] = []): Generator<readonly [path: string, value: Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield [path.join('/'), value as Record<string, unknown>]
  for (const [key, one] of Object.entries(value)) yield* objectsIn(one, [...path, key])
}
const all = [...objectsIn(document)]

describe.each(ROUTES.map((route) => [route.id, route] as const))('%s', (id, route) => {
  const operation = (document.paths[route.path] as Record<string, Record<string, unknown>>)[route.method.toLowerCase()] ?? {}

  it('is an operation with each of its answers and nothing else', () => {
    expect(operation).toMatchObject({ operationId: id, summary: expect.stringMatching(/^[A-Z].*\.$/) })
    const statuses = [
      route.status,
      ...(route.mayBeEmpty ? [204] : []),
      ...(route.kept ? [304] : []),
      ...refusalsOf(route).map(statusOfCode),
    ]
    expect(Object.keys(operation['responses'] as object)).toEqual([...new Set(statuses.map(String))].toSorted())
  })
  it('has a body if it reads one', () => expect('requestBody' in operation).toBe(route.body !== undefined))
})

it('has the routes of the table and no other', () => {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
  expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual(ROUTES.map(({ id }) => id).toSorted())
})

it('refers to schemas that there are, and to each of them', () => {
  const named = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name = '']) => name))
  expect([...named].filter((name) => !(name in schemas))).toEqual([])
  expect(Object.keys(schemas).filter((name) => !named.has(name))).toEqual([])
})

it('says of no field that it is never in a request, and leaves no mark of its making', () => {
  expect(text).not.toMatch(/readOnly|\$defs|\$schema|"\$id"/)
})

it('closes what is read, and leaves open what is answered', () => {
  const closed = all.filter(([, value]) => value['additionalProperties'] === false).map(([path]) => path.split('/').slice(0, 3).join('/'))
  expect([...new Set(closed)].filter((path) => !/Input$/.test(path))).toEqual([])
  const inputs = Object.entries(schemas).filter(([name, schema]) => /Input$/.test(name) && 'properties' in schema)
  expect(inputs.filter(([, schema]) => Reflect.get(schema, 'additionalProperties') !== false)).toEqual([])
})

it('says something of every schema: none is empty', () => {
  const isSchema = (path: string) => /\/(schema|items)$|\/properties\/\w+$|^components\/schemas\/\w+$/.test(path)
  expect(all.filter(([path, value]) => isSchema(path) && Object.keys(value).length === 0).map(([path]) => path)).toEqual([])
})

it('says of ids, names, messages and instants what they look like', () => {
  for (const name of ['UserId', 'TenantId', 'AccessRequestId', 'TenantRequestId', 'RequestName'])
    expect(schemas[name], name).toMatchObject({ type: 'string', pattern: expect.any(String), minLength: 1, maxLength: expect.any(Number) })
  expect(schemas['MessageInput']).toMatchObject({ type: 'string', maxLength: 1_000, pattern: expect.any(String) })
  for (const name of ['Instant', 'InstantInput'])
    expect(schemas[name], name).toMatchObject({ type: 'string', format: 'date-time', pattern: expect.any(String) })
  expect(Reflect.get(schemas['SubmissionInput'] ?? {}, 'properties').id).toMatchObject({ type: 'string', maxLength: 128 })
})

it('holds a session id nowhere', () => expect(Reflect.get(schemas['OwnSession'] ?? {}, 'properties')).not.toHaveProperty('id'))

it('is served to everybody, kept by its ETag, and asks nothing of the login', async () => {
  const on = await scene({ person: () => Promise.reject(new Error('asked')) })
  const first = await on.as('nobody', { path: '/openapi.json' })
  expect(JSON.parse(first.text)).toEqual(JSON.parse(text))
  const etag = String(first.headers['etag'])
  const again = await on.as('nobody', { path: '/openapi.json', headers: { 'if-none-match': etag } })
  expect([again.status, again.text, again.headers['etag']]).toEqual([304, '', etag])
  expect((await on.as('nobody', { path: '/openapi.json', headers: { 'if-none-match': '"other"' } })).status).toBe(200)
  await on.close()
})
