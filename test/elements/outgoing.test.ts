/** What a vendor asked for, in Chromium over the real API: Elizabeth's page, each command with its troubles, and long lists. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Actor } from '../../src/domain/actor.js'
import type { Change, Navigation } from '../../src/elements.js'
import { NO_CHROMIUM } from '../browser/chromium.js'
import { DAY, type Host, NOW, SENDING_TROUBLES, startHost, type Trouble } from './host.js'
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

const MESSAGE = 'We need it no more.'
let vendors = 0

type Associations = readonly { readonly users: readonly string[]; readonly tenants: readonly string[] }[]

/** Returns a vendor of its own, as Elizabeth works there, and what she and her customers do. */
function newVendor() {
  const vendor = `vendor-${++vendors}`
  const elizabeth: Actor = { user: 'elizabeth', tenant: vendor, permissions: ['submit'], impersonating: null }
  /** Sends a request, some days ago, and returns its id and those of its tenants. */
  const send = async (associations: Associations, { name = 'SupportAccess', message = 'Caroline looks after you.', ago = 0 } = {}) => {
    host.now = NOW - ago * DAY
    const { id, sent } = await host.consentry.submit(elizabeth, { name, message, associations })
    host.now = NOW
    const to = (tenant: string) => sent.find((one) => one.tenant === tenant)?.id ?? ''
    return { id, to, ids: sent.map((one) => one.id) }
  }
  const grant = (tenant: string, id: string, expiresAt: number | null = NOW + 4.6 * DAY) =>
    host.consentry.grant(host.colleague(tenant), id, { expiresAt, message: 'Welcome, both of you.' })
  const row = (id: string) => host.consentry.outgoingRequest(elizabeth, id)
  const open = async (query: Record<string, string> = {}, { width = 1280, inside = '' } = {}) => {
    const login = `elizabeth~${vendor}${inside && `~${inside}`}`
    const viewport = { width, height: 900 }
    const { page } = await host.open(vendor, { element: 'consentry-outgoing', ...query }, { login, viewport })
    const events = await page.evaluateHandle(() => {
      const all: { changed: Change[]; went: Navigation[] } = { changed: [], went: [] }
      document.addEventListener('consentry-changed', ({ detail }) => all.changed.push(detail))
      document.addEventListener('consentry-navigate', ({ detail }) => all.went.push(detail))
      return all
    })
    return { page, changed: async () => (await events.jsonValue()).changed, went: async () => (await events.jsonValue()).went }
  }
  return { vendor, elizabeth, send, grant, row, open }
}

/** Sends a request to one customer, who grants it if wanted, and opens the dialog that ends it, with a message typed in. */
async function ending(command: 'withdraw' | 'giveUp', query: Record<string, string> = {}, inside = '') {
  const made = newVendor()
  const sent = await made.send([{ users: ['caroline', 'charlotte'], tenants: ['tom-sawyer'] }])
  const id = sent.to('tom-sawyer')
  if (command === 'giveUp') await made.grant('tom-sawyer', id)
  const opened = await made.open(query, { inside })
  await opened.page.locator('td.end .danger').first().click()
  if (command === 'giveUp') await opened.page.locator('dialog[open] #message').fill(MESSAGE)
  return { ...made, ...opened, id, accessRequest: sent.id, becky: host.colleague('tom-sawyer') }
}

const group = (page: Page, name: string) => page.locator('section.group', { has: page.locator(`.toggle bdi:text-is("${name}")`) })
const dialog = (page: Page) => page.locator('dialog[open]')
const confirm = (page: Page) => page.locator('dialog[open] button[type=submit]').click()
const readAgain = (page: Page) => page.evaluate(() => window.dispatchEvent(new Event('online')))
const oneLine = (text: string | null) => text?.replaceAll(/\s+/g, ' ').trim()
const shownTenants = (page: Page) => page.locator('tbody tr td:first-child b').allTextContents()

/** Expects the alert of the dialog to be there, and in the focus. */
async function isTold(page: Page, text: string): Promise<void> {
  await page.locator('dialog[open] #alert', { hasText: text }).waitFor()
  expect(await focusedIn(page)).toContain(text)
}

