/** What the answer to a case must be, wherever the API is mounted, and as the OpenAPI document says. */
import { expect } from 'vitest'
import { type ProblemCode, statusOfCode } from '../../src/http/problem.js'
import { openApiDocument } from '../../src/http/routes.js'
import { type Asked, ask, routeOf } from './cases.js'
import { answerChecker, operationsOf } from './described.js'
import { type AskedScene, CANARY } from './scene.js'

const document = openApiDocument()
const wrongIn = answerChecker(document)
const operations = new Map(operationsOf(document).map((operation) => [operation.operationId, operation]))

interface Outcome {
  readonly id: string
  readonly code: ProblemCode | 'ok'
  readonly asked: Asked & { readonly method: string }
}

/** Sends the request of a case, and checks its answer, and that nothing has changed if it is refused. */
export async function expectOutcome(on: AskedScene, { id, code, asked }: Outcome): Promise<void> {
  const before = await on.events()
  const answer = await ask(on, asked)
  const changed = (await on.events()).length - before.length
  expect(operations.has(id) && wrongIn(operations.get(id), answer), answer.text).toEqual([])
  expect(on.failures).toEqual([])
  expect(answer.headers['cache-control']).toBe(routeOf(id).kept && code === 'ok' ? 'no-cache' : 'no-store')
  expect(answer.headers['x-content-type-options']).toBe('nosniff')
  if (code === 'ok') {
    expect(answer.status, answer.text).toBe(routeOf(id).status)
    expect(answer.headers['content-type']).toBe('application/json')
    expect(answer.text).not.toContain(CANARY)
    const isRead = routeOf(id).method === 'GET' || ['previewSubmission', 'decideMany'].includes(id)
    expect(changed > 0, `${changed} events`).toBe(!isRead)
    expect(on.errors).toHaveLength(id === 'decideMany' ? 1 : 0)
    return
  }
  const body = JSON.parse(answer.text)
  expect(body, answer.text).toMatchObject({ status: statusOfCode(code), code, type: `urn:consentry:error:${code}` })
  expect(answer.status).toBe(statusOfCode(code))
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(changed).toBe(0)
  expect(answer.headers['set-cookie']).toBeUndefined()
  expect(answer.text).not.toContain(CANARY)
  expect('retry-after' in answer.headers).toBe(answer.status === 503)
  expect(answer.headers['www-authenticate']).toBe(answer.status === 401 ? 'Bearer' : undefined)
  if (answer.status >= 500) expect(Object.keys(body).sort()).toEqual(['code', 'status', 'title', 'type'])
  expect(on.errors).toHaveLength(code === 'internal' || on.broken.has('people') ? 1 : 0)
}
