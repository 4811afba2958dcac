/** The timeline in Chromium over the real API: each side, windows, the picture against its table and the API, and every state. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Actor } from '../../src/domain/actor.js'
import { ticksOf } from '../../src/elements/timeline-axis.js'
import { LAST, ownWindow, rangeWindow, shiftedEdges } from '../../src/elements/timeline-window.js'
import { NO_CHROMIUM } from '../browser/chromium.js'
import { CLASSICS, DAY, type Host, NOW, startHost } from './host.js'
import { fits, focusedIn, looksRight } from './looks.js'
import { accessIn, readPicture, readTable, shownIn } from './timeline-reading.js'

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

let tenants = 0
/** A tenant that nobody has asked. */
const fresh = () => `fences-${++tenants}`
const vendorAdmin = (tenant: string): Actor => ({ user: 'elizabeth', tenant, permissions: ['submit'], impersonating: null })

interface Granting {
  readonly tenant: string
  readonly from: number
  readonly to: number | null
  readonly vendor?: string
  readonly users?: string[]
}

/** Grants a request, from one day until another, as counted from today. */
async function granted({ tenant, from, to, vendor = CLASSICS, users = ['caroline'] }: Granting): Promise<string> {
  host.now = NOW + from * DAY
  const id = await host.ask(tenant, 'Caroline looks after your account.', vendor, users)
  await host.consentry.grant(host.colleague(tenant), id, { expiresAt: to === null ? null : NOW + to * DAY })
  host.now = NOW
  return id
}

async function entered(tenant: string, day: number, user = 'caroline', vendor = CLASSICS): Promise<void> {
  host.now = NOW + day * DAY
  await host.consentry.startImpersonation(
    { user, tenant: vendor, permissions: [], impersonating: null },
    { tenant, method: 'access-request' },
  )
  host.now = NOW
}

async function showing(login: string, query: Record<string, string> = {}, width = 1280): Promise<Page> {
  const { page } = await host.open('', { element: 'consentry-timeline', ...query }, { login, viewport: { width, height: 900 } })
  return page
}
const asTenant = (tenant: string, query: Record<string, string> = {}, width = 1280) => showing(`tom~${tenant}`, query, width)
const asVendor = (vendor: string, query: Record<string, string> = {}, width = 1280) => showing(`elizabeth~${vendor}`, query, width)

const press = (page: Page, value: string) => page.locator(`consentry-timeline button[value="${value}"]`).click()
const textOf = async (page: Page, selector: string) => (await page.locator(selector).textContent())?.replaceAll(/\s+/g, ' ').trim()
const rows = (page: Page) => page.locator('consentry-timeline ol > li')

const WORDS = {
  en: {
    into: 'Into your tenant',
    from: 'From your tenant into others',
    governed: 'The legacy tool is closed in your tenant since 17 Sept 2026, 19:04',
    never: 'No end date',
    before: 'before the time shown',
    planned: 'planned, after the time shown',
    later: 'Went on after 1 Oct 2026, 00:00',
    sessions: '2 sessions',
    none: 'By granted requests, nobody could enter between',
    year: 'Show a year',
  },
  fr: {
    into: 'Vers votre locataire',
    from: 'De votre locataire vers les autres',
    governed: "L'outil hérité est fermé dans votre locataire depuis le 17 sept. 2026, 19:04",
    never: "Sans date d'expiration",
    before: 'avant la période affichée',
    planned: 'à venir, après la période affichée',
    later: "S'est poursuivi après le 1 oct. 2026, 00:00",
    sessions: '2 sessions',
    none: "Aucune demande accordée n'a donné accès entre",
    year: 'Afficher un an',
  },
}