/** Expects what was done to be said, and in the focus. */
async function isDone(page: Page, text: string): Promise<void> {
  await page.locator('.done', { hasText: text }).waitFor()
  await expect.poll(() => focusedIn(page)).toBe(oneLine(text))
}

const WORDS = {
  en: {
    filters: ['All 4', 'Pending 2', 'Granted 1', 'Ending soon 1', 'Rejected 1', 'Ended 0'],
    sent: 'Sent 26 Nov 2026, 18:04 by Elizabeth Bennet · Caroline Bingley, Charlotte Lucas',
    tally: '1 granted · 1 pending · 1 rejected',
    ends: 'Ends 1 Dec 2026, 08:28 in 4 days',
    withdrawn: 'Request withdrawn: Kellynch Hall Estates',
    givenUp: 'Access given up: Tom Sawyer Fence Painting Co.',
    ended: 'Elizabeth Bennet gave the access up.',
    removed: 'Charlotte Lucas was removed from 1 request.',
    all: 'Ended with Green Gables Farm: 1 request.',
  },
  fr: {
    filters: ['Toutes 4', 'En attente 2', 'Accordées 1', 'Expirent bientôt 1', 'Rejetées 1', 'Terminées 0'],
    sent: 'Envoyée le 26 nov. 2026, 18:04 par Elizabeth Bennet · Caroline Bingley, Charlotte Lucas',
    tally: '1 accordée · 1 en attente · 1 rejetée',
    ends: 'Expire le 1 déc. 2026, 08:28 dans 4 jours',
    withdrawn: 'Demande retirée\u00a0: Kellynch Hall Estates',
    givenUp: "Vous avez renoncé à l'accès\u00a0: Tom Sawyer Fence Painting Co.",
    ended: "Elizabeth Bennet a renoncé à l'accès.",
    removed: 'Exclusion de Charlotte Lucas\u00a0: 1 demande.',
    all: 'Terminé avec Green Gables Farm\u00a0: 1 demande.',
  },
}

