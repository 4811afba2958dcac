/** The builds of the package that the bench of writes compares: this checkout's, and another one's in a folder. */
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Access, createConsentry } from 'consentry'
import type { Repository } from 'consentry/repository'
import Sqlite from 'libsql'
import pg from 'pg'
import { directory } from './host.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const COLUMNS = 'r.id, r.state, r.sent_at, r.granted_at, r.expires_at, r.ended_at, g.since'

/** A build, with the few calls that other versions name otherwise. */
export type Build = Awaited<ReturnType<typeof loadBuild>>

/** A build's repository in a database. */
type Stored = Repository & { migrate(): Promise<void> }

interface Live extends Pick<Access, 'canImpersonate'> {
  ready(): Promise<void>
}

interface Dialect {
  readonly subscribe: (repository: Repository, onChange: () => void) => Promise<unknown>
  /** Returns a function that reads the feed from its end on. */
  readonly idlePoll: (repository: Repository) => Promise<() => Promise<unknown>>
  readonly liveAccess: (repository: Repository, pollIntervalMs: number) => Live
  /** The one query that reads the rows of a decision. */
  readonly factsQuery: string
}

/** Loads the build in a folder's `dist`. Its API is today's, or that of version 0.4. */
export async function loadBuild(folder = ROOT) {
  const load = (path: string) => import(pathToFileURL(resolve(folder, 'dist', path)).href)
  const [entry, postgres, sqlite] = await Promise.all(['index.js', 'adapters/postgres.js', 'adapters/sqlite.js'].map(load))
  return {
    ...('createLiveAccess' in entry ? ofToday(entry) : of04(entry)),
    folder,
    createConsentry: entry.createConsentry as typeof createConsentry,
    postgresRepository: postgres.postgresRepository as (options: { pool: pg.Pool; tablePrefix?: string }) => Stored,
    sqliteRepository: sqlite.sqliteRepository as (options: { database: Sqlite.Database; tablePrefix?: string }) => Stored,
  }
}

/** Opens a build over a PostgreSQL database, with a pool of these options. */
export async function openOnPostgres(build: Build, connectionString: string, options: pg.PoolConfig = {}) {
  const pool = new pg.Pool({ connectionString, max: 10, ...options })
  pool.on('error', () => {}) // the server stops while connections are open
  const repository = build.postgresRepository({ pool })
  await repository.migrate()
  return { build, pool, repository, consentry: build.createConsentry({ repository, directory }), close: () => pool.end() }
}

/** Opens a build over a SQLite file that survives a power cut. */
export async function openOnSqlite(build: Build, path: string) {
  const database = new Sqlite(path)
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 60000')
  const repository = build.sqliteRepository({ database })
  await repository.migrate()
  return {
    build,
    database,
    repository,
    consentry: build.createConsentry({ repository, directory }),
    close: async () => void database.close(),
  }
}

function ofToday(entry: { createLiveAccess: (options: object) => Live }): Dialect {
  return {
    async subscribe(repository, onChange) {
      await repository.subscribe?.({ onChange, onDisconnect: () => {} })
    },
    async idlePoll(repository) {
      const { latest } = await repository.positions()
      return () => repository.readEvents({ after: latest, limit: 1_000 })
    },
    liveAccess: (repository, pollIntervalMs) => entry.createLiveAccess({ repository, pollIntervalMs }),
    factsQuery: `select ${COLUMNS} from consentry_user_sets t join consentry_tenant_requests r on r.user_set = t.user_set
      left join consentry_governed_tenants g on g.tenant = r.tenant`,
  }
}

interface Feed04 {
  listen(wake: () => void, lost: () => void): Promise<unknown>
  feedEnds(): Promise<{ latest: number }>
  eventsSince(position: number, limit: number): Promise<unknown>
}

function of04(entry: { liveAccess: (options: object) => Live }): Dialect {
  const feedOf = (repository: unknown) => repository as Feed04
  return {
    subscribe: (repository, onChange) => feedOf(repository).listen(onChange, () => {}),
    async idlePoll(repository) {
      const { latest } = await feedOf(repository).feedEnds()
      return () => feedOf(repository).eventsSince(latest, 1_000)
    },
    liveAccess: (repository, pollEvery) => entry.liveAccess({ repository, pollEvery }),
    factsQuery: `select ${COLUMNS} from consentry_teams t join consentry_tenant_requests r on r.submission = t.submission and r.team = t.team
      left join consentry_governed g on g.tenant = r.tenant`,
  }
}
