/** Requests made from the OpenAPI document: valid ones, nearly valid ones and hostile ones, by anybody. */
import * as fc from 'fast-check'
import type { Person } from '../../../src/http/api-options.js'
import type { OpenApiDocument } from '../../../src/http/open-api.js'
import { type Operation, operationsOf, type Parameter } from '../described.js'

type Json = Readonly<Record<string, unknown>>

/** A request before it is sent. Texts may have marks such as `«UserId 7»`, which the office replaces by what it has. */
export interface Planned {
  readonly operation: Operation
  /** The place of the person in the list of all. */
  readonly as: number
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** Where the body is cut off, as a share of it; 1 for nowhere. */
  readonly cut: number
  /** The milliseconds that pass before it. */
  readonly wait: number
  /** How many calls of the repository it takes until all further ones fail. */
  readonly outage: number
}

/** What an id or a text of a person is made of, by the names of the schemas. */
const MARKED = ['UserId', 'TenantId', 'AccessRequestId', 'TenantRequestId', 'SessionHash', 'RequestName', 'MessageInput', 'InstantInput']
const mark = (name: string) => fc.nat(99).map((n) => `«${name} ${n}»`)

const INSTANTS = [
  ...['2026-01-15T09:00:00.000Z', '2026-01-16T09:00:00Z', '2026-02-01T10:30:00.5+01:00', '2027-01-01T00:00:00-12:00'],
  ...['2026-01-15T09:00:00.001Z', '1970-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'],
]
const HARD_TEXTS = ['', ' ', 'a\nb\tc', '<b>&"\'', '\u{1f469}\u200d\u{1f680}', '\u202eabc', 'x'.repeat(1_000), '=1+1', '__proto__']

/** Values that no operation takes, or takes for what they are not. */
const HOSTILE: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    0.5,
    1e308,
    -0,
    2 ** 53,
    '',
    ' ',
    '\u0000',
    '\ud800',
    'x'.repeat(5_000),
    '\u001b[2J',
    '../../etc',
    "' or 1=1 --",
  ],
  ...['2026-02-30T00:00:00Z', '2026-01-01', '2026-01-01T00:00:00', '1768467600000', '+275760-09-13T00:00:00Z', 'NaN', '%00', 'elizabeth'],
  ...[[], {}, [[]], [null], { length: 1 }, { toJSON: 1 }, { user: '«UserId 1»', tenant: '«TenantId 1»' }, { $ref: '#' }],
  Array.from({ length: 150 }, () => 'a'),
]
const KEYS = ['__proto__', 'constructor', 'actor', 'permissions', 'now', 'id', 'tenant', 'user', '', 'a/b~c', 'toString', 'session']

/** Returns an arbitrary of values that a schema accepts. */
export function valuesOf(schema: Json, schemas: Json): fc.Arbitrary<unknown> {
  const {
    $ref,
    type,
    enum: values,
    const: only,
    anyOf,
    oneOf,
    items,
    properties = {},
    required = [],
    minItems = 0,
    minimum = 0,
    maximum,
  } = schema
  if (typeof $ref === 'string') {
    const name = $ref.slice($ref.lastIndexOf('/') + 1)
    if (name === 'MessageInput') return fc.oneof({ weight: 3, arbitrary: mark(name) }, fc.constantFrom(...HARD_TEXTS))
    if (name === 'InstantInput') return fc.oneof({ weight: 3, arbitrary: mark(name) }, fc.constantFrom(...INSTANTS))
    return MARKED.includes(name) ? mark(name) : valuesOf(schemas[name] as Json, schemas)
  }
  const variants = (anyOf ?? oneOf) as readonly Json[] | undefined
  if (variants !== undefined) return fc.oneof(...variants.map((one) => valuesOf(one, schemas)))
  if (only !== undefined) return fc.constant(only)
  if (Array.isArray(values)) return fc.constantFrom(...values)
  if (type === 'null') return fc.constant(null)
  if (type === 'boolean') return fc.boolean()
  if (type === 'integer') {
    const [least, most] = [Number(minimum), Number(maximum ?? 9)]
    return fc.oneof({ weight: 4, arbitrary: fc.integer({ min: least, max: Math.min(most, least + 4) }) }, fc.constant(most))
  }
  if (type === 'array') return fc.array(valuesOf(items as Json, schemas), { minLength: Number(minItems), maxLength: 3 })
  if (type === 'object') {
    const model = Object.entries(properties as Json).map(([key, one]) => [key, valuesOf(one as Json, schemas)] as const)
    return fc.record(Object.fromEntries(model), { requiredKeys: required as string[] })
  }
  if (schema['format'] === 'date-time') return fc.constantFrom(...INSTANTS)
  return fc.oneof(
    fc.constantFrom('a', 'order-1', 'Support', '«Cursor 1»', 'o/%?#"', '~'.repeat(128)),
    fc.nat(9).map((n) => `«Cursor ${n}»`),
  )
}

