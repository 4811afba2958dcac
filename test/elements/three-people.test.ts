/** The story (SPEC §10) in the console: three people in three browsers, from the first request to the last denial. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { AccessMethod } from '../../src/domain/decision-types.js'
import { NO_CHROMIUM } from '../browser/chromium.js'
import { CLASSICS, DAY, type Host, NOW, startHost } from './host.js'
import { looksRight } from './looks.js'

// A page of a busy machine takes seconds.
vi.setConfig({ testTimeout: 120_000 })

const inChromium = describe.skipIf(NO_CHROMIUM !== undefined)
if (NO_CHROMIUM !== undefined) it.skip(NO_CHROMIUM, () => {})

const TOM = 'Tom Sawyer Fence Painting Co.'
const HUNDRED = 'Hundred Acre Wood Art Gallery'
const MESSAGE = 'Your account managers would like to help you.'
const REASON = 'The gate does not close.'
const HOUR = DAY / 24

/** What nobody of a tenant may be shown: who is in a request, how it is called, and who else was asked (SPEC 6.1). */
const HIDDEN_FROM_TOM = [
  'SupportAccess',
  'Caroline',
  'caroline',
  'Charlotte',
  'charlotte',
  'Elizabeth',
  'elizabeth',
  HUNDRED,
  'hundred-acre',
  REASON,
]
/** What nobody of the vendor may be shown: who has answered (SPEC 6.2). The tenant's name begins like his. */
const HIDDEN_FROM_THE_VENDOR = [/Tom Sawyer(?! Fence)/, /\btom\b(?!-)/, 'Becky', 'becky']
/** What Caroline is told besides is only her own: no colleague, and nothing of tenants that she was not named for. */
const HIDDEN_FROM_CAROLINE = [...HIDDEN_FROM_THE_VENDOR, 'Charlotte', 'charlotte', HUNDRED, 'hundred-acre']

let host: Host
beforeAll(async () => {
  host = await startHost()
})
afterAll(async () => {
  await host.reset()
  await host.close()
})

/** Somebody in a browser of their own: their page, and all that the API has ever answered them. */
interface Seat {
  readonly page: Page
  readonly answers: string[]
  readonly hidden: readonly (string | RegExp)[]
}

async function seat(login: string, hidden: Seat['hidden']): Promise<Seat> {
  const { page } = await host.open('', {}, { login, path: '/consentry/console' })
  const answers: string[] = []
  page.on('response', async (response) => {
    if (/json/.test(response.headers()['content-type'] ?? '')) answers.push(await response.text().catch(() => ''))
  })
  await page.reload()
  await page.locator('nav [aria-current=page]').waitFor()
  return { page, answers, hidden }
}

/** All that a page shows and says, through every shadow tree. */
const sayingsOf = (page: Page) =>
  page.evaluate(() => {
    const read = (root: Document | ShadowRoot): string[] =>
      [...root.querySelectorAll('*')].flatMap((one) => [
        ...[...one.childNodes].flatMap(({ nodeType, nodeValue }) => (nodeType === 3 && nodeValue?.trim() ? [nodeValue] : [])),
        ...['aria-label', 'title', 'value', 'placeholder'].flatMap((name) => one.getAttribute(name) ?? []),
        ...(one.shadowRoot ? read(one.shadowRoot) : []),
      ])
    return read(document).join('\n')
  })

/** Expects a screen to look right, and to show nothing that SPEC §6 hides from this person; nor may any answer of the API. */
async function isDiscreet({ page, answers, hidden }: Seat): Promise<void> {
  await looksRight(page)
  const said = await sayingsOf(page)
  const found = [said, ...answers].flatMap((text) =>
    hidden.filter((word) => (typeof word === 'string' ? text.includes(word) : word.test(text))),
  )
  expect(found).toEqual([])
}

const goTo = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).click()
const allSeats: Seat[] = []

/** Lets time pass for the server and for every browser, whose pages are then looked at again. */
async function passTo(now: number): Promise<void> {
  host.now = now
  for (const { page } of allSeats) {
    await page.clock.setFixedTime(now)
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
  }
}

/** What the service says of the others, who have no browser here. */
const decides = async (user: string, tenant: string, method: AccessMethod) =>
  (await host.consentry.decide({ user, tenant, method, from: CLASSICS })).reason

