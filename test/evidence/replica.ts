/** A streaming standby is promoted, with and without lost events, while readers go on through the same pool (SPEC 8.4). */
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { postgresRepository } from '../../src/adapters/postgres.js'
import { isConsentryError } from '../../src/domain/error.js'
import { createLiveAccess } from '../../src/live-access/live-access.js'
import { FEED_START, type Position } from '../../src/ports/event-feed.js'
import { startForwarder } from '../databases/forwarder.js'
import { poolOn } from '../databases/pools.js'
import { type PostgresServer, startPostgres } from '../databases/postgres-server.js'
import { answererOf, askAndGrant, mayEnter, serviceOn } from '../storage/service.js'

/** The promotions of a round: nothing is lost, or the numbers then end this far beyond the last lost one when readers go on. */
const PROMOTIONS = [null, -5, 0, 5] as const
const ROUNDS = Number(process.argv[2] ?? 1)
/** More than the 32 numbers that a sequence logs ahead: a promoted standby then draws some of the lost ones again. */
const LOST = 70
const PATIENCE_MS = 60_000
const EVENTS_AFTER = 'select position::int, id, type, tenant from consentry_events where position > $1 order by position'

const wrong: string[] = []
const check = (holds: boolean, what: string) => holds || wrong.push(what)

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; !(await holds()); await sleep(5)) {
    if (performance.now() > end) throw new Error(`timed out after ${PATIENCE_MS} ms: ${what}`)
  }
}

/** Returns the folder of a PostgreSQL that can copy a running server; the one from npm cannot. */
function folderOfPrograms(): string {
  const programs = ['initdb', 'postgres', 'pg_basebackup']
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian) : []
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...versions.map((version) => join(debian, version, 'bin'))]
  const found = folders.find((folder) => programs.every((program) => existsSync(join(folder, program))))
  if (found !== undefined) return found
  const install = 'install PostgreSQL 15 or later (Debian: `apt-get install postgresql`), or add its folder to `PATH`'
  throw new Error(`no folder of \`PATH\` or ${debian} holds ${programs.join(', ')}: ${install}`)
}

function nodeOn(server: PostgresServer) {
  const pool = poolOn(server.connectionString)
  const repository = postgresRepository({ pool })
  const value = async (sql: string) => (await pool.query(`select (${sql}) as value`)).rows[0].value
  const events = async (): Promise<{ position: number; id: string }[]> => (await pool.query(EVENTS_AFTER, [0])).rows
  const latest = async () => (await repository.positions()).latest.at
  return { server, pool, repository, value, events, latest, service: serviceOn(repository), stop: () => pool.end().then(server.stop) }
}

type Entry = { readonly position: Position; readonly event: Readonly<Record<'id' | 'type' | 'tenant', string>> }

/** A reader of events and of the tenants they leave granted, which starts again if it is told to. */
function readerOf(readAfter: (after: Position) => Promise<readonly Entry[]>) {
  const reader = { position: FEED_START, told: 0, ids: [] as string[], granted: new Set<string>(), read }
  return reader
  async function read(): Promise<void> {
    try {
      for (let page = await readAfter(reader.position); page.length > 0; page = await readAfter(reader.position)) {
        for (const { event, position } of page) {
          reader.position = position
          reader.ids.push(event.id)
          if (event.type === 'tenant-request.granted') reader.granted.add(event.tenant)
          if (event.type === 'tenant-request.revoked') reader.granted.delete(event.tenant)
        }
      }
    } catch (error) {
      if (!isConsentryError(error, 'feed-changed')) throw error
      Object.assign(reader, { position: FEED_START, told: reader.told + 1, ids: [], granted: new Set() })
      await read()
    }
  }
}

const bin = folderOfPrograms()
let primary = nodeOn(await startPostgres({ bin }))
await primary.repository.migrate()
const steady = await askAndGrant(primary.service, 'steady')
const tenants = ['steady']

const forwarder = await startForwarder()
forwarder.switchTo(primary.server.connectionString)
const pool = poolOn(forwarder.address(primary.server.connectionString))
const repository = postgresRepository({ pool })
const counts = { lost: 0, kept: 0, allowed: 0, byNumbers: 0, told: 0 }
const allowed = () => tenants.filter((tenant) => live.canImpersonate('caroline', tenant, 'access-request', Date.now()))
const onError = (error: unknown) => {
  if (!/history of the feed has changed/.test(String(error))) return
  counts.told += 1
  check(allowed().length === 0, `a live access was told of another history, and still allowed ${allowed()}`)
}
// Not stale within the proof: what it denies, it denies because of what it has read.
const live = createLiveAccess({ repository, pollIntervalMs: 50, maxStalenessMs: 3_600_000, onError })
const reader = readerOf(async (after) => (await repository.readEvents({ after, limit: 50 })).entries)
await live.ready()

/** Saves events about one grant until the newest has this number. */
async function saveUpTo(at: number, { service, latest } = primary): Promise<void> {
  for (let n = 0; (await latest()) < at; n++)
    await service.setExpiry(answererOf('steady'), steady, { expiresAt: Date.now() + 3_600_000 + n })
}