inChromium.each([
  ['en', 1280],
  ['fr', 390],
] as const)('in %s at %i px', (lang, width) => {
  const words = WORDS[lang]
  // What axe finds does not depend on the language, and it takes most of the time.
  const look = lang === 'en' ? looksRight : fits

  it('Tom sees which requests let people in, and never whom or how many', async () => {
    const tenant = fresh()
    await granted({ tenant, from: -70, to: 40, users: ['caroline', 'charlotte'] })
    await granted({ tenant, from: -20, to: null, vendor: 'netherfield' })
    await entered(tenant, -60)
    await entered(tenant, -50, 'charlotte')
    const page = await asTenant(tenant, { lang }, width)
    await page.getByRole('heading', { name: words.into }).waitFor()
    expect(await rows(page).count()).toBe(2)
    expect(await textOf(page, '.governed')).toBe(words.governed)
    await look(page)
    await rows(page).last().getByRole('button').click()
    const facts = await rows(page).last().locator('.facts').textContent()
    for (const word of [words.planned, words.sessions, 'Becky Thatcher']) expect(facts).toContain(word)
    await look(page)
    await press(page, 'table')
    expect(await textOf(page, 'tbody tr:first-child')).toContain(words.never)
    await look(page)
    await press(page, 'month')
    await page.getByText(words.before).first().waitFor()
    // Nothing of the vendor's side, in either view.
    await press(page, 'picture')
    const told = await page.locator('consentry-timeline').evaluate((element) => element.shadowRoot?.innerHTML ?? '')
    expect(told).not.toMatch(/caroline|charlotte|SupportAccess|elizabeth/i)
  })

  it('Elizabeth sees a row for each user and tenant, and a removal ends one of them early', async () => {
    const [vendor, tenant, other] = [`vendor-${fresh()}`, fresh(), fresh()]
    await granted({ tenant, vendor, from: -70, to: 40, users: ['caroline', 'charlotte'] })
    await granted({ tenant, vendor, from: -30, to: null })
    await granted({ tenant: other, vendor, from: -20, to: 2 })
    await entered(tenant, -10, 'caroline', vendor)
    host.now = NOW - 5 * DAY
    await host.consentry.removeUser(vendorAdmin(vendor), 'charlotte')
    host.now = NOW
    const page = await asVendor(vendor, { lang }, width)
    await page.getByRole('heading', { name: words.from }).waitFor()
    expect(await rows(page).locator('b').allInnerTexts()).toEqual(['Caroline Bingley', 'Caroline Bingley', 'Charlotte Lucas'])
    // The legacy tool's end is told to the tenant alone.
    expect(await page.locator('.governed').count()).toBe(0)
    await look(page)
    const [, , charlotte] = await readPicture(page)
    await press(page, 'table')
    const ended = (await readTable(page)).find(({ who }) => who.startsWith('Charlotte'))
    expect(ended?.to).toBe(NOW - 5 * DAY)
    expect(charlotte?.bars[0]?.to).toBeLessThan(1 - 22 / 90)
    await look(page)
  })

  it('Darcy asks and answers: two groups', async () => {
    const tenant = fresh()
    await granted({ tenant, from: -10, to: 10, vendor: 'netherfield' })
    await granted({ tenant: fresh(), vendor: tenant, from: -10, to: 10 })
    const page = await showing(`darcy~${tenant}`, { lang }, width)
    await page.getByRole('heading', { name: words.from }).waitFor()
    expect(await page.locator('h3').allInnerTexts()).toEqual([words.into, words.from])
    expect(await rows(page).count()).toBe(2)
    await look(page)
  })

  it('nobody could enter, in this window', async () => {
    const tenant = fresh()
    await granted({ tenant, from: -200, to: -190 })
    const page = await asTenant(tenant, { lang }, width)
    await page.getByText(words.none).waitFor()
    await look(page)
    await page.getByRole('button', { name: words.year }).click()
    await rows(page).first().waitFor()
    expect(await page.locator('[aria-pressed=true]').first().getAttribute('value')).toBe('year')
  })

  it('a window that is past says what went on after it, and labels of the axis never meet', async () => {
    const tenant = fresh()
    await granted({ tenant, from: -70, to: null })
    const page = await asTenant(tenant, { lang, from: '2026-09-01', to: '2026-09-30' }, width)
    await rows(page).first().waitFor()
    expect(await rows(page).first().locator('.facts').textContent()).toContain(words.later)
    expect(await page.locator('.now').count()).toBe(0)
    expect(await page.locator('ol path.cut').count()).toBe(1)
    await look(page)
    for (const range of ['month', 'quarter', 'year']) {
      await press(page, range)
      await page.locator('.axis text.now').waitFor()
      for (let turn = 0; turn < 4; turn++) {
        expect(await labelsMeet(page)).toEqual([])
        await press(page, 'earlier')
      }
    }
  })
})

