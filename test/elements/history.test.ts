/** The history in Chromium over the real API: what each party reads of the same story, what it may filter, and what it takes along. */
import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { NO_CHROMIUM } from '../browser/chromium.js'
import { HOSTILE, playStory, REASON } from './history-story.js'
import { DAY, type Host, NOW, startHost, type Trouble } from './host.js'
import { focusedIn, looksRight } from './looks.js'

// A page of a busy machine takes seconds.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const inChromium = describe.skipIf(NO_CHROMIUM !== undefined)
if (NO_CHROMIUM !== undefined) it.skip(NO_CHROMIUM, () => {})

const VENDOR = 'netherfield'
const TENANT = 'green-gables'
const ELIZABETH = `elizabeth~${VENDOR}`
const BECKY = `becky~${TENANT}`

let host: Host
let requests: readonly string[]
beforeAll(async () => {
  host = await startHost()
  requests = await playStory(host, VENDOR, TENANT)
})
afterEach(() => host.reset())
afterAll(() => host.close())

async function historyAs(login: string, query: Record<string, string> = {}, width = 1280): Promise<Page> {
  const viewport = { width, height: 900 }
  const { page } = await host.open('', { element: 'consentry-history', ...query }, { login, viewport, timezoneId: 'Asia/Tokyo' })
  await page.locator('[part=row], .empty, .trouble').first().waitFor()
  return page
}

const plain = (text: string | null) => (text ?? '').replaceAll(/\s+/g, ' ').trim()
const entries = (page: Page) => page.locator('[part=row]')
/** What the entries say: the kind, then the sentence. */
const said = async (page: Page) =>
  (
    await entries(page).evaluateAll((all) =>
      all.map((one) => `${one.querySelector('.status')?.textContent}: ${one.querySelector('.what p')?.textContent}`),
    )
  ).map(plain)
const reading = (page: Page) => page.waitForResponse((answer) => answer.url().includes('/history?'))
const readAgain = async (page: Page) => {
  const read = reading(page)
  await page.evaluate(() => void document.dispatchEvent(new Event('consentry-changed')))
  await read
}
const choose = (page: Page, filter: string) => page.locator(`.filters [value=${filter}]`).click()
const navigations = (page: Page, prevent: boolean) =>
  page.evaluateHandle((prevent) => {
    const all: unknown[] = []
    document.addEventListener('consentry-navigate', (event) => {
      if (prevent) event.preventDefault()
      all.push(event.detail)
    })
    return all
  }, prevent)

