/** The console that the API serves, in Chromium: the pages of each person, by clicking, by address and by keyboard. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { NO_CHROMIUM, type OpenPage } from '../browser/chromium.js'
import { CLASSICS, DAY, type Host, NOW, startHost } from './host.js'
import { fits, focusedIn, looksRight } from './looks.js'

vi.setConfig({ testTimeout: 60_000 })

const inChromium = describe.skipIf(NO_CHROMIUM !== undefined)
if (NO_CHROMIUM !== undefined) it.skip(NO_CHROMIUM, () => {})

const CONSOLE = '/consentry/console'
const CAROLINE = { login: `caroline~${CLASSICS}` }

let host: Host
let opened: OpenPage
beforeAll(async () => {
  host = await startHost()
})
afterEach(() => host.reset())
afterAll(() => host.close())

const hashOf = () => opened.page.evaluate(() => location.hash)

inChromium.each([
  ['en', 1280, 'Incoming requests', 'Sessions', 'Manage', 'Back to the fences'],
  ['fr', 390, 'Demandes entrantes', 'Sessions', 'Gérer', 'Back to the fences'],
] as const)('in %s at %i px', (lang, width, incoming, sessions, manage, back) => {
  const look = lang === 'en' ? looksRight : fits

  it('Tom goes from who asks to a request, to the sessions, and back', async () => {
    const tenant = `console-${lang}`
    host.now = NOW
    const id = await host.ask(tenant, 'Caroline looks after your account.')
    await host.consentry.grant(host.colleague(tenant), id, { expiresAt: NOW + DAY })
    await host.ask(tenant, 'And once more.', 'netherfield')
    opened = await host.open(tenant, {}, { path: `${CONSOLE}?lang=${lang}`, viewport: { width, height: 800 } })
    const { page } = opened
    await page.getByRole('button', { name: manage }).first().waitFor()
    expect(await page.title()).toBe(`${incoming} · Support & care`)
    expect(await page.locator('nav [aria-current=page]').textContent()).toBe(incoming)
    await look(page)

    // What is pending is answered over the list; the address stays.
    await page.getByRole('button', { name: manage }).first().click()
    await page.locator('dialog[open]').waitFor()
    expect(await hashOf()).toBe('')
    await page.keyboard.press('Escape')

    await page.locator('.filters button[value=granted]').click()
    await page.locator('tbody .status.granted').waitFor()
    await page.getByRole('button', { name: manage }).first().click()
    await page.locator('consentry-grant .actions button').first().waitFor()
    expect(await hashOf()).toBe(`#/incoming/${id}`)
    await look(page)

    await page.getByRole('link', { name: sessions }).click()
    await page.locator('consentry-sessions .empty').waitFor()
    expect(await page.title()).toBe(`${sessions} · Support & care`)
    expect(await page.locator('consentry-grant').isVisible()).toBe(false)
    await look(page)
    await page.goBack()
    await page.locator('consentry-grant .actions button').first().waitFor()
    await page.locator('.back').click()
    // The filter that was chosen is still chosen.
    await page.locator('tbody .status.granted').waitFor()
    expect(await hashOf()).toBe('#/incoming')
    expect(await page.getByRole('link', { name: back }).getAttribute('href')).toBe('/')
  })

  it('Caroline starts a session, leaves it, and finds the legacy tool by its address', async () => {
    const tenant = `entry-${lang}`
    const id = await host.ask(tenant, 'Caroline looks after your account.')
    await host.consentry.grant(host.colleague(tenant), id, { expiresAt: NOW + DAY })
    opened = await host.open(CLASSICS, {}, { path: `${CONSOLE}?lang=${lang}`, viewport: { width, height: 800 }, ...CAROLINE })
    const { page } = opened
    await page.locator('consentry-my-access tbody tr:not(:has(.bone))').first().waitFor()
    expect(await page.locator('consentry-incoming').count()).toBe(0)
    await look(page)
    await page.locator('tbody tr', { hasText: tenant }).getByRole('button').first().click()
    await page.locator('dialog[open] button[type=submit]').click()
    await page.locator('consentry-banner .leave, consentry-banner button').first().waitFor()
    await look(page)
    await page.evaluate((hash) => {
      location.hash = hash
    }, `/legacy/${tenant}`)
    await page.locator('consentry-legacy #where').waitFor()
    await look(page)
    await page.locator('consentry-banner button').first().click()
    await page.locator('consentry-legacy .known').waitFor()
    expect(await page.getByRole('heading', { name: tenant }).isVisible()).toBe(true)
  })
})

inChromium('the address', () => {
  it.each([
    ['#/nowhere', 'Incoming requests'],
    ['#/legacy', 'Incoming requests'],
    ['#/sessions/more', 'Sessions'],
    ['#/incoming/%E0%A4%A', 'Incoming requests'],
  ])('%s shows %s', async (hash, title) => {
    opened = await host.open('odd', {}, { path: CONSOLE + hash })
    await opened.page.waitForFunction((wanted) => document.title.startsWith(wanted), title)
    await opened.page.locator('main h2, main .trouble').first().waitFor()
  })
})

inChromium('on a narrow screen', () => {
  it('the link of the page is in sight, though not all of them are', async () => {
    const options = { path: `${CONSOLE}?lang=fr#/my-access`, viewport: { width: 390, height: 800 }, login: `elizabeth~${CLASSICS}` }
    opened = await host.open(CLASSICS, {}, options)
    const { page } = opened
    const current = page.locator('nav [aria-current=page]')
    const places = () => current.evaluate((link) => [link.getBoundingClientRect().left, link.getBoundingClientRect().right])
    for (const [hash, name] of [
      ['my-access', 'Ma zone'],
      ['outgoing', 'Demandes sortantes'],
      ['timeline', 'Accès dans le temps'],
    ] as const) {
      await page.evaluate((to) => {
        location.hash = to
      }, `/${hash}`)
      await current.filter({ hasText: name }).waitFor()
      const [left = -1, right = 999] = await places()
      expect([left >= 0, right <= 390]).toEqual([true, true])
    }
    expect(await page.locator('nav').evaluate((nav) => nav.scrollWidth > nav.clientWidth)).toBe(true)
  })
})

inChromium('by keyboard alone', () => {
  it('Tom goes to the sessions, and the link that he followed keeps the focus', async () => {
    opened = await host.open('keys', {}, { path: CONSOLE })
    const { page } = opened
    await page.locator('nav a').nth(2).waitFor()
    for (const key of ['Tab', 'Tab', 'Enter']) await page.keyboard.press(key)
    await page.locator('consentry-sessions .empty').waitFor()
    expect(await focusedIn(page)).toBe('Sessions')
  })
})

inChromium('troubles', () => {
  it('nobody logged in: it says so, and shows the pages after a login in another tab', async () => {
    host.trouble = 'logged out'
    opened = await host.open('later', {}, { path: CONSOLE })
    const { page } = opened
    await page.getByText('You are not logged in').waitFor()
    expect(await page.locator('nav a:not([slot])').count()).toBe(0)
    await looksRight(page)
    host.trouble = 'none'
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.locator('consentry-incoming .empty').waitFor()
    expect(await page.locator('nav [aria-current=page]').textContent()).toBe('Incoming requests')
  })

  it('a script that is not there any more: it says so, and loads the page again', async () => {
    opened = await host.open('old', {}, { path: '/' })
    const { page } = opened
    await page.route(/define-elements/, (route) => route.fulfill({ status: 404, body: '' }))
    await page.goto(`http://localhost:${host.port}${CONSOLE}`)
    await page.getByText('This page is not complete').waitFor()
    await page.locator('consentry-incoming .empty').waitFor()
    await looksRight(page)
    await page.unroute(/define-elements/)
    await page.getByRole('button', { name: 'Load again' }).click()
    await page.locator('consentry-incoming .empty').waitFor()
    expect(await page.getByText('This page is not complete').count()).toBe(0)
  })
})
