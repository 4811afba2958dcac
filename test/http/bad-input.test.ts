/** Bad requests at every route: each is refused as it should be, and nothing has changed. */
import { describe, expect, it } from 'vitest'
import { ROUTES } from '../../src/http/routes.js'
import { type Asked, ask, prepared } from './cases.js'
import { CANARY } from './scene.js'
import { cutOff } from './socket.js'

type Bad = (asked: Asked & { method: string }) => Partial<Asked & { method: string }>
interface Row {
  readonly name: string
  readonly status: number
  readonly bad: Bad
  /** Which routes it is about; by default all. */
  readonly about?: 'bodies' | 'unsafe' | 'conditions' | 'ids'
}

const JSON_TYPE = { 'content-type': 'application/json' }
const headers =
  (more: Record<string, string | readonly string[]>): Bad =>
  (asked) => ({ headers: { ...asked.headers, ...more } })
/** Sends text or bytes as JSON. */
const raw =
  (make: (json: string) => string | Uint8Array): Bad =>
  (asked) => ({ body: make(JSON.stringify(asked.body)), headers: { ...asked.headers, ...JSON_TYPE } })
const path =
  (make: (path: string) => string): Bad =>
  (asked) => ({ path: make(asked.path) })
const withQuery = (query: string) => path((one) => `${one}${one.includes('?') ? '&' : '?'}${query}`)
const bytes = (...parts: readonly (string | readonly number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))))
const cookie = { cookie: 'login=elizabeth' }

