/** Programs that tests run: to their end, and in an environment that is nobody's in particular. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export type Env = Readonly<Record<string, string>>

export interface Outcome {
  readonly ended: 'well' | 'badly'
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end, however that is. Colours are off, and `env` comes on top. */
export function attempt(file: string, args: readonly string[], cwd: string, env: Env = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...plainEnvironment(), ...env }, maxBuffer: 64 * 1024 * 1024, shell: file.endsWith('.cmd') }
    execFile(file, args, options, (error, stdout, stderr) => resolve({ ended: error ? 'badly' : 'well', stdout, stderr }))
  })
}

/** Runs a program to its end; rejects with all it said unless it ended well. */
export async function run(file: string, args: readonly string[], cwd: string, env: Env = {}): Promise<Outcome> {
  const outcome = await attempt(file, args, cwd, env)
  if (outcome.ended === 'badly') throw new Error(`${[basename(file), ...args].join(' ')} failed\n${outcome.stdout}${outcome.stderr}`)
  return outcome
}

/** Arguments with which Node runs a TypeScript file anywhere, the loader being the repository's own. */
export const withTsx = ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href] as const

/** Starts a TypeScript program of the repository that serves. `said` returns all that it has printed so far. */
export async function serveProgram(
  path: readonly string[],
  env: Env = {},
): Promise<{ host: ChildProcess; url: string; said: () => string }> {
  const host = spawn(process.execPath, [...withTsx, ...path], {
    cwd: root,
    env: { ...process.env, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    let said = ''
    host.once('exit', (code) => reject(new Error(`the host ended with ${code}: ${said}`)))
    host.stdout?.on('data', (chunk) => {
      said += chunk
      const found = /http:\/\/localhost:\d+/.exec(said)
      if (found) resolve({ host, url: found[0], said: () => said })
    })
  })
}

export function npm(args: readonly string[], cwd: string): Promise<Outcome> {
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['--loglevel=error', ...args], cwd)
}

/** Packs a package into an empty folder, and returns the tarball's path. Without scripts: `prepack` would build again. */
export async function pack(source: string, folder: string): Promise<string> {
  await npm(['pack', '--ignore-scripts', '--pack-destination', folder], source)
  const [tarball] = await readdir(folder)
  if (tarball === undefined) throw new Error('npm pack made nothing')
  return join(folder, tarball)
}

// What `npm test` and vitest put into the environment is about this repository, and no host has it.
function plainEnvironment(): NodeJS.ProcessEnv {
  const foreign =
    /^(npm_(package|lifecycle|command|node|execpath)|npm_config_(local_prefix|prefix)|vitest|node_env|node_path|node_options|force_|no_color)/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
}