/** Asserts that the feed cannot be read from a standby, and that the message says why. */
async function expectRefusal(standby: ReturnType<typeof nodeOn>): Promise<void> {
  const errors: string[] = []
  const access = createLiveAccess({ repository: standby.repository, pollIntervalMs: 20, onError: (error) => errors.push(String(error)) })
  const ready = access.ready().then(() => 'ready', String)
  const { positions, readEvents } = standby.repository
  for (const read of [positions, () => readEvents({ after: FEED_START, limit: 1 })]) {
    const said = await read().then(() => 'nothing', String)
    check(/cannot be read from a standby/.test(said), `the feed of a standby was refused with ${said}`)
  }
  await until('the live access of a standby is refused', () => errors.some((error) => /cannot be read from a standby/.test(error)))
  const { reason } = access.decide('caroline', 'steady', 'access-request', Date.now())
  await access.close()
  check(reason === 'no-facts' && (await ready) !== 'ready', `the live access of a standby is ${await ready} and answers ${reason}`)
}

async function promote(beyond: number | null, revoked: string, last: string): Promise<void> {
  const name = `${beyond === null ? 'nothing lost' : `numbers ${beyond} beyond the lost`}, ${revoked}`
  const request = await askAndGrant(primary.service, revoked)
  const standby = nodeOn(await startPostgres({ bin, primary: primary.server.connectionString }))
  await expectRefusal(standby)
  const replayed = async () => standby.value(`pg_last_wal_replay_lsn() >= '${await primary.value('pg_current_wal_lsn()')}'`)
  if (beyond !== null) {
    await until('the standby has replayed everything', replayed)
    await standby.pool.query(`alter system set primary_conninfo = ''`)
    await standby.pool.query('select pg_reload_conf()')
    await until('the standby receives nothing', () => standby.value('not exists (select from pg_stat_wal_receiver)'))
  }
  await askAndGrant(primary.service, last)
  const end = (await primary.latest()) + LOST
  await saveUpTo(end)
  if (beyond === null) await until('the standby has replayed everything', replayed)
  const byNumbers = readerOf(async ({ at }) => {
    const { rows } = await pool.query(EVENTS_AFTER, [at])
    return rows.map((event) => ({ position: { at: event.position, event: event.id }, event }))
  })
  await Promise.all([reader.read(), byNumbers.read(), live.caughtUp()])
  check(allowed().includes(last) && reader.granted.has(last), `${name}: the last grant of the primary was not read`)
  const [before, told] = [new Map((await primary.events()).map(({ position, id }) => [position, id])), reader.told + counts.told]

  forwarder.switchTo()
  await primary.server.kill()
  await standby.value('pg_promote()')
  await primary.stop()
  primary = standby
  await primary.service.revoke(answererOf(revoked), request)
  if (beyond !== null) await saveUpTo(end + beyond)
  const events = await primary.events()
  const drawnAgain = events.filter(({ position, id }) => (before.get(position) ?? id) !== id).length
  check(drawnAgain > 0 === (beyond !== null), `${name}: ${drawnAgain} numbers were drawn again`)
  check(beyond === null || events.at(-1)?.position === end + beyond, `${name}: the last number is ${events.at(-1)?.position}`)
  check(allowed().includes(revoked), `${name}: the live access denied before it could read`)

  forwarder.switchTo(primary.server.connectionString)
  await until(`${name}: the live access denies what was revoked`, () => !allowed().includes(revoked))
  await live.ready()
  await live.caughtUp()
  await Promise.all([reader.read(), byNumbers.read()])
  const toldNow = reader.told + counts.told - told
  check(toldNow === (beyond === null ? 0 : 2), `${name}: the reader and the live access were told ${toldNow} times`)
  check(reader.ids.join() === events.map(({ id }) => id).join(), `${name}: the reader has other events than the database`)
  for (const tenant of tenants) {
    const theirs = await primary.service.decide(mayEnter(tenant))
    const mine = live.decide('caroline', tenant, 'access-request', Date.now())
    check(mine.reason === theirs.reason, `${name}: ${tenant} is ${mine.reason}, but ${theirs.reason} in the database`)
    if (mine.allowed && !theirs.allowed) counts.allowed += 1
  }
  counts[beyond === null ? 'kept' : 'lost'] += 1
  if (beyond !== null && byNumbers.granted.has(revoked)) counts.byNumbers += 1
}

for (let n = 0; n < ROUNDS * PROMOTIONS.length; n++) {
  tenants.push(`revoked-${n}`, `last-${n}`)
  await promote(PROMOTIONS[n % PROMOTIONS.length] ?? null, `revoked-${n}`, `last-${n}`)
}
await live.close()
await pool.end()
await primary.stop()
forwarder.close()

const { lost, kept, byNumbers } = counts
for (const one of wrong) console.error(`replica: ${one}`)
console.log(
  `replica: ${lost} promotions with lost events, ${kept} without, ${counts.allowed} still allowed; by numbers alone ${byNumbers} still allowed`,
)
if (wrong.length > 0 || counts.allowed > 0 || byNumbers < lost) process.exitCode = 1
