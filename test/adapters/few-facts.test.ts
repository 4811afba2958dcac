/** A look at few facts finds what decides by the domain, as the whole query does, or says that there are more (SPEC 5.2). */
import Sqlite from 'libsql'
import { expect, it, vi } from 'vitest'
import { FEW_FACTS } from '../../src/adapters/sql/facts-queries.js'
import { queriesOf } from '../../src/adapters/sql/queries.js'
import { rowParsers } from '../../src/adapters/sql/row-parsers.js'
import type { Row } from '../../src/adapters/sql/row-values.js'
import { tablesOf } from '../../src/adapters/sql/tables.js'
import { SQLITE } from '../../src/adapters/sqlite/dialect.js'
import { preparedOn } from '../../src/adapters/sqlite/statements.js'
import { sqliteRepository } from '../../src/adapters/sqlite.js'
import { decisiveRequests } from '../../src/domain/decisive-requests.js'
import { isConsentryError } from '../../src/domain/error.js'
import type { TenantFacts } from '../../src/domain/facts.js'
import { compareIds } from '../../src/domain/ids.js'
import { requestsSentBy } from '../../src/domain/status.js'
import { answererOf, serviceOn, vendorOf } from '../storage/service.js'

vi.setConfig({ testTimeout: 120_000 })

const TENANT = 'tom-sawyer'
const VENDORS = ['classics', 'novels', 'poems']
const USERS = ['caroline', 'charlotte', 'wickham']
const LOGS = 8
const COMMANDS = 60
const START = Date.UTC(2026, 0, 1)

const queries = queriesOf(tablesOf({}), SQLITE)
const rows = rowParsers(tablesOf({}))

/** Returns numbers below a limit, the same for each seed (mulberry32). */
function numbers(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}

/** Two versions of one request are an error, not facts. */
function orError<T>(read: () => T): T | Error {
  try {
    return read()
  } catch (error) {
    return error as Error
  }
}

const inOrder = ({ requests, ...facts }: TenantFacts) => ({ ...facts, requests: [...requests].sort((a, b) => compareIds(a.id, b.id)) })

/** Plays random commands, and after each asks every question by these queries. Returns how many were answered by few facts, and the first error. */
async function play(seed: number, few: Pick<typeof queries, 'fewFactsFor' | 'fewFactsForAny'>) {
  const database = new Sqlite(':memory:')
  const repository = sqliteRepository({ database })
  await repository.migrate()
  const prepared = preparedOn(database)
  const below = numbers(seed)
  const one = <T>(of: readonly T[]) => of[below(of.length)] as T
  let now = START
  const service = serviceOn(repository, { clock: () => now, policy: { answerWithin: seed % 2 === 0 ? null : { minutes: 20 } } })
  const tally = { few: 0, more: 0, decisive: 0, different: [] as unknown[] }

  const submit = () => {
    const users = USERS.filter((_, n) => n === 0 || below(2) === 0)
    return service.submit(vendorOf(one(VENDORS)), { name: 'SupportAccess', associations: [{ users, tenants: [TENANT] }] })
  }
  const on = async (status: 'pending' | 'granted', command: (id: string, vendor: string) => Promise<unknown>) => {
    const items = await repository.incoming({ tenant: TENANT, statuses: [status], now, limit: 50 })
    const found = items.length === 0 ? undefined : one(items)
    return found === undefined ? submit() : command(found.id, found.requestingTenant)
  }
  const answerer = answererOf(TENANT)
  const grant = () =>
    on('pending', (id) => service.grant(answerer, id, { expiresAt: below(2) === 0 ? null : now + 60_000 * (1 + below(30)) }))
  const commands = [
    ...[submit, submit, submit, grant, grant, grant],
    () => on('pending', (id) => service.reject(answerer, id)),
    () => on('granted', (id) => service.revoke(answerer, id)),
    () => on('pending', (id, vendor) => service.withdraw(vendorOf(vendor), id)),
    () => service.removeUser(vendorOf(one(VENDORS)), one(USERS)),
    () => service.recordDue(),
  ]

  for (let turn = 0; turn < COMMANDS; turn++) {
    now += below(4) * 120_000
    await one(commands)().catch((error: unknown) => {
      if (!isConsentryError(error)) throw error
    })
    const all = await repository.factsPage({ tenant: TENANT, limit: 500 })
    for (const user of USERS)
      for (const from of [null, ...VENDORS])
        for (const at of [now, now - 300_000, now + 300_000]) {
          const values = { tenant: TENANT, user, now: at, ...(from !== null && { from }) }
          const [fewSql, wholeSql] = from === null ? [few.fewFactsForAny, queries.factsForAny] : [few.fewFactsFor, queries.factsFor]
          const rowOf = (sql: string) => prepared(sql).all(values)[0] as Row
          const found = orError(() => rows.fewFactsOfUser(TENANT, rowOf(fewSql), user))
          const whole = inOrder(rows.factsOfUser(TENANT, rowOf(wholeSql), user))
          const decisive = inOrder({ ...all, requests: decisiveRequests(user, requestsSentBy(from, all.requests), at) })
          expect(whole).toEqual(decisive)
          tally[found === undefined ? 'more' : 'few']++
          if (found !== undefined && 'requests' in found) tally.decisive = Math.max(tally.decisive, found.requests.length)
          const same = found === undefined || ('requests' in found && JSON.stringify(inOrder(found)) === JSON.stringify(whole))
          if (!same) tally.different.push({ seed, turn, user, from, at, found, whole })
        }
  }
  database.close()
  return tally
}

it('finds the same, in random histories of few and of many requests', async () => {
  const total = { few: 0, more: 0, decisive: 0 }
  for (let seed = 1; seed <= LOGS; seed++) {
    const { different, few, more, decisive } = await play(seed, queries)
    expect(different.slice(0, 1)).toEqual([])
    total.few += few
    total.more += more
    total.decisive = Math.max(total.decisive, decisive)
  }
  console.log(`few facts: ${total.few} answers by few facts, ${total.more} by the whole query`)
  expect(total.few).toBeGreaterThan(1_000)
  expect(total.more).toBeGreaterThan(1_000)
  expect(total.decisive).toBeGreaterThan(2)
})

it.each([
  ['the user’s removal', / and \(select 1 from "consentry_user_spans" x where x\.tenant_request[^)]*\) is null/, ''],
  ['whether what is pending has lapsed', 'r.open_until > :now and ', ''],
  [
    'whom what is pending names',
    /\(select 1 from "consentry_user_sets" t [^)]*\) is not null(?= and \(select 1 from "consentry_user_spans" x)/,
    'true',
  ],
  ['whether another request ended later', 'limit 1) is null', 'limit 1) is null or true'],
  ['whether a grant is over', 'x.ends_at > :now', 'true'],
  ['when the user was removed', `case when x.state = 'removed' then x.ends_at end`, 'null'],
  ['that there are more', `limit ${FEW_FACTS + 1}`, `limit ${FEW_FACTS}`],
])('differs if it leaves out %s', async (_, part, instead) => {
  const few = {
    fewFactsFor: queries.fewFactsFor.replace(part, instead),
    fewFactsForAny: queries.fewFactsForAny.replace(part, instead),
  }
  expect(few.fewFactsForAny).not.toBe(queries.fewFactsForAny)
  for (let seed = 1; seed <= LOGS; seed++) if ((await play(seed, few)).different.length > 0) return
  expect.fail('no difference was found')
})
