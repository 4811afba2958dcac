/** Every route over a real socket: its success, and each code that it says it refuses with, as the OpenAPI document says. */
import { describe, expect, it } from 'vitest'
import { refusalsOf } from '../../src/http/route.js'
import { ROUTES } from '../../src/http/routes.js'
import { ALL_CASES, CASES, prepared } from './cases.js'
import { expectOutcome } from './outcome.js'

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
    await expectOutcome(on, { id, code, asked })
    await on.close()
  })
})