inChromium.each([
  ['en', 1280],
  ['fr', 390],
] as const)('in %s at %i px', (lang, width) => {
  const words = WORDS[lang]
  // What axe finds does not depend on the language, and it takes most of the time.
  const look = lang === 'en' ? looksRight : fits

  it('Elizabeth sees the answers, withdraws, gives up, asks again, removes Charlotte, and ends all with a customer', async () => {
    const { elizabeth, send, grant, row, open } = newVendor()
    const older = await send([{ users: ['caroline'], tenants: ['green-gables'] }], { name: 'Harvest', ago: 2, message: '' })
    const sent = await send([
      { users: ['caroline'], tenants: ['tom-sawyer', 'kellynch'] },
      { users: ['charlotte'], tenants: ['tom-sawyer', 'hundred-acre'] },
    ])
    await grant('tom-sawyer', sent.to('tom-sawyer'))
    await host.consentry.reject(host.colleague('hundred-acre'), sent.to('hundred-acre'), { message: 'Not this year.' })
    const { page, changed, went } = await open({ lang }, { width })
    await page.locator('tbody tr:not(:has(.bone))').nth(2).waitFor()
    const filters = await page.locator('.filters button').allTextContents()
    expect(
      filters.map((text) =>
        text
          .replaceAll(/\s+/g, ' ')
          .trim()
          .replace(/(\S)(\d)$/, '$1 $2'),
      ),
    ).toEqual(words.filters)
    const first = group(page, 'SupportAccess')
    const textOf = async (place: string) => oneLine(await first.locator(place).first().textContent())
    expect([await textOf('.request small'), await textOf('.request div:last-child small')]).toEqual([words.sent, words.tally])
    const tom = first.locator('tr', { hasText: 'Tom Sawyer' })
    expect(oneLine(await tom.locator('td').nth(2).textContent())).toBe(words.ends)
    expect(await group(page, 'Harvest').locator('.toggle').getAttribute('aria-expanded')).toBe('false')
    // The vendor is never told who answered.
    expect(await page.getByText('Becky').count()).toBe(0)
    await look(page)

    await first.locator('tr', { hasText: 'Kellynch' }).locator('.danger').click()
    await dialog(page).waitFor()
    await look(page)
    await confirm(page)
    await isDone(page, words.withdrawn)
    expect(await row(sent.to('kellynch'))).toMatchObject({ status: 'withdrawn', ended: { by: 'requester', user: 'elizabeth' } })

    await tom.locator('.danger').click()
    await dialog(page).locator('#message').fill('Thank you, Tom.')
    await fits(page)
    await confirm(page)
    await isDone(page, words.givenUp)
    await first.getByText(words.ended).waitFor()
    expect(await row(sent.to('tom-sawyer'))).toMatchObject({ status: 'revoked', ended: { by: 'requester', message: 'Thank you, Tom.' } })

    // Hundred Acre has rejected, so that it can only be asked again.
    await first.locator('tr', { hasText: 'Hundred Acre' }).locator('td.end button').click()
    const editor = page.locator('consentry-request-editor')
    expect(await editor.getAttribute('like')).toBe(sent.to('hundred-acre'))
    await editor.evaluate((one) =>
      one.dispatchEvent(
        new CustomEvent('consentry-navigate', { detail: { to: 'outgoing' }, bubbles: true, composed: true, cancelable: true }),
      ),
    )
    await group(page, 'Harvest').locator('.toggle').click()
    await group(page, 'Harvest').locator('.foot button').first().click()
    await page.locator('.people li').waitFor()
    expect((await went()).map(({ to, id }) => [to, id])).toEqual([
      ['new-request', sent.to('hundred-acre')],
      ['outgoing', undefined],
      ['outgoing', older.id],
    ])
    await look(page)

    await page.locator('td.end .rare').click()
    await fits(page)
    await confirm(page)
    await isDone(page, words.all)
    expect(await row(older.to('green-gables'))).toMatchObject({ status: 'withdrawn' })

    await send([{ users: ['caroline', 'charlotte'], tenants: ['netherfield'] }], { name: 'Again', ago: -0.001 })
    await page.locator('.back').click()
    await readAgain(page)
    await group(page, 'Again').locator('.foot button').first().click()
    await page.locator('.people li', { hasText: 'Charlotte' }).locator('button').click()
    await look(page)
    await confirm(page)
    await isDone(page, words.removed)
    await page.locator('.removed', { hasText: 'Charlotte Lucas' }).waitFor()
    expect((await host.consentry.outgoing(elizabeth, { users: 'charlotte', status: 'pending' })).items).toEqual([])
    expect((await changed()).map(({ request, command }) => [command, request])).toEqual([
      ['withdrawOutgoing', sent.to('kellynch')],
      ['revokeOutgoing', sent.to('tom-sawyer')],
      ['endAll', null],
      ['removeUser', null],
    ])
    await look(page)
  })
})

inChromium('by keyboard alone', () => {
  it('Elizabeth opens a request, begins to give up a grant, thinks again, and gives it up', async () => {
    const { send, grant, row, open } = newVendor()
    const older = await send([{ users: ['caroline'], tenants: ['tom-sawyer'] }], { name: 'Older', ago: 1 })
    await send([{ users: ['caroline'], tenants: ['kellynch'] }], { name: 'Newer' })
    await grant('tom-sawyer', older.to('tom-sawyer'), null)
    const { page } = await open()
    await page.locator('tbody tr:not(:has(.bone))').waitFor()
    const press = async (key: string, times = 1) => {
      for (let n = 0; n < times; n += 1) await page.keyboard.press(key)
    }
    // The new request, six filters, the search, the newest request with its row and its foot, and the older one.
    await press('Tab', 12)
    expect(await focusedIn(page)).toBe('Older')
    await press('Enter')
    await page.locator('tbody tr:not(:has(.bone))').nth(1).waitFor()
    expect([await focusedIn(page), await page.locator('.toggle').nth(1).getAttribute('aria-expanded')]).toEqual(['Older', 'true'])
    await press('Tab')
    const giveUp = 'Give up: Tom Sawyer Fence Painting Co.'
    expect(await focusedIn(page)).toBe(giveUp)
    await press('Enter')
    await dialog(page).waitFor()
    expect(await focusedIn(page)).toBe('Give up the access to Tom Sawyer Fence Painting Co.?')
    await press('Tab')
    await page.keyboard.type(MESSAGE)
    await press('Escape')
    await dialog(page).waitFor({ state: 'detached' })
    expect([await focusedIn(page), (await row(older.to('tom-sawyer'))).status]).toEqual([giveUp, 'granted'])
    await press('Enter')
    await dialog(page).waitFor()
    expect(await dialog(page).locator('#message').inputValue()).toBe(MESSAGE)
    await press('Tab', 3)
    expect(await focusedIn(page)).toBe('Give up now')
    await press('Enter')
    await isDone(page, 'Access given up: Tom Sawyer Fence Painting Co.')
    expect(await row(older.to('tom-sawyer'))).toMatchObject({ status: 'revoked', ended: { message: MESSAGE } })
  })
})

