/** The package as a host gets it: packed, and installed into a project that has nothing else. */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll } from 'vitest'

/** How long a test may wait for the programs it starts, in milliseconds: minutes where the machine is busy, seconds where it is not. */
export const PATIENCE = 300_000

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** What stands in package.json. */
export const manifest: {
  readonly name: string
  readonly version: string
  readonly files: readonly string[]
  readonly exports: Readonly<Record<string, unknown>>
  readonly scripts: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** One way into the package: its name in package.json, as a host imports it, and the file's path in `src` and `dist` without its extension. */
export interface EntryPoint {
  readonly subpath: string
  readonly specifier: string
  readonly path: string
}

/** All that package.json exports and that is code. */
export const entryPoints: readonly EntryPoint[] = Object.keys(manifest.exports)
  .filter((subpath) => !subpath.endsWith('.json'))
  .map((subpath) => ({
    subpath,
    specifier: manifest.name + subpath.slice(1),
    path: subpath === '.' ? 'index' : subpath.slice(2),
  }))

// What is tested here is the build; an old one would say nothing about the sources.
const timesOf = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /[jt]s$/.test(path))
    .map((path) => statSync(join(root, folder, path)).mtimeMs)
if (!existsSync(join(root, 'dist/index.d.ts'))) throw new Error('there is no build: run `npm run build` first')
if (Math.max(...timesOf('src')) > Math.min(...timesOf('dist')))
  throw new Error('the build is older than the sources: run `npm run build` first')

const made: string[] = []
afterAll(async () => {
  for (const folder of made) await rm(folder, { recursive: true, force: true })
})

/** An empty folder outside the repository, gone after the tests of this file. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'consentry-'))
  made.push(folder)
  return folder
}

/** The package, packed; the tarball's path. Without scripts: `prepare` would build again, under the feet of the other tests. */
export async function pack(source = root): Promise<string> {
  const folder = await emptyFolder()
  await npm(['pack', '--ignore-scripts', '--pack-destination', folder], source)
  const [tarball] = await readdir(folder)
  if (tarball === undefined) throw new Error('npm pack made nothing')
  return join(folder, tarball)
}

/** An empty project with the tarball and its dependencies installed, and with `packages` at the versions the repository itself tests with. */
export async function install(tarball: string, ...packages: readonly string[]): Promise<string> {
  const project = await emptyFolder()
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'host', private: true, type: 'module' }))
  const wanted = packages.map((name) => `${name}@${manifest.devDependencies[name] ?? 'latest'}`)
  await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', tarball, ...wanted], project)
  return project
}

/** Copies files of `consumer/` into a project. */
export async function hand(project: string, ...files: readonly string[]): Promise<void> {
  for (const file of files) await cp(join(root, 'test/package/consumer', file), join(project, basename(file)))
}

/** The Node of a major version: this process's own, or one from npm, kept in `node_modules/.cache` for the next time. */
export async function nodeOf(major: number): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath
  const windows = process.platform === 'win32'
  const name = `node-${windows ? 'win' : process.platform}-${process.arch}`
  const folder = join(root, 'node_modules/.cache/consentry', `node-${major}`)
  const binary = join(folder, windows ? 'node.exe' : 'node')
  if (!existsSync(binary)) await fetchNode(`${name}@${major}`, name, folder)
  const { stdout } = await run(binary, ['--version'], folder)
  if (!stdout.startsWith(`v${major}.`)) throw new Error(`${binary} is ${stdout.trim()}, not Node ${major}`)
  return binary
}

async function fetchNode(wanted: string, name: string, folder: string): Promise<void> {
  const partial = `${folder}.${process.pid}`
  await mkdir(partial, { recursive: true })
  try {
    await npm(['install', '--prefix', partial, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', wanted], partial)
    await rm(folder, { recursive: true, force: true })
    await rename(join(partial, 'node_modules', name, 'bin'), folder)
  } catch (cause) {
    throw new Error(`there is no ${wanted} to be had from npm, and the package must be tried with that Node on this platform`, { cause })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}

/** What a program left behind. */
export interface Outcome {
  readonly ended: 'well' | 'badly'
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end, however that is. Colours are off, and `env` comes on top. */
export function attempt(file: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...plainEnvironment(), ...env }, maxBuffer: 64 * 1024 * 1024, shell: file.endsWith('.cmd') }
    execFile(file, args, options, (error, stdout, stderr) => resolve({ ended: error ? 'badly' : 'well', stdout, stderr }))
  })
}

/** Runs a program to its end; rejects with all it said unless it ended well. */
export async function run(
  file: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const outcome = await attempt(file, args, cwd, env)
  if (outcome.ended === 'badly') throw new Error(`${[basename(file), ...args].join(' ')} failed\n${outcome.stdout}${outcome.stderr}`)
  return outcome
}

/** Arguments with which Node runs a TypeScript file anywhere, the loader being the repository's own. */
export const withTsx = ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href] as const

function npm(args: readonly string[], cwd: string): Promise<Outcome> {
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', ['--loglevel=error', ...args], cwd)
}

// What `npm test` and vitest put into the environment is about this repository, and no host has it.
function plainEnvironment(): NodeJS.ProcessEnv {
  const foreign =
    /^(npm_(package|lifecycle|command|node|execpath)|npm_config_(local_prefix|prefix)|vitest|node_env|node_path|node_options|force_|no_color)/i
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
}
