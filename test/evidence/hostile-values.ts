/** Hostile values, and ways to hide them in an otherwise valid input. */
import * as fc from 'fast-check'

/** How an input is corrupted: with oddities, which may be valid, and at least one poison, which never is. */
type Plan = typeof plan extends fc.Arbitrary<infer One> ? One : never

type Making = (value: unknown) => unknown
type Bag = Record<PropertyKey, unknown>
type Place = readonly [holder: Bag, key: string]

const fail = (thrown: unknown): never => {
  throw thrown
}
const trap = () => fail(new Error('trap'))
const own = (target: object, key: string, property: PropertyDescriptor): object =>
  Object.defineProperty(target, key, { enumerable: true, configurable: true, ...property })
const cyclic = (holder: object, key: string) => own(holder, key, { value: holder, writable: true })
const revoked = (target: object): object => {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}
class Intruder {
  polluted = true
}
const HUGE = 'x'.repeat(1_000_000)
const DEEP = Array.from({ length: 2000 }).reduce<unknown>((value) => [value], 'bottom')

const NEVER_VALID: Record<string, Making> = {
  NaN: () => Number.NaN,
  Infinity: () => Infinity,
  'minus Infinity': () => -Infinity,
  'a number beyond all dates': () => 2 ** 60,
  'a big integer': () => 10n ** 30n,
  true: () => true,
  'a symbol': () => Symbol('`caroline`'),
  'a registered symbol': () => Symbol.for('consentry.error'),
  'a function': () => () => 'caroline',
  'a class': () => Intruder,
  'a function whose text throws': () => Object.assign(() => {}, { toString: trap }),
  'a lone surrogate': () => 'caroline\ud800',
  'the other lone surrogate': () => '\udc00',
  NUL: () => 'caroline\u0000',
  'an escape': () => '\u001b[2J',
  'a text of a million': () => HUGE,
  'a text just too long': () => '~'.repeat(1001),
  'a boxed text': () => new String('caroline'),
  'a list of lists, deep': () => DEEP,
  'a list of itself': () => cyclic([], '0'),
  'a list with a hole': () => Object.assign(new Array(2), { 1: 'caroline' }),
  'a sparse list': () => new Array(50),
  'a list of a symbol': () => [Symbol.iterator],
  'a record of itself': () => cyclic({ user: 'caroline' }, 'self'),
  'a record with a stranger': () => ({ polluted: true }),
  'a record with `__proto__`': () => JSON.parse('{"__proto__":{"polluted":true}}'),
  'a record with `constructor`': () => JSON.parse('{"constructor":{"prototype":{"polluted":true}}}'),
  'an instance': () => new Intruder(),
  bytes: () => new Uint8Array(3),
  'a thenable': () => own({}, 'then', { value: trap }),
  'what cannot be made a text': () => ({ toString: trap, valueOf: trap, toJSON: trap, [Symbol.toPrimitive]: trap }),
  'a getter that throws': () => own({}, 'user', { get: trap }),
  'a getter that throws nothing': () => own({}, 'id', { get: () => fail(undefined) }),
  'a proxy of nothing but traps': () => new Proxy({}, new Proxy({}, { get: () => trap })),
  'a list, a proxy of nothing but traps': () => new Proxy([], new Proxy({}, { get: () => trap })),
  'a revoked proxy': () => revoked({}),
  'a revoked proxy of a list': () => revoked([]),
}

/** Objects without own keys: an input without required keys accepts them as empty; elsewhere they are poison. */
const SHAPELESS: Record<string, Making> = {
  'a map': () => new Map([['user', 'caroline']]),
  'a set': () => new Set(['caroline']),
  'a pattern': () => /caroline/g,
  'an error': () => new Error('x'),
  'a promise': () => Promise.resolve('caroline'),
  'a date of no instant': () => new Date(Number.NaN),
  'a look-alike of a date': () => Object.create(Date.prototype),
  'a record without a prototype': () => Object.create(null),
  'a boxed number': () => new Number(7),
  'a weak map': () => new WeakMap(),
}