const ROWS: readonly Row[] = [
  // methods
  ...['HEAD', 'OPTIONS', 'PATCH', 'TRACE'].map(
    (method): Row => ({ name: `the method ${method}`, status: method === 'TRACE' ? 0 : 405, bad: () => ({ method, body: undefined }) }),
  ),
  // paths
  { name: 'a trailing slash', status: 404, bad: path((one) => one.replace(/(\?|$)/, '/$1')) },
  { name: 'a double slash before', status: 404, bad: path((one) => `/${one}`) },
  { name: 'another letter case', status: 404, bad: path((one) => one.replace(/^\/\w/, (start) => start.toUpperCase())) },
  {
    name: 'an escaped literal',
    status: 404,
    bad: path((one) => one.replace(/^\/(\w)/, (_, letter: string) => `/%${letter.charCodeAt(0).toString(16)}`)),
  },
  { name: 'one segment more', status: 404, bad: path((one) => one.replace(/(\?|$)/, '/more/and/more$1')) },
  { name: 'a malformed escape as id', status: 404, about: 'ids', bad: path((one) => one.replace(/^(\/\w+\/)[^/]+/, '$1%zz')) },
  { name: 'an id with a space', status: 404, about: 'ids', bad: path((one) => one.replace(/^(\/\w+\/)[^/]+/, '$1a%20b')) },
  { name: 'an id that is too long', status: 404, about: 'ids', bad: path((one) => one.replace(/^(\/\w+\/)[^/]+/, `$1${'a'.repeat(129)}`)) },
  { name: 'an id with a slash', status: 404, about: 'ids', bad: path((one) => one.replace(/^(\/\w+\/)[^/]+/, '$1a%2Fb')) },
  { name: 'an id escaped twice', status: 404, about: 'ids', bad: path((one) => one.replace(/^(\/\w+\/)(.)/, '$1%2525$2')) },
  // other sites
  { name: 'a cookie without an Origin', status: 403, about: 'unsafe', bad: headers(cookie) },
  { name: 'a cookie of the API itself without an Origin', status: 403, about: 'unsafe', bad: headers({ cookie: '__Host-consentry=x' }) },
  ...['same-site', 'cross-site', 'none', 'Same-Origin', ''].map(
    (site): Row => ({ name: `Sec-Fetch-Site: ${site}`, status: 403, about: 'unsafe', bad: headers({ ...cookie, 'sec-fetch-site': site }) }),
  ),
  ...[
    ...['https://evil.example', 'null', 'https://app.example.com/', 'https://app.example.com.evil.example', 'http://app.example.com'],
    ...['https://app.example.com:444', 'https://app.example.com https://evil.example', 'HTTPS://app.example.com', ''],
  ].map(
    (origin): Row => ({ name: `a cookie and the Origin ${origin}`, status: 403, about: 'unsafe', bad: headers({ ...cookie, origin }) }),
  ),
  // types
  ...[
    ...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/json', 'application/jsonp', ''],
    ...[
      'application/json; charset=utf-16',
      'application/json; charset=iso-8859-1',
      'application/json; charset="utf-8',
      'application/json, text/plain',
    ],
    ...['application/problem+json', 'text/plain; application/json', 'application/json; charset=utf-8; charset=utf-16'],
  ].map((type): Row => ({ name: `the type ${type}`, status: 415, about: 'bodies', bad: headers({ 'content-type': type }) })),
  ...['gzip', 'br', 'identity, gzip', 'utf-8'].map(
    (encoding): Row => ({ name: `the encoding ${encoding}`, status: 415, about: 'bodies', bad: headers({ 'content-encoding': encoding }) }),
  ),
  // sizes
  { name: 'a declared length that is too large', status: 413, about: 'bodies', bad: raw((json) => ' '.repeat(1_048_577) + json) },
  {
    name: 'chunks that are too large together',
    status: 413,
    about: 'bodies',
    bad: (asked) => ({
      ...raw((json) => ' '.repeat(2_000_000) + json)(asked),
      headers: { ...asked.headers, ...JSON_TYPE, 'transfer-encoding': 'chunked' },
    }),
  },
  // bodies
  { name: 'no body', status: 400, about: 'bodies', bad: (asked) => ({ body: undefined, headers: { ...asked.headers, ...JSON_TYPE } }) },
  { name: 'an empty body', status: 400, about: 'bodies', bad: raw(() => '') },
  { name: 'white space', status: 400, about: 'bodies', bad: raw(() => ' \n') },
  ...['null', '[]', '"text"', '7', 'true', '[{}]'].map(
    (text): Row => ({ name: `the JSON ${text}`, status: 400, about: 'bodies', bad: raw(() => text) }),
  ),
  ...['{', "{'a':1}", '{"a":1,}', '{} {}', 'undefined', '{"a":NaN}', '{"a":1}//', '\u0000{}'].map(
    (text): Row => ({ name: `${JSON.stringify(text)}, which is no JSON`, status: 400, about: 'bodies', bad: raw(() => text) }),
  ),
  { name: 'a truncated body', status: 400, about: 'bodies', bad: raw((json) => json.slice(0, -1)) },
  { name: 'a byte order mark', status: 400, about: 'bodies', bad: raw((json) => `\ufeff${json}`) },
  { name: 'UTF-16', status: 400, about: 'bodies', bad: raw((json) => Buffer.from(json, 'utf16le')) },
  { name: 'a byte that is no UTF-8', status: 400, about: 'bodies', bad: raw((json) => bytes(json.slice(0, -1), ',"x":"', [0xff], '"}')) },
  {
    name: 'an overlong encoding',
    status: 400,
    about: 'bodies',
    bad: raw((json) => bytes(json.slice(0, -1), ',"x":"', [0xc0, 0xaf], '"}')),
  },
  {
    name: 'a surrogate in UTF-8',
    status: 400,
    about: 'bodies',
    bad: raw((json) => bytes(json.slice(0, -1), ',"x":"', [0xed, 0xa0, 0x80], '"}')),
  },
  {
    name: 'an unknown key',
    status: 400,
    about: 'bodies',
    bad: raw((json) => json.replace('{', '{"actor":{"user":"becky"},').replace(',}', '}')),
  },
  { name: 'the key __proto__', status: 400, about: 'bodies', bad: raw((json) => json.replace('{', '{"__proto__":{},').replace(',}', '}')) },
  {
    name: 'a repeated key',
    status: 400,
    about: 'bodies',
    bad: raw((json) => (json === '{}' ? '{"message":"a","message":"b"}' : json.replace(/^\{("\w+"):/, '{$1:null,$1:'))),
  },
  {
    name: 'a repeated key that is escaped',
    status: 400,
    about: 'bodies',
    bad: raw((json) =>
      json
        .replace(/^\{"(\w)(\w*)":/, (_, a: string, b: string) => `{"${a}${b}":null,"\\u00${a.charCodeAt(0).toString(16)}${b}":`)
        .replace(/^\{\}$/, '{"a":1,"\\u0061":1}'),
    ),
  },
  { name: 'deep nesting', status: 400, about: 'bodies', bad: raw(() => `${'['.repeat(100_000)}${']'.repeat(100_000)}`) },
  // queries
  { name: 'an unknown key of the query', status: 400, bad: withQuery('actor=becky') },
  { name: 'the key __proto__ of the query', status: 400, bad: withQuery('__proto__=x') },
  { name: 'a repeated key of the query', status: 400, bad: withQuery('limit=1&limit=1') },
  { name: 'a malformed escape in the query', status: 400, bad: withQuery('limit=%zz') },
  { name: 'bytes in the query that are no UTF-8', status: 400, bad: withQuery('limit=%ff') },
  // conditions
  ...['7', '*', 'W/"1"', '"01"', '"1", "2"', '""', '"-1"', '"1.0"', '"99999999999"', '"0"', '"1" '.repeat(2)].map(
    (tag): Row => ({ name: `If-Match: ${tag}`, status: 400, about: 'conditions', bad: headers({ 'if-match': tag }) }),
  ),
]

const isAbout = {
  bodies: (route: Route) => route.body !== undefined,
  unsafe: (route: Route) => route.method !== 'GET',
  conditions: (route: Route) => route.ifMatch === true,
  ids: (route: Route) => route.path.includes('{id}'),
}
type Route = (typeof ROUTES)[number]

describe.each(ROUTES.map((route) => [route.id, route] as const))('%s', (id, route) => {
  it('refuses every bad request, and nothing has changed', async () => {
    const { on, asked } = await prepared(id, 'ok')
    const before = JSON.stringify(await on.events())
    const wrong: unknown[] = []
    for (const { name, status, bad, about } of ROWS) {
      if (status === 0 || (about !== undefined && !isAbout[about](route))) continue
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
