/** A person's own access in Chromium over the real API: seeing it, entering, and what stands in the way. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Actor } from '../../src/domain/actor.js'
import { NO_CHROMIUM, type OpenPage } from '../browser/chromium.js'
import { CLASSICS, DAY, type Host, NOW, startHost, type Trouble } from './host.js'
import { fits, focusedIn, looksRight } from './looks.js'

const WORDS = {
  en: {
    filters: ['All 4', 'Granted 1', 'Pending 1', 'Rejected 1', 'Ended 1'],
    enter: 'Enter: Tom Sawyer Fence Painting Co.',
    ends: 'Ends 29 Nov 2026, 18:04',
    soon: 'in 3 days',
    start: 'Start impersonation',
    inside: 'You are inside Tom Sawyer Fence Painting Co.',
    yes: 'Yes',
    confirm: 'Start impersonation in Tom Sawyer Fence Painting Co.?',
    closed: 'The legacy tool is closed here',
    myAccess: 'My access',
  },
  fr: {
    filters: ['Tous 4', 'Accordés 1', 'En attente 1', 'Rejetés 1', 'Terminés 1'],
    enter: 'Accéder: Tom Sawyer Fence Painting Co.',
    ends: 'Expire le 29 nov. 2026, 18:04',
    soon: 'dans 3 jours',
    start: "Commencer l'emprunt d'identité",
    inside: 'Vous êtes dans Tom Sawyer Fence Painting Co.',
    yes: 'Oui',
    confirm: "Commencer l'emprunt d'identité dans Tom Sawyer Fence Painting Co.\u00a0?",
    closed: "L'outil hérité est fermé ici",
    myAccess: 'Ma zone',
  },
}

// A page of a busy machine takes seconds.
vi.setConfig({ testTimeout: 60_000 })

const inChromium = describe.skipIf(NO_CHROMIUM !== undefined)
if (NO_CHROMIUM !== undefined) it.skip(NO_CHROMIUM, () => {})

const MESSAGE = 'Welcome, both of you.'
const REASON = 'The fence has a hole.'

let host: Host
let opened: OpenPage
let user: string
let users = 0
beforeAll(async () => {
  host = await startHost()
})
afterEach(async () => {
  Object.assign(host, { now: NOW, trouble: 'none' })
  // Chromium itself says that a request has failed; nothing else may be on the console.
  const said = opened.said.filter((line) => !line.includes('Failed to load resource'))
  await opened.page.context().close()
  expect(said).toEqual([])
})
afterAll(() => host.close())

/** A user of the vendor whom no other test knows. */
function newUser(): string {
  user = `user-${++users}`
  host.staff.add(user)
  return user
}

/** Asks a tenant for access for the user, and has it granted. */
async function granted(tenant: string, expiresAt: number | null = null, message = MESSAGE): Promise<string> {
  const id = await host.ask(tenant, 'Caroline looks after your account.', CLASSICS, [user])
  await host.consentry.grant(host.colleague(tenant), id, { expiresAt, message })
  return id
}

/** Opens an element as the user. */
async function see(element: string, query: Record<string, string> = {}, width = 1280, inside = ''): Promise<Page> {
  const options = { login: [user, CLASSICS, ...(inside ? [inside] : [])].join('~'), viewport: { width, height: 900 } }
  opened = await host.open(CLASSICS, { element, ...query }, options)
  return opened.page
}

/** Opens the dialog of the only granted tenant, and types a reason. */
async function entering(tenant = `gate-${users}`, inside = ''): Promise<{ page: Page; id: string }> {
  newUser()
  const id = await granted(tenant, NOW + 3 * DAY)
  const page = await see('consentry-my-access', {}, 1280, inside)
  await page.getByRole('button', { name: /^(Enter|View):/ }).click()
  await page.locator('dialog[open] #reason').fill(REASON)
  return { page, id }
}

