/** The elements in Chromium when something goes wrong: each trouble has its state, and nothing that was typed is lost. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { NO_CHROMIUM, type OpenPage } from '../browser/chromium.js'
import { DAY, type Host, NOW, SENDING_TROUBLES, startHost, type Trouble } from './host.js'
import { focusedIn, looksRight } from './looks.js'

// A page of a busy machine takes seconds.
vi.setConfig({ testTimeout: 60_000 })

const inChromium = describe.skipIf(NO_CHROMIUM !== undefined)
if (NO_CHROMIUM !== undefined) it.skip(NO_CHROMIUM, () => {})

let host: Host
let opened: OpenPage
beforeAll(async () => {
  host = await startHost()
})
afterEach(() => host.reset())
afterAll(() => host.close())

const MESSAGE = 'Welcome, both of you.'
let tenants = 0

/** Opens the dialog of a fresh request, with a message typed in. */
async function answering(tenant = `tenant-${++tenants}`, options: Parameters<Host['open']>[2] = {}, query: Record<string, string> = {}) {
  const id = await host.ask(tenant, 'Caroline looks after your account.')
  opened = await host.open(tenant, query, options)
  const { page } = opened
  await page.getByRole('button', { name: 'Manage' }).click()
  await page.locator('dialog[open] #message').fill(MESSAGE)
  const row = () => host.consentry.incomingRequest(host.colleague(tenant), id)
  return { page, id, row, becky: host.colleague(tenant) }
}

const send = (page: Page) => page.locator('dialog[open] button[type=submit]').click()
const typedIn = (page: Page) => page.locator('dialog[open] #message').inputValue()

/** Expects the alert to be there, in the focus, and what was typed too. */
async function isTold(page: Page, text: string, keeps = true): Promise<void> {
  await page.locator('dialog[open] #alert', { hasText: text }).waitFor()
  expect(await focusedIn(page)).toContain(text)
  if (keeps) expect(await typedIn(page)).toBe(MESSAGE)
}

inChromium('reading', () => {
  it.each<[Trouble, string]>([
    ['cut', 'No connection'],
    ['garbage', 'No connection'],
    ['silent', 'No connection'],
    ['busy', 'Not available at the moment'],
    ['fails', 'Something went wrong'],
    ['logged out', 'You are not logged in'],
  ])('while the server %s: says so, and is tried again', async (trouble, title) => {
    await host.ask('reading', 'Caroline looks after your account.')
    host.trouble = trouble
    opened = await host.open('reading')
    const { page } = opened
    if (trouble === 'silent') {
      await page.locator('table[aria-busy=true]').waitFor()
      await looksRight(page)
    }
    await page.getByText(title).waitFor()
    // The others differ in their words alone.
    if (trouble === 'cut') await looksRight(page)
    host.trouble = 'none'
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('button', { name: 'Manage' }).first().waitFor()
  })

  it('without the right: says so, and offers no other try', async () => {
    host.trouble = 'forbidden'
    opened = await host.open('reading')
    await opened.page.getByText('You have no access to this page').waitFor()
    expect(await opened.page.getByRole('button', { name: 'Try again' }).count()).toBe(0)
  })

  it('a request that is not there, or not of this tenant', async () => {
    const id = await host.ask('elsewhere', 'Caroline looks after your account.')
    opened = await host.open('reading', { element: 'consentry-grant', request: id })
    await opened.page.getByText('There is no such request').waitFor()
    await looksRight(opened.page)
  })

  it('again, without a connection: leaves the rows, and says that they are old', async () => {
    await host.ask('again', 'Caroline looks after your account.')
    opened = await host.open('again')
    const { page } = opened
    await page.getByRole('button', { name: 'Manage' }).waitFor()
    host.trouble = 'cut'
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    await page.getByText('This could not be brought up to date.').waitFor()
    expect(await page.getByRole('button', { name: 'Manage' }).count()).toBe(1)
    await looksRight(page)
    host.trouble = 'none'
    await host.ask('again', 'Charlotte, too.')
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    await page.getByText('Charlotte, too.').waitFor()
    expect(await page.getByText('This could not be brought up to date.').count()).toBe(0)
  })

  it('ends when the element leaves the page', async () => {
    await host.ask('leaving', 'Caroline looks after your account.')
    host.trouble = 'silent'
    opened = await host.open('leaving')
    const failed = opened.page.waitForEvent('requestfailed')
    await opened.page.evaluate(() => document.querySelector('consentry-incoming')?.remove())
    expect((await failed).failure()?.errorText).toBe('net::ERR_ABORTED')
  })

  it('by a context of its own', async () => {
    opened = await host.open('nobody', { own: 'fr' })
    await opened.page.getByText("Aucune demande n'attend votre réponse.").waitFor()
    await looksRight(opened.page)
  })
})

