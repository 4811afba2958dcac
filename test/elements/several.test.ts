/** Answering several requests at once, in Chromium over the real API: the selection, the dialog, and each outcome. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { NO_CHROMIUM } from '../browser/chromium.js'
import { CLASSICS, DAY, type Host, NOW, SENDING_TROUBLES, startHost } from './host.js'
import { fits, focusedIn, looksRight } from './looks.js'

// A page of a busy machine takes seconds.
vi.setConfig({ testTimeout: 60_000 })

const inChromium = describe.skipIf(NO_CHROMIUM !== undefined)
if (NO_CHROMIUM !== undefined) it.skip(NO_CHROMIUM, () => {})

let host: Host
beforeAll(async () => {
  host = await startHost()
})
afterEach(() => host.reset())
afterAll(() => host.close())

const MESSAGE = 'Welcome, all of you.'
const SENDERS = [CLASSICS, 'netherfield', CLASSICS, 'kellynch']
let tenants = 0

/** Sends requests of several vendors to a tenant, the first of them the newest, as a list shows them. */
async function asked(tenant: string, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let n = count - 1; n >= 0; n -= 1) {
    host.now = NOW - (n + 1) * 60_000
    ids.unshift(await host.ask(tenant, `Request n${n}`, SENDERS[n % SENDERS.length]))
  }
  host.now = NOW
  return ids
}

/** Opens the list of a tenant with requests that wait. */
async function listed({ count = 4, tenant = `several-${++tenants}`, width = 1280, ...query }: { [name: string]: string | number } = {}) {
  const ids = await asked(String(tenant), Number(count))
  const opened = await host.open(String(tenant), query as Record<string, string>, { viewport: { width: Number(width), height: 900 } })
  const { page } = opened
  await page.locator('thead input').waitFor()
  const becky = host.colleague(String(tenant))
  const rowOf = (n: number) => host.consentry.incomingRequest(becky, ids[n] ?? '')
  return { page, ids, becky, tenant: String(tenant), rowOf, statuses: () => Promise.all(ids.map(async (_, n) => (await rowOf(n)).status)) }
}

/** Opens the list and the dialog about its first three requests, with a message typed in. */
async function answeringThree(query: Parameters<typeof listed>[0] = {}) {
  const list = await listed(query)
  const { page } = list
  for (const n of [0, 1, 2]) await boxes(page).nth(n).check()
  await page.locator('button.answer').click()
  await page.locator('dialog[open] #message').fill(MESSAGE)
  const changes = await page.evaluateHandle(() => {
    const all: unknown[] = []
    document.addEventListener('consentry-changed', ({ detail }) => all.push(detail))
    return all
  })
  return { ...list, changes: () => changes.jsonValue() }
}

const boxes = (page: Page) => page.locator('tbody input')
const ticks = (page: Page) => boxes(page).evaluateAll((all) => all.map((box) => (box as HTMLInputElement).checked))
const tickOfAll = (page: Page) =>
  page.locator('thead input').evaluate((box) => ((box as HTMLInputElement).indeterminate ? 'some' : (box as HTMLInputElement).checked))
const bar = (page: Page) => page.locator('.bar [role=status]')
const send = (page: Page) => page.locator('dialog[open] button[type=submit]').click()
const dialog = (page: Page) => page.locator('dialog[open]')
const topOf = async (page: Page, row: number) =>
  page
    .locator('tbody tr')
    .nth(row)
    .evaluate((one) => one.getBoundingClientRect().top + scrollY)
const readAgain = (page: Page) => page.evaluate(() => window.dispatchEvent(new Event('online')))