const start = (page: Page) => page.locator('dialog[open] button[type=submit]').click()
const actor = (): Actor => ({ user, tenant: CLASSICS, permissions: [], impersonating: null })
const sessionsOf = async () => (await host.consentry.sessions(actor())).items

/** Expects the alert to be there, in the focus, and what was typed too. */
async function isTold(page: Page, text: string): Promise<void> {
  await page.locator('dialog[open] #alert', { hasText: text }).waitFor()
  await expect.poll(() => focusedIn(page)).toContain(text)
  expect(await page.locator('dialog[open] #reason').inputValue()).toBe(REASON)
}

/** Keeps what the element tells its host in the page's title. */
const listen = (page: Page, event: 'consentry-entered' | 'consentry-navigate') =>
  page.evaluate((name) => {
    document.addEventListener(name, ({ detail }) => {
      document.title = JSON.stringify(detail)
    })
  }, event)

inChromium.each([
  ['en', 1280],
  ['fr', 390],
] as const)('in %s at %i px', (lang, width) => {
  const words = WORDS[lang]
  // What axe finds does not depend on the language, and it takes most of the time.
  const look = lang === 'en' ? looksRight : fits

  it('Caroline filters, searches, opens a tenant, starts, and is inside', async () => {
    newUser()
    await granted('tom-sawyer', NOW + 3 * DAY)
    await host.ask('green-gables', 'Caroline looks after your account.', CLASSICS, [user])
    const rejected = await host.ask('hundred-acre', 'Caroline looks after your account.', CLASSICS, [user])
    await host.consentry.reject(host.colleague('hundred-acre'), rejected, {})
    await host.consentry.revoke(host.colleague('kellynch'), await granted('kellynch'), {})
    const page = await see('consentry-my-access', { lang }, width)
    const rows = page.locator('tbody tr')
    await rows.nth(3).waitFor()
    const filters = await page.locator('.filters button').allTextContents()
    expect(filters.map((text) => text.trim().replace(/\s*(\d)/, ' $1'))).toEqual(words.filters)
    await page.getByText(words.ends).waitFor()
    await page.getByText(words.soon).waitFor()
    await look(page)
    for (const [filter, name] of [
      ['ended', 'Kellynch Hall Estates'],
      ['rejected', 'Hundred Acre'],
      ['pending', 'Green Gables Farm'],
    ]) {
      await page.locator(`.filters button[value=${filter}]`).click()
      await rows.filter({ hasText: name ?? '' }).waitFor()
      await expect.poll(() => rows.count()).toBe(1)
    }
    expect(await page.locator('tbody button').count()).toBe(0)
    await page.locator('.filters button[value=all]').click()
    await rows.nth(3).waitFor()
    await page.getByRole('searchbox').fill('welcome SAWYER')
    await expect.poll(() => rows.count()).toBe(1)

    // Anywhere in the row will do.
    await page.getByText(MESSAGE).click()
    await page.locator('dialog[open] .quote', { hasText: MESSAGE }).waitFor()
    await page.locator('dialog[open]', { hasText: words.ends }).waitFor()
    await page.locator('dialog[open] #reason').fill(REASON)
    await look(page)
    await listen(page, 'consentry-entered')
    await page.locator('dialog[open]').getByRole('button', { name: words.start }).click()
    await page.locator('#where', { hasText: words.inside }).waitFor()
    expect(await page.title()).toBe('{"tenant":"tom-sawyer","method":"access-request"}')
    await expect.poll(() => focusedIn(page)).toContain(words.inside)
    expect(await sessionsOf()).toMatchObject([{ tenant: 'tom-sawyer', method: 'access-request', reason: REASON, status: 'live' }])
    await look(page)
    await page.locator('tbody button').click()
    await page.locator('dialog[open] #inside').waitFor()
    expect(await page.locator('dialog[open] button[type=submit]').getAttribute('aria-disabled')).toBe('true')
    await look(page)
  })
})