inChromium('a command', () => {
  const said = SENDING_TROUBLES.map(
    ([trouble, text]) => [trouble, trouble === 'forbidden' ? 'You may not change requests any more.' : text] as const,
  )

  it('through every trouble keeps what was typed, until it is sent', async () => {
    const { page, row, id } = await ending('giveUp')
    for (const [trouble, text] of said) {
      host.trouble = trouble
      await confirm(page)
      await isTold(page, text)
      expect(await dialog(page).locator('#message').inputValue()).toBe(MESSAGE)
    }
    await looksRight(page)
    host.trouble = 'none'
    await confirm(page)
    await isDone(page, 'Access given up: Tom Sawyer Fence Painting Co.')
    expect(await row(id)).toMatchObject({ status: 'revoked', ended: { by: 'requester', message: MESSAGE } })
  })

  const COMMANDS: readonly (readonly [command: string, button: string, done: string])[] = [
    ['withdrawOutgoing', 'Withdraw: Tom Sawyer Fence Painting Co.', 'Request withdrawn: Tom Sawyer Fence Painting Co.'],
    ['withdrawRequest', 'Withdraw all pending', 'Withdrawn, of SupportAccess: 2 requests.'],
    ['removeUser', 'Remove from all requests: Caroline Bingley', 'Caroline Bingley was removed from 2 requests.'],
    ['endAll', 'End everything: Tom Sawyer Fence Painting Co.', 'Ended with Tom Sawyer Fence Painting Co.: 1 request.'],
  ]
  it.each(COMMANDS)('%s goes on after a trouble, and is said', async (command, button, done) => {
    const { send, open, row } = newVendor()
    const sent = await send([{ users: ['caroline'], tenants: ['tom-sawyer', 'kellynch'] }])
    const { page, changed } = await open({ request: sent.id })
    await page.locator('button', { hasText: button }).click()
    await dialog(page).waitFor()
    for (const [trouble, text] of said.filter(([one]) => ['busy', 'forbidden', 'cut'].includes(one))) {
      host.trouble = trouble
      await confirm(page)
      await isTold(page, text)
    }
    host.trouble = 'none'
    await confirm(page)
    await isDone(page, done)
    expect((await row(sent.to('tom-sawyer'))).status).toBe('withdrawn')
    const one = command === 'withdrawOutgoing' ? sent.to('tom-sawyer') : command === 'withdrawRequest' ? sent.id : null
    expect(await changed()).toEqual([{ request: one, command }])
  })

  it('without an answer in time: says meanwhile that it is sent, and then that nobody knows', async () => {
    const { page, row, id } = await ending('withdraw', { timeout: '700' })
    host.trouble = 'silent'
    await confirm(page)
    await page.getByRole('button', { name: 'Sending' }).waitFor()
    await isTold(page, 'it is not known whether this has been done')
    expect((await row(id)).status).toBe('pending')
  })

  it('whose answer is lost is looked up, and not sent twice', async () => {
    const { page, row, id, changed } = await ending('giveUp')
    host.trouble = 'loses answers'
    await confirm(page)
    await isTold(page, 'it is not known whether this has been done')
    const { revision } = await row(id)
    host.trouble = 'none'
    await confirm(page)
    await isTold(page, 'If the end is yours, it arrived.')
    await dialog(page).getByText('Elizabeth Bennet gave the access up.').waitFor()
    await looksRight(page)
    await dialog(page).getByRole('button', { name: 'Close' }).click()
    await page.locator('tbody .status.revoked').waitFor()
    expect([(await row(id)).revision, await changed()]).toEqual([revision, [{ request: id, command: null }]])
  })

  it('whose answer is lost, and whose request a colleague has changed since, shows that first', async () => {
    const { page, row, id, elizabeth } = await ending('giveUp')
    host.trouble = 'cut'
    await confirm(page)
    await isTold(page, 'it is not known whether this has been done')
    host.trouble = 'none'
    await host.consentry.removeUser(elizabeth, 'charlotte')
    await confirm(page)
    await isTold(page, 'This request has changed since you opened it.')
    expect((await row(id)).status).toBe('granted')
    await confirm(page)
    await isDone(page, 'Access given up: Tom Sawyer Fence Painting Co.')
  })

  it('that fails after its dialog was closed opens it again, and says so', async () => {
    const { page, row, id } = await ending('giveUp', { timeout: '700' })
    host.trouble = 'silent'
    await confirm(page)
    await page.keyboard.press('Escape')
    await dialog(page).waitFor({ state: 'detached' })
    await isTold(page, 'it is not known whether this has been done')
    expect([await dialog(page).locator('#message').inputValue(), (await row(id)).status]).toEqual([MESSAGE, 'granted'])
  })

  it('on several requests is repeated after a lost answer, and says that nothing is left', async () => {
    const { send, open } = newVendor()
    const sent = await send([{ users: ['caroline'], tenants: ['tom-sawyer'] }])
    const { page } = await open({ request: sent.id })
    await page.getByRole('button', { name: 'Remove from all requests' }).click()
    host.trouble = 'loses answers'
    await confirm(page)
    await isTold(page, 'nothing is done twice')
    host.trouble = 'none'
    await confirm(page)
    await isDone(page, 'Caroline Bingley was removed from nothing: no open request names them any more.')
  })

  it('on a request that a colleague has changed meanwhile shows it, keeps the message, and can be confirmed again', async () => {
    const { page, row, id, elizabeth } = await ending('giveUp')
    await host.consentry.removeUser(elizabeth, 'charlotte')
    await confirm(page)
    await isTold(page, 'This request has changed since you opened it.')
    await dialog(page).getByText('Charlotte Lucas: removed 26 Nov 2026, 18:04').waitFor()
    expect(await dialog(page).locator('#message').inputValue()).toBe(MESSAGE)
    await looksRight(page)
    await confirm(page)
    await isDone(page, 'Access given up: Tom Sawyer Fence Painting Co.')
    expect(await row(id)).toMatchObject({ status: 'revoked', ended: { message: MESSAGE } })
  })

  it('on a grant that the customer was faster to end says how it ended, and shows the message that was not sent', async () => {
    const { page, becky, id } = await ending('giveUp')
    await host.consentry.revoke(becky, id, { message: 'Enough.' })
    await confirm(page)
    await isTold(page, 'This request was answered or ended meanwhile.')
    await dialog(page).getByText('Tom Sawyer Fence Painting Co. ended the access.').waitFor()
    expect(await dialog(page).locator('.quote').allTextContents()).toEqual(['Welcome, both of you.', 'Enough.', MESSAGE])
    await looksRight(page)
    await dialog(page).getByRole('button', { name: 'Close' }).click()
    await page.locator('tbody .status.revoked').waitFor()
  })

  it('on a request that was granted meanwhile does not withdraw it', async () => {
    const { page, grant, row, id } = await ending('withdraw')
    await grant('tom-sawyer', id)
    await confirm(page)
    await isTold(page, 'What you wanted was not done.')
    await dialog(page).locator('.status.granted').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Give up' }).waitFor()
    expect((await row(id)).status).toBe('granted')
  })

  it('inside another tenant is refused, and says why', async () => {
    const { page, row, id } = await ending('withdraw', {}, 'hundred-acre')
    await confirm(page)
    await isTold(page, 'You are acting inside another tenant')
    expect((await row(id)).status).toBe('pending')
  })

  it('with a message that cannot be sent or is too long says so at the field', async () => {
    const { page, row, id } = await ending('giveUp')
    for (const [text, error] of [
      ['a\u0007b', 'The message holds characters that cannot be sent.'],
      ['🎣'.repeat(1_001), 'Shorten the message to 1,000 characters.'],
    ] as const) {
      await dialog(page).locator('#message').fill(text)
      await confirm(page)
      await page.locator('#message-error', { hasText: error }).waitFor()
      expect(await dialog(page).locator('#message').inputValue()).toBe(text)
    }
    await page.locator('#alert button').click()
    expect(
      await dialog(page)
        .locator('#message')
        .evaluate((field) => field.matches(':focus')),
    ).toBe(true)
    expect((await row(id)).status).toBe('granted')
  })
})