/** What each party reads, newest first: every type of event is there. */
const OF_VENDOR = `
Withdrawn: Elizabeth Bennet withdrew the request to Green Gables Farm
User removed: Elizabeth Bennet removed Charlotte Lucas from the request to Green Gables Farm
Asked: Elizabeth Bennet asked Green Gables Farm for access
Sent: Elizabeth Bennet sent a request
Given up: Elizabeth Bennet gave up the access to Green Gables Farm
Granted: Green Gables Farm granted access
Asked: Elizabeth Bennet asked Green Gables Farm for access
Sent: Elizabeth Bennet sent a request
Expired: The access to Green Gables Farm expired
Granted: Green Gables Farm granted access
Asked: Elizabeth Bennet asked Green Gables Farm for access
Sent: Elizabeth Bennet sent a request
Lapsed: Green Gables Farm did not answer in time, so the request lapsed
Asked: Elizabeth Bennet asked Green Gables Farm for access
Sent: Elizabeth Bennet sent a request
Withdrawn: Elizabeth Bennet withdrew the request to Green Gables Farm
Asked: Elizabeth Bennet asked Green Gables Farm for access
Sent: Elizabeth Bennet sent a request
Rejected: Green Gables Farm rejected the request
Lapsed: green-gables-2 did not answer in time, so the request lapsed
Asked: Elizabeth Bennet asked Green Gables Farm for access
Sent: Elizabeth Bennet sent a request
Session ended: A session in Green Gables Farm ended, because the access had ended
Revoked: Green Gables Farm revoked the access
Session started: Caroline Bingley entered Green Gables Farm
Session ended: The time of a session in Green Gables Farm was up
Session started: Caroline Bingley entered Green Gables Farm
Session ended: Elizabeth Bennet ended a session in Green Gables Farm
Session started: Caroline Bingley entered Green Gables Farm
Session ended: Green Gables Farm ended a session of yours
Session started: Caroline Bingley entered Green Gables Farm
Session ended: Caroline Bingley left Green Gables Farm
Session started: Caroline Bingley entered Green Gables Farm
New end: Green Gables Farm changed when the access ends
Granted: Green Gables Farm granted access
Asked: Elizabeth Bennet asked green-gables-2 for access
Asked: Elizabeth Bennet asked Green Gables Farm for access
Sent: Elizabeth Bennet sent a request`
const OF_TENANT = `
Retiré: VENDOR a retiré sa demande
Demandé: VENDOR a demandé l'accès
Renonciation: VENDOR a renoncé à son accès
Accordé: Becky Thatcher a accordé l'accès à VENDOR
Demandé: VENDOR a demandé l'accès
Expiré: L'accès de VENDOR a expiré
Accordé: Becky Thatcher a accordé l'accès à VENDOR
Demandé: VENDOR a demandé l'accès
Sans réponse: Personne n'a répondu à temps à VENDOR : sa demande est caduque
Demandé: VENDOR a demandé l'accès
Retiré: VENDOR a retiré sa demande
Demandé: VENDOR a demandé l'accès
Rejeté: Becky Thatcher a rejeté la demande de VENDOR
Demandé: VENDOR a demandé l'accès
Session terminée: Une session de VENDOR a pris fin, car son accès avait pris fin
Révoqué: Becky Thatcher a révoqué l'accès de VENDOR
Session ouverte: Une personne de VENDOR a accédé à votre locataire
Session terminée: La durée d'une session de VENDOR était écoulée
Session ouverte: Une personne de VENDOR a accédé à votre locataire
Session terminée: VENDOR a mis fin à une de ses sessions
Session ouverte: Une personne de VENDOR a accédé à votre locataire
Session terminée: Becky Thatcher a mis fin à une session de VENDOR
Session ouverte: Une personne de VENDOR a accédé à votre locataire
Session terminée: Une personne de VENDOR a quitté votre locataire
Session ouverte: Une personne de VENDOR a accédé à votre locataire
Nouvelle fin: Becky Thatcher a modifié la fin de l'accès de VENDOR
Accordé: Becky Thatcher a accordé l'accès à VENDOR
Demandé: VENDOR a demandé l'accès`
const linesOf = (text: string) => text.trim().split('\n')

