/** Programs that tests run in child processes, bundled to JavaScript so that they start fast. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FromChild, Orders, ToChild } from './orders.js'

const require = createRequire(import.meta.url)
const modules = fileURLToPath(new URL('../node_modules', import.meta.url))

export interface Child<O extends Orders> {
  readonly process: ChildProcess
  /** Gives an order, and returns its result; rejects with its error, or if the process ends first. */
  readonly call: <N extends keyof O & string>(name: N, ...args: Parameters<O[N]>) => Promise<Awaited<ReturnType<O[N]>>>
  readonly end: () => Promise<void>
}

/** Returns a program by its path from here; the first start bundles it, and `remove` deletes the bundle. */
export function programNamed(name: string) {
  let bundling: Promise<string> | undefined
  return {
    start: async <O extends Orders>(args: readonly string[], execPath = process.execPath): Promise<Child<O>> => {
      bundling ??= bundled(name)
      const child = fork(await bundling, args, {
        execPath,
        execArgv: ['--disable-warning=ExperimentalWarning'],
        env: { ...process.env, NODE_PATH: modules },
        serialization: 'advanced',
        stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      })
      return { process: child, call: conversation(child), end: () => ended(child) }
    },
    remove: async () => {
      const last = bundling
      bundling = undefined
      if (last !== undefined) await rm(dirname(await last), { recursive: true, force: true })
    },
  }
}

export type Program = ReturnType<typeof programNamed>

/** Bundles a program. Database drivers stay external, because they contain native code. */
async function bundled(name: string): Promise<string> {
  const { build }: { build: (options: object) => Promise<unknown> } = createRequire(require.resolve('tsup'))('esbuild')
  const outfile = join(await mkdtemp(join(tmpdir(), 'consentry-program-')), 'program.cjs')
  const entryPoints = [fileURLToPath(new URL(`${name}.ts`, import.meta.url))]
  await build({ entryPoints, outfile, external: ['libsql', 'pg'], bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' })
  return outfile
}

/** Matches results to orders by number. Pending orders reject when the process ends. */
function conversation<O extends Orders>(child: ChildProcess): Child<O>['call'] {
  const waiting = new Map<number, { readonly resolve: (result: never) => void; readonly reject: (error: Error) => void }>()
  let count = 0
  let over: Error | undefined
  const end = (error: Error) => {
    over ??= error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  child.on('message', (message: FromChild) => {
    const { resolve, reject } = waiting.get(message.number) ?? {}
    waiting.delete(message.number)
    if ('error' in message) reject?.(Object.assign(new Error(message.error.message), message.error))
    else resolve?.(message.result as never)
  })
  child.on('error', end)
  child.on('exit', (code, signal) => end(new Error(`the child process ended with ${signal ?? code}`)))
  return (name, ...args) =>
    new Promise((resolve, reject) => {
      if (over) return reject(over)
      count += 1
      waiting.set(count, { resolve, reject })
      child.send({ number: count, name, args } satisfies ToChild, (error) => error && end(error))
    })
}

async function ended(child: ChildProcess): Promise<void> {
  if (!child.connected) return
  const exited = once(child, 'exit')
  child.disconnect()
  await exited
}

export async function outcomeOf(child: ChildProcess): Promise<{ readonly ended: string; readonly said: string }> {
  let said = ''
  child.stdout?.setEncoding('utf8').on('data', (some: string) => {
    said += some
  })
  const [code, signal] = await once(child, 'close')
  return { ended: String(signal ?? code), said }
}
