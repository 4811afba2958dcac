/** The story of SPEC §10, row by row, by the oracle, the pure functions and the service: the table is the example's. */
import { describe, expect, it } from 'vitest'
import {
  AT,
  CAROLINE,
  CHARLOTTE,
  CLASSICS,
  ELIZABETH,
  elizabeth,
  HUNDRED_ACRE,
  hundredAdmin,
  legacy,
  SUPPORT_ACCESS,
  TOM_SAWYER,
  tomAdmin,
  WICKHAM,
} from '../../examples/story/cast.js'
import { answerOf, decisionOf, questionOf, questionsOf, refusalOf, TABLE } from '../../examples/story/table.js'
import type { Outcome, World } from '../model/oracle.js'
import { byFunctions } from './by-functions.js'
import { OracleSubject } from './by-oracle.js'
import { byService } from './by-service.js'
import { idOf, type Subject } from './subject.js'

const WORLD: World = {
  members: { [CLASSICS]: [CAROLINE, CHARLOTTE, ELIZABETH, WICKHAM] },
  askable: { [CLASSICS]: [TOM_SAWYER, HUNDRED_ACRE] },
  // The rule looks at the user alone.
  legacy: (user) => legacy(user, CLASSICS, 'legacy-support', AT.start),
}
const IDS = { tom: idOf('first', TOM_SAWYER), hundred: idOf('first', HUNDRED_ACRE), again: idOf('again', TOM_SAWYER) }
const FOR_CAROLINE = { id: 'again', name: 'CarolineAgain', associations: [{ users: [CAROLINE], tenants: [TOM_SAWYER] }] }

/** What happens before each row: the commands of the rows above, and its own. */
const nothing: readonly ((on: Subject) => Outcome | Promise<Outcome>)[] = []
const sent = [...nothing, (on: Subject) => on.submit(elizabeth, { id: 'first', ...SUPPORT_ACCESS }, AT.t0)]
const tomGrants = [...sent, (on: Subject) => on.grant(tomAdmin, IDS.tom, {}, AT.t1)]
const hundredRejects = [...tomGrants, (on: Subject) => on.reject(hundredAdmin, IDS.hundred, {}, AT.t2)]
const tomSetsExpiry = [...hundredRejects, (on: Subject) => on.setExpiry(tomAdmin, IDS.tom, { expiresAt: AT.t9 }, AT.t3)]
const tomGrantsAgain = [
  ...tomSetsExpiry,
  (on: Subject) => on.submit(elizabeth, FOR_CAROLINE, AT.t3),
  (on: Subject) => on.grant(tomAdmin, IDS.again, { expiresAt: AT.t12 }, AT.t3),
]
const tomRevokes = [...tomGrantsAgain, (on: Subject) => on.revoke(tomAdmin, IDS.again, {}, AT.t11)]
const hundredGrants = [...tomGrants, (on: Subject) => on.grant(hundredAdmin, IDS.hundred, {}, AT.t1)]

const BEFORE = new Map([
  ...[1, 2, 3, 22].map((row) => [row, nothing] as const),
  ...[4, 5, 6, 7].map((row) => [row, sent] as const),
  ...[8, 9, 10, 11, 12, 13, 23].map((row) => [row, tomGrants] as const),
  ...[14, 15].map((row) => [row, hundredRejects] as const),
  ...[16, 17, 18, 19].map((row) => [row, tomSetsExpiry] as const),
  [20, tomGrantsAgain],
  [21, tomRevokes],
  [24, hundredGrants],
])

const SUBJECTS: readonly (readonly [string, (world: World) => Subject])[] = [
  ['the oracle', (world) => new OracleSubject(world)],
  ['the pure functions', byFunctions],
  ['the service', byService],
]

async function at(row: number, subject: (world: World) => Subject): Promise<Subject> {
  const on = subject(WORLD)
  for (const command of BEFORE.get(row) ?? expect.unreachable(`nobody plays row ${row}`))
    expect(await command(on)).toMatchObject({ ok: true })
  return on
}

describe.each(SUBJECTS)('the story by %s', (_, subject) => {
  for (const row of [...TABLE.keys()].filter((number) => number !== 19))
    it(`row ${row}: ${questionsOf(row).map((question) => `${questionOf(question)}: ${answerOf(question.answer)}`)}`, async () => {
      const on = await at(row, subject)
      for (const { users, tenant, methods, at: now, answer } of questionsOf(row))
        for (const user of users)
          for (const method of methods) expect(await on.decide(user, tenant, method, now)).toEqual(decisionOf(answer, IDS))
    })

  it('row 19: at t9, Tom Sawyer sets the expiry t10: refused', async () => {
    const on = await at(19, subject)
    expect(await on.setExpiry(tomAdmin, IDS.tom, { expiresAt: AT.t10 }, AT.t9)).toEqual({ ok: false, code: refusalOf(19) })
  })

  it('row 22: an invalid date is denied after every row', async () => {
    for (const row of BEFORE.keys())
      for (const { users, tenant, methods, at: now, answer } of questionsOf(22))
        expect(await (await at(row, subject)).decide(users[0], tenant, methods[0], now)).toEqual(decisionOf(answer, IDS))
  })
})