inChromium('the story', () => {
  it('Elizabeth reads it for the vendor in English at 1280 px: nobody of the tenants', async () => {
    const page = await historyAs(ELIZABETH)
    expect(await said(page)).toEqual(linesOf(OF_VENDOR))
    const text = plain((await entries(page).allTextContents()).join('\n'))
    expect(text).not.toMatch(/becky|Becky/)
    for (const detail of [
      'For Caroline Bingley · Because its last user was removed: Caroline Bingley',
      'For Caroline Bingley · Without Charlotte Lucas, no longer with you · Ends 16 Dec 2026, 18:04',
      'For Caroline Bingley and Charlotte Lucas · To be answered by 27 Oct 2026, 18:04',
      'For Caroline Bingley · No end date',
      'To 2 tenants',
      'By Access request · until 20:44 at the latest · No reason given',
      'By Access request · until 20:04 at the latest Reason A ticket about',
    ])
      expect(text).toContain(detail)
    const written = await page.locator('.what .message bdi').allTextContents()
    expect(written).toEqual(expect.arrayContaining([HOSTILE, REASON, '-Welcome, "all" of you.', 'That was enough.', 'No longer needed.']))
    // A message stands at the request that was sent, and not once more at each tenant that got it.
    expect(written.filter((one) => one === HOSTILE)).toHaveLength(1)
    await looksRight(page)
  })

  it('Becky reads it for the tenant in French at 390 px: no name, user, request name or reason of the vendor', async () => {
    const page = await historyAs(BECKY, { lang: 'fr' }, 390)
    expect(await said(page)).toEqual(linesOf(OF_TENANT.replaceAll('VENDOR', host.names[VENDOR] ?? '')))
    const html = await page.evaluate(() => document.querySelector('consentry-history')?.shadowRoot?.innerHTML ?? '')
    expect(html).not.toMatch(/caroline|charlotte|elizabeth|SupportAccess|A ticket|fences|green-gables-2/i)
    expect(await page.locator('.what .message bdi').allTextContents()).toEqual(
      expect.arrayContaining([HOSTILE, '-Welcome, "all" of you.', 'That was enough.', 'No longer needed.']),
    )
    await looksRight(page)
  })

  it('names the user of a session to the tenant if the API does', async () => {
    const page = await historyAs(BECKY)
    await page.route('**/history?*', async (route) => {
      const answer = await route.fetch()
      const { names, ...body } = await answer.json()
      for (const item of body.items) if (/impersonation/.test(item.type) && item.by === 'requester') item.user = 'caroline'
      names.users.push({ id: 'caroline', name: 'Caroline Bingley' })
      await route.fulfill({ json: { ...body, names } })
    })
    await readAgain(page)
    const vendor = host.names[VENDOR] ?? ''
    await page.getByText(`Caroline Bingley of ${vendor} left your tenant`).waitFor()
    expect(await said(page)).toContain(`Session started: Caroline Bingley of ${vendor} entered your tenant`)
  })

  it('has days and times of the zone of the elements', async () => {
    const page = await historyAs(ELIZABETH)
    const [first, last] = await Promise.all([page.locator('h3').first().textContent(), page.locator('h3').last().textContent()])
    expect([first, last]).toEqual(['Monday, 23 November 2026', 'Saturday, 17 October 2026'])
    expect(await entries(page).last().locator('time').textContent()).toBe('19:04')
    expect(await page.locator('.fields').textContent()).toContain('Europe/Paris (UTC+1)')
    const elsewhere = await historyAs(ELIZABETH, { zone: 'Pacific/Auckland' })
    expect(await elsewhere.locator('h3').last().textContent()).toBe('Sunday, 18 October 2026')
  })

  it('leads to the requests, each party to its own', async () => {
    const [first = ''] = requests
    const page = await historyAs(ELIZABETH)
    const there = await navigations(page, true)
    await entries(page).last().getByRole('button', { name: 'Request: SupportAccess' }).click()
    await entries(page)
      .nth(-2)
      .getByRole('button', { name: /^Request: No\. \d{3}-\d{3}$/ })
      .click()
    const { accessRequest } = await host.consentry.outgoingRequest(
      { user: 'elizabeth', tenant: VENDOR, permissions: ['submit'], impersonating: null },
      first,
    )
    expect(await there.jsonValue()).toEqual([
      { to: 'outgoing', id: accessRequest },
      { to: 'outgoing', id: accessRequest },
    ])
    const tom = await historyAs(BECKY)
    const here = await navigations(tom, true)
    await entries(tom).last().getByRole('button').click()
    await entries(tom).filter({ hasText: 'Session started' }).first().getByRole('button').click()
    expect(await here.jsonValue()).toEqual([
      { to: 'incoming', id: first },
      { to: 'incoming', id: first },
    ])
    expect(await entries(tom).count()).toBe(linesOf(OF_TENANT).length)
  })
})

