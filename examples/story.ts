/** The story of Classics, Inc. on screen, with every decision checked; it fails if an answer is wrong. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { Repository, SubmitResult } from 'consentry'
import { asked, openStore } from './stores/open.js'
import { AT, CAROLINE, elizabeth, HUNDRED_ACRE, hundredAdmin, labelOf, SUPPORT_ACCESS, TOM_SAWYER, tomAdmin } from './story/cast.js'
import { heading, line, list, moment } from './story/screen.js'
import { Stage } from './story/stage.js'
import { TABLE } from './story/table.js'
import { showViews } from './story/views.js'

/** Plays the story, each reading in a new repository; returns the numbers of the checked rows. */
async function tell(makeRepository: () => Promise<Repository>): Promise<ReadonlySet<number>> {
  const stage = new Stage(await makeRepository())
  await nothingSent(stage)
  await elizabethSubmits(stage)
  await tomGrants(stage)
  await hundredRejects(stage)
  await tomSetsAnExpiry(stage)
  await theClockEndsIt(stage)
  await elizabethAsksAgain(stage)
  await tomRevokes(stage)
  const other = new Stage(await makeRepository())
  await anotherReading(other)
  return new Set([...stage.checked, ...other.checked])
}

async function nothingSent(stage: Stage): Promise<void> {
  begin(stage, AT.start, 'Nothing is sent yet')
  line('Whoever works for Classics may use the legacy tool everywhere; Xavier, of another vendor, nowhere.')
  await show(stage, { whoMayEnter: [AT.start], rows: [1, 2, 3] })
}

async function elizabethSubmits(stage: Stage): Promise<void> {
  begin(stage, AT.t0, 'Elizabeth Bennet submits SupportAccess')
  const { sent } = await stage.consentry.submit(elizabeth, SUPPORT_ACCESS)
  rememberIds(stage, sent)
  line(`One request in, ${sent.length} tenant requests out: to ${sent.map(({ tenant }) => tenant).join(' and to ')}.`)
  line('The tenants see the message, but neither the name of the request nor its users.')
  await show(stage, { whoMayEnter: [AT.t0], rows: [4, 5, 6, 7] })
}

function rememberIds(stage: Stage, sent: SubmitResult['sent']): void {
  const idOf = (tenant: string) => sent.find((request) => request.tenant === tenant)?.id ?? ''
  Object.assign(stage.ids, { tom: idOf(TOM_SAWYER), hundred: idOf(HUNDRED_ACRE) })
}

async function tomGrants(stage: Stage): Promise<void> {
  begin(stage, AT.t1, 'Tom Sawyer grants, without an end')
  await stage.consentry.grant(tomAdmin, stage.ids.tom, { expiresAt: null, message: 'Welcome.' })
  line('Caroline and Charlotte may enter by every method. Tom Sawyer is now governed: the legacy tool')
  line('is closed there to everybody else, and at every instant, the millisecond before the grant too.')
  line('A question that says where the user comes from counts that vendor’s requests alone; another spelling is nobody’s tenant.')
  await show(stage, { whoMayEnter: [AT.t1 - 1, AT.t1], rows: [8, 9, 10, 11, 12, 13, 23, 26, 27] })
}

async function hundredRejects(stage: Stage): Promise<void> {
  begin(stage, AT.t2, 'Hundred Acre Wood rejects')
  await stage.consentry.reject(hundredAdmin, stage.ids.hundred, { message: 'Not this year.' })
  line('It never granted, so it is not governed: there the legacy tool goes on as before.')
  await show(stage, { whoMayEnter: [AT.t2], rows: [14, 15] })
}

async function tomSetsAnExpiry(stage: Stage): Promise<void> {
  begin(stage, AT.t3, 'Tom Sawyer sets an expiry, t9')
  await stage.consentry.setExpiry(tomAdmin, stage.ids.tom, { expiresAt: new Date(AT.t9) })
  line('t9 is the first instant without access. The clock stands at t3; the questions below are about t9.')
  await show(stage, { whoMayEnter: [AT.t9 - 1, AT.t9], rows: [16, 17, 18] })
}

