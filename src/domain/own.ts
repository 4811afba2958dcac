/** Own properties: what an object inherits, as from a polluted `Object.prototype`, nobody has given. */

// An object that inherits from this one inherits nothing, and is faster to fill than one without a prototype.
const NOTHING: object = Object.freeze(Object.create(null))

/** Returns a copy of options without inherited ones. Each is read once. */
export function ownOptions<T extends object>(options: T): T {
  const copy = Object.create(NOTHING)
  for (const key of Object.getOwnPropertyNames(options)) copy[key] = Reflect.get(options, key)
  return copy
}

/**
 * Returns a copy of a record without inherited properties, nor any in the plain data that it holds.
 * Each property is read once.
 */
export function ownRecord(record: object): object {
  const copy = ownOptions(record) as Record<string, unknown>
  for (const key of Object.keys(copy)) copy[key] = ownData(copy[key])
  return copy
}

function ownData(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value, ownData)
  if (!isPlainObject(value)) return value
  const copy = ownOptions(value) as Record<string, unknown>
  // An object with methods is a port of the host's: it stays what it is.
  return Object.values(copy).some((one) => typeof one === 'function') ? value : ownRecord(copy)
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