inChromium('the filters', () => {
  const kinds = async (page: Page) => [...new Set((await said(page)).map((line) => line.split(':')[0]))].sort()

  it('choose kinds', async () => {
    const page = await historyAs(ELIZABETH)
    const chosen = []
    for (const filter of ['requests', 'access', 'sessions', 'all']) {
      const read = reading(page)
      await choose(page, filter)
      await read
      await page.locator(`[aria-pressed=true][value=${filter}]`).waitFor()
      chosen.push(await kinds(page))
    }
    expect(chosen.slice(0, 3)).toEqual([
      ['Asked', 'Granted', 'Lapsed', 'Rejected', 'Sent', 'Withdrawn'],
      ['Expired', 'Given up', 'Granted', 'New end', 'Revoked', 'User removed'],
      ['Session ended', 'Session started'],
    ])
    expect(chosen[3]).toHaveLength(13)
    expect(await page.locator('consentry-history').getAttribute('filter')).toBe('all')
  })

  it('choose days, both included, in the zone of the elements', async () => {
    const page = await historyAs(ELIZABETH)
    await page.locator('#from').fill('2026-10-20')
    await page.locator('#to').fill('2026-10-21')
    await page.waitForFunction(() => document.querySelector('consentry-history')?.shadowRoot?.querySelectorAll('li').length === 11)
    expect(await page.locator('h3').allTextContents()).toEqual(['Wednesday, 21 October 2026', 'Tuesday, 20 October 2026'])
    // What happened at 19:04 in Paris was the next morning in Auckland.
    const elsewhere = await historyAs(ELIZABETH, { zone: 'Pacific/Auckland' })
    await elsewhere.locator('#from').fill('2026-10-20')
    await elsewhere.locator('#to').fill('2026-10-20')
    await elsewhere.waitForFunction(() => document.querySelector('consentry-history')?.shadowRoot?.querySelectorAll('li').length === 1)
    expect(await said(elsewhere)).toEqual(['New end: Green Gables Farm changed when the access ends'])
  })

  it('say at the field that days are no span, and then export and read nothing', async () => {
    const page = await historyAs(ELIZABETH)
    await page.locator('#from').fill('2026-11-10')
    await page.locator('#to').fill('2026-11-09')
    const field = page.getByLabel('Up to and including')
    await page.getByText('Choose a later day').waitFor()
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    expect(await field.evaluate((one) => one.getAttribute('aria-describedby'))).toContain('to-error')
    await looksRight(page)
    let asked = 0
    page.on('request', () => (asked += 1))
    await page.getByRole('button', { name: 'Export CSV' }).click()
    expect(await page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.id)).toBe('to')
    expect(asked).toBe(0)
    await field.fill('2026-11-10')
    await page.getByText('Choose a later day').waitFor({ state: 'detached' })
    await page.waitForFunction(() => document.querySelector('consentry-history')?.shadowRoot?.querySelectorAll('h3').length === 1)
    // A year that is typed has fewer digits on the way; nothing happened then.
    await field.fill('0202-11-10')
    await page.getByText('Choose a later day').waitFor()
    await page.locator('#from').fill('0020-01-01')
    await field.fill('')
    await page.waitForFunction(
      (count) => document.querySelector('consentry-history')?.shadowRoot?.querySelectorAll('li').length === count,
      linesOf(OF_VENDOR).length,
    )
    await page.locator('#from').focus()
    await page.keyboard.press('Backspace')
    expect(await page.getByText('Enter the whole day').count()).toBe(0)
    await page.getByLabel('Other tenant').focus()
    await page.getByText('Enter the whole day').waitFor()
    await looksRight(page)
  })

  it('choose another tenant among those met, and go back to everything', async () => {
    const page = await historyAs(ELIZABETH)
    const tenant = page.getByLabel('Other tenant')
    expect(await tenant.locator('optgroup').evaluateAll((all) => all.map((one) => (one as HTMLOptGroupElement).label))).toEqual([
      'Tenants you asked',
    ])
    expect((await tenant.locator('option').allTextContents()).map(plain)).toEqual(['All', 'Green Gables Farm', 'green-gables-2'])
    await tenant.selectOption({ label: 'green-gables-2' })
    await page.waitForFunction(() => document.querySelector('consentry-history')?.shadowRoot?.querySelectorAll('li').length === 2)
    await choose(page, 'sessions')
    await page.getByText('Nothing matches what you have chosen.').waitFor()
    await looksRight(page)
    await page.getByRole('button', { name: 'Show everything' }).click()
    await entries(page).nth(30).waitFor()
    expect(await tenant.inputValue()).toBe('')
    expect(await focusedIn(page)).toBe('History')
    const becky = await historyAs(BECKY)
    await becky.getByLabel('Other tenant').selectOption({ index: 1 })
    expect(await becky.locator('optgroup').evaluate((one) => (one as HTMLOptGroupElement).label)).toBe('Tenants that asked you')
  })

  it('choose one request, also by a link that no router takes', async () => {
    const page = await historyAs(BECKY, { request: requests[0] ?? '' })
    await page.locator('.only b').waitFor()
    expect((await kinds(page)).join()).toBe('Asked,Granted,New end,Revoked')
    expect(await page.locator('.filters button').count()).toBe(3)
    expect(await page.getByLabel('Other tenant').count()).toBe(0)
    expect(await entries(page).getByRole('button').count()).toBe(0)
    await looksRight(page)
    await page.getByRole('button', { name: 'Show all requests' }).click()
    await entries(page).nth(20).waitFor()
    expect(await page.locator('.only').count()).toBe(0)
    const rejected = entries(page).filter({ hasText: 'Rejected' })
    const tag = plain(await rejected.locator('button').textContent()).replace('Request: ', '')
    await rejected.getByRole('button').click()
    await page.locator('.only', { hasText: tag }).waitFor()
    expect(await focusedIn(page)).toBe('Show all requests')
    expect((await said(page)).map((line) => line.split(':')[0])).toEqual(['Rejected', 'Asked'])
    // For the vendor, the message of the request has no other place then.
    const vendors = await historyAs(ELIZABETH, { request: requests[0] ?? '' })
    expect(await vendors.locator('.message bdi').allTextContents()).toContain(HOSTILE)
    const none = await historyAs(BECKY, { request: 'nobody-has-this' })
    await none.getByText('Nothing matches').waitFor()
  })
})

