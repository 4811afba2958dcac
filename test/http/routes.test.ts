/** Every route over a real socket: its success, and each code that it says it refuses with, as the OpenAPI document says. */
import { describe, expect, it } from 'vitest'
import { statusOfCode } from '../../src/http/problem.js'
import { refusalsOf } from '../../src/http/route.js'
import { openApiDocument, ROUTES } from '../../src/http/routes.js'
import { ALL_CASES, ask, CASES, prepared, routeOf } from './cases.js'
import { answerChecker, operationsOf } from './described.js'
import { CANARY } from './scene.js'

const document = openApiDocument()
const wrongIn = answerChecker(document)
const operations = new Map(operationsOf(document).map((operation) => [operation.operationId, operation]))

const bodyOf = (text: string) => (text === '' ? undefined : JSON.parse(text))

it('asks of each route what may be asked, and nobody who is inside changes anything but their own session', () => {
  const needs = ROUTES.map(({ method, path, permissions = [], outside, asksHost, ifMatch }) =>
    [`${method} ${path}`, ...permissions, outside && 'outside', asksHost && 'mayAsk', ifMatch && 'If-Match'].filter(Boolean).join(' '),
  )
  expect(needs).toEqual([
    'POST /requests submit outside',
    'POST /requests/preview submit',
    'GET /requests submit',
    'GET /requests/one submit',
    'POST /withdrawals submit outside',
    'POST /removals submit outside',
    'POST /endings submit answer outside',
    'GET /outgoing submit',
    'GET /outgoing/{id} submit',
    'GET /outgoing/{id}/renewal submit',
    'POST /outgoing/{id}/withdrawal submit outside If-Match',
    'POST /outgoing/{id}/revocation submit outside If-Match',
    'GET /incoming answer',
    'POST /incoming/answers answer outside',
    'GET /incoming/{id} answer',
    'GET /incoming/{id}/preview answer',
    'POST /incoming/{id}/grant answer outside If-Match',
    'POST /incoming/{id}/rejection answer outside If-Match',
    'POST /incoming/{id}/revocation answer outside If-Match',
    'PUT /incoming/{id}/expiry answer outside If-Match',
    'POST /session outside',
    'GET /session',
    'DELETE /session',
    'GET /sessions',
    'POST /sessions/end',
    'GET /my-access',
    'GET /history submit answer',
    'GET /access submit answer',
    'GET /counts',
    'POST /decisions mayAsk',
    'GET /me',
    'GET /directory/users submit',
    'GET /directory/tenants submit',
    'GET /openapi.json',
  ])
})

describe.each(ROUTES.map((route) => [route.id, route] as const))('%s', (id, route) => {
  it('has a case for its success and for each of its codes', () => {
    const covered = ALL_CASES.filter((one) => one.id === id).map(({ code }) => code)
    expect(covered.toSorted()).toEqual(['ok', ...refusalsOf(route)].toSorted())
  })

  it('has cases for no other code', () => {
    expect(Object.keys(CASES[id]?.refused ?? {}).filter((code) => !(refusalsOf(route) as string[]).includes(code))).toEqual([])
  })
})

describe.each(ALL_CASES)('$id: $code', ({ id, code }) => {
  it(code === 'ok' ? 'succeeds' : 'is refused, and nothing has changed', async () => {
    const { on, asked } = await prepared(id, code)
    const before = await on.events()
    const answer = await ask(on, asked)
    const changed = (await on.events()).length - before.length
    const body = bodyOf(answer.text)
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
    } else {
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
    await on.close()
  })
})