inChromium('reading', () => {
  it.each<[Trouble, string]>([
    ['cut', 'No connection'],
    ['logged out', 'You are not logged in'],
    ['forbidden', 'It is for people who send requests.'],
  ])('while the server %s: says so, in the list and for one request', async (trouble, text) => {
    const { send, open } = newVendor()
    const { id } = await send([{ users: ['caroline'], tenants: ['tom-sawyer'] }])
    host.trouble = trouble
    const { page } = await open()
    await page.getByText(text).waitFor()
    if (trouble === 'cut') await looksRight(page)
    await page.locator('consentry-outgoing').evaluate((one, request) => one.setAttribute('request', request), id)
    await page.getByText(text).waitFor()
    host.trouble = 'none'
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(trouble === 'forbidden' ? 0 : 1)
    if (trouble !== 'forbidden') await page.getByRole('button', { name: 'Try again' }).click()
    if (trouble !== 'forbidden') await page.getByText('Tom Sawyer').first().waitFor()
  })

  it('while the server is silent shows bars, and nothing while there is nothing', async () => {
    const { open, send } = newVendor()
    host.trouble = 'silent'
    const { page } = await open({ timeout: '1000' })
    await page.locator('.card [aria-busy=true] .bone').first().waitFor()
    await looksRight(page)
    host.trouble = 'none'
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('No requests yet.').waitFor()
    await looksRight(page)
    host.trouble = 'silent'
    await page.locator('consentry-outgoing').evaluate((one) => one.setAttribute('request', 'r'))
    await page.locator('.summary .bone').first().waitFor()
    await looksRight(page)
    host.trouble = 'none'
    await page.locator('consentry-outgoing').evaluate((one) => one.removeAttribute('request'))
    await page.getByText('No requests yet.').waitFor()
    // A colleague sends the first one.
    await send([{ users: ['caroline'], tenants: ['tom-sawyer'] }])
    await readAgain(page)
    await page.locator('tbody tr:not(:has(.bone))').waitFor()
    await page.locator('.filters button[value=rejected]').click()
    await page.getByText('No tenant has rejected a request.').waitFor()
    await page.getByRole('button', { name: 'Show all requests' }).click()
    await page.locator('tbody tr:not(:has(.bone))').waitFor()
  })

  it('again, without a connection: leaves the rows, and says that they are old', async () => {
    const { send, open } = newVendor()
    await send([{ users: ['caroline'], tenants: ['tom-sawyer'] }])
    const { page } = await open()
    await page.locator('tbody tr:not(:has(.bone))').waitFor()
    host.trouble = 'cut'
    await readAgain(page)
    await page.getByText('This could not be brought up to date.').waitFor()
    expect(await shownTenants(page)).toEqual(['Tom Sawyer Fence Painting Co.'])
  })

  it('a request of another vendor is not there', async () => {
    const { id } = await newVendor().send([{ users: ['caroline'], tenants: ['tom-sawyer'] }])
    const { page } = await newVendor().open({ request: id })
    await page.getByText('your tenant did not send this request').waitFor()
    expect(await page.getByText('SupportAccess').count()).toBe(0)
    await looksRight(page)
  })

  it('the tenants of a request moves nothing until they are there', async () => {
    const { send, open } = newVendor()
    for (const [name, ago] of [
      ['Oldest', 3],
      ['Older', 2],
      ['Newest', 1],
    ] as const)
      await send([{ users: ['caroline'], tenants: ['tom-sawyer', 'kellynch'] }], { name, ago })
    const { page } = await open()
    await page.locator('tbody tr:not(:has(.bone))').nth(1).waitFor()
    const top = () => group(page, 'Oldest').evaluate((one) => one.getBoundingClientRect().top)
    const before = await top()
    let answer = () => {}
    const held = new Promise<void>((resolve) => {
      answer = resolve
    })
    await page.route('**/outgoing?*accessRequest*', async (route) => {
      await held
      await route.continue()
    })
    await group(page, 'Older').locator('.toggle').click()
    await page.locator('.group[aria-busy=true]').waitFor()
    expect([await top(), await page.locator('tbody tr').count()]).toEqual([before, 2])
    await looksRight(page)
    answer()
    await page.locator('tbody tr:not(:has(.bone))').nth(3).waitFor()
    expect(await top()).toBeGreaterThan(before + 50)
    await group(page, 'Older').locator('.toggle').click()
    await page.locator('tbody tr:not(:has(.bone))').nth(2).waitFor({ state: 'detached' })
    expect(await top()).toBe(before)
  })
})