/** Enough requests of a vendor for several pages, each to a tenant of its own. */
async function manyRequests(vendor: string, count: number): Promise<void> {
  const actor = { user: 'elizabeth', tenant: vendor, permissions: ['submit'], impersonating: null } as const
  for (let n = 0; n < count; n += 1) {
    host.now = NOW - (count - n) * 60_000
    await host.consentry.submit(actor, {
      name: `Request${n}`,
      message: '',
      associations: [{ users: ['caroline'], tenants: [`shop-${n}`] }],
    })
  }
  host.now = NOW
}

inChromium('many entries', () => {
  it('are shown fifty by fifty', async () => {
    await manyRequests('paging', 52)
    const page = await historyAs('elizabeth~paging')
    expect(await entries(page).count()).toBe(50)
    await page.getByRole('button', { name: 'Show more' }).click()
    await entries(page).nth(99).waitFor()
    await page.getByRole('button', { name: 'Show more' }).click()
    await entries(page).nth(103).waitFor()
    expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0)
    // Another choice begins at its first page again.
    await choose(page, 'requests')
    await page.waitForFunction(() => document.querySelector('consentry-history')?.shadowRoot?.querySelectorAll('li').length === 50)
  })

  it('appear as they happen: after a command on the page, and twice a minute while the page is shown', async () => {
    await manyRequests('lively', 1)
    const page = await historyAs('elizabeth~lively')
    expect(await entries(page).count()).toBe(2)
    await host.ask('shop-again', 'Once more.', 'lively')
    await readAgain(page)
    await entries(page).nth(3).waitFor()
    await host.ask('shop-once-more', 'And again.', 'lively')
    await page.clock.runFor(31_000)
    await entries(page).nth(5).waitFor()
  })

  it('name five people of a request, and how many others', async () => {
    const users = Array.from({ length: 8 }, (_, n) => `clerk-${n}`)
    for (const user of users) host.staff.add(user)
    await host.ask('shop-crowd', '', 'crowded', users)
    const page = await historyAs('elizabeth~crowded')
    await page.getByText('For clerk-0, clerk-1, clerk-2, clerk-3, clerk-4 and 3 others').waitFor()
  })
})

