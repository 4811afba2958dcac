/** The example's story of SPEC §10, row by row, by the oracle, the pure functions, the service, and the client in Node.js and in a browser. */
import { describe, expect, it } from 'vitest'
import * as cast from '../../examples/story/cast.js'
import { type Asked, answerOf, decisionOf, questionOf, questionsOf, refusalOf, TABLE } from '../../examples/story/table.js'
import { NO_CHROMIUM } from '../browser/chromium.js'
import type { Outcome, World } from '../model/oracle.js'
import { byBrowser } from './by-browser.js'
import { byClient } from './by-client.js'
import { byFunctions } from './by-functions.js'
import { OracleSubject } from './by-oracle.js'
import { byService } from './by-service.js'
import { idOf, type Subject } from './subject.js'

const { AT, CAROLINE, CLASSICS, elizabeth, HUNDRED_ACRE, hundredAdmin, SUPPORT_ACCESS, TOM_SAWYER, tomAdmin } = cast
const WORLD: World = {
  members: { [CLASSICS]: [CAROLINE, cast.CHARLOTTE, cast.ELIZABETH, cast.WICKHAM] },
  askable: { [CLASSICS]: [TOM_SAWYER, HUNDRED_ACRE] },
  // The rule looks at the user alone.
  legacy: (user) => cast.legacy(user, CLASSICS, 'legacy-support', AT.start),
}
const IDS = { tom: idOf('first', TOM_SAWYER), hundred: idOf('first', HUNDRED_ACRE), again: idOf('again', TOM_SAWYER) }
const FOR_CAROLINE = { id: 'again', name: 'CarolineAgain', associations: [{ users: [CAROLINE], tenants: [TOM_SAWYER] }] }

type Command = (on: Subject) => Outcome | Promise<Outcome>
const sent: Command[] = [(on) => on.submit(elizabeth, { id: 'first', ...SUPPORT_ACCESS }, AT.t0)]
const tomGrants: Command[] = [...sent, (on) => on.grant(tomAdmin, IDS.tom, { expiresAt: null }, AT.t1)]
const hundredRejects: Command[] = [...tomGrants, (on) => on.reject(hundredAdmin, IDS.hundred, {}, AT.t2)]
const tomSetsExpiry: Command[] = [...hundredRejects, (on) => on.setExpiry(tomAdmin, IDS.tom, { expiresAt: AT.t9 }, AT.t3)]
const sentAgain: Command[] = [...tomSetsExpiry, (on) => on.submit(elizabeth, FOR_CAROLINE, AT.t3)]
const tomGrantsAgain: Command[] = [...sentAgain, (on) => on.grant(tomAdmin, IDS.again, { expiresAt: AT.t12 }, AT.t3)]
const tomRevokes: Command[] = [...tomGrantsAgain, (on) => on.revoke(tomAdmin, IDS.again, {}, AT.t11)]
const hundredGrants: Command[] = [...tomGrants, (on) => on.grant(hundredAdmin, IDS.hundred, { expiresAt: null }, AT.t1)]

/** The rows, and what happens before them. Row 19 is a command, and row 22 comes after any row. */
const CHAPTERS: readonly (readonly [rows: readonly number[], before: readonly Command[]])[] = [
  [[1, 2, 3], []],
  [[4, 5, 6, 7], sent],
  [[8, 9, 10, 11, 12, 13, 23, 26, 27], tomGrants],
  [[14, 15], hundredRejects],
  [[16, 17, 18], tomSetsExpiry],
  [[20], tomGrantsAgain],
  [[21], tomRevokes],
  [[24], hundredGrants],
  [[25], [...tomSetsExpiry, (on) => on.recordDue(AT.t9, 10)]],
]

const SUBJECTS: readonly (readonly [string, (world: World) => Subject])[] = [
  ['the oracle', (world) => new OracleSubject(world)],
  ['the pure functions', byFunctions],
  ['the service', byService],
  ['the client', byClient],
]
const IN_A_BROWSER = ['the client in Chromium', byBrowser] as const
if (NO_CHROMIUM !== undefined) it.skip(NO_CHROMIUM, () => {})

describe.each(NO_CHROMIUM === undefined ? [...SUBJECTS, IN_A_BROWSER] : SUBJECTS)('the story by %s', (_, subject) => {
  const after = async (commands: readonly Command[]) => {
    const on = subject(WORLD)
    for (const command of commands) expect(await command(on)).toMatchObject({ ok: true })
    return on
  }
  const ask = async (on: Subject, { users, tenant, methods, at, from, answer }: Asked) => {
    for (const user of users)
      for (const method of methods) expect(await on.decide(user, tenant, method, at, from)).toEqual(decisionOf(answer, IDS))
  }

  for (const [rows, commands] of CHAPTERS)
    for (const row of rows)
      it(`row ${row}: ${questionsOf(row).map((question) => `${questionOf(question)}: ${answerOf(question.answer)}`)}`, async () => {
        const on = await after(commands)
        for (const question of [...questionsOf(row), ...questionsOf(22)]) await ask(on, question)
      })

  it('row 19: at t9, Tom Sawyer sets the expiry t10: refused', async () => {
    const outcome = (await after(tomSetsExpiry)).setExpiry(tomAdmin, IDS.tom, { expiresAt: AT.t10 }, AT.t9)
    expect(await outcome).toEqual({ ok: false, code: refusalOf(19) })
  })
})

it('every row of the table is played', () => {
  const played = [19, 22, ...CHAPTERS.flatMap(([rows]) => rows)]
  expect(played.sort((a, b) => a - b)).toEqual([...TABLE.keys()])
})
