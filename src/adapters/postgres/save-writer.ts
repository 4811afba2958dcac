/** The saves of changes in PostgreSQL: one statement each, shared by those that come at the same time. */
import type { Change, RequestStore, SessionChange, SessionStore } from '../../ports/repository.js'
import type { LiveCap, SaveResult, SessionSaveResult } from '../../ports/saving.js'
import { hasDuplicates } from '../sql/batches.js'
import { eventRow } from '../sql/event-rows.js'
import { factsSql } from '../sql/facts-queries.js'
import { orRolledBack, RolledBack } from '../sql/rolled-back.js'
import type { Row } from '../sql/row-values.js'
import { requestRow, sessionRow } from '../sql/rows.js'
import { saveInGroups } from '../sql/save-groups.js'
import { remainingSpans, removedSpans } from '../sql/spans.js'
import type { Tables } from '../sql/tables.js'
import { type Connection, type Database, hasRolledBack, sqlStateOf } from './connection.js'
import { POSTGRES } from './dialect.js'
import { CONCURRENT, type Locked, saveRequestsSql, saveSessionsSql } from './save-sql.js'

type Values = Readonly<Record<string, unknown>>

/** How saves of one kind are written. */
interface SaveStatements<Save, Result> {
  readonly sql: (locked: Locked) => string
  readonly values: (saves: readonly Save[]) => Values
  /** Returns the result of the save of this number, `undefined` if these rows do not decide it. */
  readonly resultOf: (rows: readonly Row[], save: Save, number: number, locked: Locked) => Result | undefined
  /** Locks what a statement on its own cannot wait for. */
  readonly lock?: (connection: Connection, save: Save) => Promise<unknown>
}

interface RequestSave {
  readonly keys: readonly string[]
  readonly changes: readonly Change[]
}

interface SessionSave {
  readonly keys: readonly string[]
  readonly changes: readonly SessionChange[]
  readonly users: readonly string[]
  readonly cap: LiveCap | undefined
}

/**
 * Returns the saving methods of the repository.
 * `run` runs a statement in a transaction of its own, and is missing inside a host's transaction; `onSaved` is called after each commit.
 */
export function postgresSaves(
  tables: Tables,
  database: Database,
  own: { readonly run: Connection['run']; readonly onSaved: () => void } | undefined,
): Pick<RequestStore, 'saveChanges'> & Pick<SessionStore, 'saveSessionChanges'> {
  const saveRequests = createSaver(requestStatements(tables), database, own)
  const saveSessions = createSaver(sessionStatements(tables), database, own)
  return {
    async saveChanges(changes) {
      const keys = changes.map(({ request }) => request.id)
      if (hasDuplicates(keys)) return 'conflict'
      return changes.length === 0 ? 'saved' : saveRequests({ keys, changes })
    },
    async saveSessionChanges(changes, cap) {
      const hashes = changes.map(({ session }) => session.hash)
      if (hasDuplicates(hashes)) return 'conflict'
      const starts = cap === undefined ? [] : changes.filter(({ session }) => session.revision === 1)
      const users = [...new Set(starts.map(({ session }) => session.user))]
      // An id has no space (SPEC 3.5), so no hash is such a key.
      const keys = [...hashes, ...users.map((user) => `user ${user}`)]
      return changes.length === 0 ? 'saved' : saveSessions({ keys, changes, users, cap })
    },
  }
}

/** Returns the function that saves, in groups if it can run a statement in a transaction of its own. */
function createSaver<Save extends RequestSave | SessionSave, Result extends SessionSaveResult>(
  { sql, values, resultOf, lock }: SaveStatements<Save, Result>,
  database: Database,
  own: Parameters<typeof postgresSaves>[2],
): (save: Save) => Promise<Result> {
  const waiting = sql('wait')
  const skipping = sql('skip')

  const inTransaction = async (save: Save): Promise<Result> => {
    const result = await orRolledBack<Result>(() =>
      database.transaction(async (connection) => {
        const attempt = async () => resultOf(await connection.run(waiting, values([save])), save, 0, 'wait')
        let result = await attempt()
        if (result === undefined) {
          await lock?.(connection, save)
          result = await attempt()
        }
        if (result === undefined) throw new Error('another transaction has changed what this one reads: save again')
        if (result !== 'saved') throw new RolledBack(result)
        return result
      }),
    )
    if (result === 'saved') own?.onSaved()
    return result
  }
  if (own === undefined) return inTransaction

  /** Returns a result for each save: a promise if one statement does not decide it. */
  const saveAll = async (saves: readonly Save[]): Promise<readonly (Result | Promise<Result>)[]> => {
    // A save waits for a lock alone only: with others, it would keep them waiting.
    const locked = saves.length === 1 ? 'wait' : 'skip'
    let found: readonly Row[]
    try {
      found = await own.run(locked === 'wait' ? waiting : skipping, values(saves))
    } catch (error) {
      // What a group cannot save together, each of it may save alone; what one cannot save alone, a transaction that waits may.
      if (!(saves.length === 1 ? CONCURRENT.includes(sqlStateOf(error)) : hasRolledBack(error))) throw error
      found = []
    }
    const results = saves.map((save, n) => resultOf(found, save, n, locked))
    if (results.includes('saved' as Result)) own.onSaved()
    return results.map((result, n) => result ?? (saves.length === 1 ? inTransaction : saveAlone)(saves[n] as Save))
  }
  const saveAlone = async (save: Save): Promise<Result> => (await saveAll([save]))[0] as Result
  return saveInGroups(saveAll)
}

