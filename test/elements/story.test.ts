/** The elements in Chromium over the real API: a tenant answers, changes and revokes, by clicking and by keyboard. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { NO_CHROMIUM, type OpenPage } from '../browser/chromium.js'
import { CLASSICS, DAY, type Host, NOW, startHost } from './host.js'
import { fits, focusedIn, looksRight } from './looks.js'

const WORDS = {
  en: {
    manage: 'Manage',
    filters: ['All 2', 'Pending 2', 'Granted 0', 'Rejected 0', 'Ended 0'],
    closes: 'Granting closes the legacy impersonation tool here, for good.',
    ways: [
      ['Access request', 'shut: Nobody', 'locked: Only people of requests that you granted'],
      ['Impersonate & Configure', 'open: Those whom the legacy tool lets in, if there is one'],
      ['Impersonate & Support'],
    ],
    done: 'Access granted to Classics, Inc.',
    ends: 'Tue, 1 Dec 2026, 09:00 · Europe/Paris (UTC+1).',
    soon: 'The access ends in 4 days',
    saved: 'The expiry is saved.',
    revoked: 'Tom Sawyer ended the access.',
    rejected: 'Request rejected: Classics, Inc.',
  },
  fr: {
    manage: 'Gérer',
    filters: ['Toutes 2', 'En attente 2', 'Accordées 0', 'Rejetées 0', 'Terminées 0'],
    closes: "Accorder l'accès ferme ici l'outil d'emprunt d'identité hérité, définitivement.",
    ways: [
      ["Demande d'accès", 'shut: Personne', 'locked: Seules les personnes des demandes que vous avez accordées'],
      ['Impersonate & Configure', "open: Les personnes admises par l'outil hérité, s'il existe"],
      ['Impersonate & Support'],
    ],
    done: 'Accès accordé à Classics, Inc.',
    ends: 'mar. 1 déc. 2026, 09:00 · Europe/Paris (UTC+1).',
    soon: "L'accès expire dans 4 jours",
    saved: "La date d'expiration est enregistrée.",
    revoked: "L'accès a été révoqué par Tom Sawyer.",
    rejected: 'Demande rejetée\u00a0: Classics, Inc.',
  },
}

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

const rowsOf = async (tenant: string) => (await host.consentry.incoming(host.colleague(tenant))).items

/** The preview of the first grant: the ways to enter, each door by its drawing and the words beside it. */
const waysOf = ({ page }: OpenPage) =>
  page.locator('.ways tbody tr').evaluateAll((rows) =>
    rows.map((row) =>
      [...row.children].map((cell) => {
        const door = cell.querySelector('svg')?.getAttribute('class')
        const words = cell.textContent?.replaceAll(/\s+/g, ' ').trim() ?? ''
        return door ? `${door}: ${words}` : words
      }),
    ),
  )

