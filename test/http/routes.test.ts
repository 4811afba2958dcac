/** Every route over a real socket: its success, and each code that it says it refuses with. */
import { describe, expect, it } from 'vitest'
import { statusOfCode } from '../../src/http/problem.js'
import { refusalsOf } from '../../src/http/route.js'
import { ROUTES } from '../../src/http/routes.js'
import { ALL_CASES, ask, CASES, prepared, routeOf } from './cases.js'
import { CANARY } from './scene.js'

/** Codes that a caller meets at any route, of which nothing is stored or known. */
const bodyOf = (text: string) => (text === '' ? undefined : JSON.parse(text))

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