/** Returns the labels of the axis that overlap, or leave the card. */
function labelsMeet(page: Page): Promise<string[]> {
  return page.locator('consentry-timeline').evaluate((element) => {
    const card = element.shadowRoot?.querySelector('.picture')?.getBoundingClientRect()
    const texts = [...(element.shadowRoot?.querySelectorAll('.axis text') ?? [])].filter(
      (text) => getComputedStyle(text).display !== 'none',
    )
    const boxes = texts.map((text) => ({ text: text.textContent ?? '', box: text.getBoundingClientRect() }))
    return boxes.flatMap(({ text, box }, n) => {
      const meets = boxes
        .slice(n + 1)
        .some(
          (other) =>
            box.left < other.box.right + 4 && other.box.left < box.right + 4 && box.top < other.box.bottom && other.box.top < box.bottom,
        )
      return meets || box.right > (card?.right ?? 0) || box.left < (card?.left ?? 0) ? [text] : []
    })
  })
}

/** A history that a seed makes: requests, answers, ends, removals and sessions, while the clock goes on for some months. */
async function history(seed: number): Promise<{ readonly vendor: string; readonly asked: string }> {
  let state = seed
  const below = (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * most)
  }
  const vendor = `vendor-${seed}`
  const [asked = '', ...others] = [0, 1].map((n) => `asked-${seed}-${n}`)
  const users = ['caroline', 'charlotte', 'bingley']
  for (const user of users) host.staff.add(user)
  const requests: { id: string; tenant: string }[] = []
  const pick = () => requests[Math.max(0, requests.length - 1 - below(6))] ?? { id: '', tenant: asked }
  // A refusal is a step that does nothing, as in life.
  const tried = (step: Promise<unknown>) => step.catch(() => {})
  host.now = NOW - 150 * DAY
  for (let step = 0; step < 100; step++) {
    host.now += below(2.8 * DAY)
    const tenant = [asked, ...others][below(2)] ?? asked
    const { id, tenant: of } = pick()
    const expiresAt = below(3) === 0 ? null : host.now + 1 + below(60 * DAY)
    const action = below(10)
    if (action < 3) requests.push({ tenant, id: await host.ask(tenant, 'Hello.', vendor, users.slice(below(3))) })
    else if (action < 7) await tried(host.consentry.grant(host.colleague(of), id, { expiresAt }))
    else if (action < 8) await tried(host.consentry.revoke(host.colleague(of), id))
    else if (action < 9) await tried(host.consentry.setExpiry(host.colleague(of), id, { expiresAt: expiresAt ?? host.now + DAY }))
    else if (below(4) === 0) await tried(host.consentry.removeUser(vendorAdmin(vendor), 'bingley'))
    for (const user of users) await tried(entering(user, vendor, of))
  }
  host.now = Math.max(host.now, NOW)
  return { vendor, asked }
}

const entering = (user: string, vendor: string, tenant: string) =>
  host.consentry.startImpersonation({ user, tenant: vendor, permissions: [], impersonating: null }, { tenant, method: 'access-request' })

