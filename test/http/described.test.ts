/** What checks answers against the OpenAPI document finds a wrong one; the answers themselves are checked with the cases of the routes. */
import { describe, expect, it } from 'vitest'
import { openApiDocument } from '../../src/http/routes.js'
import { type ALL_CASES, ask, prepared, routeOf } from './cases.js'
import { type Answered, answerChecker, operationsOf, schemaCompiler } from './described.js'

const document = openApiDocument()
const wrongIn = answerChecker(document)
const operations = operationsOf(document)
const operationOf = (id: string) => {
  const found = operations.find(({ operationId }) => operationId === id)
  if (found === undefined) throw new Error(`there is no operation ${id}`)
  return found
}

it('every schema compiles in strict mode, parameters and bodies included', () => {
  const compile = schemaCompiler(document)
  const schemas = [
    ...Object.values(document.components.schemas),
    ...operations.flatMap(({ parameters }) => parameters.map(({ schema }) => schema)),
    ...operations.flatMap(({ requestBody, responses }) =>
      [requestBody, ...Object.values(responses)].flatMap((one) => Object.values(one?.content ?? {}).map(({ schema }) => schema)),
    ),
  ]
  for (const schema of schemas) expect(() => compile(schema as Record<string, unknown>)).not.toThrow()
  expect(schemas.length).toBeGreaterThan(100)
})

describe('a wrong answer is found', () => {
  const rightAnswer = async (id: string, code: (typeof ALL_CASES)[number]['code']): Promise<Answered> => {
    const { on, asked } = await prepared(id, code)
    const answer = await ask(on, asked)
    await on.close()
    return answer
  }
  const edited = (answer: Answered, edit: (body: Record<string, never>) => unknown): Answered => {
    const body = JSON.parse(answer.text)
    return { ...answer, text: JSON.stringify(edit(body) ?? body) }
  }

  it.each<readonly [what: string, wrong: (answer: Answered) => Answered, found: RegExp]>([
    ['a status that is not listed', (answer) => ({ ...answer, status: 202 }), /^the status 202 is not listed$/],
    [
      'a content type that is not listed',
      (answer) => ({ ...answer, headers: { ...answer.headers, 'content-type': 'text/html' } }),
      /text\/html/,
    ],
    [
      'an ETag that is missing',
      ({ headers: { etag: _, ...headers }, ...answer }) => ({ ...answer, headers }),
      /^the header ETag is missing$/,
    ],
    ['a body that is cut off', (answer) => ({ ...answer, text: answer.text.slice(0, -1) }), /^the body is not JSON$/],
    ['a list', (answer) => edited(answer, () => []), /^the body {2}must be object$/m],
    ['a field that is missing', (answer) => edited(answer, ({ message: _, ...body }) => body), /required property 'message'/],
    ['an unknown status', (answer) => edited(answer, (body) => ({ ...body, status: 'held' })), /\/status must be equal to constant/],
    ['an instant in milliseconds', (answer) => edited(answer, (body) => ({ ...body, sentAt: 0 })), /\/sentAt must be string/],
    [
      'an instant in another zone',
      (answer) => edited(answer, (body) => ({ ...body, sentAt: '2026-01-15T10:00:00.000+01:00' })),
      /\/sentAt/,
    ],
    [
      'a day that does not exist',
      (answer) => edited(answer, (body) => ({ ...body, sentAt: '2026-02-30T10:00:00.000Z' })),
      /\/sentAt must match format/,
    ],
    ['an id with a space', (answer) => edited(answer, (body) => ({ ...body, id: 'a b' })), /\/id must match pattern/],
  ])('%s', async (_, wrong, found) => {
    const answer = await rightAnswer('getIncoming', 'ok')
    expect(wrongIn(operationOf('getIncoming'), answer)).toEqual([])
    expect(wrongIn(operationOf('getIncoming'), wrong(answer)).join('\n')).toMatch(found)
  })

  it.each(['type', 'title', 'status', 'code'])('a problem without its %s', async (field) => {
    const answer = await rightAnswer('getIncoming', 'not-found')
    expect(wrongIn(undefined, answer)).toEqual([])
    const wrong = edited(answer, ({ [field]: _, ...body }) => body)
    expect(wrongIn(operationOf('getIncoming'), wrong)).toEqual([expect.stringContaining(field)])
    expect(wrongIn(undefined, wrong)).toHaveLength(1)
  })

  it('a status of another route', async () => {
    const answer = await rightAnswer('startSession', 'too-many-sessions')
    expect(wrongIn(operationOf('getSession'), answer)).toEqual(['the status 409 is not listed'])
    expect(routeOf('getSession').refusals).toBeUndefined()
  })
})