inChromium.each([
  ['en', 1280],
  ['fr', 390],
] as const)('in %s at %i px', (lang, width) => {
  const words = WORDS[lang]
  const tenant = `fences-${lang}`
  // What axe finds does not depend on the language, and it takes most of the time.
  const look = lang === 'en' ? looksRight : fits

  it('Tom grants with a message and an expiry, changes it, revokes it, and rejects another', async () => {
    host.now = NOW - 3_600_000
    await host.ask(tenant, 'George would like to come.')
    host.now = NOW
    const id = await host.ask(tenant, 'Caroline and Charlotte look after your account.')
    opened = await host.open(tenant, { lang }, { viewport: { width, height: 900 } })
    const { page } = opened
    await page.locator('tbody tr:not(:has(.bone))').nth(1).waitFor()
    expect(
      await page.locator('.filters button').evaluateAll((all) => all.map(({ textContent }) => textContent?.trim().replace(/(\d)/, ' $1'))),
    ).toEqual(words.filters.map((filter) => filter.replace(/ (\d)/, ' $1')))
    await look(page)

    await page.getByRole('button', { name: words.manage }).first().click()
    await page.getByText(words.closes).waitFor()
    expect(await waysOf(opened)).toEqual(words.ways)
    await look(page)
    // Rejecting changes nobody's way in.
    await page.locator('input[value=reject]').check()
    expect(await page.locator('.ways').count()).toBe(0)
    await page.locator('input[value=grant]').check()
    await page.locator('button[value=date]').click()
    await page.locator('#expiry').fill('2026-12-01T09:00')
    await page.getByText(words.ends).waitFor()
    await page.locator('#message').fill('Welcome, both of you.\nTom')
    await page.locator('dialog[open] button[type=submit]').click()
    await page.getByText(words.done).waitFor()
    expect(await focusedIn(page)).toBe(words.done)
    const [granted] = await rowsOf(tenant)
    expect(granted).toMatchObject({
      id,
      status: 'granted',
      answer: { user: 'tom', message: 'Welcome, both of you.\nTom' },
      expiresAt: Date.UTC(2026, 11, 1, 8),
    })

    await page.locator('.filters button[value=granted]').click()
    await page.locator('tbody tr.granted, tbody .status.granted').first().waitFor()
    await look(page)
    await page.getByRole('button', { name: words.manage }).first().click()
    await page.getByText(words.soon).waitFor()
    await look(page)
    await page.locator('.actions button').first().click()
    await page.locator('button[value=tomorrow]').click()
    await look(page)
    await page.locator('form button[type=submit]').click()
    await page.getByText(words.saved).waitFor()
    expect((await rowsOf(tenant))[0]).toMatchObject({ expiresAt: Date.UTC(2026, 10, 27, 22, 59) })

    await page.locator('.actions .danger').click()
    await page.locator('dialog[open] #message').fill('Enough.')
    await look(page)
    await page.locator('dialog[open] button[type=submit]').click()
    await page.getByText(words.revoked).waitFor()
    await look(page)
    expect((await rowsOf(tenant))[0]).toMatchObject({ status: 'revoked', ended: { by: 'tenant', user: 'tom', message: 'Enough.' } })

    await page.locator('.back').click()
    await page.locator('.filters button[value=pending]').click()
    await page.getByRole('button', { name: words.manage }).click()
    await page.locator('input[value=reject]').check()
    await page.locator('dialog[open] #message').fill('Not this year.')
    await look(page)
    await page.locator('dialog[open] button[type=submit]').click()
    await page.getByText(words.rejected).waitFor()
    expect((await rowsOf(tenant))[1]).toMatchObject({ status: 'rejected', answer: { message: 'Not this year.' } })
    await page.locator('.empty').waitFor()
    await look(page)
  })
})

inChromium('by keyboard alone', () => {
  it('Tom opens a request, rejects it with a message, and is told so', async () => {
    await host.ask('keys', 'Charlotte looks after your account.')
    opened = await host.open('keys')
    const { page } = opened
    await page.getByRole('button', { name: 'Manage' }).waitFor()
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    // Five filters, the search, and the button of the row.
    await press(...Array<string>(7).fill('Tab'))
    expect(await focusedIn(page)).toBe('Manage: the request of Classics, Inc.')
    await press('Enter')
    await page.locator('dialog[open] form').waitFor()
    expect(await focusedIn(page)).toBe('Classics, Inc. asks for access')
    await press('Tab', 'ArrowRight', 'Tab')
    await page.keyboard.type('Ask again in spring.')
    await press('Escape')
    await page.locator('dialog[open]').waitFor({ state: 'detached' })
    expect(await focusedIn(page)).toBe('Manage: the request of Classics, Inc.')
    await press('Enter')
    await page.locator('dialog[open] form').waitFor()
    expect(await page.locator('#message').inputValue()).toBe('Ask again in spring.')
    await press('Tab', 'Tab', 'Tab', 'Tab')
    expect(await focusedIn(page)).toBe('Reject the request')
    await press('Enter')
    await page.getByText('Request rejected').waitFor()
    expect((await rowsOf('keys'))[0]).toMatchObject({ status: 'rejected', answer: { message: 'Ask again in spring.' } })
  })
})

