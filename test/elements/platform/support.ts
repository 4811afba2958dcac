/** Which platform features are widely available: the Baseline of web-features, and BCD's support where that has none. */
import { computeBaseline, coreBrowserSet } from 'compute-baseline'
import { Compat } from 'compute-baseline/browser-compat-data'
import { features } from 'web-features'

/** A use of the platform: how the code writes it, and the keys of browser-compat-data that it may have there. */
export interface Use {
  readonly written: string
  readonly keys: readonly string[]
  /** Whether it is as old as what has it if it has no key: a value of a property, an option of a call. */
  readonly isDetail?: boolean
}

interface Status {
  readonly baseline?: unknown
  readonly baseline_low_date?: string | null
  readonly support?: Readonly<Record<string, string>>
}

const compat = new Compat()

/** How long a feature must have been in all browsers, by the definition of Baseline. */
const MONTHS = 30

const statuses = new Map<string, Status>()
for (const feature of Object.values(features)) {
  if (feature.kind !== 'feature') continue
  for (const key of feature.compat_features ?? []) statuses.set(key, feature.status.by_compat_key?.[key] ?? feature.status)
}

const entryOf = (key: string) => key.split('.').reduce<unknown>((entry, part) => (entry as Record<string, unknown>)?.[part], compat.data)
const PREFIXED = /^css\.properties\.(-webkit-)/

/** Returns all keys below a key. */
export const keysBelow = (key: string): string[] => [...compat.walk([key])].map(({ id }) => id)

/** Returns those keys that browser-compat-data has. A prefixed property is there under its plain name, as support with a prefix. */
export function knownKeys(keys: readonly string[]): string[] {
  return keys.filter((key) => entryOf(key) !== undefined || entryOf(key.replace(PREFIXED, 'css.properties.')) !== undefined)
}

/** Returns whether a key has been in all browsers of Baseline for long enough, on the given day. */
export function isWidelyAvailable(key: string, day = Date.now()): boolean {
  const { baseline, baseline_low_date } = statuses.get(key) ?? computed(key)
  if (baseline === 'high') return true
  // The data say `low` of what has become old enough since they were published.
  const date = new Date(baseline === 'low' ? (baseline_low_date?.replace('≤', '') ?? Number.NaN) : Number.NaN)
  return date.setUTCMonth(date.getUTCMonth() + MONTHS) <= day
}

/** Returns the first version of a browser that has all of these keys. */
export function firstVersion(browser: string, keys: readonly string[]): number {
  const versions = keys.map((key) => (statuses.get(key) ?? computed(key)).support?.[browser] ?? '0')
  return Math.max(...versions.map((version) => Number(version.replace('≤', ''))))
}

function computed(key: string): Status {
  if (entryOf(key) !== undefined) return JSON.parse(computeBaseline({ compatKeys: [key], checkAncestors: true }).toJSON())
  const [, prefix = ''] = PREFIXED.exec(key) ?? []
  return { baseline: 'low', baseline_low_date: prefixedSince(key.replace(prefix, ''), prefix) }
}

interface Data {
  readonly browsers: Readonly<Record<string, { readonly releases: Readonly<Record<string, { readonly release_date: string }>> }>>
}
interface Statement {
  readonly prefix?: string
  readonly version_added: string
  readonly version_removed?: string
  readonly flags?: unknown
}

/** Returns the day since which all browsers have a property with a prefix, which `computeBaseline` does not count; `null` if one has not. */
function prefixedSince(key: string, prefix: string): string | null {
  const { __compat } = entryOf(key) as { readonly __compat: { readonly support: Record<string, Statement | Statement[]> } }
  const { browsers } = compat.data as Data
  const days = coreBrowserSet.map((browser) => {
    const statements = [__compat.support[browser] ?? []].flat()
    const found = statements.find((one) => one.prefix === prefix && one.version_removed === undefined && one.flags === undefined)
    return found && browsers[browser]?.releases[found.version_added]?.release_date
  })
  return days.every((day) => day !== undefined) ? (days.toSorted().at(-1) ?? null) : null
}
