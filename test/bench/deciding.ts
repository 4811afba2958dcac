/** The deciding benchmark: cost of a decision, compared with other engines. */
import { existsSync, readFileSync } from 'node:fs'
import { freemem } from 'node:os'
import { startChild } from './child.js'
import type { Deciding, Ready, Skipped } from './deciding-process.js'
import { engines, FLOOR } from './engines.js'
import { inWords, median, ratio } from './measure.js'

/** The figures of one engine for one number of grants, or why it was skipped. */
export type DecisionFigure = { readonly engine: string; readonly grants: number } & (Skipped | (Ready & Times))

/** The nanoseconds per decision, and their ratio to the floor: the medians over the rounds. */
type Times = Readonly<Record<'nanoseconds' | 'ratio', number>>

const MODULES = ['node_modules', '../node_modules'].map((path) => new URL(`${path}/`, import.meta.url))
const MOST_SECONDS = 60
const MOST_MEGABYTES = 3_072

export async function benchDecisions(sizes: readonly number[], rounds: number) {
  const figures: DecisionFigure[] = []
  for (const grants of [...sizes].sort((a, b) => a - b)) figures.push(...(await measured(grants, rounds, figures)))
  console.log(`\n${tableOf(figures)}\n`)
  const packages = [...new Set(engines.flatMap((one) => one.package ?? []))]
  return { rounds, floor: FLOOR, versions: Object.fromEntries(packages.map((name) => [name, versionOf(name)])), figures }
}

function versionOf(name: string): string {
  const manifest = MODULES.map((modules) => new URL(`${name}/package.json`, modules)).find((url) => existsSync(url))
  if (manifest === undefined) throw new Error(`\`${name}\` is not installed`)
  return JSON.parse(readFileSync(manifest, 'utf8')).version
}

async function measured(grants: number, rounds: number, before: readonly DecisionFigure[]): Promise<DecisionFigure[]> {
  const weighed = new Map<string, Ready | Skipped>()
  for (const { name } of engines) {
    // An engine that fails with few grants is not tried with more.
    const earlier = before.find((figure) => figure.engine === name && 'skipped' in figure)
    weighed.set(name, earlier ? { skipped: `as with ${inWords(earlier.grants)} grants` } : await weigh(name, grants))
  }
  const times = new Map<string, Times>()
  for (const names of groups([...weighed].flatMap(([name, result]) => ('skipped' in result ? [] : name)))) {
    const all = await time(names, grants, rounds)
    const of = (name: string) => all.map((round) => round[names.indexOf(name)] ?? Number.NaN)
    for (const name of names) if (!times.has(name)) times.set(name, { nanoseconds: median(of(name)), ratio: ratio(of(name), of(FLOOR)) })
  }
  const figures = [...weighed].map(([engine, result]) => ({ engine, grants, ...result, ...times.get(engine) }) as DecisionFigure)
  for (const figure of figures) console.log(figure)
  return figures
}

/** The engines timed together: each package with the floor. With more in one process, V8 of Node 20 sometimes crashes. */
function groups(names: readonly string[]): (readonly string[])[] {
  const packageOf = (name: string) => engines.find((one) => one.name === name)?.package
  const packages = [...new Set(names.map(packageOf))]
  return packages.map((one) => names.filter((name) => name === FLOOR || packageOf(name) === one))
}

async function weigh(name: string, grants: number): Promise<Ready | Skipped> {
  if (freemem() < MOST_MEGABYTES * 2 ** 20) return { skipped: 'the machine has less than 3 GB of memory left' }
  const child = start([name], grants)
  try {
    const [result] = await child.call('build')
    if (result === undefined) throw new Error(`there is no engine \`${name}\``)
    return result
  } catch (error) {
    const message = String(error)
    if (/out of memory/.test(message)) return { skipped: 'more than 3 GB of memory' }
    const [late] = /not ready within \d+ s/.exec(message) ?? []
    if (late !== undefined) return { skipped: late }
    throw error
  } finally {
    await child.stop()
  }
}

/** Returns the nanoseconds per decision of these engines, round by round, in one process. */
async function time(names: readonly string[], grants: number, rounds: number): Promise<(readonly number[])[]> {
  const child = start(names, grants)
  try {
    const skipped = (await child.call('build')).flatMap((result) => ('skipped' in result ? result.skipped : []))
    if (skipped.length > 0) throw new Error(`all engines in one process: ${skipped}`)
    const all: (readonly number[])[] = []
    for (let round = 0; round < rounds; round++) all.push(await child.call('round', 100 + round))
    return all
  } finally {
    await child.stop()
  }
}

function start(names: readonly string[], grants: number) {
  const room = [`--max-old-space-size=${names.length * MOST_MEGABYTES}`]
  return startChild<Deciding>('deciding-process.ts', [String(grants), ...names], names.length * MOST_SECONDS, room)
}

/**
 * Formats one row for each engine, and below the table what was skipped and why.
 * Columns: ratio to the floor and nanoseconds by number of grants; for the largest number also the slowdown, bytes per grant and build time.
 */
function tableOf(figures: readonly DecisionFigure[]): string {
  const sizes = [...new Set(figures.map(({ grants }) => grants))]
  const columnsOf = (title: string) => sizes.map((size) => `${title}, ${inWords(size)}`)
  const head = ['', ...columnsOf(`× ${FLOOR}`), ...columnsOf('ns'), 'growth', 'bytes a grant', 'build']
  const rows = [...new Set(figures.map(({ engine }) => engine))].map((engine) => {
    const of = sizes.map((size) => figures.find((one) => one.engine === engine && one.grants === size))
    const measured = of.flatMap((one) => (one && 'ratio' in one ? [one] : []))
    const [first, last] = [measured[0], measured.at(-1)]
    return [
      engine,
      ...of.map((one) => (one && 'ratio' in one ? inWords(one.ratio) : 'skipped')),
      ...of.map((one) => (one && 'ratio' in one ? inWords(one.nanoseconds) : 'skipped')),
      first && last && first !== last ? `${inWords(last.nanoseconds / first.nanoseconds)} ×` : '–',
      typeof last?.bytesPerGrant === 'number' ? inWords(last.bytesPerGrant) : '–',
      last ? `${inWords(last.buildMilliseconds)} ms` : '–',
    ]
  })
  const lines = [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  const skipped = figures.flatMap((one) => ('skipped' in one ? `- ${one.engine}, ${inWords(one.grants)}: skipped: ${one.skipped}` : []))
  return [...lines, ...(skipped.length === 0 ? [] : ['', ...skipped])].join('\n')
}