inChromium('sending an answer', () => {
  it('through every trouble keeps what was typed, until it is sent', async () => {
    const { page, row } = await answering()
    for (const [trouble, text] of [...SENDING_TROUBLES, ['logged out', 'Your login has ended.'] as const]) {
      host.trouble = trouble
      await send(page)
      await isTold(page, text)
    }
    await looksRight(page)
    host.trouble = 'none'
    await send(page)
    await page.getByText('Access granted').waitFor()
    expect(await row()).toMatchObject({ status: 'granted', answer: { message: MESSAGE } })
  })

  it('without an answer in time: says meanwhile that it is sent, and then that nobody knows', async () => {
    const { page, row } = await answering()
    host.trouble = 'silent'
    await send(page)
    await page.getByRole('button', { name: 'Sending' }).waitFor()
    await isTold(page, 'it is not known whether this has been done')
    expect(await row()).toMatchObject({ status: 'pending' })
  })

  it('whose own answer is lost: looks it up before it is sent again', async () => {
    const { page, row } = await answering()
    host.trouble = 'loses answers'
    await send(page)
    await isTold(page, 'it is not known whether this has been done')
    host.trouble = 'none'
    await send(page)
    await isTold(page, 'The request has an answer or an end now. If the answer is yours, it arrived.', false)
    await page.locator('.outcome', { hasText: 'by Tom Sawyer' }).waitFor()
    expect(await row()).toMatchObject({ status: 'granted', revision: 2 })
    await looksRight(page)
  })

  it('after a colleague: shows the other answer, and what was not sent', async () => {
    const { page, id, becky } = await answering()
    await host.consentry.grant(becky, id, { expiresAt: NOW + 3 * DAY, message: 'I was faster.' })
    await send(page)
    await isTold(page, 'This request was answered or ended meanwhile.', false)
    await page.locator('.outcome', { hasText: 'by Becky Thatcher' }).waitFor()
    await page.getByText('I was faster.').waitFor()
    await page.locator('.unsent', { hasText: MESSAGE }).waitFor()
    await looksRight(page)
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByText('Nothing waits for your answer.').waitFor()
  })

  it('to a request that lapsed meanwhile: shows that', async () => {
    const { page } = await answering()
    host.now = NOW + 10 * DAY
    await send(page)
    await isTold(page, 'This request was answered or ended meanwhile.', false)
    await page.getByText('Nobody answered in time, so the request lapsed.').waitFor()
    await looksRight(page)
  })

  it('to a request that has changed: reads it again, keeps the form, and sends it on the new revision', async () => {
    const { page, row } = await answering()
    const revisions: (string | undefined)[] = []
    await page.route('**/grant', async (route) => {
      revisions.push(route.request().headers()['if-match'])
      const type = 'urn:consentry:error:stale-revision'
      const problem = { type, code: 'stale-revision', title: 'stale', status: 412, expected: 1, actual: 2 }
      if (revisions.length > 1) return route.continue()
      return route.fulfill({ status: 412, contentType: 'application/problem+json', body: JSON.stringify(problem) })
    })
    await send(page)
    await isTold(page, 'This request has changed since you opened it.')
    await looksRight(page)
    await send(page)
    await page.getByText('Access granted').waitFor()
    expect(revisions).toEqual(['"1"', '"1"'])
    expect(await row()).toMatchObject({ status: 'granted' })
  })

  it('with an end that the server does not take: says it at the field', async () => {
    const { page } = await answering()
    await page.locator('button[value=today]').click()
    host.now = NOW + DAY / 2
    await send(page)
    await isTold(page, 'Please correct one entry')
    await page.locator('#expiry-error', { hasText: 'Choose a time after 27 Nov 2026, 06:04.' }).waitFor()
    await looksRight(page)
  })

  it('with an end that cannot be: says it before it is sent, and leads to the field', async () => {
    const { page, row } = await answering('capped-fences')
    expect(await page.locator('.presets button').allTextContents()).toEqual(
      ['Today', 'Tomorrow', 'On a date'].map((word) => expect.stringContaining(word)),
    )
    await page.locator('button[value=date]').click()
    const cases = [
      ['2026-12-20T10:00', 'Choose 29 Nov 2026, 18:04 or earlier.'],
      ['2026-11-26T18:03', 'Choose a time after 26 Nov 2026, 18:04.'],
      ['2027-03-28T02:30', 'The clocks of Europe/Paris skip this time. Choose another.'],
      ['', 'Choose a date and a time.'],
    ] as const
    for (const [typed, text] of cases) {
      await page.locator('#expiry').fill(typed)
      await send(page)
      await page.locator('#expiry-error', { hasText: text }).waitFor()
      await isTold(page, text)
    }
    await looksRight(page)
    await page.locator('#alert button').click()
    expect(await page.locator('#expiry').evaluate((field) => field.matches(':focus'))).toBe(true)
    expect(await page.locator('#expiry').getAttribute('aria-invalid')).toBe('true')
    expect(await row()).toMatchObject({ status: 'pending' })
  })

  it('with a message that cannot be sent, is too long, or says too little', async () => {
    const { page, row } = await answering(undefined, {}, { least: '5' })
    const field = page.locator('dialog[open] #message')
    const isRefused = async (text: string, error: string) => {
      await field.fill(text)
      await send(page)
      await page.locator('#message-error', { hasText: error }).waitFor()
      expect(await typedIn(page)).toBe(text)
    }
    await isRefused('a\u0007b', 'The message holds characters that cannot be sent.')
    await isRefused('🎣'.repeat(1_001), 'Shorten the message to 1,000 characters.')
    await page.getByText('1 character too many').waitFor()
    await page.locator('input[value=reject]').check()
    await isRefused('No …', 'Write a message of at least 5 letters and digits.')
    await looksRight(page)
    await field.fill('Not now.')
    await send(page)
    await page.getByText('Request rejected').waitFor()
    expect(await row()).toMatchObject({ status: 'rejected', answer: { message: 'Not now.' } })
  })

  it('inside another tenant: is refused, and says why', async () => {
    const { page } = await answering('inside', { login: 'tom~inside~hundred-acre' })
    await send(page)
    await isTold(page, 'You are acting inside another tenant')
    await looksRight(page)
  })

  it('as a member of the tenant that asks, or when everybody in the request has left', async () => {
    const { page } = await answering()
    host.staff.add('tom')
    await send(page)
    await isTold(page, 'You also belong to the tenant that asks')
    host.staff.delete('tom')
    host.staff.delete('caroline')
    await send(page)
    await isTold(page, 'This request cannot be granted any more')
  })
})