inChromium('a long list', () => {
  it('is read in pages, and all of it is searched', async () => {
    for (let n = 1; n <= 30; n += 1) {
      host.now = NOW - (40 - n) * 60_000
      await host.ask('long', n % 2 === 0 ? `Request of the hour, n° ${n}` : `Café ${n}`)
    }
    host.now = NOW
    opened = await host.open('long', { filter: 'all' })
    const { page } = opened
    const rows = page.locator('tbody tr')
    await rows.nth(24).waitFor()
    expect(await rows.count()).toBe(25)
    await page.getByRole('button', { name: 'Show more' }).click()
    await rows.nth(29).waitFor()
    await page.reload()
    await rows.nth(24).waitFor()
    await page.getByRole('searchbox').fill('CAFE')
    await page.getByText('15 requests').waitFor()
    expect(await rows.count()).toBe(15)
    await page.getByRole('searchbox').fill('nothing like it')
    await page.getByRole('button', { name: 'Clear the search' }).click()
    await rows.nth(24).waitFor()
    expect(await rows.count()).toBe(25)
    await looksRight(page)
  })
})

inChromium('a page with a router', () => {
  it('takes the way to a request, and shows it by its own address', async () => {
    const id = await host.ask('routed', 'Caroline looks after your account.')
    opened = await host.open('routed')
    const { page } = opened
    await page.evaluate(() => {
      document.addEventListener('consentry-navigate', (event) => {
        event.preventDefault()
        document.title = `${event.detail.to} ${event.detail.id}`
      })
      document.addEventListener('consentry-changed', ({ detail }) => {
        document.title = `${detail.command} ${detail.request}`
      })
    })
    await page.getByRole('button', { name: 'Manage' }).click()
    expect(await page.title()).toBe(`incoming ${id}`)
    expect(await page.locator('dialog[open]').count()).toBe(0)
    await page.evaluate((request) => document.querySelector('consentry-incoming')?.setAttribute('request', request), id)
    await page.getByRole('button', { name: 'Answer' }).click()
    await page.getByText('Granting closes').waitFor()
    await page.locator('dialog[open] button[type=submit]').click()
    await page.getByText('The access holds').waitFor()
    expect(await page.title()).toBe(`grant ${id}`)
    expect((await rowsOf('routed'))[0]).toMatchObject({ status: 'granted', expiresAt: NOW - (NOW % DAY) + 8 * DAY - 61 * 60_000 })
  })
})

inChromium('hostile names and messages', () => {
  const EMOJI = '👩‍👩‍👧'.repeat(200)
  it.each([
    ['HTML', '<img src=x onerror="document.title=1"><script>1</script>&amp;'],
    ['a direction that is not closed', 'a\u202eb\u2067c'],
    ['a thousand emoji', EMOJI],
    ['one word', 'W'.repeat(900)],
  ])('%s is shown as text', async (what, message) => {
    const tenant = `hostile-${what.replaceAll(/\W/g, '')}`
    await host.ask(tenant, message, what === 'HTML' ? 'hostile' : CLASSICS)
    opened = await host.open(tenant, {}, { viewport: { width: 390, height: 900 } })
    const { page } = opened
    await page.getByRole('button', { name: 'Manage' }).click()
    await page.locator('dialog[open] form').waitFor()
    expect(await page.locator('bdi').allTextContents()).toContain(message)
    expect(await page.locator('img, script:not([src])').count()).toBe(0)
    const outside = await page
      .locator('dialog :not(bdi)')
      .evaluateAll((all) =>
        all.map(({ childNodes }) => [...childNodes].map(({ nodeType, nodeValue }) => (nodeType === 3 ? nodeValue : '')).join('')),
      )
    expect(outside.filter((text) => /[\u202e\u2067<]/.test(text))).toEqual([])
    // axe needs the longest for a thousand emoji, and finds the same in a word.
    await (what === 'HTML' ? looksRight : fits)(page)
  })
})