/** Corrupts a record or list in place; `undefined` if there is nothing to corrupt. */
const INJURIES: Record<string, Making> = {
  ...Object.fromEntries(
    ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'actor', 'permissions ', ''].map((key) => [
      `a key \`${key}\` too many`,
      (value) => (isRecord(value) ? own({ ...value }, key, { value: { polluted: true } }) : undefined),
    ]),
  ),
  'a key that cannot be read': (value) => {
    const [key] = isRecord(value) ? Object.keys(value) : []
    return key === undefined ? undefined : own({ ...(value as Bag) }, key, { get: trap })
  },
  'a proxy that cannot be read': (value) =>
    isObject(value) && Object.keys(value).length > 0 ? new Proxy(value, { get: trap }) : undefined,
  'a proxy that will not name its keys': (value) => (isRecord(value) ? new Proxy(value, { ownKeys: trap }) : undefined),
  'a hole': (value) => {
    if (!Array.isArray(value) || value.length === 0) return undefined
    const holed = [...value]
    delete holed[0]
    return holed
  },
  'a poisoned end': (value) => (Array.isArray(value) ? [...value, Symbol.iterator] : undefined),
}

const ODDITIES: Record<string, Making> = {
  nothing: () => undefined,
  null: () => null,
  'an empty text': () => '',
  'a space': () => ' ',
  zero: () => -0,
  'half a millisecond': () => 0.5,
  'an empty list': () => [],
  'an empty record': () => ({}),
  'a date': () => new Date(0),
  'the same by way of a proxy': (value) => (isObject(value) ? new Proxy(value, {}) : value),
  'the same by inheritance': (value) => (isRecord(value) ? Object.create(value) : value),
  'the same, frozen': (value) => Object.freeze(value),
}

const POISONS: Record<string, Making> = { ...NEVER_VALID, ...SHAPELESS, ...INJURIES }

/** One corruption: its place, counted through all places of the input, and its kind. */
const wound = (kinds: object) => fc.record({ place: fc.nat(999), kind: fc.constantFrom(...Object.keys(kinds)) })

/** Generates plans of up to two oddities and one to three poisons. */
export const plan = fc.record({
  oddities: fc.array(wound(ODDITIES), { maxLength: 2 }),
  poisons: fc.array(wound(POISONS), { minLength: 1, maxLength: 3 }),
})

/** Corrupts the arguments of a call in place: oddities first, so that they do not remove poison. */
export function hurt(args: unknown[], { oddities, poisons }: Plan): unknown[] {
  for (const { place, kind } of oddities) put(args, placesIn(args), place, ODDITIES[kind])
  // Places are counted before poison is added, because an unreadable value cannot be searched.
  const places = placesIn(args)
  for (const { place, kind } of poisons) put(args, places, place, POISONS[kind], kind in SHAPELESS)
  return args
}

function put(args: unknown[], places: readonly Place[], at: number, making: Making | undefined, inner = false): void {
  const [holder, key] = places[at % places.length] as Place
  // If there is nothing to corrupt, or an empty record is valid, use a symbol.
  const made = inner && (holder as unknown) === args ? undefined : attempt(() => making?.(holder[key]))
  const harmless = made === undefined && making !== ODDITIES['nothing']
  own(holder, key, { value: harmless ? Symbol('poison') : made, writable: true })
}

function attempt(make: () => unknown): unknown {
  try {
    return make()
  } catch {
    return undefined
  }
}

function placesIn(holder: object): Place[] {
  return Object.entries(holder).flatMap(([key, value]): Place[] => [
    [holder as Bag, key],
    ...((Array.isArray(value) || isRecord(value)) && Object.isExtensible(value) ? placesIn(value) : []),
  ])
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function isRecord(value: unknown): value is Bag {
  return isObject(value) && Object.getPrototypeOf(value) === Object.prototype
}