inChromium('a long list', () => {
  it('is read in pages, and searched by name, customer and person', async () => {
    const { send, open } = newVendor()
    host.staff.add('becky')
    await send([{ users: ['becky'], tenants: ['green-gables', 'kellynch'] }], { name: 'Café', ago: 40 })
    for (let n = 0; n < 26; n += 1) await send([{ users: ['caroline'], tenants: ['tom-sawyer'] }], { name: `Request${n}`, ago: 30 - n })
    const { page } = await open()
    const groups = page.locator('.group')
    await groups.nth(24).waitFor()
    expect(await groups.count()).toBe(25)
    await page.getByRole('button', { name: 'Show more' }).click()
    await groups.nth(26).waitFor()
    const search = page.getByRole('searchbox')
    // Found by a customer, it shows this customer.
    await search.fill('GABLES')
    await page.getByText('1 match', { exact: true }).waitFor()
    expect([await groups.locator('h3').allTextContents(), await shownTenants(page)]).toEqual([
      [expect.stringContaining('Café')],
      ['Green Gables Farm'],
    ])
    await looksRight(page)
    await search.fill('cafe')
    await groups.locator('.toggle[aria-expanded=false]').waitFor()
    await search.fill('becky thatcher')
    await page.getByText('1 match', { exact: true }).waitFor()
    await search.fill('nobody like that')
    await page.getByText('No request matches.').waitFor()
    await looksRight(page)
    await page.getByRole('button', { name: 'Clear the search' }).click()
    await groups.nth(24).waitFor()
  })

  it('says when it was not searched to its end', async () => {
    const { send, open } = newVendor()
    await send([{ users: ['caroline'], tenants: Array.from({ length: 1_001 }, (_, n) => `many-${n}`) }], { name: 'Wide' })
    const { page } = await open()
    await page.locator('tbody tr:not(:has(.bone))').nth(5).waitFor()
    await page.getByRole('searchbox').fill('wide')
    await page.getByText('The newest 1,000 are searched.').waitFor()
  })

  it('shows the tenants of a status below the requests that have some, and what ends soon, by its end', async () => {
    const { send, grant, open } = newVendor()
    const first = await send([{ users: ['caroline'], tenants: ['tom-sawyer', 'kellynch'] }], { name: 'First', ago: 1 })
    const second = await send([{ users: ['charlotte'], tenants: ['green-gables', 'netherfield'] }], { name: 'Second' })
    await grant('tom-sawyer', first.to('tom-sawyer'), NOW + 2 * DAY)
    await grant('green-gables', second.to('green-gables'), NOW + 1 * DAY)
    await grant('netherfield', second.to('netherfield'), NOW + 30 * DAY)
    const { page } = await open({ filter: 'pending' })
    await page.locator('tbody tr:not(:has(.bone))').waitFor()
    expect([await page.locator('.group').count(), await shownTenants(page)]).toEqual([1, ['Kellynch Hall Estates']])
    await page.locator('.filters button[value=soon]').click()
    await page.locator('tbody tr .name').nth(1).waitFor()
    expect(await shownTenants(page)).toEqual(['Green Gables Farm', 'Tom Sawyer Fence Painting Co.'])
    await looksRight(page)
    await page.getByRole('searchbox').fill('charlotte')
    await page.getByText('1 match', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Second' }).click()
    await page.getByRole('heading', { name: 'Second' }).waitFor()
    expect(await focusedIn(page)).toBe('← Outgoing requests')
    await page.locator('.back').click()
    await page.locator('tbody tr .name').waitFor()
    expect(await focusedIn(page)).toBe('Outgoing requests')
  })
})

inChromium('a request to 300 tenants', () => {
  it('shows a few of them, all on its page, by status, and is withdrawn as a whole', async () => {
    const { send, grant, open, elizabeth } = newVendor()
    const tenants = Array.from({ length: 300 }, (_, n) => `branch-${n}`)
    const sent = await send([{ users: ['caroline'], tenants }])
    await grant('branch-7', sent.to('branch-7'))
    const { page } = await open({}, { width: 390 })
    const rows = page.locator('tbody tr')
    await rows.nth(5).waitFor()
    expect(await rows.count()).toBe(6)
    await page.getByRole('button', { name: 'Show all 300 tenants' }).click()
    await rows.nth(24).waitFor()
    expect(await rows.count()).toBe(25)
    await page.getByRole('button', { name: 'Show more' }).click()
    await rows.nth(49).waitFor()
    await looksRight(page)
    await page.locator('.filters button[value=granted]').click()
    await rows.nth(1).waitFor({ state: 'detached' })
    expect(await shownTenants(page)).toEqual(['branch-7'])
    await page.getByRole('button', { name: 'Withdraw all pending' }).click()
    await dialog(page).getByText('299 pending').waitFor()
    await looksRight(page)
    await confirm(page)
    await isDone(page, 'Withdrawn, of SupportAccess: 299 requests.')
    expect((await host.consentry.requests(elizabeth)).items[0]?.tenants).toMatchObject({ withdrawn: 299, granted: 1 })
    await page.getByRole('button', { name: 'Withdraw all pending' }).waitFor({ state: 'detached' })
  })
})

inChromium('hostile names and messages', () => {
  it('are shown as text, in the list and in the dialog', async () => {
    const { send, open } = newVendor()
    const message = `<img src=x onerror="document.title=1">\u202ea\u2067${'W'.repeat(300)}`
    host.staff.add('hostile')
    const sent = await send([{ users: ['hostile'], tenants: ['hostile'] }], { name: 'دعم', message })
    await host.consentry.grant(host.colleague('hostile'), sent.to('hostile'), { expiresAt: null, message })
    const { page } = await open({ request: sent.id }, { width: 390 })
    await page.locator('.people li').waitFor()
    await page.locator('td.end .danger').click()
    await dialog(page).waitFor()
    expect(await page.locator('bdi').allTextContents()).toEqual(expect.arrayContaining([message, 'دعم', host.names['hostile']]))
    expect(await page.locator('img, script:not([src])').count()).toBe(0)
    const outside = await page
      .locator('consentry-outgoing :not(bdi)')
      .evaluateAll((all) =>
        all.map(({ childNodes }) => [...childNodes].map(({ nodeType, nodeValue }) => (nodeType === 3 ? nodeValue : '')).join('')),
      )
    expect(outside.filter((text) => /[\u202e\u2067<]/.test(text))).toEqual([])
    await looksRight(page)
  })
})

inChromium('a page with a router', () => {
  it('takes every way, also the one out of a new request', async () => {
    const { send, open } = newVendor()
    const { id } = await send([{ users: ['caroline'], tenants: ['tom-sawyer'] }])
    const { page, went } = await open()
    await page.getByRole('button', { name: 'Create a new request' }).click()
    const editor = page.locator('consentry-request-editor')
    await editor.waitFor({ state: 'attached' })
    expect(await editor.getAttribute('like')).toBeNull()
    await page.evaluate(() => document.addEventListener('consentry-navigate', (event) => event.preventDefault()))
    const leave = await editor.evaluate(
      (one, request) =>
        one.dispatchEvent(
          new CustomEvent('consentry-navigate', {
            detail: { to: 'outgoing', id: request },
            bubbles: true,
            composed: true,
            cancelable: true,
          }),
        ),
      id,
    )
    // The host has prevented it, so that the editor stays until the host says what is shown.
    expect([leave, await editor.count()]).toEqual([false, 1])
    await page.locator('consentry-outgoing').evaluate((one, request) => one.setAttribute('request', request), id)
    await page.locator('.people li').waitFor()
    expect(await editor.count()).toBe(0)
    await page.locator('.back').click()
    expect(await page.locator('.people li').count()).toBe(1)
    expect((await went()).map(({ to, id: about }) => [to, about])).toEqual([
      ['new-request', undefined],
      ['outgoing', id],
      ['outgoing', undefined],
    ])
  })
})
