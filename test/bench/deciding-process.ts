/** Runs in its own process: builds indexes, checks their answers, and times them in turns on request. */
import type { Ready } from './deciding-figures.js'
import type { Ask, Engine, Index } from './engine.js'
import { engines } from './engines.js'
import { bytes } from './weighing.js'
import { type Asked, asked, factsOf, KINDS, NOW, questionsOf, rowsOf, type Work, workOf } from './work.js'

/** The messages to the parent: first one of the first three, then per round the `nanoseconds` per decision of each engine. */
export type Told =
  | { readonly ready: Ready }
  | { readonly skipped: string }
  | { readonly error: string }
  | { readonly nanoseconds: readonly number[] }

/** The limits at which an engine is skipped. */
const SLOWEST_DECISION = 500
const MOST_MEMORY = 3 * 2 ** 30
const FEWEST_WEIGHED = 10_000

/** The number of questions per batch: their strings fit in a core's cache, like those of a request. */
const BATCH = 2_000
const QUESTIONS_CHECKED = 4_000
const MILLISECONDS = { checking: 3_000, round: 100 }
const MOST_QUESTIONS = 100_000

const [size, ...names] = process.argv.slice(2)
const work = workOf(Number(size))

/** A built engine, and a function that measures one round, in nanoseconds per decision. */
interface Prepared {
  readonly ready: Ready
  readonly round: (seed: number) => number
}

function tell(told: Told): void {
  // Ignores a closed channel: the parent may have exited.
  if (process.connected) process.send?.(told, undefined, undefined, () => {})
}

async function prepare(one: Engine): Promise<Prepared | { readonly skipped: string }> {
  const questions = questionsOf(work, 1, QUESTIONS_CHECKED)
  const all = asked(work, questions, 0, QUESTIONS_CHECKED)
  const expected = answersOf(all, questions.kinds)

  // Warm-up, so that code and one-time caches do not count as the index.
  await indexOf(one, workOf(1_000))
  const before = await bytes()
  const built = await indexOf(one, work).catch(outOfRoom)
  if ('full' in built) return { skipped: `building it fails by \`${built.full}\`` }
  const [index, buildMilliseconds] = built
  const taken = (await bytes()) - before + (index.bytesOutside ?? 0)
  if (taken > MOST_MEMORY) return { skipped: `${(taken / 2 ** 30).toFixed(1)} GB of memory` }

  const first = meanOf(index.ask, all, 8, 8 * SLOWEST_DECISION)
  if (first > SLOWEST_DECISION) return { skipped: `one decision takes ${(first / 1_000).toFixed(1)} s` }
  const checked = check(one.name, index.ask, all, expected)
  let questionsPerRound = questionsIn(MILLISECONDS.round, first * 1e6)
  const round = (seed: number) => nanosecondsOf(one.name, index.ask, seed, questionsPerRound)
  // Warm-up, until the code is compiled.
  for (let warm = 0; warm < 3; warm++) questionsPerRound = questionsIn(MILLISECONDS.round, round(2 + warm))
  const bytesPerGrant = work.size < FEWEST_WEIGHED ? null : taken / work.size
  return { ready: { buildMilliseconds, bytesPerGrant, checked, questionsPerRound }, round }
}

/** Builds the index, and drops the references to its input. */
function indexOf(one: Engine, of: Work): Promise<[Index, milliseconds: number]> {
  return one.source === 'rows' ? onceBuilt(one.build, rowsOf(of)) : onceBuilt(one.build, factsOf(of))
}

/** Returns whether an error means that a Map, a string or WebAssembly memory is full; other errors are failures. */
function outOfRoom(error: unknown): { readonly full: string } {
  if (error instanceof Error && ['RangeError', 'RuntimeError'].includes(error.name)) return { full: error.message }
  throw error
}

async function onceBuilt<S>(build: (source: S) => Index | Promise<Index>, source: S): Promise<[Index, number]> {
  const started = performance.now()
  const index = await build(source)
  return [index, performance.now() - started]
}

/** The oracle: scans the rows of the tenants asked about, directly by the specification. */
function answersOf({ users, tenants }: Asked, kinds: Uint8Array): boolean[] {
  const about = new Set(tenants)
  const rows = rowsOf(work).filter(({ tenant }) => about.has(tenant))
  return users.map((user, n) => {
    const allowed = rows.some(
      (row) => row.tenant === tenants[n] && row.users.includes(user) && row.from <= NOW && (row.until === null || NOW < row.until),
    )
    // Without a holding grant nobody enters: tenants of the rows are governed, others are unknown.
    if (allowed !== (kinds[n] === 0)) throw new Error(`the oracle says ${allowed} of a question that is to be \`${KINDS[kinds[n] ?? 0]}\``)
    return allowed
  })
}

function check(name: string, ask: Ask, { users, tenants, methods }: Asked, expected: readonly boolean[]): number {
  const end = performance.now() + MILLISECONDS.checking
  let n = 0
  for (; n < expected.length && performance.now() < end; n++) {
    const question = [users[n] ?? '', tenants[n] ?? '', methods[n] ?? 'access-request', NOW] as const
    const said = ask(...question)
    if (said !== expected[n]) throw new Error(`\`${name}\` says ${said} of ${JSON.stringify(question)}, and the oracle ${expected[n]}`)
  }
  return n
}

/** Returns the mean time of the first questions, in milliseconds; of fewer when the time is up. */
function meanOf(ask: Ask, { users, tenants, methods }: Asked, most: number, milliseconds: number): number {
  const started = performance.now()
  for (let n = 0; ; n++) {
    const taken = performance.now() - started
    if (n === most || taken > milliseconds) return taken / n
    ask(users[n] ?? '', tenants[n] ?? '', methods[n] ?? 'access-request', NOW)
  }
}

function questionsIn(milliseconds: number, nanoseconds: number): number {
  return Math.min(MOST_QUESTIONS, 8 * Math.max(1, Math.floor((milliseconds * 1e6) / nanoseconds / 8)))
}

function nanosecondsOf(name: string, ask: Ask, seed: number, count: number): number {
  const questions = questionsOf(work, seed, count)
  let milliseconds = 0
  for (let start = 0; start < count; start += BATCH)
    milliseconds += timed(name, ask, asked(work, questions, start, Math.min(count, start + BATCH)))
  return (milliseconds * 1e6) / count
}

function timed(name: string, ask: Ask, { users, tenants, methods, allowed }: Asked): number {
  let said = 0
  const started = performance.now()
  for (let n = 0; n < users.length; n++) if (ask(users[n] as string, tenants[n] as string, methods[n] as (typeof methods)[0], NOW)) said++
  const took = performance.now() - started
  if (said !== allowed) throw new Error(`\`${name}\` allows ${said} of ${users.length} questions, of which ${allowed} are to be allowed`)
  return took
}

process.on('disconnect', () => process.exit())
try {
  const prepared: Prepared[] = []
  for (const one of engines.filter(({ name }) => names.includes(name))) {
    const outcome = await prepare(one)
    if ('ready' in outcome) prepared.push(outcome)
    else tell(outcome)
  }
  const last = prepared.at(-1)
  if (last !== undefined && prepared.length === names.length) tell({ ready: last.ready })
  process.on('message', (seed: number) => {
    try {
      tell({ nanoseconds: prepared.map(({ round }) => round(seed)) })
    } catch (error) {
      tell({ error: String(error) })
    }
  })
} catch (error) {
  tell({ error: error instanceof Error ? `${error.stack}` : String(error) })
}