inChromium('changing a grant', () => {
  it('that has ended meanwhile: says so, and shows how it ended', async () => {
    const id = await host.ask('moved', 'Caroline looks after your account.')
    await host.consentry.grant(host.colleague('moved'), id, { expiresAt: null })
    opened = await host.open('moved', { element: 'consentry-grant', request: id })
    const { page } = opened
    await page.getByText('The access holds').waitFor()
    await looksRight(page)
    await page.getByRole('button', { name: 'Change the expiry' }).click()
    await host.consentry.revoke(host.colleague('moved'), id, { message: 'Enough.' })
    await page.getByRole('button', { name: 'Save the expiry' }).click()
    await page.getByText('This access has ended or changed meanwhile.').waitFor()
    await page.getByText('Becky Thatcher ended the access.').waitFor()
    await looksRight(page)
  })

  it('without a connection: keeps the form with what was typed', async () => {
    const id = await host.ask('offline', 'Caroline looks after your account.')
    await host.consentry.grant(host.colleague('offline'), id, { expiresAt: NOW + 30 * DAY })
    opened = await host.open('offline', { element: 'consentry-grant', request: id })
    const { page } = opened
    await page.getByRole('button', { name: 'Revoke the access' }).click()
    await page.locator('dialog[open] #message').fill(MESSAGE)
    await page.keyboard.press('Escape')
    await page.locator('dialog[open]').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Revoke the access' }).click()
    for (const trouble of ['cut', 'logged out'] as const) {
      host.trouble = trouble
      await send(page)
      await page.locator('dialog[open] #alert', { hasText: trouble === 'cut' ? 'did not answer' : 'Your login has ended' }).waitFor()
      expect(await typedIn(page)).toBe(MESSAGE)
    }
    await looksRight(page)
    host.trouble = 'none'
    await send(page)
    await page.getByText('Tom Sawyer ended the access.').waitFor()
  })
})