/** Presses a button of the export, and returns what the browser saves. */
async function exported(page: Page, format: 'CSV' | 'JSON Lines') {
  const saving = page.waitForEvent('download')
  await page.getByRole('button', { name: `Export ${format}` }).click()
  const download = await saving
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') }
}

inChromium('the export', () => {
  it('as CSV has all that is chosen, harmless to spreadsheets, and readable by other programs', async () => {
    const page = await historyAs(ELIZABETH)
    const { name, text } = await exported(page, 'CSV')
    expect(name).toBe('history-2026-11-26.csv')
    expect(text.startsWith('\ufeffat,type,view,by,user,userName,')).toBe(true)
    expect(text.endsWith('\r\n')).toBe(true)
    const rows: Record<string, string>[] = parse(text, { columns: true, bom: true, record_delimiter: '\r\n' })
    expect(rows).toHaveLength(linesOf(OF_VENDOR).length)
    await page.getByText(`${rows.length} entries exported`).waitFor()
    await looksRight(page)
    // An apostrophe before what a spreadsheet would run, and nothing else is changed.
    expect(rows.at(-1)).toMatchObject({
      at: new Date(NOW - 40 * DAY).toISOString(),
      type: 'access-request.submitted',
      user: 'elizabeth',
      userName: 'Elizabeth Bennet',
      tenants: 'green-gables green-gables-2',
      tenantNames: 'Green Gables Farm; green-gables-2',
      users: 'caroline charlotte',
      userNames: 'Caroline Bingley; Charlotte Lucas',
      name: 'SupportAccess',
      message: `'${HOSTILE}`,
    })
    const granted = rows.findLast(({ type }) => type === 'tenant-request.granted')
    expect(granted).toMatchObject({ message: `'-Welcome, "all" of you.`, removedUsers: 'charlotte', removedUserNames: 'Charlotte Lucas' })
    expect(granted?.['expiresAt']).toBe(new Date(NOW + 20 * DAY).toISOString())
    expect(rows.findLast(({ type }) => type === 'impersonation.started')).toMatchObject({ reason: REASON, method: 'access-request' })
    expect(rows.flatMap((row) => Object.values(row)).filter((cell) => /^[=+\-@\t\r\n]/.test(cell))).toEqual([])
  })

  it('as JSON Lines has the entries as they are, with the names beside them', async () => {
    const page = await historyAs(BECKY)
    await choose(page, 'requests')
    await page.locator('[aria-pressed=true][value=requests]').waitFor()
    const { name, text } = await exported(page, 'JSON Lines')
    expect(name).toBe('history-2026-11-26.jsonl')
    const lines = linesOf(text).map((line) => JSON.parse(line))
    const types = ['received', 'granted', 'rejected', 'withdrawn', 'lapsed'].map((kind) => `tenant-request.${kind}` as never)
    const { items } = await host.consentry.history(host.colleague(TENANT), { types, limit: 200 })
    const written = items.map((item) => JSON.parse(JSON.stringify(item)))
    const iso = (ms: unknown) => (typeof ms === 'number' ? new Date(ms).toISOString() : ms)
    expect(lines.map(({ names, ...line }) => line)).toEqual(
      written.map((item) => {
        for (const key of ['at', 'expiresAt', 'answerBy']) if (key in item) item[key] = iso(item[key])
        return item
      }),
    )
    expect(lines.at(-1)).toMatchObject({ message: HOSTILE, names: { users: {}, tenants: { [VENDOR]: host.names[VENDOR] } } })
    expect(text).not.toMatch(/caroline|charlotte|elizabeth|SupportAccess/i)
  })

  it('has the columns of both parties, and frees the file once it is saved', async () => {
    const page = await historyAs(BECKY)
    await page.evaluate(() => {
      const { revokeObjectURL } = URL
      URL.revokeObjectURL = (url) => {
        Object.assign(globalThis, { revoked: url })
        revokeObjectURL(url)
      }
    })
    const { text } = await exported(page, 'CSV')
    const rows: Record<string, string>[] = parse(text, { columns: true, bom: true })
    expect(rows.map((row) => [row['users'], row['reason'], row['name'], row['tenants']].join(''))).toEqual(rows.map(() => ''))
    expect(rows[0]).toMatchObject({ requestingTenant: VENDOR, requestingTenantName: host.names[VENDOR], view: 'incoming', by: 'requester' })
    await page.clock.runFor(10_000)
    expect(await page.evaluate(() => (globalThis as unknown as { revoked: string }).revoked)).toMatch(/^blob:/)
  })

  it('reads all pages, and saves nothing if one of them fails or it is cancelled', async () => {
    await manyRequests('exporting', 110)
    // Longer than the test takes to cancel.
    const page = await historyAs('elizabeth~exporting', { timeout: '30000' })
    const downloads: string[] = []
    page.on('download', (download) => downloads.push(download.suggestedFilename()))
    const csv = page.getByRole('button', { name: 'Export CSV' })
    const troubles: readonly [Trouble, string][] = [
      ['cut', 'No connection'],
      ['logged out', 'You are not logged in'],
      ['fails', 'Something went wrong'],
    ]
    for (const [trouble, words] of troubles) {
      await page.route('**/history?*cursor*', async (route) => {
        host.trouble = trouble
        await route.continue()
      })
      await csv.click()
      const alert = page.getByRole('alert')
      await alert.getByText(words).waitFor()
      expect(await focusedIn(page)).toBe(`The export failed. No file was saved. ${words}`)
      host.trouble = 'none'
      await page.unroute('**/history?*cursor*')
    }
    await looksRight(page)

    // A page that does not come.
    await page.route('**/history?*cursor*', () => {})
    await csv.click()
    await page.getByText('200 entries read').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    expect(await csv.getAttribute('aria-disabled')).toBe('true')
    await looksRight(page)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('Export cancelled').waitFor()
    expect(await focusedIn(page)).toBe('Export CSV')
    await page.unrouteAll()
    expect(downloads).toEqual([])
    const { text } = await exported(page, 'JSON Lines')
    expect(new Set(linesOf(text).map((line) => JSON.parse(line).id)).size).toBe(220)
    expect(downloads).toEqual(['history-2026-11-26.jsonl'])
  })

  it('says that more than a hundred thousand entries are too many, and saves nothing', async () => {
    const page = await historyAs(ELIZABETH)
    page.on('download', () => expect.unreachable('a file is saved'))
    // The pages are of the page's own: as many would take long by the wire.
    const asked = await page.evaluateHandle(
      (ids) => {
        const asked: string[] = []
        const expired = { ...ids, id: 'e', at: '2026-11-01T00:00:00.000Z', by: 'clock', user: null, users: [] }
        const items = Array.from({ length: 25_000 }, () => ({ ...expired, type: 'tenant-request.expired', view: 'outgoing', tag: '1' }))
        globalThis.fetch = async (url) => {
          asked.push(String(url))
          return Response.json({ items, next: `page-${asked.length}` })
        }
        return asked
      },
      { requestingTenant: VENDOR, tenant: TENANT, accessRequest: 'a', tenantRequest: 't' },
    )
    await page.getByRole('button', { name: 'Export CSV' }).click()
    await page.getByText('There are more than 100,000 entries').waitFor()
    const urls = await asked.jsonValue()
    expect(urls.map((url) => new URLSearchParams(url.split('?')[1]).get('cursor'))).toEqual([null, 'page-1', 'page-2', 'page-3', 'page-4'])
    await looksRight(page)
  })
})