inChromium('the selection', () => {
  it('begins with nothing, moves no row, and is said with what can be done about it', async () => {
    const { page } = await listed()
    await looksRight(page)
    const before = await topOf(page, 3)
    await page.getByRole('checkbox', { name: /^the request of Kellynch Hall Estates, No\. / }).check()
    await page.getByText('1 selected').waitFor()
    expect([await topOf(page, 3), await tickOfAll(page)]).toEqual([before, 'some'])
    await looksRight(page)
    await page.getByRole('checkbox', { name: 'Select all shown' }).click()
    expect([await ticks(page), await tickOfAll(page)]).toEqual([[true, true, true, true], true])
    await page.getByRole('button', { name: 'Answer 4…' }).waitFor()
    await page.getByRole('checkbox', { name: 'Select all shown' }).click()
    expect([await ticks(page), await tickOfAll(page)]).toEqual([[false, false, false, false], false])
    await boxes(page).first().check()
    await page.getByRole('button', { name: 'Clear' }).click()
    expect([await ticks(page), await bar(page).textContent(), await topOf(page, 3)]).toEqual([[false, false, false, false], '', before])
    expect(await page.locator('thead input').evaluate((box) => box.matches(':focus'))).toBe(true)
  })

  it('drops what is answered meanwhile, and what another filter does not show', async () => {
    const { page, ids, becky } = await listed()
    for (const n of [0, 1, 3]) await boxes(page).nth(n).check()
    await host.consentry.reject(becky, ids[0] ?? '')
    await readAgain(page)
    await page.getByText('2 selected').waitFor()
    expect(await ticks(page)).toEqual([true, false, true])
    await page.locator('.filters button[value=all]').click()
    await page.locator('.status.rejected').waitFor()
    expect(await ticks(page)).toEqual([true, false, true])
    await page.locator('.filters button[value=rejected]').click()
    await page.locator('.status.pending').first().waitFor({ state: 'detached' })
    await page.locator('.filters button[value=pending]').click()
    await boxes(page).nth(2).waitFor()
    expect(await ticks(page)).toEqual([false, false, false])
  })

  it('stays behind a search and behind the first page, and says so', async () => {
    const { page } = await listed({ count: 27 })
    await page.getByRole('searchbox').fill('n26')
    await page.getByText('1 request', { exact: true }).waitFor()
    await boxes(page).first().check()
    await page.getByRole('searchbox').fill('nothing like it')
    await page.getByText('1 selected · 1 not shown').waitFor()
    await looksRight(page)
    await page.getByRole('searchbox').fill('')
    await Promise.all([page.waitForResponse(/\/incoming\?/), readAgain(page)])
    await boxes(page).first().check()
    await page.getByText('2 selected · 1 not shown').waitFor()
  })

  it('is never more than a hundred, and says so', async () => {
    const { page } = await listed({ count: 102 })
    await page.getByRole('searchbox').fill('Request')
    await page.getByText('102 requests').waitFor()
    for (let more = 0; more < 4; more += 1) await page.getByRole('button', { name: 'Show more' }).click()
    await boxes(page).nth(101).waitFor()
    await page.locator('thead input').click()
    await page.getByText('100 selected · the most at once').waitFor()
    expect([(await ticks(page)).filter(Boolean).length, await boxes(page).nth(101).isDisabled(), await tickOfAll(page)]).toEqual([
      100,
      true,
      'some',
    ])
    await page.getByRole('button', { name: 'Answer 100…' }).click()
    await dialog(page).getByRole('button', { name: 'Grant 100 requests' }).waitFor()
    await send(page)
    await page.getByText('100 requests granted').waitFor()
  })

  it('is not offered for a single request', async () => {
    await host.ask('single', 'Caroline looks after your account.')
    const opened = await host.open('single')
    await opened.page.getByRole('button', { name: 'Manage' }).waitFor()
    expect(await opened.page.locator('input[type=checkbox]').count()).toBe(0)
  })
})