/** Puts a hostile value at a place of a JSON value, drops a key, or adds one. */
function spoil(value: unknown, place: number, kind: number): unknown {
  const places: (readonly [holder: Record<string, unknown>, key: string])[] = []
  const look = (holder: unknown): void => {
    if (typeof holder !== 'object' || holder === null) return
    for (const key of Object.keys(holder)) {
      places.push([holder as Record<string, unknown>, key])
      look(Reflect.get(holder, key))
    }
  }
  const root: Record<string, unknown> = { value: structuredClone(value) }
  look(root)
  const [holder, key] = places[place % places.length] ?? [root, 'value']
  const spoiled = holder[key]
  if (kind < 20) {
    if (Array.isArray(holder)) holder.pop()
    else delete holder[key]
  } else if (kind < 40 && typeof spoiled === 'object' && spoiled !== null && !Array.isArray(spoiled))
    Object.defineProperty(spoiled, KEYS[kind % KEYS.length] ?? '', { value: HOSTILE[place % HOSTILE.length], enumerable: true })
  else holder[key] = HOSTILE[kind % HOSTILE.length]
  return root['value']
}

/** Changes of a body's text, most of which are no JSON any more. */
const BODY_CHANGES: readonly ((json: string) => string)[] = [
  (json) => json.slice(0, -1),
  (json) => `\ufeff${json}`,
  (json) => `${json} ${json}`,
  (json) => json.replace(/^\{("[^"]*"):/, '{$1:null,$1:'),
  (json) => json.replace('{', `{${' '.repeat(70_000)}`),
  (json) => `${'['.repeat(50)}${json}${']'.repeat(50)}`,
  (json) => json.replaceAll('"', "'"),
  () => '',
  (json) => json.replace(/"/, '"\\ud800'),
  (json) => json.replace(/:(\d+)/, ':$1e400'),
]

/** Changes of a path. */
const PATH_CHANGES: readonly ((path: string) => string)[] = [
  (path) => path.replace(/(\?|$)/, '/$1'),
  (path) => path.replace(/^\/\w/, (start) => start.toUpperCase()),
  (path) => `/${path}`,
  (path) => path.replace(/(\?|$)/, '%2f..$1'),
  (path) => `${path}${path.includes('?') ? '&' : '?'}actor=«UserId 2»`,
  (path) => `${path}${path.includes('?') ? '&' : '?'}limit=%zz`,
  (path) => `${path}${path.includes('?') ? '&' : '?'}limit=1&limit=2`,
  (path) => path.replace(/«\w+ (\d+)»/, '%$1zz'),
  (path) => path.replace(/«\w+ \d+»/, 'a%20b'),
  () => '/nowhere',
  () => '/incoming/answers/grant',
  () => '/',
]

const HEADERS: readonly Readonly<Record<string, string>>[] = [
  ...['"0"', '"7"', '*', 'W/"1"', '"1", "2"', '"99999999999"'].map((tag) => ({ 'if-match': tag })),
  ...['text/plain', 'application/json; charset=utf-16', 'multipart/form-data', 'application/problem+json'].map((type) => ({
    'content-type': type,
  })),
  { cookie: 'theme=dark' },
  { cookie: `__Host-consentry=${'a'.repeat(64)}`, 'sec-fetch-site': 'same-origin' },
  { cookie: 'theme=dark', origin: 'https://app.example.com' },
  { cookie: 'theme=dark', origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
  { 'content-encoding': 'gzip' },
  { 'if-none-match': '*' },
  { 'x-inside': 'yes' },
  { 'x-http-method-override': 'DELETE' },
]

type Kind = 'valid' | 'value' | 'text' | 'path' | 'method' | 'header' | 'cut' | 'outage'
const KIND = fc.oneof(
  ...Object.entries({ valid: 50, value: 22, text: 5, path: 6, method: 3, header: 8, cut: 3, outage: 3 }).map(([kind, weight]) => ({
    weight,
    arbitrary: fc.constant(kind as Kind),
  })),
)

function pathOf(path: string, parameters: readonly Parameter[], values: Json): string {
  const inPath = path.replace('{id}', String(values['id']))
  const inQuery = parameters.filter((one) => one.in === 'query').map(({ name }) => [name, values[name]] as const)
  const pairs = inQuery.flatMap(([name, value]) =>
    [value]
      .flat()
      .filter((one) => one !== undefined)
      .map((one) => [name, one] as const),
  )
  const escaped = (value: unknown) => {
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
    // No escape stands for half a surrogate pair.
    return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, '\ufffd'))
  }
  const query = pairs.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join('&')
  return `${inPath}${query === '' ? '' : '?'}${query}`
}

/** Returns an arbitrary that is seldom there. */
const seldom = (arbitrary: fc.Arbitrary<unknown>) => fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, arbitrary)

/** The places of the people who may call an operation. */
function whoMay({ description = '' }: Operation, people: readonly (Person | null)[]): number[] {
  const needed = [...(/^.*Needs (.*?)\./.exec(description)?.[1] ?? '').matchAll(/`(\w+)`/g)].map(([, permission]) => permission)
  const places = people.map((_, place) => place)
  return places.filter((place) => needed.length === 0 || people[place]?.permissions.some((permission) => needed.includes(permission)))
}

function requestTo(operation: Operation, schemas: Json, people: readonly (Person | null)[]): fc.Arbitrary<Planned> {
  const { parameters, requestBody } = operation
  const keyOf = ({ in: place, name }: Parameter) => (place === 'path' ? 'id' : name)
  const madeFor = (one: Parameter) => (one.in === 'header' ? fc.nat(2).map((n) => `"${n + 1}"`) : valuesOf(one.schema, schemas))
  const model = Object.fromEntries(parameters.map((one) => [keyOf(one), one.required ? madeFor(one) : seldom(madeFor(one))]))
  const schema = requestBody?.content['application/json']?.schema
  const made = fc.record({
    values: fc.record(model),
    body: schema === undefined ? fc.constant(undefined) : valuesOf(schema, schemas),
    kind: KIND,
    as: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...whoMay(operation, people)) }, fc.nat(people.length - 1)),
    place: fc.nat(999),
    choice: fc.nat(999),
    wait: fc.oneof({ weight: 50, arbitrary: fc.nat(1_000) }, fc.nat(40 * 86_400_000)),
  })
  return made.map(({ values, body, kind, as, place, choice, wait }) => {
    const hasBody = body !== undefined
    const inValues = kind === 'value' && (!hasBody || place % 3 === 0)
    const asked = inValues ? Object(spoil(values, place + 1, choice)) : values
    const json = hasBody ? JSON.stringify(kind === 'value' && !inValues ? spoil(body, place, choice) : body) : undefined
    const path = pathOf(operation.path, parameters, asked)
    const at = <T>(list: readonly T[]): T => list[choice % list.length] as T
    return {
      operation,
      as,
      method: kind === 'method' ? at(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']) : operation.method,
      path: kind === 'path' ? at(PATH_CHANGES)(path) : path,
      headers: {
        ...(hasBody && { 'content-type': 'application/json' }),
        ...(asked['If-Match'] !== undefined && { 'if-match': `"${String(asked['If-Match']).replace(/[^ -~]|"/g, '')}"` }),
        ...(kind === 'header' && at(HEADERS)),
      },
      body: json !== undefined && kind === 'text' ? at(BODY_CHANGES)(json) : json,
      cut: kind === 'cut' ? choice / 1_000 : 1,
      wait,
      outage: kind === 'outage' ? choice % 8 : Number.POSITIVE_INFINITY,
    }
  })
}

/** Ends come seldom, since little is left after them. */
const WEIGHTS: Readonly<Record<string, number>> = {
  getOpenApi: 1,
  endAll: 1,
  removeUser: 1,
  leaveSession: 2,
  withdrawRequest: 2,
  submit: 20,
  grant: 15,
}

/** Returns an arbitrary of requests to every operation of a document; those that change something come more often. */
export function requestsTo(document: OpenApiDocument, people: readonly (Person | null)[]): fc.Arbitrary<Planned> {
  const schemas = document.components.schemas as Json
  return fc.oneof(
    ...operationsOf(document).map((operation) => ({
      weight: WEIGHTS[operation.operationId] ?? (operation.method === 'GET' ? 4 : 7),
      arbitrary: requestTo(operation, schemas, people),
    })),
  )
}
