/** zod-openapi, an independent generator, makes the same OpenAPI document of the same table of routes. */
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { createDocument } from 'zod-openapi'
import type { OpenApiDocument } from '../../src/http/open-api.js'
import type { Route } from '../../src/http/route.js'
import { openApiDocument, ROUTES } from '../../src/http/routes.js'
import { operationsOf, type Parameter } from './described.js'

type Json = Readonly<Record<string, unknown>>

/** What a client can get wrong. Descriptions, patterns and lengths are not compared: the document says more of them than zod knows. */
const COMPARED = new Set([
  ...['type', 'enum', 'const', 'required', 'properties', 'propertyNames', 'items', 'anyOf', 'oneOf', 'default'],
  ...['maxItems', 'minimum', 'maximum'],
])

/** Returns a schema with its references resolved, in one spelling, and with nothing but what is compared. */
function comparable(schema: unknown, schemas: Json): unknown {
  if (Array.isArray(schema)) return schema.map((one) => comparable(one, schemas))
  if (typeof schema !== 'object' || schema === null) return schema
  const { $ref, type, required, properties, ...others } = schema as Json
  if (typeof $ref === 'string') return comparable(schemas[$ref.slice($ref.lastIndexOf('/') + 1)], schemas)
  const kept = Object.entries(others).filter(([key]) => COMPARED.has(key))
  const named = Object.entries(Object(properties)).map(([name, one]) => [name, comparable(one, schemas)])
  return {
    ...Object.fromEntries(kept.map(([key, value]) => [key, comparable(value, schemas)])),
    ...(properties !== undefined && { properties: Object.fromEntries(named) }),
    ...(Array.isArray(required) && { required: required.toSorted() }),
    // Two spellings of one: a list of types, and a union of them.
    ...(Array.isArray(type) && { anyOf: type.map((one) => ({ type: one })) }),
    // zod-openapi says of a union by a discriminator that it is an object; so does each of its parts.
    ...(typeof type === 'string' && !('oneOf' in others) && { type }),
  }
}

/** Returns the places at which zod-openapi knows nothing. */
function unknownPlaces(schema: unknown, place: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const entries = Array.isArray(schema) ? [] : Object.entries(schema)
  return entries.length === 0 && !Array.isArray(schema) ? [place] : entries.flatMap(([key, one]) => unknownPlaces(one, `${place} ${key}`))
}

/** Returns what of a schema zod-openapi knows too. */
function knownTo(oracle: unknown, schema: unknown): unknown {
  if (typeof oracle !== 'object' || oracle === null || typeof schema !== 'object' || schema === null) return schema
  if (Array.isArray(schema)) return schema.map((one, n) => knownTo(Reflect.get(oracle, n), one))
  if (Object.keys(oracle).length === 0) return {}
  return Object.fromEntries(Object.entries(schema).map(([key, one]) => [key, knownTo(Reflect.get(oracle, key), one)]))
}

const asJson = (schema: z.ZodType) => ({ content: { 'application/json': { schema } } })

/** Returns what zod-openapi makes of the table. An answer stands there as a body: on the wire it is what its codecs take. */
function byZodOpenApi(routes: readonly Route[]): OpenApiDocument {
  const paths: Record<string, Json> = {}
  const add = (path: string, method: string, operation: Json) => {
    paths[path] = { ...paths[path], [method.toLowerCase()]: { ...operation, responses: {} } }
  }
  for (const { method, path, query, body, answer } of routes) {
    const inPath = path.includes('{id}') && { path: z.object({ id: z.string() }) }
    add(path, method, { requestParams: { query, ...inPath }, ...(body && { requestBody: asJson(body) }) })
    add(`${path} answer`, method, { requestBody: asJson(answer) })
  }
  return createDocument({ openapi: '3.1.0', info: { title: 'Oracle', version: '1' }, paths } as never) as never
}

const document = openApiDocument()
const { schemas } = document.components
const ours = operationsOf(document)
const theirs = new Map(operationsOf(byZodOpenApi(ROUTES)).map((one) => [`${one.method} ${one.path}`, one]))

const schemaIn = (one: unknown): unknown =>
  Object.values(Object(Reflect.get(Object(one), 'content'))).map((content) => Reflect.get(Object(content), 'schema'))[0]
const bodies = ours.flatMap(({ operationId, method, path, requestBody, responses }) => {
  const answer = responses['200'] ?? responses['201']
  return [
    { place: `${operationId} body`, own: schemaIn(requestBody), oracle: schemaIn(theirs.get(`${method} ${path}`)?.requestBody) },
    { place: `${operationId} answer`, own: schemaIn(answer), oracle: schemaIn(theirs.get(`${method} ${path} answer`)?.requestBody) },
  ]
})

it('the paths and methods are the same', () => {
  const made = [...theirs.keys()].filter((name) => !name.endsWith(' answer'))
  expect(made.toSorted()).toEqual(ours.map(({ method, path }) => `${method} ${path}`).toSorted())
})

describe.each(ours)('$operationId', ({ method, path, parameters }) => {
  it('has the same parameters', () => {
    const shown = (all: readonly Parameter[]) =>
      all
        .filter((parameter) => parameter.in !== 'header')
        .map(({ name, in: place, required = false, schema }) => ({ name, place, required, schema: comparable(schema, schemas) }))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    expect(shown(parameters)).toEqual(shown(theirs.get(`${method} ${path}`)?.parameters ?? []))
  })
})

it.each(bodies)('$place is the same', ({ own, oracle }) => {
  const [found, expected] = [comparable(own, schemas), comparable(oracle, {})]
  expect(knownTo(expected, found)).toEqual(expected)
})

it('zod-openapi knows everything but what a function parses, and what is parsed after the list it is in', () => {
  expect(bodies.flatMap(({ place, oracle }) => unknownPlaces(comparable(oracle, {}), place))).toEqual([
    'submit body properties associations',
    'previewSubmission body properties associations',
    // An object without properties.
    'withdrawOutgoing body properties',
    'answerMany body properties answers items',
    'decideMany body properties questions items',
  ])
})

it.each<readonly [what: string, edit: (schema: Json) => Json]>([
  ['a key that is not required', ({ required: _, ...schema }) => schema],
  ['another type', (schema) => ({ ...schema, type: 'array' })],
  ['a value more', ({ properties, ...schema }) => ({ ...schema, properties: { ...(properties as Json), more: { type: 'string' } } })],
])('%s would be found', (_, edit) => {
  const { oracle } = bodies.find(({ place }) => place === 'submit answer') ?? {}
  expect(comparable(edit(oracle as Json), {})).not.toEqual(comparable(oracle, {}))
})