inChromium('answering three', () => {
  it.each([
    ['en', 1280],
    ['fr', 390],
  ] as const)('in %s at %i px: grants with a message and an expiry, and says what that means before', async (lang, width) => {
    const { page, rowOf, statuses, changes } = await answeringThree({ lang, width })
    const look = lang === 'en' ? looksRight : fits
    const french = lang === 'fr'
    expect(await dialog(page).locator('.senders li').allInnerTexts()).toEqual([
      french ? 'Classics, Inc. 2 demandes' : 'Classics, Inc. 2 requests',
      `Netherfield Park Holdings and Country Estates Management Company ${french ? '1 demande' : '1 request'}`,
    ])
    await page.getByText(french ? "Accorder l'accès ferme ici l'outil" : 'Granting closes the legacy impersonation tool here').waitFor()
    expect(await dialog(page).locator('.ways tbody td svg').count()).toBe(3)
    await look(page)
    await page.locator('input[value=reject]').check()
    await page.getByText(french ? 'Le rejet de ces demandes est définitif.' : 'Rejecting is final for these requests.').waitFor()
    await page.locator('input[value=grant]').check()
    await page.locator('button[value=date]').click()
    await page.locator('#expiry').fill('2026-12-01T09:00')
    await dialog(page)
      .getByRole('button', { name: french ? 'Accorder 3 demandes' : 'Grant 3 requests' })
      .click()
    await page.locator('.done').waitFor()
    await page.locator('tbody tr:not(:has(.bone))').nth(1).waitFor({ state: 'detached' })
    expect(await focusedIn(page)).toBe(french ? '3 demandes accordées' : '3 requests granted')
    await look(page)
    expect(await statuses()).toEqual(['granted', 'granted', 'granted', 'pending'])
    for (const n of [0, 1, 2])
      expect(await rowOf(n)).toMatchObject({ answer: { user: 'tom', message: MESSAGE }, expiresAt: Date.UTC(2026, 11, 1, 8), revision: 2 })
    expect(await changes()).toEqual([{ request: null, command: 'answerMany' }])
  })

  it('of which a colleague was faster with one: grants the others, and shows the other answer', async () => {
    const { page, ids, becky, statuses, changes } = await answeringThree()
    await host.consentry.reject(becky, ids[1] ?? '', { message: 'I was faster.' })
    await send(page)
    const report = page.locator('#report')
    await report.getByText('2 requests granted').waitFor()
    await report.getByText('One request was answered or ended meanwhile.').waitFor()
    expect(await report.locator('li').allInnerTexts()).toEqual([
      expect.stringMatching(/^Netherfield Park .* · No\. \S+\s+Rejected · Becky Thatcher rejected the request\.$/s),
    ])
    expect(await focusedIn(page)).toContain('2 requests granted')
    expect(await page.locator('dialog[open] form').count()).toBe(0)
    await looksRight(page)
    expect(await statuses()).toEqual(['granted', 'rejected', 'granted', 'pending'])
    await page.getByRole('button', { name: 'Close' }).click()
    await page.locator('dialog[open]').waitFor({ state: 'detached' })
    // The button that opened the dialog is gone.
    expect(await focusedIn(page)).toBe('Incoming requests')
    expect(await changes()).toEqual([{ request: null, command: 'answerMany' }])
  })

  it('of which some are refused: says why, and keeps them with what was typed for another try', async () => {
    const { page, statuses, changes, rowOf } = await answeringThree()
    const { revision } = await rowOf(0)
    let body: { answers: { id: string; ifRevision: number }[] } | undefined
    page.on('request', (request) => {
      if (request.url().endsWith('/answers')) body = request.postDataJSON()
    })
    host.staff.delete('caroline')
    await send(page)
    await page.locator('#report', { hasText: '3 requests could not be answered.' }).waitFor()
    await page.getByText('This request cannot be granted any more').waitFor()
    expect(body?.answers.map(({ ifRevision }) => ifRevision)).toEqual([revision, revision, revision])
    await looksRight(page)
    await page.keyboard.press('Escape')
    await page.locator('dialog[open]').waitFor({ state: 'detached' })
    expect(await focusedIn(page)).toBe('Answer 3…')
    expect(await ticks(page)).toEqual([true, true, true, false])
    await page.locator('button.answer').click()
    await page.locator('dialog[open] form').waitFor()
    expect(await page.locator('#message').inputValue()).toBe(MESSAGE)
    await page.locator('input[value=reject]').check()
    await dialog(page).getByRole('button', { name: 'Reject 3 requests' }).click()
    await page.getByText('3 requests rejected').waitFor()
    expect(await statuses()).toEqual(['rejected', 'rejected', 'rejected', 'pending'])
    expect(await changes()).toEqual([{ request: null, command: 'answerMany' }])
  })

  it('with a message or an expiry that the server does not take: says it at the field', async () => {
    const { page, statuses } = await answeringThree()
    await page.locator('#message').fill('a\u0007b')
    await send(page)
    await page.locator('#message-error', { hasText: 'The message holds characters that cannot be sent.' }).waitFor()
    await page.locator('#message').fill(MESSAGE)
    await page.locator('button[value=today]').click()
    host.now = NOW + DAY / 2
    await send(page)
    await page.locator('#expiry-error', { hasText: 'Choose a time after 27 Nov 2026, 06:04.' }).waitFor()
    expect(await focusedIn(page)).toContain('Please correct one entry')
    expect(await page.locator('#report').count()).toBe(0)
    await looksRight(page)
    await page.locator('button[value=week]').click()
    await send(page)
    await page.getByText('3 requests granted').waitFor()
    expect(await statuses()).toEqual(['granted', 'granted', 'granted', 'pending'])
  })

  it('for different reasons: says each with its request, and sends the rest once more', async () => {
    const { page, ids, becky, rowOf } = await answeringThree()
    const [first, second, third] = ids
    const problem = (code: string, status: number, facts: object) => ({
      status,
      problem: { type: `urn:consentry:error:${code}`, code, title: code, status, ...facts },
    })
    await page.route(
      '**/answers',
      async (route) => {
        const granted = await host.consentry.grant(becky, first ?? '', { expiresAt: null })
        const outcomes = [
          { id: first, status: 200, request: granted },
          { id: second, ...problem('expires-too-late', 422, { latest: new Date(NOW + DAY).toISOString() }) },
          { id: third, ...problem('stale-revision', 412, { expected: 1, actual: 2 }) },
        ]
        await route.fulfill({ contentType: 'application/json', body: JSON.stringify({ outcomes }) })
      },
      { times: 1 },
    )
    await send(page)
    const report = page.locator('#report')
    await report.getByText('1 request granted').waitFor()
    await report.getByText('2 requests could not be answered.').waitFor()
    expect(await report.locator('li').allInnerTexts()).toEqual([
      expect.stringMatching(/^Classics, Inc\. .*This request has changed since you opened it\./s),
      expect.stringMatching(/^Netherfield .*Choose 27 Nov 2026, 18:04 or earlier\.$/s),
    ])
    expect(await page.locator('#message').inputValue()).toBe(MESSAGE)
    await page.getByText('Granting closes').waitFor({ state: 'detached' })
    await looksRight(page)
    await dialog(page).getByRole('button', { name: 'Grant 2 requests' }).click()
    await page.getByText('2 requests granted').waitFor()
    expect([await rowOf(1), await rowOf(2)]).toMatchObject([{ answer: { message: MESSAGE } }, { answer: { message: MESSAGE } }])
  })

  it('without an answer to what that would mean: says so, and is tried again', async () => {
    const { page } = await listed()
    await boxes(page).first().check()
    host.trouble = 'busy'
    await page.locator('button.answer').click()
    await dialog(page).getByText('Not available at the moment').waitFor()
    await looksRight(page)
    host.trouble = 'none'
    await dialog(page).getByRole('button', { name: 'Try again' }).click()
    await dialog(page).getByRole('button', { name: 'Grant access' }).waitFor()
  })

  it('through every trouble keeps what was typed, until it is sent', async () => {
    const { page, statuses } = await answeringThree()
    for (const [trouble, text] of SENDING_TROUBLES) {
      host.trouble = trouble
      await send(page)
      await page.locator('dialog[open] #alert', { hasText: text }).waitFor()
      expect([await focusedIn(page), await page.locator('#message').inputValue()]).toEqual([expect.stringContaining(text), MESSAGE])
    }
    await looksRight(page)
    host.trouble = 'none'
    await send(page)
    await page.getByText('3 requests granted').waitFor()
    expect(await statuses()).toEqual(['granted', 'granted', 'granted', 'pending'])
  })

  it('whose outcomes are lost: says that nobody knows, and looks them up before they are sent again', async () => {
    const { page, ids, becky, statuses, changes } = await answeringThree()
    host.trouble = 'loses answers'
    await send(page)
    await page.locator('dialog[open] #alert', { hasText: 'it is not known whether this has been done' }).waitFor()
    host.trouble = 'none'
    await host.consentry.revoke(becky, ids[2] ?? '', { message: 'Enough.' })
    const sent: string[] = []
    page.on('request', (request) => sent.push(request.method()))
    await send(page)
    const report = page.locator('#report', { hasText: '3 requests have an answer or an end now. If the answers are yours, they arrived.' })
    await report.waitFor()
    expect(await report.locator('li').allInnerTexts()).toEqual([
      expect.stringContaining('Granted by Tom Sawyer'),
      expect.stringContaining('Granted by Tom Sawyer'),
      expect.stringContaining('Revoked · Becky Thatcher ended the access.'),
    ])
    expect(sent).not.toContain('POST')
    expect(await statuses()).toEqual(['granted', 'granted', 'revoked', 'pending'])
    await looksRight(page)
    expect(await changes()).toEqual([{ request: null, command: null }])
  })

  it('that fails after the first: says how many were answered, and sends the others once more', async () => {
    const { page, ids, becky, statuses } = await answeringThree()
    await page.route(
      '**/answers',
      async (route) => {
        const granted = await host.consentry.grant(becky, ids[0] ?? '', { expiresAt: null })
        const problem = {
          type: 'urn:consentry:error:facts-unavailable',
          code: 'facts-unavailable',
          title: 'no',
          status: 503,
          changed: [granted],
        }
        await route.fulfill({ status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) })
      },
      { times: 1 },
    )
    await send(page)
    await page.locator('#alert', { hasText: 'The server cannot do this at the moment.' }).waitFor()
    await page.locator('#report', { hasText: '1 request granted' }).waitFor()
    await looksRight(page)
    await dialog(page).getByRole('button', { name: 'Grant 2 requests' }).click()
    await page.getByText('2 requests granted').waitFor()
    expect(await statuses()).toEqual(['granted', 'granted', 'granted', 'pending'])
  })
})

