/** Bad requests at every route: each is refused as it should be, and nothing has changed. */
import { describe, expect, it } from 'vitest'
import { ROUTES } from '../../src/http/routes.js'
import { bytes, cookie, isAbout, JSON_TYPE, ROWS } from './bad-requests.js'
import { ask, prepared } from './cases.js'
import { CANARY } from './scene.js'
import { cutOff } from './socket.js'

describe.each(ROUTES.map((route) => [route.id, route] as const))('%s', (id, route) => {
  it('refuses every bad request, and nothing has changed', async () => {
    const { on, asked } = await prepared(id, 'ok')
    const before = JSON.stringify(await on.events())
    const wrong: unknown[] = []
    for (const { name, status, bad } of ROWS.filter((row) => isAbout(route, row))) {
      // Nothing is known of another login: what is read is refused before anything else.
      const answer = await ask(on, { ...asked, ...bad(asked) }).catch((error: NodeJS.ErrnoException) => ({
        status: error.code,
        text: '',
        headers: {},
      }))
      const said = [name, answer.status, 'cache-control' in answer.headers ? answer.headers['cache-control'] : undefined]
      // A server that answers before the whole body has come may close the connection.
      const isClosed = status === 413 && (answer.status === 'EPIPE' || answer.status === 'ECONNRESET')
      if (!isClosed && (answer.status !== status || said[2] !== 'no-store' || answer.text.includes(CANARY)))
        wrong.push([...said, answer.text])
    }
    expect(wrong).toEqual([])
    expect(on.failures).toEqual([])
    expect(on.errors).toEqual([])
    expect(JSON.stringify(await on.events())).toBe(before)
    await on.close()
  })
})

it('a connection that is cut off within a body changes nothing, and nothing is thrown', async () => {
  const { on, asked } = await prepared('grant', 'ok')
  const before = await on.events()
  const body = '{"expiresAt":null}'
  const head = [
    `POST ${asked.path} HTTP/1.1`,
    'host: localhost',
    'x-user: becky',
    'content-type: application/json',
    `content-length: ${body.length + 9}`,
  ]
  await cutOff(on.port, `${head.join('\r\n')}\r\n\r\n${body}`)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(await on.events()).toEqual(before)
  expect(on.errors).toEqual([])
  await on.close()
})

it('a method that a path does not have is refused with those it has', async () => {
  const { on, asked } = await prepared('getSession', 'ok')
  const answer = await on.as('caroline', { ...asked, method: 'PUT', body: {} })
  expect([answer.status, answer.headers['allow']]).toEqual([405, 'POST, GET, DELETE'])
  expect((await on.as('becky', { path: '/incoming/answers' })).headers['allow']).toBe('POST')
  await on.close()
})

it('what proves that a request comes from a page of the own origin is enough', async () => {
  for (const proof of [
    { 'sec-fetch-site': 'same-origin' },
    { origin: 'https://app.example.com' },
    { 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' },
  ]) {
    const { on, asked } = await prepared('grant', 'ok', { origins: ['https://app.example.com'] })
    const { status } = await ask(on, { ...asked, headers: { ...asked.headers, ...cookie, ...proof } })
    expect([proof, status]).toEqual([proof, 200])
    await on.close()
  }
})

it.each(['application/json', 'application/json;charset=utf-8', 'Application/JSON ; charset="UTF-8"'])(
  'a body of the type %s is read',
  async (type) => {
    const { on, asked } = await prepared('grant', 'ok')
    expect((await ask(on, { ...asked, headers: { ...asked.headers, 'content-type': type, 'content-encoding': 'identity' } })).status).toBe(
      200,
    )
    await on.close()
  },
)

it.each([
  ['no UTF-8', [0xff]],
  ['cut off', [0xe2, 0x82]],
  ['overlong', [0xc0, 0xaf]],
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['latin 1', [0xe9]],
])('a message whose bytes are %s is refused, and not repaired', async (_, wrong) => {
  const { on, asked } = await prepared('reject', 'ok')
  const body = bytes('{"message":"a', wrong, 'b"}')
  const answer = await ask(on, { ...asked, body, headers: { ...asked.headers, ...JSON_TYPE } })
  expect([answer.status, JSON.parse(answer.text).detail]).toEqual([400, 'the body is not UTF-8'])
  expect((await on.as('becky', { path: `/incoming/${on.request}` })).text).toContain('"status":"pending"')
  await on.close()
})