inChromium('the picture, its table and the API say the same', () => {
  it.each([1, 2, 3, 4])('of history %i, on both sides, in windows long and short', async (seed) => {
    const { vendor, asked } = await history(seed)
    const now = host.now
    const windows = [
      [now - 120 * DAY, now + 40 * DAY],
      [now - 90 * DAY, now - 30 * DAY],
      [now - 31 * DAY, now - 29.5 * DAY],
    ] as const
    let bars = 0
    for (const [actor, page] of [
      [vendorAdmin(vendor), await asVendor(vendor)],
      [host.colleague(asked), await asTenant(asked, {}, 390)],
    ] as const) {
      for (const [from, to] of windows) {
        await shownIn(page, from, to)
        const { width, rows: drawn } = await readPicture(page).then((rows) => ({ width: rows[0]?.width ?? 1, rows }))
        await press(page, 'table')
        const table = await readTable(page)
        await press(page, 'picture')
        const access = await accessIn(host.consentry, actor, { from, to })
        // The table says what the API does.
        const cut = table.map((row) => ({ ...row, from: Math.max(row.from, from), to: Math.min(row.to, to) }))
        expect(cut.map(({ tag, who, from, to }) => ({ tag, who, from, to })).sort(byAll)).toEqual([...access].sort(byAll))
        // It says as well when each began and will end, beyond the window.
        const whole = await accessIn(host.consentry, actor, { from: Date.UTC(2000, 0), to: LAST })
        for (const row of table) {
          const { from: begun = 0, to: end = 0 } = whole.find(({ tag, who }) => tag === row.tag && who === row.who) ?? {}
          const isLater = to <= now && end > to
          expect([row.from, row.to]).toEqual([begun, isLater ? to + 1 : end === LAST ? Infinity : end])
        }
        // The picture has the same bars, in the same order, to the pixel.
        const pixel = (to - from) / width
        const shown = drawn.flatMap((row) => row.bars.map((bar) => ({ who: row.who, ...bar })))
        expect(shown).toHaveLength(cut.length)
        for (const [n, bar] of shown.entries()) {
          const said = cut[n]
          expect(bar.who).toContain(said?.who)
          expect(Math.abs(from + bar.from * (to - from) - (said?.from ?? 0))).toBeLessThan(pixel)
          expect(Math.abs(from + bar.to * (to - from) - (said?.to ?? 0))).toBeLessThan(pixel)
          expect(bar.isCut).toEqual([(table[n]?.from ?? 0) < from, (table[n]?.to ?? 0) > to && table[n]?.to !== Infinity])
          expect(bar.isOpen).toBe(table[n]?.to === Infinity)
          const marks = bar.sessions.map((at) => from + at * (to - from)).sort((a, b) => a - b)
          const times = [...(said?.sessions ?? [])].sort((a, b) => a - b)
          expect(marks).toHaveLength(times.length)
          for (const [m, mark] of marks.entries()) expect(Math.abs(mark - (times[m] ?? 0))).toBeLessThan(pixel)
          // What is still to come is drawn as planned, and nothing else is.
          const planned = bar.planned.map((at) => from + at * (to - from))
          const expected = (said?.to ?? 0) > now ? [Math.max(now, said?.from ?? 0), said?.to ?? 0] : []
          expect(planned).toHaveLength(expected.length)
          for (const [m, at] of planned.entries()) expect(Math.abs(at - (expected[m] ?? 0))).toBeLessThan(pixel)
          bars++
        }
        for (const row of drawn) expect(overlaps(row.bars)).toBe(false)
      }
    }
    expect(bars).toBeGreaterThan(12)
  })
})

const byAll = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)
const overlaps = (bars: readonly { readonly from: number; readonly to: number; readonly y: number }[]) =>
  bars.some((a, n) => bars.slice(n + 1).some((b) => a.y === b.y && a.from < b.to - 1e-3 && b.from < a.to - 1e-3))

