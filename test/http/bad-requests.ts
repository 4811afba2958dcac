/** Bad requests: what differs from a good one, and the status of the refusal. */
import type { Route } from '../../src/http/route.js'
import type { Asked } from './cases.js'

type Bad = (asked: Asked & { method: string }) => Partial<Asked & { method: string }>
export interface Row {
  readonly name: string
  readonly status: number
  readonly bad: Bad
  /** Which routes it is about; by default all. */
  readonly about?: 'bodies' | 'unsafe' | 'conditions' | 'ids'
}

export const JSON_TYPE = { 'content-type': 'application/json' }
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
export const bytes = (...parts: readonly (string | readonly number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))))
export const cookie = { cookie: 'login=elizabeth' }

export const ROWS: readonly Row[] = [
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

const ABOUT = {
  bodies: (route: Route) => route.body !== undefined,
  unsafe: (route: Route) => route.method !== 'GET',
  conditions: (route: Route) => route.ifMatch === true,
  ids: (route: Route) => route.path.includes('{id}'),
}

/** Whether a bad request can be made of the good one of a route. */
export const isAbout = (route: Route, { about, status }: Row) => status !== 0 && (about === undefined || ABOUT[about](route))
