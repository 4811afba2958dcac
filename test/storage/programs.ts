/** Programs that tests run in child processes, bundled to JavaScript so that they start fast. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

type Build = (options: object) => Promise<unknown>

const require = createRequire(import.meta.url)
const modules = fileURLToPath(new URL('../node_modules', import.meta.url))

/** A bundled program; `remove` deletes the bundle. */
export interface Program {
  readonly start: (...args: readonly string[]) => ChildProcess
  readonly remove: () => Promise<void>
}

/** Bundles a program of this folder. Database drivers stay external, because they contain native code. */
export async function programNamed(name: string): Promise<Program> {
  const { build }: { build: Build } = createRequire(require.resolve('tsup'))('esbuild')
  const folder = await mkdtemp(join(tmpdir(), 'consentry-program-'))
  const outfile = join(folder, `${name}.cjs`)
  await build({
    entryPoints: [fileURLToPath(new URL(`${name}.ts`, import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    minify: true,
    external: ['libsql', 'pg'],
    logLevel: 'error',
    outfile,
  })
  return {
    start: (...args) => fork(outfile, args, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'], env: { ...process.env, NODE_PATH: modules } }),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Returns how the process ended, by signal or code, and all of its output. */
export async function outcomeOf(child: ChildProcess): Promise<{ readonly ended: string; readonly said: string }> {
  let said = ''
  child.stdout?.setEncoding('utf8').on('data', (some: string) => {
    said += some
  })
  const [code, signal] = await once(child, 'close')
  return { ended: String(signal ?? code), said }
}
