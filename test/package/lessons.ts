/** The lessons for other runtimes than Node's own: what runs them, and what asks those that do not ask themselves. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { build } from 'esbuild'
import { SignJWT } from 'jose'
import pg from 'pg'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { newSchema } from '../databases/pools.js'
import { programFromNpm } from './npm-programs.js'
import { attempt, type Env, type Outcome, root, withTsx } from './programs.js'

/** Where a lesson runs: a project with the package and the lessons, and a PostgreSQL server for those that need one. */
export interface Surroundings {
  readonly project: string
  readonly connectionString: string
}

interface Lesson {
  /** What the lesson says of where it ran. */
  readonly ranIn: RegExp
  readonly run: (name: string, where: Surroundings) => Promise<Outcome>
}

/** The lessons that do not run in Node alone, by file. All others do. */
export const ELSEWHERE: Readonly<Record<string, Lesson>> = {
  'the-api-on-bun.ts': { ranIn: /^Bun 1\.\d/, run: inBun },
  'the-api-on-deno.ts': { ranIn: /^Deno 2\.\d/, run: inDeno },
  'the-api-on-nextjs.ts': { ranIn: /^a route of Next\.js/, run: asNextCalls },
  'the-api-on-workers.ts': { ranIn: /^workerd 20\d\d-/, run: inWorkerd },
}

/** The key with which the login of these lessons signs its tokens. */
export const LOGIN_KEY = 'a key that only the tests know'

const windows = process.platform === 'win32'
const platform = `${windows ? 'windows' : process.platform}-${process.arch === 'arm64' ? 'arm64' : 'x64'}`

async function inBun(name: string, { project }: Surroundings): Promise<Outcome> {
  // The baseline runs on every x64 processor, the other one only on those with AVX2.
  const built = platform.replace('arm64', 'aarch64').replace('x64', 'x64-baseline')
  const bun = await programFromNpm({ name: `@oven/bun-${built}`, version: 1, path: windows ? 'bin/bun.exe' : 'bin/bun' })
  return attempt(bun, [name], project)
}

async function inDeno(name: string, { project }: Surroundings): Promise<Outcome> {
  const built = `${platform.replace('windows', 'win32')}${process.platform === 'linux' ? '-glibc' : ''}`
  const deno = await programFromNpm({ name: `@deno/${built}`, version: 2, path: windows ? 'deno.exe' : 'deno' })
  const allowed = ['--allow-net=127.0.0.1', '--allow-env=NODE_ENV']
  return attempt(deno, ['run', '--no-prompt', '--sloppy-imports', ...allowed, name], project)
}

/** Calls the methods that a route exports, as Next does. `npm run evidence` builds and starts Next itself. */
export async function asNextCalls(name: string, { project, connectionString }: Surroundings, signer = LOGIN_KEY): Promise<Outcome> {
  const route = { ROUTE_FILE: name, DATABASE_URL: await newDatabase(connectionString), LOGIN_KEY }
  return introduced('a route of Next.js', await ask(project, 'http://localhost/consentry', { signer, env: route }))
}

/** Plays a consent on the API at this address, in a process that has the package and nothing of the repository. */
export async function ask(project: string, baseUrl: string, { signer = LOGIN_KEY, env = {} }: { signer?: string; env?: Env } = {}) {
  const asked = { BASE_URL: baseUrl, TOKENS: JSON.stringify(await tokensOf(signer)), ...env }
  return attempt(process.execPath, [...withTsx, 'ask-a-lesson.mjs'], project, asked)
}

const introduced = (runtime: string, outcome: Outcome): Outcome => ({ ...outcome, stdout: `${runtime} ${outcome.stdout}` })

/** Serves a Worker by Cloudflare's own runtime, as its platform and `wrangler dev` do, and asks it. */
async function inWorkerd(name: string, { project, connectionString }: Surroundings): Promise<Outcome> {
  const built = platform.replace('x64', '64')
  const path = windows ? 'bin/workerd.exe' : 'bin/workerd'
  const workerd = await programFromNpm({ name: `@cloudflare/workerd-${built}`, version: 1, path })
  const [version, DATABASE_URL] = await Promise.all([
    attempt(workerd, ['--version'], project),
    newDatabase(connectionString),
    bundleWorker(project, name),
    writeFile(join(project, 'worker.capnp'), WORKER),
  ])
  await migrated(DATABASE_URL)
  const env = { ...process.env, DATABASE_URL, LOGIN_KEY }
  const child = spawn(workerd, ['serve', 'worker.capnp', '--control-fd=3'], {
    cwd: project,
    env,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stderr?.on('data', (data) => {
    said += data
  })
  try {
    const [line] = await Promise.race([once(child.stdio[3] as Readable, 'data'), once(child, 'exit')])
    const port = /"port":(\d+)/.exec(String(line))?.[1] ?? 0 // none, if it has ended with an error instead
    const outcome = introduced(version.stdout.trim(), await ask(project, `http://127.0.0.1:${port}/consentry`))
    return { ...outcome, stderr: outcome.stderr + said }
  } finally {
    child.kill('SIGKILL')
  }
}

/** What `wrangler.toml` says of a Worker with `nodejs_compat`, in the words of the runtime. */
const WORKER = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker), (name = "internet", network = (allow = ["public", "local"]))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  bindings = [(name = "DATABASE_URL", fromEnvironment = "DATABASE_URL"), (name = "LOGIN_KEY", fromEnvironment = "LOGIN_KEY")],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["nodejs_compat"]
);
`

/** Bundles a Worker into one module, as `wrangler` does: Node's own modules and the platform's stay outside. */
async function bundleWorker(project: string, name: string): Promise<void> {
  const outside = { external: ['node:*', 'cloudflare:*', 'pg-native'], conditions: ['workerd', 'worker', 'module'] }
  // `pg` is CommonJS, and requires what only Node has.
  const banner = { js: `import { createRequire as requireFrom } from 'node:module'\nconst require = requireFrom('/')` }
  const files = { entryPoints: [join(project, name)], outfile: join(project, 'worker.js') }
  await build({ bundle: true, format: 'esm', platform: 'node', target: 'es2022', banner, logLevel: 'error', ...outside, ...files })
}

/** Tokens of the three people, signed as the login of these lessons signs them. */
async function tokensOf(key: string): Promise<Record<'elizabeth' | 'tom' | 'caroline', string>> {
  const token = (user: string, tenant: string, ...permissions: readonly string[]) =>
    new SignJWT({ user, tenant, permissions }).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(key))
  const [elizabeth, tom, caroline] = await Promise.all([
    token('elizabeth', 'classics', 'submit'),
    token('tom', 'tom-sawyer', 'answer'),
    token('caroline', 'classics'),
  ])
  return { elizabeth, tom, caroline }
}

async function newDatabase(connectionString: string): Promise<string> {
  const name = newSchema()
  const client = new pg.Client({ connectionString })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return Object.assign(new URL(connectionString), { pathname: name }).href
}

async function migrated(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  await postgresRepository({ client }).migrate()
  await client.end()
}

/** Copies lessons into a project that has the package, and what asks them. */
export async function handLessons(project: string, ...names: readonly string[]): Promise<void> {
  await cp(join(root, 'test/package/consumer/ask-a-lesson.mjs'), join(project, 'ask-a-lesson.mjs'))
  for (const name of ['clients', ...names]) await cp(join(root, 'examples', name), join(project, name), { recursive: true })
}