inChromium('the states', () => {
  it('of nothing yet, of each kind', async () => {
    const page = await historyAs('elizabeth~nobody')
    await page.getByText('Nothing has happened yet.').waitFor()
    await looksRight(page)
    for (const [filter, words] of [
      ['requests', 'No request was sent'],
      ['access', 'No access has begun'],
      ['sessions', 'Nobody has entered'],
    ] as const) {
      await choose(page, filter)
      await page.getByText(words).waitFor()
    }
    await page.getByRole('button', { name: 'Show everything' }).click()
    await page.getByText('Nothing has happened yet.').waitFor()
  })

  it('of loading, and of what could not be read, first and again', async () => {
    host.trouble = 'silent'
    const { page } = await host.open('', { element: 'consentry-history', timeout: '1500' }, { login: ELIZABETH })
    await page.locator('[aria-busy=true]').waitFor()
    await looksRight(page)
    await page.getByText('No connection').waitFor()
    expect(await page.getByRole('button', { name: 'Export CSV' }).count()).toBe(0)
    await looksRight(page)
    host.trouble = 'none'
    await page.getByRole('button', { name: 'Try again' }).click()
    await entries(page).first().waitFor()
    host.trouble = 'busy'
    await readAgain(page)
    await page.locator('[part=outdated]').waitFor()
    expect(await entries(page).count()).toBe(linesOf(OF_VENDOR).length)
    await looksRight(page)
    host.trouble = 'logged out'
    await readAgain(page)
    await page.getByText('You are not logged in').waitFor()
    expect(await entries(page).count()).toBe(0)
  })

  it('of no right, and from inside a tenant', async () => {
    const page = await historyAs(`caroline~${VENDOR}`)
    await page.getByText('It is for people who send or answer requests.').waitFor()
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0)
    await looksRight(page)
    // Reading changes nothing, so that it is allowed there.
    const inside = await historyAs(`${ELIZABETH}~kellynch`)
    expect(await entries(inside).count()).toBe(linesOf(OF_VENDOR).length)
  })

  it('with hostile names, which stay text and turn nothing around', async () => {
    await host.ask('bidi', 'a\u202eb\u2067c\u2069\u2069d', 'hostile')
    const page = await historyAs('becky~bidi')
    expect(await page.locator('img, script:not([src])').count()).toBe(0)
    // The sentence goes on after the name, in its own direction.
    const [first, last] = await entries(page)
      .locator('.what p')
      .first()
      .evaluate((sentence) => {
        const text = [...sentence.childNodes].find(({ nodeType, nodeValue }) => nodeType === 3 && nodeValue?.includes('asked')) as Text
        const placeOf = (at: number) => {
          const range = document.createRange()
          range.setStart(text, at)
          range.setEnd(text, at + 1)
          const { top, left } = range.getBoundingClientRect()
          return top * 10_000 + left
        }
        return [placeOf(text.data.indexOf('asked')), placeOf(text.data.indexOf('access'))]
      })
    expect(last).toBeGreaterThan(first ?? 0)
    await looksRight(page)
  })

  it('in a dark page, with long names and a narrow window', async () => {
    const { page } = await host.open(
      '',
      { element: 'consentry-history', lang: 'fr' },
      { login: BECKY, viewport: { width: 320, height: 900 }, colorScheme: 'dark' },
    )
    await entries(page).first().waitFor()
    await looksRight(page)
  })
})