inChromium('two tabs', () => {
  it('the other one answers meanwhile: the dialog says so when it opens, and what is left is answered', async () => {
    const { page, ids, becky, statuses } = await listed()
    await page.locator('thead input').click()
    const [other] = await Promise.all([
      host.consentry.grant(becky, ids[0] ?? '', { expiresAt: null }),
      page.getByText('4 selected').waitFor(),
    ])
    expect(other.status).toBe('granted')
    await page.locator('button.answer').click()
    await page.locator('#report', { hasText: 'One request was answered or ended meanwhile.' }).waitFor()
    await page.locator('#report', { hasText: 'Granted by Becky Thatcher' }).waitFor()
    await looksRight(page)
    await dialog(page).getByRole('button', { name: 'Grant 3 requests' }).click()
    await page.getByText('3 requests granted').waitFor()
    expect(await statuses()).toEqual(['granted', 'granted', 'granted', 'granted'])
  })

  it('all of them are answered: shows the answers, and what was not sent', async () => {
    const { page, ids, becky } = await answeringThree()
    for (const id of ids.slice(0, 3)) await host.consentry.reject(becky, id)
    await Promise.all([page.waitForResponse(/\/preview$/), readAgain(page)])
    expect(await page.locator('#message').inputValue()).toBe(MESSAGE)
    await send(page)
    await page.locator('#report', { hasText: '3 requests were answered or ended meanwhile.' }).waitFor()
    await page.locator('.unsent', { hasText: MESSAGE }).waitFor()
    await page.getByText('Nothing left to answer').waitFor()
    await looksRight(page)
  })
})