function requestStatements(tables: Tables): SaveStatements<RequestSave, SaveResult> {
  return {
    sql: (locked) => saveRequestsSql(tables, locked),
    values: (saves) => {
      const changes = saves.flatMap((save) => save.changes)
      return {
        ...askedOf(saves, ({ request }: Change) => request.revision),
        rows: JSON.stringify(changes.map(({ request }) => requestRow(request))),
        removed: JSON.stringify(changes.flatMap(removedSpans)),
        remaining: JSON.stringify(remainingSpans(changes)),
        events: eventsOf(changes),
      }
    },
    resultOf([row], _, number, locked) {
      if (row === undefined || row['version'] === null) return undefined
      if (
        String(row['complete'] ?? '')
          .split(' ')
          .includes(String(number))
      )
        return 'saved'
      return locked === 'wait' ? 'conflict' : undefined
    },
  }
}

function sessionStatements(tables: Tables): SaveStatements<SessionSave, SessionSaveResult> {
  const { canBeLive } = factsSql(tables, POSTGRES.list, POSTGRES.gather)
  // Locked until commit: the next start of a session of these users counts what this one has saved (SPEC 7.1).
  const lockStarters = `insert into ${tables.of('session_users')} as u (user_id, starts) select n.id, 1 from unnest(:users::text[]) as n(id) order by n.id
    on conflict (user_id) do update set starts = u.starts + 1`
  return {
    sql: (locked) => saveSessionsSql(tables, canBeLive, locked),
    values: (saves) => {
      const changes = saves.flatMap((save) => save.changes)
      const ofUsers = <T>(value: (save: SessionSave, number: number) => T) =>
        saves.flatMap((save, n) => save.users.map(() => value(save, n)))
      return {
        ...askedOf(saves, ({ session }: SessionChange) => session.revision),
        rows: JSON.stringify(changes.map(({ session }) => sessionRow(session))),
        users: saves.flatMap(({ users }) => users),
        userCalls: ofUsers((_, n) => n),
        userSizes: ofUsers(({ keys }) => keys.length),
        nows: ofUsers(({ cap }) => cap?.now),
        maxLive: ofUsers(({ cap }) => cap?.maxLive),
        events: eventsOf(changes),
      }
    },
    resultOf(rows, { changes }, number, locked) {
      const row = rows.find((one) => Number(one['call']) === number)
      if (row === undefined || row['version'] === null) return undefined
      if (row['saved'] === true) return 'saved'
      if (Number(row['found']) < changes.length) return locked === 'wait' ? 'conflict' : undefined
      return Number(row['beyond']) > 0 ? 'too-many-live' : undefined
    },
    lock: ({ run }, { users }) => run(lockStarters, { users }),
  }
}

/** Returns the keys of all changes, each with its revision before and the number of its save. */
function askedOf<C extends Change | SessionChange>(
  saves: readonly { readonly keys: readonly string[]; readonly changes: readonly C[] }[],
  revisionOf: (change: C) => number,
): Values {
  const ofChanges = <T>(value: (save: (typeof saves)[number], number: number) => T) =>
    saves.flatMap((save, n) => save.changes.map(() => value(save, n)))
  return {
    keys: saves.flatMap(({ keys, changes }) => keys.slice(0, changes.length)),
    revisions: saves.flatMap(({ changes }) => changes.map((change) => revisionOf(change) - 1)),
    calls: ofChanges((_, n) => n),
    sizes: ofChanges(({ keys }) => keys.length),
  }
}

function eventsOf(changes: readonly (Change | SessionChange)[]): string {
  return JSON.stringify(changes.map(({ event }) => eventRow(event)))
}
