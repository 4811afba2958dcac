/** Concurrent saves that share a transaction: what comes while a group is on its way is the next group. */

/** A save that can share a transaction with others. */
export interface GroupedSave {
  /**
   * The ids of what it changes.
   * Two saves that share one never share a transaction: the later must find the earlier one saved.
   */
  readonly keys: readonly string[]
}

interface Waiting<Save, Result> {
  readonly save: Save
  readonly resolve: (result: Result | Promise<Result>) => void
  readonly reject: (error: unknown) => void
}

/** The most keys in a group: beyond, a statement gains nothing from more. */
const MAX_KEYS = 200
// The database may not answer, and a lock of a host may last.
/** After how many milliseconds a group on its way no longer holds up the next. */
const PATIENCE_MS = 50

/**
 * Returns a function that saves alone, or together with others that came while a group was on its way.
 * A lone save never waits. `saveAll` saves each of its list or not, whatever becomes of the others, and returns a result for each;
 * a result that needs more than the group's transaction is a promise, for which no further group waits.
 */
export function saveInGroups<Save extends GroupedSave, Result>(
  saveAll: (saves: readonly Save[]) => Promise<readonly (Result | Promise<Result>)[]>,
): (save: Save) => Promise<Result> {
  let waiting: Waiting<Save, Result>[] = []
  let onTheirWay = 0

  const next = (): void => {
    if (waiting.length === 0 || onTheirWay > 0) return
    const group = firstGroup(waiting)
    const taken = new Set(group)
    waiting = waiting.filter((one) => !taken.has(one))
    onTheirWay++
    let isCounted = true
    const letNextGo = () => {
      if (!isCounted) return
      isCounted = false
      onTheirWay--
      next()
    }
    const timer = setTimeout(letNextGo, PATIENCE_MS)
    saveAll(group.map(({ save }) => save))
      .then(
        (results) => {
          for (const [n, { resolve }] of group.entries()) resolve(results[n] as Result)
        },
        (error) => {
          for (const { reject } of group) reject(error)
        },
      )
      .finally(() => {
        clearTimeout(timer)
        letNextGo()
      })
  }

  return (save) =>
    new Promise((resolve, reject) => {
      waiting.push({ save, resolve, reject })
      next()
    })
}

/** Returns the first saves that have no key in common, in order, up to `MAX_KEYS`. */
function firstGroup<Save extends GroupedSave, Result>(waiting: readonly Waiting<Save, Result>[]): readonly Waiting<Save, Result>[] {
  const group: Waiting<Save, Result>[] = []
  const taken = new Set<string>()
  for (const one of waiting) {
    const { keys } = one.save
    if (group.length > 0 && taken.size + keys.length > MAX_KEYS) break
    // A later save of the same keys must not overtake this one: its keys are taken too.
    if (!keys.some((key) => taken.has(key))) group.push(one)
    for (const key of keys) taken.add(key)
  }
  return group
}