inChromium('by keyboard alone', () => {
  it('Tom selects two, comes back to what was typed, and rejects them', async () => {
    const { page, statuses } = await listed({ count: 3 })
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    // Five filters, the search, the checkbox for all, and that of the first row.
    await press(...Array<string>(8).fill('Tab'), 'Space', 'Tab', 'Tab', 'Space')
    expect(await ticks(page)).toEqual([true, true, false])
    // Back over a button, a checkbox, the checkbox for all, and the button that clears.
    await press(...Array<string>(5).fill('Shift+Tab'))
    expect(await focusedIn(page)).toBe('Answer 2…')
    await press('Enter')
    await page.locator('dialog[open] form').waitFor()
    expect(await focusedIn(page)).toBe('Answer 2 requests')
    await press('Tab', 'ArrowRight', 'Tab')
    await page.keyboard.type('Ask again in spring.')
    await press('Escape')
    await page.locator('dialog[open]').waitFor({ state: 'detached' })
    expect(await focusedIn(page)).toBe('Answer 2…')
    await press('Enter')
    await page.locator('dialog[open] form').waitFor()
    expect(await page.locator('#message').inputValue()).toBe('Ask again in spring.')
    await press('Tab', 'Tab', 'Tab', 'Tab')
    expect(await focusedIn(page)).toBe('Reject 2 requests')
    await press('Enter')
    await page.getByText('2 requests rejected').waitFor()
    expect(await statuses()).toEqual(['rejected', 'rejected', 'pending'])
  })
})
