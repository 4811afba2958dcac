/** Finds a key that a JSON object has twice: `JSON.parse` would keep the last one in silence. */

/** How deep objects and lists may be nested; no body of the API has more than five. */
const MAX_DEPTH = 16

/** The tokens of valid JSON that matter here: strings and punctuation. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g

interface Level {
  /** The keys of an object so far; `undefined` for a list. */
  readonly keys: Set<string> | undefined
  /** The key or index at which the reader is. */
  at: string | number
}

/**
 * Returns the path of a key that an object has twice, `too-deep`, or `undefined` for neither.
 *
 * The text must be valid JSON. `too-deep` is for one that is nested too deeply.
 */
export function repeatedKey(text: string): readonly (string | number)[] | 'too-deep' | undefined {
  const levels: Level[] = []
  let latest = ''
  for (const [token] of text.matchAll(TOKENS)) {
    const level = levels.at(-1)
    if (token === '{' || token === '[') {
      if (levels.length === MAX_DEPTH) return 'too-deep'
      levels.push(token === '{' ? { keys: new Set(), at: '' } : { keys: undefined, at: 0 })
    } else if (token === '}' || token === ']') levels.pop()
    else if (token === ',' && typeof level?.at === 'number') level.at += 1
    else if (token === ':' && level?.keys) {
      // Two spellings of one key, such as by an escape, are one.
      const key: string = JSON.parse(latest)
      level.at = key
      if (level.keys.has(key)) return levels.map(({ at }) => at)
      level.keys.add(key)
    } else latest = token
  }
  return undefined
}
