/** The deciding benchmark: cost of a decision, compared with other engines. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { freemem } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { DecisionFigure, DecisionFigures, Ready } from './deciding-figures.js'
import type { Told } from './deciding-process.js'
import { inWords } from './deciding-table.js'
import { engines } from './engines.js'
import { FLOOR } from './engines-maps.js'
import { median } from './median.js'

const PROGRAM = fileURLToPath(new URL('deciding-process.ts', import.meta.url))
const MODULES = ['node_modules', '../node_modules'].map((path) => new URL(`${path}/`, import.meta.url))
const MOST_SECONDS = 60
const MOST_MEGABYTES = 3_072

/** Measures every engine for every number of grants; calls `print` with each figure. */
export async function benchDecisions(sizes: readonly number[], rounds: number, print: (line: string) => void): Promise<DecisionFigures> {
  const figures: DecisionFigure[] = []
  for (const grants of [...sizes].sort((a, b) => a - b)) {
    for (const figure of await measured(grants, rounds, figures)) {
      figures.push(figure)
      print(`${grants.toLocaleString('en-US')} grants, ${figure.engine}: ${shown(figure)}`)
    }
  }
  const packages = [...new Set(engines.flatMap((one) => one.package ?? []))]
  const versionOf = (name: string) => {
    const manifest = MODULES.map((modules) => new URL(`${name}/package.json`, modules)).find((url) => existsSync(url))
    if (manifest === undefined) throw new Error(`\`${name}\` is not installed`)
    return JSON.parse(readFileSync(manifest, 'utf8')).version as string
  }
  return { rounds, floor: FLOOR, versions: Object.fromEntries(packages.map((name) => [name, versionOf(name)])), figures }
}

async function measured(grants: number, rounds: number, before: readonly DecisionFigure[]): Promise<DecisionFigure[]> {
  const ready = new Map<string, Ready>()
  const skipped = new Map<string, string>()
  for (const { name } of engines) {
    // An engine that fails with few grants is not tried with more.
    const earlier = before.find((figure) => figure.engine === name && 'skipped' in figure)
    const weighed = earlier ? { skipped: `as with ${earlier.grants.toLocaleString('en-US')} grants` } : await weigh(name, grants)
    if ('skipped' in weighed) skipped.set(name, weighed.skipped)
    else ready.set(name, weighed)
  }
  const timed = new Map<string, { readonly times: readonly number[]; readonly floor: readonly number[] }>()
  for (const names of groups([...ready.keys()])) {
    const all = await time(names, grants, rounds)
    const of = (name: string) => all.map((round) => round[names.indexOf(name)] ?? Number.NaN)
    for (const name of names) if (!timed.has(name)) timed.set(name, { times: of(name), floor: of(FLOOR) })
  }
  return engines.map(({ name }) => {
    const one = ready.get(name)
    if (one === undefined) return { engine: name, grants, skipped: skipped.get(name) ?? '' }
    const { times, floor } = timed.get(name) ?? { times: [], floor: [] }
    const ratio = median(times.map((time, round) => time / (floor[round] ?? Number.NaN)))
    return { engine: name, grants, nanoseconds: median(times), ratio, ...one }
  })
}

/** The engines timed together: each package with the floor. With more in one process, V8 of Node 20 sometimes crashes. */
function groups(names: readonly string[]): (readonly string[])[] {
  const packageOf = (name: string) => engines.find((one) => one.name === name)?.package ?? ''
  const packages = [...new Set(names.map(packageOf))]
  return packages.map((one) => names.filter((name) => name === FLOOR || packageOf(name) === one))
}

/** Measures an engine alone in a process. */
async function weigh(name: string, grants: number): Promise<Ready | { readonly skipped: string }> {
  const process = await start([name], grants, MOST_MEGABYTES, MOST_SECONDS)
  if ('skipped' in process) return process
  await process.stop()
  return process.ready
}

/** Returns the nanoseconds per decision of these engines, round by round, in one process. */
async function time(names: readonly string[], grants: number, rounds: number): Promise<(readonly number[])[]> {
  const process = await start(names, grants, names.length * MOST_MEGABYTES, names.length * MOST_SECONDS)
  if ('skipped' in process) throw new Error(`all engines in one process: ${process.skipped}`)
  try {
    const all: (readonly number[])[] = []
    for (let round = 0; round < rounds; round++) all.push(await process.ask(100 + round))
    return all
  } finally {
    await process.stop()
  }
}

/** Built engines in a process. */
interface Running {
  /** The properties of the last one. */
  readonly ready: Ready
  /** Measures one round: the nanoseconds per decision of each. */
  readonly ask: (seed: number) => Promise<readonly number[]>
  readonly stop: () => Promise<void>
}

async function start(
  names: readonly string[],
  grants: number,
  megabytes: number,
  seconds: number,
): Promise<Running | { readonly skipped: string }> {
  if (freemem() < MOST_MEGABYTES * 2 ** 20) return { skipped: 'the machine has less than 3 GB of memory left' }
  const child = fork(PROGRAM, [String(grants), ...names], {
    execArgv: [...process.execArgv, '--expose-gc', `--max-old-space-size=${megabytes}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const exited = once(child, 'exit')
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await exited
  }
  const told = await hear(child, seconds).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  if ('ready' in told) {
    const ask = async (seed: number) => {
      child.send(seed)
      const answer = await hear(child, seconds)
      if ('nanoseconds' in answer) return answer.nanoseconds
      throw new Error('error' in answer ? answer.error : 'the engines are silent')
    }
    return { ready: told.ready, ask, stop }
  }
  await stop()
  if ('skipped' in told) return told
  throw new Error('error' in told ? told.error : `\`${names}\` is not ready`)
}

/** Returns the next message of the process; a time-out or out-of-memory crash means skipped. */
function hear(child: ChildProcess, seconds: number): Promise<Told> {
  return new Promise((resolve, reject) => {
    let complaint = ''
    const settle = (told: Told | Error) => {
      clearTimeout(timer)
      child.removeAllListeners('message').removeAllListeners('close')
      child.stderr?.removeAllListeners('data')
      if (told instanceof Error) reject(told)
      else resolve(told)
    }
    const timer = setTimeout(() => settle({ skipped: `not ready within ${seconds} s` }), seconds * 1_000)
    child.stderr?.on('data', (text) => {
      complaint = `${complaint}${text}`.slice(-10_000)
    })
    child.once('message', (told: Told) => settle(told))
    child.once('close', () => settle(/out of memory/.test(complaint) ? { skipped: 'more than 3 GB of memory' } : new Error(complaint)))
  })
}

function shown(figure: DecisionFigure): string {
  if ('skipped' in figure) return `skipped: ${figure.skipped}`
  const { nanoseconds, ratio, buildMilliseconds, bytesPerGrant, questionsPerRound, checked } = figure
  const bytes = bytesPerGrant === null ? '' : `, ${inWords(bytesPerGrant)} bytes a grant`
  const asked = `${inWords(checked)} answers checked, ${inWords(questionsPerRound)} questions a round`
  return `${inWords(nanoseconds)} ns, ${inWords(ratio)} × ${FLOOR}; built in ${inWords(buildMilliseconds)} ms${bytes}; ${asked}`
}