inChromium('the window', () => {
  it('moves by its own length, and back to today', async () => {
    const tenant = fresh()
    await granted({ tenant, from: -100, to: -95 })
    const page = await asTenant(tenant, { range: 'month' })
    const shown = () => textOf(page, '.span p')
    await page.getByText('nobody could enter').waitFor()
    expect(await shown()).toBe('4 Nov 2026 – 3 Dec 2026 Europe/Paris (UTC+1)')
    for (let turn = 0; turn < 3; turn++) await press(page, 'earlier')
    expect(await shown()).toBe('6 Aug 2026 – 4 Sept 2026 Europe/Paris (UTC+2)')
    await rows(page).first().waitFor()
    await press(page, 'later')
    await page.getByText('nobody could enter').waitFor()
    await press(page, 'month')
    expect(await shown()).toBe('4 Nov 2026 – 3 Dec 2026 Europe/Paris (UTC+1)')
  })

  it('takes days of the person, and says which it cannot take', async () => {
    const tenant = fresh()
    await granted({ tenant, from: -100, to: -95 })
    const page = await asTenant(tenant)
    await press(page, 'own')
    expect(await page.getByLabel('First day').inputValue()).toBe('2026-09-20')
    await page.getByLabel('First day').fill('2026-08-20')
    await page.getByLabel('Last day').fill('2026-08-19')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await page.getByText('Choose two days').waitFor()
    await looksRight(page)
    await page.getByLabel('Last day').fill('2026-08-20')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await rows(page).first().waitFor()
    expect(await page.getByText('Choose two days').count()).toBe(0)
    expect(await textOf(page, '.span p')).toContain('20 Aug 2026 – 20 Aug 2026')
    await press(page, 'later')
    expect(await page.getByLabel('Last day').inputValue()).toBe('2026-08-21')
  })

  it('shows a host that its days are none', async () => {
    const page = await asTenant(fresh(), { from: 'soon', to: '2026-11-01' })
    await page.getByText('Choose two days').waitFor()
    await looksRight(page)
  })

  it('shows the requests of one other party', async () => {
    const tenant = fresh()
    await granted({ tenant, from: -10, to: 10 })
    await granted({ tenant, from: -10, to: 10, vendor: 'netherfield' })
    await entered(tenant, -9)
    const page = await asTenant(tenant, { tenant: CLASSICS })
    await rows(page).first().waitFor()
    expect(await rows(page).locator('b').allInnerTexts()).toEqual(['Classics, Inc.'])
    expect(await page.locator('ol .session').count()).toBe(1)
  })

  it.each([
    ['2026-03-29', 23],
    ['2026-10-25', 25],
  ])('is as long as %s was in Paris: %i hours', async (day, hours) => {
    const tenant = fresh()
    const start = Date.parse(`${day}T00:00+0${hours === 23 ? 1 : 2}:00`)
    host.now = start + 3_600_000
    const id = await host.ask(tenant, 'Hello.')
    await host.consentry.grant(host.colleague(tenant), id, { expiresAt: start + 6 * 3_600_000 })
    host.now = NOW
    const page = await asTenant(tenant, { from: day, to: day })
    await rows(page).first().waitFor()
    const [row] = await readPicture(page)
    expect(row?.bars[0]?.from).toBeCloseTo(1 / hours, 2)
    expect(row?.bars[0]?.to).toBeCloseTo(6 / hours, 2)
    // An hour is missing, or there twice: the marks stand where the clocks show them.
    const labels = await page
      .locator('.axis text.wide')
      .evaluateAll((texts) => texts.map((text) => [text.textContent, text.getAttribute('x')]))
    const [, [, six] = []] = labels.filter(([text]) => text === '00:00' || text === '06:00')
    expect(Number.parseFloat(six ?? '') / 100).toBeCloseTo((hours === 23 ? 5 : 7) / hours, 3)
  })
})