async function theClockEndsIt(stage: Stage): Promise<void> {
  begin(stage, AT.t9, 'The clock ends the grant')
  line('What has expired cannot be prolonged:')
  const prolong = () => stage.consentry.setExpiry(tomAdmin, stage.ids.tom, { expiresAt: new Date(AT.t10) })
  await stage.refusal(19, 'tom sets the expiry t10, at t9', prolong)
  const recorded = await stage.consentry.recordDue()
  line(`No sweeper was needed. recordDue only records what happened (${recorded.length} request); no answer from now on changes by it.`)
  line('About an instant before, what is recorded as over denies too: a clock that runs ahead leaves no grant that nobody can end.')
  await show(stage, { whoMayEnter: [AT.t9], rows: [17, 18, 25] })
}

async function elizabethAsksAgain(stage: Stage): Promise<void> {
  begin(stage, AT.t9, 'Elizabeth asks again, for Caroline; Tom Sawyer grants until t12')
  const associations = [{ users: [CAROLINE], tenants: [TOM_SAWYER] }]
  const { sent } = await stage.consentry.submit(elizabeth, { name: 'CarolineAgain', message: 'Caroline only.', associations })
  stage.ids.again = sent[0]?.id ?? ''
  await stage.consentry.grant(tomAdmin, stage.ids.again, { message: 'Until new year.', expiresAt: new Date(AT.t12) })
  line('What has expired never revives: a new request needs a new answer. Charlotte was not asked for.')
  await show(stage, { whoMayEnter: [AT.t9], rows: [20] })
}

async function tomRevokes(stage: Stage): Promise<void> {
  begin(stage, AT.t11, 'Tom Sawyer revokes the new grant')
  await stage.consentry.revoke(tomAdmin, stage.ids.again, { message: 'All is painted.' })
  line('A revocation counts at once, and for every instant. The legacy tool stays closed there for good.')
  await show(stage, { whoMayEnter: [AT.t11], rows: [21, 22] })
}

async function anotherReading(stage: Stage): Promise<void> {
  begin(stage, AT.t0, 'Another reading: the same request again')
  const { sent } = await stage.consentry.submit(elizabeth, SUPPORT_ACCESS)
  rememberIds(stage, sent)
  line(`Sent to ${sent.map(({ tenant }) => tenant).join(' and to ')}, in a world where nothing of the above has happened.`)
  begin(stage, AT.t1, 'Another reading: both tenants grant')
  for (const { id, tenant } of sent) await stage.consentry.grant(tenant === TOM_SAWYER ? tomAdmin : hundredAdmin, id, { expiresAt: null })
  line('Only Charlotte was associated with Hundred Acre Wood, so only Charlotte may enter.')
  await show(stage, { whoMayEnter: [AT.t1], rows: [24] })
}

function begin(stage: Stage, at: number, text: string): void {
  stage.now = at
  heading(`${labelOf(at)}  ${moment(at)}  ${text}`)
}

async function show(stage: Stage, { whoMayEnter, rows }: { whoMayEnter: number[]; rows: number[] }): Promise<void> {
  line()
  await showViews(stage.consentry)
  for (const at of whoMayEnter) {
    line()
    await stage.matrix(at)
  }
  line()
  for (const row of rows) await stage.row(row)
}

const store = await openStore(asked().store)
line('Consented impersonation: Classics, Inc., a reseller, asks two of its customers to let named users')
line('act inside them. A row is a row of the table of acceptance, checked as it is printed.')
// The store may hold tables of earlier and concurrent runs, so each reading gets its own table prefix.
const telling = `story_${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}_${randomBytes(2).toString('hex')}`
const worlds: string[] = []
const nextWorld = () => {
  const tablePrefix = `${telling}_${worlds.length + 1}_`
  worlds.push(`${tablePrefix}*`)
  return store.repository(tablePrefix)
}
try {
  const checked = await tell(nextWorld)
  assert.deepEqual(
    [...checked].sort((a, b) => a - b),
    [...TABLE.keys()],
    'every row of the table is told',
  )
  heading(`${checked.size} of ${TABLE.size} rows answered as the table says`)
  if (store.lasting) list('Kept for you to look at, each world in tables of its own', worlds)
} finally {
  await store.close()
}