inChromium('three people', () => {
  it('play the story from the first request to the last denial', async () => {
    for (const user of ['caroline', 'charlotte', 'elizabeth', 'wickham']) {
      host.staff.add(user)
      host.tool.add(user)
    }
    const elizabeth = await seat(`elizabeth~${CLASSICS}`, HIDDEN_FROM_THE_VENDOR)
    const tom = await seat('tom~tom-sawyer', HIDDEN_FROM_TOM)
    const caroline = await seat(`caroline~${CLASSICS}`, HIDDEN_FROM_CAROLINE)
    allSeats.push(elizabeth, tom, caroline)
    expect(await elizabeth.page.locator('nav a').allTextContents()).toEqual([
      'Outgoing requests',
      'Sessions',
      'History',
      'Access over time',
      'My access',
    ])
    expect(await tom.page.locator('nav a').allTextContents()).toEqual([
      'Incoming requests',
      'Sessions',
      'History',
      'Access over time',
      'My access',
    ])
    expect(await caroline.page.locator('nav a').allTextContents()).toEqual(['My access', 'Sessions'])

    // Nothing is sent: rows 1 and 2.
    for (const one of allSeats) await isDiscreet(one)
    expect(await decides('caroline', 'tom-sawyer', 'access-request')).toBe('not-associated')
    expect(await decides('wickham', 'tom-sawyer', 'legacy-support')).toBe('legacy-permitted')

    // Elizabeth sends SupportAccess with two associations.
    const { page: vendor } = elizabeth
    await vendor.getByRole('button', { name: 'Create a new request' }).click()
    await compose(vendor)
    await isDiscreet(elizabeth)
    await vendor.locator('form button[type=submit]').click()
    await vendor.getByRole('heading', { name: '2 separate requests are sent' }).waitFor()
    await vendor.getByRole('button', { name: 'See the request' }).click()
    await vendor.locator('consentry-outgoing').getByText(HUNDRED).first().waitFor()
    await isDiscreet(elizabeth)
    // What is hidden from the others would be found: it is here.
    const toVendor = await sayingsOf(vendor)
    for (const word of ['SupportAccess', 'Caroline', 'Charlotte', 'Elizabeth', HUNDRED]) expect(toVendor).toContain(word)
    // Rows 4 to 7.
    expect(await decides('caroline', 'tom-sawyer', 'access-request')).toBe('pending')
    expect(await decides('caroline', 'hundred-acre', 'access-request')).toBe('not-associated')
    expect(await decides('elizabeth', 'tom-sawyer', 'access-request')).toBe('not-associated')
    expect(await decides('wickham', 'tom-sawyer', 'legacy-configure')).toBe('legacy-permitted')

    // Caroline waits for one tenant, and cannot enter.
    await passTo(NOW + HOUR)
    const { page: user } = caroline
    await user.locator('consentry-my-access .filters button[value=all]').click()
    await user.locator('consentry-my-access tbody tr', { hasText: TOM }).locator('.status.pending').waitFor()
    expect(await user.locator('consentry-my-access tbody tr').count()).toBe(1)
    await isDiscreet(caroline)

    // Tom has one request for both of them. He grants it without an end, after he has read what that closes.
    const { page: tenant } = tom
    await tenant.locator('consentry-incoming tbody tr:not(:has(.bone))').waitFor()
    expect(await tenant.locator('consentry-incoming tbody tr').count()).toBe(1)
    await isDiscreet(tom)
    await tenant.getByRole('button', { name: 'Manage' }).click()
    await tenant.locator('dialog[open] #message').fill('Welcome, both of you.')
    await tenant.locator('dialog[open] button[value=never]').click()
    await isDiscreet(tom)
    await tenant.locator('dialog[open] button[type=submit]').click()
    await tenant.getByText('Access granted to Classics, Inc.').waitFor()
    // Rows 8, 9, 12 and 13.
    for (const method of ['access-request', 'legacy-configure', 'legacy-support'] as const) {
      expect(await decides('caroline', 'tom-sawyer', method)).toBe('granted')
      expect(await decides('charlotte', 'tom-sawyer', method)).toBe('granted')
    }
    for (const one of ['elizabeth', 'wickham']) expect(await decides(one, 'tom-sawyer', 'legacy-support')).toBe('legacy-closed')
    expect(await decides('charlotte', 'hundred-acre', 'access-request')).toBe('pending')
    expect(await decides('wickham', 'hundred-acre', 'legacy-support')).toBe('legacy-permitted')

    // Elizabeth reads Tom's answer, and not that it was his. Hundred Acre rejects: rows 14 and 15.
    const [hundred] = (await host.consentry.incoming(host.colleague('hundred-acre'))).items
    await host.consentry.reject(host.colleague('hundred-acre'), hundred?.id ?? '', { message: 'Not this year.' })
    await passTo(NOW + 2 * HOUR)
    await vendor.getByText('Welcome, both of you.').first().waitFor()
    await vendor.getByText('Not this year.').first().waitFor()
    await isDiscreet(elizabeth)
    expect(await decides('charlotte', 'hundred-acre', 'access-request')).toBe('rejected')
    expect(await decides('wickham', 'hundred-acre', 'legacy-support')).toBe('legacy-permitted')

    // Caroline enters, and leaves again. Tom sees that somebody was there.
    await enter(user)
    await isDiscreet(caroline)
    await goTo(tenant, 'Sessions')
    await tenant.locator('consentry-sessions tbody .status').first().waitFor()
    await isDiscreet(tom)
    await user.locator('consentry-banner').getByRole('button', { name: 'Leave' }).click()
    await user.locator('consentry-banner .bar').waitFor({ state: 'detached' })

    // Tom sets an end: rows 16 to 18.
    const end = Math.floor((NOW + 2 * DAY) / 60_000) * 60_000
    await goTo(tenant, 'Incoming requests')
    await tenant.locator('.filters button[value=granted]').click()
    await tenant.getByRole('button', { name: 'Manage' }).click()
    await tenant.getByRole('button', { name: 'Change the expiry' }).click()
    await tenant.locator('button[value=date]').click()
    await tenant.locator('#expiry').fill('2026-11-28T18:04')
    await tenant.locator('consentry-grant form button[type=submit]').click()
    await tenant.getByText('The expiry is saved.').waitFor()
    await isDiscreet(tom)
    await passTo(end - 1)
    expect(await decides('caroline', 'tom-sawyer', 'legacy-support')).toBe('granted')
    await passTo(end)
    expect(await decides('caroline', 'tom-sawyer', 'access-request')).toBe('expired')
    expect(await decides('caroline', 'tom-sawyer', 'legacy-support')).toBe('legacy-closed')
    await user.locator('consentry-my-access tbody tr .status.expired').waitFor()
    await isDiscreet(caroline)
    await tenant.getByText('The access ended by itself, at its expiry.').waitFor()
    await isDiscreet(tom)

    // Elizabeth renews it for Caroline, and Tom grants that: row 20.
    await vendor.locator('consentry-outgoing').getByRole('button', { name: 'Renew' }).first().click()
    await vendor.locator('consentry-request-editor .chip', { hasText: 'Caroline Bingley' }).waitFor()
    await isDiscreet(elizabeth)
    await vendor.locator('form button[type=submit]').click()
    await vendor.getByRole('heading', { name: '1 request is sent' }).waitFor()
    await passTo(end + HOUR)
    await tenant.locator('.back').click()
    await tenant.locator('.filters button[value=pending]').click()
    await tenant.getByRole('button', { name: 'Manage' }).click()
    await tenant.locator('dialog[open] button[type=submit]').click()
    await tenant.getByText('Access granted to Classics, Inc.').waitFor()
    await isDiscreet(tom)

    // Caroline is inside when Tom revokes: row 21.
    await passTo(end + 2 * HOUR)
    await enter(user)
    await tenant.locator('.filters button[value=granted]').click()
    await tenant.getByRole('button', { name: 'Manage' }).click()
    await tenant.getByRole('button', { name: 'Revoke the access' }).click()
    await tenant.locator('dialog[open] button[type=submit]').click()
    await tenant.getByText('Tom Sawyer ended the access.').waitFor()
    await isDiscreet(tom)
    await passTo(end + 2 * HOUR + 60_000)
    await user.getByText('Your access has ended, so the session ended with it.').waitFor()
    await user.locator('consentry-my-access tbody tr .status.revoked').waitFor()
    expect(await decides('caroline', 'tom-sawyer', 'access-request')).toBe('revoked')
    await isDiscreet(caroline)

    // The legacy tool is closed to her too: the last denial.
    await user.evaluate(() => {
      location.hash = '/legacy/tom-sawyer'
    })
    await user.getByText('The legacy tool is closed here').first().waitFor()
    await isDiscreet(caroline)

    // What is written down of it all, on each side.
    for (const one of [elizabeth, tom]) {
      await goTo(one.page, 'History')
      await one.page.locator('consentry-history').getByText('Welcome, both of you.').first().waitFor()
      await isDiscreet(one)
      await goTo(one.page, 'Access over time')
      await one.page.locator('consentry-timeline svg rect').first().waitFor({ state: 'attached' })
      await isDiscreet(one)
      await one.page.locator('consentry-timeline').getByRole('button', { name: 'Table' }).click()
      await one.page.locator('consentry-timeline tbody tr:not(:has(.bone))').first().waitFor()
      await isDiscreet(one)
    }
    await goTo(user, 'Sessions')
    await user.locator('consentry-sessions .filters button[value=ended]').click()
    await user.locator('consentry-sessions tbody .status').nth(1).waitFor()
    await isDiscreet(caroline)
  })
})