inChromium('the list', () => {
  it('draws 25 rows, and as many more on demand', async () => {
    const tenant = fresh()
    for (let n = 0; n < 27; n++) await granted({ tenant, from: -30 + n, to: 10 })
    const page = await asTenant(tenant)
    await rows(page).nth(24).waitFor()
    expect(await rows(page).count()).toBe(25)
    await press(page, 'table')
    expect(await page.locator('tbody tr').count()).toBe(25)
    await page.getByRole('button', { name: 'Show more' }).click()
    expect(await page.locator('tbody tr').count()).toBe(27)
    expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0)
    await press(page, 'picture')
    expect(await rows(page).count()).toBe(27)
  })

  it('works by the keyboard alone, and its words go away by Escape', async () => {
    const tenant = fresh()
    await granted({ tenant, from: -30, to: 10 })
    await granted({ tenant, from: -20, to: 10, vendor: 'netherfield' })
    const page = await asTenant(tenant)
    await rows(page).first().waitFor()
    const facts = (n: number) => rows(page).nth(n).locator('.facts')
    // Out of sight means one pixel, which screen readers still read.
    const isSeen = async (n: number) => ((await facts(n).boundingBox())?.height ?? 0) > 10
    expect([await isSeen(0), await isSeen(1)]).toEqual([false, false])
    await page.locator('button[value=later]').focus()
    await page.keyboard.press('Tab')
    expect(await focusedIn(page)).toContain('Netherfield')
    expect([await isSeen(0), await isSeen(1)]).toEqual([true, false])
    await looksRight(page)
    await page.keyboard.press('Escape')
    expect(await isSeen(0)).toBe(false)
    await page.keyboard.press('Tab')
    expect([await isSeen(0), await isSeen(1)]).toEqual([false, true])
    await page.keyboard.press('Enter')
    expect(await rows(page).nth(1).getByRole('button').getAttribute('aria-expanded')).toBe('true')
    // What the person has opened stays.
    await page.keyboard.press('Escape')
    expect(await isSeen(1)).toBe(true)
    await page.locator('button[value=table]').focus()
    await page.keyboard.press('Space')
    await page.locator('tbody tr:not(:has(.bone))').first().waitFor()
    // The choice lasts while the element does.
    await page.locator('button[value=year]').focus()
    await page.keyboard.press('Space')
    await page.getByText('26 Feb 2026').waitFor()
    await page.locator('tbody tr:not(:has(.bone))').first().waitFor()
  })

  it('shows the words by pointing, and names are text', async () => {
    const tenant = fresh()
    await granted({ tenant, from: -30, to: 10, vendor: 'hostile' })
    const page = await asTenant(tenant)
    await rows(page).first().hover()
    expect((await rows(page).first().locator('.facts').boundingBox())?.height).toBeGreaterThan(10)
    expect(await page.locator('bdi', { hasText: '<img src=x' }).count()).toBeGreaterThan(0)
    expect(await page.locator('consentry-timeline img').count()).toBe(0)
    await looksRight(page)
  })

  it('draws what lasted for a minute so that it can be seen', async () => {
    const tenant = fresh()
    const id = await granted({ tenant, from: -20, to: 10 })
    host.now = NOW - 20 * DAY + 60_000
    await host.consentry.revoke(host.colleague(tenant), id)
    host.now = NOW
    const page = await asTenant(tenant, { range: 'year' })
    await rows(page).first().waitFor()
    const box = await page.locator('ol .bar .least').evaluate((line) => Number.parseFloat(getComputedStyle(line).strokeWidth))
    expect(box).toBeGreaterThanOrEqual(3)
    expect(await page.locator('ol .bar rect').evaluate((rect) => rect.getBoundingClientRect().width)).toBeLessThan(0.1)
  })
})

