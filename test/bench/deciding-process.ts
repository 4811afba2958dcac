/** Runs in its own process: builds indexes, checks their answers, and times them in turns. */
import { obey } from '../databases/orders.js'
import { type Ask, type Engine, engines } from './engines.js'
import { bytes } from './measure.js'
import { NOW, type Question, questionsOf, rowsOf, workOf } from './work.js'

export interface Ready {
  readonly buildMilliseconds: number
  /** `null` for few grants, where other heap contents dominate. */
  readonly bytesPerGrant: number | null
  readonly checked: number
  readonly questionsPerRound: number
}

export type Skipped = { readonly skipped: string }

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
const rounds: ((seed: number) => number)[] = []

async function prepare({ name, build }: Engine): Promise<Ready | Skipped> {
  const questions = questionsOf(work, 1)(QUESTIONS_CHECKED)
  const expected = answersOf(questions)

  // Warm-up, so that code and one-time caches do not count as the index.
  await build(workOf(1_000))
  const before = await bytes()
  const built = await build(work).catch(outOfRoom)
  if ('skipped' in built) return built
  const { ask, buildMilliseconds } = built
  const taken = (await bytes()) - before + (ask.bytesOutside ?? 0)
  if (taken > MOST_MEMORY) return { skipped: `${(taken / 2 ** 30).toFixed(1)} GB of memory` }

  const first = meanOf(ask, questions, 8, 8 * SLOWEST_DECISION)
  if (first > SLOWEST_DECISION) return { skipped: `one decision takes ${(first / 1_000).toFixed(1)} s` }
  const checked = check(name, ask, questions, expected)
  let questionsPerRound = questionsIn(MILLISECONDS.round, first * 1e6)
  const round = (seed: number) => nanosecondsOf(name, ask, seed, questionsPerRound)
  // Warm-up, until the code is compiled.
  for (let warm = 0; warm < 3; warm++) questionsPerRound = questionsIn(MILLISECONDS.round, round(2 + warm))
  rounds.push(round)
  return { buildMilliseconds, bytesPerGrant: work.size < FEWEST_WEIGHED ? null : taken / work.size, checked, questionsPerRound }
}

/** Skips an engine if a Map, a string or WebAssembly memory is full; other errors are failures. */
function outOfRoom(error: unknown): Skipped {
  if (!(error instanceof Error && ['RangeError', 'RuntimeError'].includes(error.name))) throw error
  return { skipped: `building it fails by \`${error.message}\`` }
}

/** The oracle: scans the rows of the tenants asked about, directly by the specification. */
function answersOf(questions: readonly Question[]): boolean[] {
  const about = new Set(questions.map(({ tenant }) => tenant))
  const rows = rowsOf(work).filter(({ tenant }) => about.has(tenant))
  return questions.map(({ user, tenant, kind }) => {
    const allowed = rows.some(
      (row) => row.tenant === tenant && row.users.includes(user) && row.from <= NOW && (row.until === null || NOW < row.until),
    )
    // Without a holding grant nobody enters: tenants of the rows are governed, others are unknown.
    if (allowed !== (kind === 'holding')) throw new Error(`the oracle says ${allowed} of a question that is to be \`${kind}\``)
    return allowed
  })
}

function check(name: string, ask: Ask, questions: readonly Question[], expected: readonly boolean[]): number {
  const end = performance.now() + MILLISECONDS.checking
  for (const [n, question] of questions.entries()) {
    if (performance.now() >= end) return n
    const said = ask(question.user, question.tenant, question.method, NOW)
    if (said !== expected[n]) throw new Error(`\`${name}\` says ${said} of ${JSON.stringify(question)}, and the oracle ${expected[n]}`)
  }
  return questions.length
}

/** Returns the mean time of the first questions, in milliseconds; of fewer when the time is up. */
function meanOf(ask: Ask, questions: readonly Question[], most: number, milliseconds: number): number {
  const started = performance.now()
  for (let n = 0; ; n++) {
    const taken = performance.now() - started
    const question = questions[n]
    if (question === undefined || n === most || taken > milliseconds) return taken / n
    ask(question.user, question.tenant, question.method, NOW)
  }
}

function questionsIn(milliseconds: number, nanoseconds: number): number {
  return Math.min(MOST_QUESTIONS, 8 * Math.max(1, Math.floor((milliseconds * 1e6) / nanoseconds / 8)))
}

function nanosecondsOf(name: string, ask: Ask, seed: number, count: number): number {
  const draw = questionsOf(work, seed)
  let milliseconds = 0
  for (let done = 0; done < count; done += BATCH) {
    const questions = draw(Math.min(BATCH, count - done))
    const allowed = questions.filter(({ kind }) => kind === 'holding').length
    let said = 0
    const started = performance.now()
    for (const { user, tenant, method } of questions) if (ask(user, tenant, method, NOW)) said++
    milliseconds += performance.now() - started
    if (said !== allowed)
      throw new Error(`\`${name}\` allows ${said} of ${questions.length} questions, of which ${allowed} are to be allowed`)
  }
  return (milliseconds * 1e6) / count
}

const orders = {
  build: async () => {
    const results: (Ready | Skipped)[] = []
    for (const engine of engines.filter(({ name }) => names.includes(name))) results.push(await prepare(engine))
    return results
  },
  /** Measures a round from a seed, in nanoseconds per decision of each engine. */
  round: (seed: number) => rounds.map((round) => round(seed)),
}

export type Deciding = typeof orders

obey(orders)
