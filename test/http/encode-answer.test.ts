/** Answers are encoded as zod encodes them by the same schemas, without validating them again. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { encodeAnswer } from '../../src/http/encode-answer.js'
import { openApiDocument, ROUTES } from '../../src/http/routes.js'
import { operationsOf } from './described.js'
import { valuesOf } from './fuzz/requests.js'

const document = openApiDocument()
const operations = new Map(operationsOf(document).map((operation) => [operation.operationId, operation]))

/** Those whose answers hold a document, a problem or a record, which take any key. */
const OPEN = new Set(['getOpenApi', 'answerMany', 'countRows'])

/** Returns a value with another field in each of its objects. */
const withSecrets = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, one) =>
    typeof one === 'object' && one !== null && !Array.isArray(one) ? { ...one, password: 'secret' } : one,
  )

describe.each(ROUTES.map((route) => [route.id, route] as const))('%s', (id, { answer, status }) => {
  const content = operations.get(id)?.responses[status]?.content ?? {}
  const answers = valuesOf(content['application/json']?.schema ?? {}, document.components.schemas as Record<string, unknown>).map(
    (wire) => {
      const text = JSON.stringify(wire)
        .replaceAll(/«SessionHash \d+»/g, 'a'.repeat(64))
        .replaceAll(/«\w+ (\d+)»/g, 'id-$1')
      return z.decode(answer, JSON.parse(text)) as Record<string, unknown>
    },
  )

  it('is encoded as by zod, and a field that is not listed is dropped', () => {
    const property = fc.property(answers, (value) => {
      const encoded = JSON.stringify(encodeAnswer(answer, value))
      expect(JSON.parse(encoded)).toEqual(JSON.parse(JSON.stringify(z.encode(answer, value as never))))
      if (!OPEN.has(id)) expect(JSON.stringify(encodeAnswer(answer, withSecrets(value)))).toBe(encoded)
    })
    void fc.assert(property, { numRuns: 60, seed: 1 })
  })
})

it('an instant that is none, a form that no schema lists, and a type that is not known are errors', () => {
  const answer = z.union([z.object({ kind: z.literal('a') }), z.object({ kind: z.literal('b') })])
  expect(() => encodeAnswer(answer, { kind: 'c' })).toThrow('no form that its schema lists')
  expect(() => encodeAnswer(z.object({ of: z.map(z.string(), z.string()) }), { of: new Map() })).toThrow('cannot hold the type `map`')
  const me = ROUTES.find(({ id }) => id === 'getSession')?.answer ?? answer
  expect(() => encodeAnswer(me, { startedAt: Number.NaN })).toThrow(RangeError)
})
