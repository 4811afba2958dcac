/** The options of the API: mistakes fail when it is made, with a message that says what to do. */
import { describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { createConsentry } from '../../src/consentry.js'
import { isConsentryError } from '../../src/domain/error.js'
import { consentryApi } from '../../src/http/api.js'
import type { ApiOptions } from '../../src/http/api-options.js'
import { directory } from '../story/cast.js'
import { askedScene, PERSONS, scene } from './scene.js'

const repository = memoryRepository()
const consentry = createConsentry({ repository, directory })
const person = () => null
const people = {
  users: () => [],
  tenants: () => [],
  findUsers: () => ({ items: [], next: null }),
  findTenants: () => ({ items: [], next: null }),
  recipients: () => [],
}

function issuesOf(options: unknown): string[] {
  try {
    consentryApi(options as ApiOptions)
    return []
  } catch (error) {
    if (!isConsentryError(error, 'invalid-input')) throw error
    return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  }
}

it.each([
  [{ consentry, person }],
  [{ consentry, person, people, keepSession: () => {}, onRequest: () => undefined, mayAsk: () => true, onError: () => {} }],
  [
    {
      consentry,
      person,
      origins: ['https://app.example.com', 'http://localhost:3000'],
      basePath: '/a/b-c',
      maxBodyBytes: 1,
      challenge: 'Basic realm="x"',
    },
  ],
])('accepts %#', (options) => expect(issuesOf(options)).toEqual([]))

it.each([
  [undefined, 'options: is required'],
  [{ person }, 'options.consentry: is required'],
  [{ consentry: createConsentry, person }, 'call it, and pass what it returns'],
  [{ consentry: Promise.resolve(consentry), person }, 'await it first'],
  [{ consentry: repository, person }, 'a service: what `createConsentry` returns'],
  [{ consentry }, 'options.person: is required'],
  [{ consentry, person: { user: 'tom' } }, 'options.person: an object must be a function'],
  [{ consentry, person, peopel: people }, 'did you mean `people`?'],
  [{ consentry, person, keepsession: () => {} }, 'did you mean `keepSession`?'],
  [{ consentry, person, people: { users: () => [] } }, 'it has no `tenants`, `findUsers`'],
  [{ consentry, person, pages: true }, 'or a function that returns it'],
  [{ consentry, person, pages: { locale: 'de' } }, 'place the elements yourself'],
  [{ consentry, person, pages: { locale: 'french' } }, 'must be English or French'],
  [{ consentry, person, pages: { timeZone: 'Mars/Phobos' } }, 'options.pages.timeZone'],
  [{ consentry, person, pages: { titel: 'x' } }, 'options.pages.titel: `titel` is not expected here'],
  [{ consentry, person, pages: { title: ' ' } }, 'must have a character'],
  [{ consentry, person, pages: { links: [{ text: 'x', href: 'javascript:alert(1)' }] } }, 'options.pages.links.0.href'],
  [{ consentry, person, pages: { links: [{ text: 'x', href: ' JaVaScRiPt:alert(1)' }] } }, 'options.pages.links.0.href'],
  [{ consentry, person, origins: 'https://app.example.com' }, 'options.origins'],
  [{ consentry, person, origins: ['https://app.example.com/'] }, 'without a path'],
  [{ consentry, person, origins: ['app.example.com'] }, 'must be an origin'],
  [{ consentry, person, origins: ['*'] }, 'must be an origin'],
  [{ consentry, person, basePath: 'consentry' }, 'with a slash before it'],
  [{ consentry, person, basePath: '/consentry/' }, 'none behind it'],
  [{ consentry, person, maxBodyBytes: '1mb' }, 'whole number of bytes'],
  [{ consentry, person, maxBodyBytes: 0 }, 'must be more than 0'],
  [{ consentry, person, challenge: 'Bearer\r\nx: y' }, 'printable ASCII'],
  [{ consentry, person, onError: console }, 'options.onError: an object must be a function'],
  [{ consentry, person, page: {} }, 'did you mean `pages`?'],
])('refuses %#', (options, message) => expect(issuesOf(options).join('\n')).toContain(message))

describe('onRequest', () => {
  it('answers a rate limit before anything else, and its answer is not stored', async () => {
    const limited = () => new Response('slow down', { status: 429, headers: { 'retry-after': '7', 'cache-control': 'public' } })
    const on = await scene({ onRequest: limited })
    const { status, headers, text } = await on.as('becky', { path: '/nowhere' })
    expect([status, headers['retry-after'], headers['cache-control'], text]).toEqual([429, '7', 'no-store', 'slow down'])
    await on.close()
  })
  it('that returns something else is a mistake of the host', async () => {
    const on = await scene({ onRequest: () => ({ status: 429 }) as never })
    expect((await on.as('becky', { path: '/me' })).status).toBe(500)
    expect(`${on.errors[0]}`).toContain('`onRequest` returned something else than a `Response`')
    await on.close()
  })
})

it.each([[1], ['true'], [Promise.resolve('yes')], [undefined]])('mayAsk permits by `true` alone, not by %s', async (answer) => {
  const on = await scene({ mayAsk: () => answer as never })
  expect((await on.as('becky', { method: 'POST', path: '/decisions', body: { questions: [] } })).status).toBe(403)
  await on.close()
})

it('without mayAsk nobody may ask', async () => {
  const on = await scene({ mayAsk: undefined })
  expect((await on.as('becky', { method: 'POST', path: '/decisions', body: { questions: [] } })).status).toBe(403)
  await on.close()
})

it('under a base path, every other path is unknown', async () => {
  const on = await scene({ basePath: '/consentry' })
  const statuses = ['/consentry/me', '/me', '/consentry', '/consentry/', '/consentryx/me', '//consentry/me'].map(
    async (path) => (await on.as('becky', { path })).status,
  )
  expect(await Promise.all(statuses)).toEqual([200, 404, 404, 404, 404, 404])
  const { servers } = JSON.parse((await on.as('nobody', { path: '/consentry/openapi.json' })).text)
  expect(servers).toEqual([{ url: '/consentry' }])
  await on.close()
})

it('a body may be as large as `maxBodyBytes`, and not one byte larger', async () => {
  const on = await askedScene({ maxBodyBytes: 20 })
  const sent = (bytes: number) =>
    on.as('becky', {
      method: 'POST',
      path: '/endings',
      body: `{"with":"x"}${' '.repeat(bytes - 12)}`,
      headers: { 'content-type': 'application/json' },
    })
  expect([(await sent(20)).status, (await sent(21)).status]).toEqual([200, 413])
  await on.close()
})

it('a body of unknown or wrong length is counted too, and one that breaks off is refused', async () => {
  const on = await askedScene()
  const api = consentryApi({ consentry: on.consentry, person: () => PERSONS['becky'], maxBodyBytes: 20 })
  const send = async (bytes: number, { breaks = false, length }: { readonly breaks?: boolean; readonly length?: string } = {}) => {
    const parts = [...`{"with":"x"}${' '.repeat(bytes - 12)}`]
    const body = new ReadableStream({
      pull: (controller) => {
        const part = parts.shift()
        if (part !== undefined) controller.enqueue(new TextEncoder().encode(part))
        else if (breaks) controller.error(new Error('the connection is gone'))
        else controller.close()
      },
    })
    const headers = { 'content-type': 'application/json', ...(length !== undefined && { 'content-length': length }) }
    const init = { method: 'POST', headers, body, duplex: 'half' }
    return (await api(new Request('http://localhost/endings', init as RequestInit))).status
  }
  expect([await send(20), await send(21), await send(12, { breaks: true })]).toEqual([200, 413, 400])
  const lengths = ['20', '12', 'many', '21', '0', '-1']
  expect(await Promise.all(lengths.map((length) => send(20, { length })))).toEqual([200, 200, 200, 413, 200, 200])
  expect(await Promise.all(lengths.map((length) => send(21, { length })))).toEqual([413, 413, 413, 413, 413, 413])
  expect(await send(12, { breaks: true, length: '12' })).toBe(400)
  await on.close()
})

it('an onError that throws changes nothing, and without one each kind of error is written once', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const failing = { onRequest: () => Promise.reject(new Error('gone')) }
  const throwing = await scene({
    ...failing,
    onError: () => {
      throw new Error('the log is gone')
    },
  })
  expect((await throwing.as('becky', { path: '/me' })).status).toBe(500)
  expect(warn).not.toHaveBeenCalled()
  const silent = await scene({ ...failing, onError: undefined })
  for (const _ of [1, 2]) expect((await silent.as('becky', { path: '/me' })).status).toBe(500)
  expect(warn).toHaveBeenCalledTimes(1)
  warn.mockRestore()
  await throwing.close()
  await silent.close()
})

it('what a callback throws may be a proxy that throws', async () => {
  const trap = () => {
    throw new Error('read')
  }
  const hostile = new Proxy(new Error('x'), { get: trap, has: trap, getPrototypeOf: trap, ownKeys: trap })
  const on = await scene({ person: () => Promise.reject(hostile) })
  expect((await on.as('becky', { path: '/me' })).status).toBe(500)
  await on.close()
})