inChromium('by keyboard alone', () => {
  it('Elizabeth filters, follows a link, goes back and exports', async () => {
    const page = await historyAs(ELIZABETH)
    const tabTo = async (name: string) => {
      for (let n = 0; n < 60 && (await focusedIn(page)) !== name; n += 1) await page.keyboard.press('Tab')
      expect(await focusedIn(page)).toBe(name)
    }
    await tabTo('Access changes')
    await page.keyboard.press('Enter')
    await page.locator('[aria-pressed=true][value=access]').waitFor()
    await page.waitForFunction(() => document.querySelector('consentry-history')?.shadowRoot?.querySelectorAll('li').length === 8)
    const tag = plain(await entries(page).first().getByRole('button').textContent())
    await tabTo(tag)
    await page.keyboard.press('Enter')
    await page.locator('.only').waitFor()
    expect(await focusedIn(page)).toBe('Show all requests')
    await page.keyboard.press('Enter')
    await entries(page).nth(30).waitFor()
    expect(await focusedIn(page)).toBe('History')
    await tabTo('Export CSV')
    const saving = page.waitForEvent('download')
    await page.keyboard.press('Enter')
    expect((await saving).suggestedFilename()).toMatch(/\.csv$/)
    expect(await focusedIn(page)).toBe('Export CSV')
  })
})
