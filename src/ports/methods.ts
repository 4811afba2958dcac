/** Recognises what a host passes in, such as a repository or a driver, by its methods. */

/** Returns those of the methods that a value lacks. */
export function missingMethods(value: unknown, methods: readonly string[]): string[] {
  const isObject = typeof value === 'object' && value !== null
  return methods.filter((method) => !isObject || typeof Reflect.get(value, method) !== 'function')
}

/** Returns what to do about a value that lacks some of the methods of `what`. */
export function methodsMessage(value: unknown, what: string, methods: readonly string[]): string {
  if (typeof value === 'function') return `must be ${what}: call it, and pass what it returns`
  if (typeof value !== 'object' || value === null) return `must be ${what}`
  if (missingMethods(value, ['then']).length === 0) return `must be ${what}: await it first`
  const [first, second, ...more] = missingMethods(value, methods).map((method) => `\`${method}\``)
  const rest = more.length === 0 ? [] : [`${more.length} more methods`]
  return `must be ${what}: it has no ${[first, second, ...rest].filter((name) => name !== undefined).join(', ')}`
}
