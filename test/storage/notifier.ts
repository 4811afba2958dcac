/** A child process that sends notices to a receiver over HTTP until it is killed. */
import Sqlite from 'libsql'
import { type PostgresRepository, postgresRepository } from '../../src/adapters/postgres.js'
import { type SqliteRepository, sqliteRepository } from '../../src/adapters/sqlite.js'
import type { NoticeChannel } from '../../src/notices.js'
import { startNotices } from '../../src/notices.js'
import type { NoticeRepository } from '../../src/ports/notice-store.js'
import { poolOn } from '../databases/pools.js'
import { serviceOn } from './service.js'

/** Where it works, and what is wrong with it on purpose. */
export interface Notifying {
  readonly address: readonly ['sqlite', path: string] | readonly ['postgres', connectionString: string, schema: string]
  readonly receiver: string
  /** How long an attempt may take, in milliseconds. */
  readonly sendTimeoutMs: number
  /** Moves the position in a transaction of its own, before what it writes; or counts an attempt after the call. */
  readonly fault?: 'position-apart' | 'count-after' | undefined
}

const { address, receiver, sendTimeoutMs, fault }: Notifying = JSON.parse(process.argv[2] ?? '')
const die = () => process.kill(process.pid, 'SIGKILL')

function opened(): { readonly repository: SqliteRepository | PostgresRepository; readonly run: (sql: string) => Promise<unknown> } {
  if (address[0] === 'sqlite') {
    const database = new Sqlite(address[1], { timeout: 30_000 })
    return { repository: sqliteRepository({ database }), run: async (sql) => database.exec(sql) }
  }
  const [, connectionString, schema] = address
  const pool = poolOn(connectionString, { max: 6 })
  return { repository: postgresRepository({ pool, schema }), run: (sql) => pool.query(sql) }
}

const { repository, run } = opened()
const { readers, notices } = repository as unknown as NoticeRepository<never>
const deliveries = address[0] === 'sqlite' ? '"consentry_notices"' : `"${address[2]}"."consentry_notices"`

const faulty: NoticeRepository<never> = {
  ...(repository as unknown as NoticeRepository<never>),
  ...(fault === 'position-apart' && {
    readers: {
      ...readers,
      move: async ({ write, ...query }) => {
        const moved = await readers.move(query)
        // The longer it takes, the likelier it is killed between the two: here always once in a while.
        if (write !== undefined && Math.random() < 0.2) die()
        return moved === 'lost' || write === undefined ? moved : readers.move({ ...query, from: query.to, write })
      },
    },
  }),
  ...(fault === 'count-after' && {
    notices: {
      ...notices,
      lease: async (query) => {
        const leased = await notices.lease(query)
        await run(`update ${deliveries} set attempts = attempts - 1 where state = 'waiting' and attempts > 0`)
        return leased
      },
    },
  }),
}

const channel: NoticeChannel = {
  name: 'receiver',
  roles: ['requester', 'user', 'tenant'],
  digests: false,
  async send({ id, to, attempt, notices: [{ kind, facts }] }) {
    const { tenantRequest = '', tenant = '', accessRequest = '' } = facts as Readonly<Record<string, string>>
    const party = to.role === 'user' ? `user ${to.user}` : `${to.role} ${to.tenant}`
    const body = JSON.stringify({ id, party, kind, attempt, subject: tenantRequest || tenant || accessRequest })
    const answer = await (await fetch(receiver, { method: 'POST', body })).text()
    // Between call and mark.
    if (answer === 'die') die()
  },
}

void startNotices({
  consentry: serviceOn(repository),
  repository: faulty,
  deliver: [channel],
  holdMs: 300,
  pollIntervalMs: 25,
  sendTimeoutMs,
  onError: (error) => process.stdout.write(`${String(error)}\n`),
}).then(() => process.send?.({ number: 0, result: 'started' }))