inChromium('troubles', () => {
  it('loads, fails, tries again, and keeps what it has if it cannot read again', async () => {
    const tenant = fresh()
    await granted({ tenant, from: -30, to: 10 })
    host.trouble = 'silent'
    const page = await asTenant(tenant, { timeout: '1000' })
    await page.locator('[aria-busy=true]').waitFor()
    await looksRight(page)
    await page.getByText('No connection').waitFor()
    await looksRight(page)
    host.trouble = 'none'
    await page.getByRole('button', { name: 'Try again' }).click()
    await rows(page).first().waitFor()
    host.trouble = 'busy'
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    await page.getByText('could not be brought up to date').waitFor()
    expect(await rows(page).count()).toBe(1)
    await looksRight(page)
    // Another window has nothing to keep.
    await press(page, 'year')
    await page.getByText('Not available at the moment').waitFor()
    expect(await rows(page).count()).toBe(0)
    host.trouble = 'none'
    await page.getByRole('button', { name: 'Try again' }).click()
    await rows(page).first().waitFor()
    host.trouble = 'logged out'
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    await page.getByText('You are not logged in').waitFor()
    expect(await rows(page).count()).toBe(0)
    await looksRight(page)
  })

  it('is for people who answer or ask', async () => {
    const page = await showing(`caroline~${CLASSICS}`)
    await page.getByText('people who answer requests or send them').waitFor()
    await looksRight(page)
  })

  it('may be read from inside a tenant, as lists are', async () => {
    const tenant = fresh()
    await granted({ tenant, from: -30, to: 10 })
    const page = await showing(`tom~${tenant}~kellynch`)
    await rows(page).first().waitFor()
  })
})

describe('windows and marks', () => {
  const PARIS = 'Europe/Paris'
  it('are days of the zone', () => {
    expect(ownWindow('2026-10-25', '2026-10-25', PARIS)).toEqual({ from: Date.UTC(2026, 9, 24, 22), to: Date.UTC(2026, 9, 25, 23) })
    const year = rangeWindow('year', 0, NOW, PARIS)
    expect(year && Math.round((year.to - year.from) / DAY)).toBe(365)
    // The windows of one range follow each other without a gap.
    for (const range of ['month', 'quarter', 'year'] as const)
      for (let steps = -5; steps < 3; steps++)
        expect(rangeWindow(range, steps, NOW, PARIS)?.to).toBe(rangeWindow(range, steps + 1, NOW, PARIS)?.from)
  })

  it('begin at one in the morning where midnight is skipped', () => {
    expect(ownWindow('2025-04-25', '2025-04-25', 'Africa/Cairo')?.from).toBe(Date.UTC(2025, 3, 24, 22))
  })

  it.each([
    ['2026-02-30', '2026-03-02'],
    ['2026-03-02', '2026-03-01'],
    ['', '2026-03-01'],
    ['2026-03-01', '9999-12-31'],
    ['12 May', '13 May'],
    [5, 5],
    [Number.NaN, 5],
    [5, 1e17],
  ])('are none from %s to %s', (from, to) => expect(ownWindow(from, to, PARIS)).toBeUndefined())

  it('move by their length, as days or as instants', () => {
    expect(shiftedEdges('2026-03-01', '2026-03-30', -1)).toEqual(['2026-01-30', '2026-02-28'])
    expect(shiftedEdges('2026-03-29', '2026-03-29', 1)).toEqual(['2026-03-30', '2026-03-30'])
    expect(shiftedEdges(1_000, '3000', 1)).toEqual([3_000, 5_000])
  })

  it.each([
    [1 / 48, 'hour'],
    [1, 'hour'],
    [10, 'day'],
    [90, 'month'],
    [3_650, 'year'],
    [200_000, 'year'],
  ])('of %i days have at least one mark by the %s, and never too many', (length, unit) => {
    const from = NOW - Math.min(length, 180_000) * DAY
    const ticks = ticksOf({ from, to: from + length * DAY }, PARIS, 4.3)
    expect(ticks.length).toBeGreaterThanOrEqual(1)
    expect(ticks.length).toBeLessThanOrEqual(6)
    expect(new Set(ticks.map((tick) => tick.unit))).toEqual(new Set([unit]))
  })
})