/** Composes SupportAccess: Caroline for Tom's tenant, Charlotte for his and for Hundred Acre. */
async function compose(page: Page): Promise<void> {
  const choose = async (side: 'users' | 'tenants', ...names: readonly string[]) => {
    await page.locator(`#assign-${side}`).click()
    for (const name of names) await page.locator(`#found-${side}`).getByRole('checkbox', { name }).check()
    await page.locator(`#move-${side}`).click()
    await page.locator('#confirm').click()
  }
  await page.locator('#name').fill('SupportAccess')
  await page.locator('#message').fill(MESSAGE)
  for (const [person, ...tenants] of [
    ['Caroline', TOM],
    ['Charlotte', TOM, HUNDRED],
  ] as const) {
    await page.locator('#associations').click()
    await choose('users', person)
    await choose('tenants', ...tenants)
  }
  await page.getByRole('heading', { name: '2 separate requests will be sent' }).waitFor()
}

/** Enters Tom's tenant from the own access, with a reason. */
async function enter(page: Page): Promise<void> {
  await page.locator('consentry-my-access tbody tr .status.granted').waitFor()
  await page.getByRole('button', { name: /^Enter/ }).click()
  await page.locator('dialog[open] #reason').fill(REASON)
  await page.locator('dialog[open] button[type=submit]').click()
  await page.getByText(`You are inside ${TOM}`).first().waitFor()
}
