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
afterEach(() => host.reset())
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
async function entering(inside = ''): Promise<{ page: Page; id: string }> {
  const id = await granted(`gate-${newUser()}`, NOW + 3 * DAY)
  const page = await see('consentry-my-access', {}, 1280, inside)
  await page.getByRole('button', { name: /^(Enter|View)/ }).click()
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
    await fits(page)
    await page.locator('tbody button').click()
    await page.locator('dialog[open] #inside').waitFor()
    expect(await page.locator('dialog[open] button[type=submit]').getAttribute('aria-disabled')).toBe('true')
    await fits(page)
  })
})

inChromium('a session that cannot start', () => {
  it('because Tom has revoked meanwhile: says why, reads the row again, and keeps what was typed', async () => {
    const { page, id } = await entering()
    await page.getByText('Ends 29 Nov 2026').first().waitFor()
    await host.consentry.revoke(host.colleague(`gate-${user}`), id, { message: 'Enough.' })
    await start(page)
    await page.locator('dialog[open] #alert', { hasText: `You cannot enter gate-${user}` }).waitFor()
    await page.locator('dialog[open] #alert', { hasText: 'The access was revoked.' }).waitFor()
    await expect.poll(() => focusedIn(page)).toContain('The access was revoked.')
    await page.locator('dialog[open] .status.revoked').waitFor()
    await page.locator('dialog[open] .unsent', { hasText: REASON }).waitFor()
    await looksRight(page)
    await page.getByRole('button', { name: 'Close' }).click()
    await page.locator('tbody .status.revoked').waitFor()
    expect(await page.locator('tbody button').count()).toBe(0)
    expect(await sessionsOf()).toEqual([])
  })

  it('because an end or a revocation came while the dialog was open: shows it without a click', async () => {
    const { page } = await entering()
    host.now = NOW + 3 * DAY
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    await page.locator('dialog[open] #alert', { hasText: 'The access ended at its expiry.' }).waitFor()
    await expect.poll(() => focusedIn(page)).toContain('The access ended at its expiry.')
    await page.locator('dialog[open] .unsent', { hasText: REASON }).waitFor()
  })

  it('because of a denial, though the row cannot be read again: says why all the same', async () => {
    const { page, id } = await entering()
    await host.consentry.revoke(host.colleague(`gate-${user}`), id, {})
    await page.route('**/my-access*', (route) => route.abort())
    await start(page)
    await page.locator('dialog[open] #alert', { hasText: 'The access was revoked.' }).waitFor()
    await page.locator('dialog[open] .unsent', { hasText: REASON }).waitFor()
    expect(await page.locator('dialog[open] form').count()).toBe(0)
  })

  it('inside another tenant: is switched off, and says where the person is', async () => {
    const { page } = await entering('hundred-acre')
    expect(await page.locator('#where').textContent()).toContain('Hundred Acre Wood Art Gallery')
    await page.locator('dialog[open] #inside', { hasText: 'Hundred Acre Wood Art Gallery' }).waitFor()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.method()))
    await page.locator('dialog[open] button[type=submit]').click({ force: true })
    await page.locator('dialog[open] #reason').press('End')
    expect(asked).not.toContain('POST')
    await looksRight(page)
  })

  it('because another page has entered meanwhile: says where', async () => {
    const { page } = await entering()
    const url = `http://localhost:${host.port}`
    await page.context().addCookies([{ name: 'login', value: `${user}~${CLASSICS}~kellynch`, url, sameSite: 'Lax' }])
    await start(page)
    await isTold(page, 'You are inside a tenant already.')
    await page.locator('dialog[open] #inside', { hasText: 'Kellynch Hall Estates' }).waitFor()
    await looksRight(page)
  })

  it('because there are too many: says how many', async () => {
    const { page } = await entering()
    const session = { tenant: `gate-${user}`, method: 'access-request' } as const
    for (let n = 0; n < 20; n += 1) await host.consentry.startImpersonation(actor(), session)
    await start(page)
    await isTold(page, 'You have 20 sessions already')
    await fits(page)
  })

  it('through every trouble keeps what was typed, until it has started', async () => {
    const { page } = await entering()
    const troubles: readonly [Trouble, string][] = [
      ['busy', 'The server cannot do this at the moment.'],
      ['fails', 'The server could not do this.'],
      ['logged out', 'Your login has ended.'],
      ['garbage', 'The server did not answer'],
      ['busy', 'The server cannot do this at the moment.'],
      ['cut', 'The server did not answer'],
    ]
    for (const [trouble, text] of troubles) {
      host.trouble = trouble
      await start(page)
      await isTold(page, text)
    }
    await looksRight(page)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: /^Enter/ }).click()
    expect(await page.locator('dialog[open] #reason').inputValue()).toBe(REASON)
    host.trouble = 'none'
    await start(page)
    await page.locator('#where').waitFor()
    expect(await sessionsOf()).toMatchObject([{ reason: REASON }])
  })

  it('in time: says meanwhile that it is starting, then that nobody knows, and looks it up before the next try', async () => {
    const { page } = await entering()
    host.trouble = 'silent'
    await start(page)
    await page.getByRole('button', { name: 'Starting' }).waitFor()
    await isTold(page, 'it is not known whether this has been done')
    host.trouble = 'none'
    const url = `http://localhost:${host.port}`
    // The first try has arrived after all.
    await page.context().addCookies([{ name: 'login', value: `${user}~${CLASSICS}~gate-${user}~access-request`, url, sameSite: 'Lax' }])
    await listen(page, 'consentry-entered')
    await start(page)
    await page.locator('#where').waitFor()
    expect(await page.title()).toContain('access-request')
    expect(await sessionsOf()).toEqual([])
  })

  it('with a reason that cannot be sent, is too long, or says too little', async () => {
    newUser()
    await granted('reasons')
    const page = await see('consentry-my-access', { least: '5' })
    await page.getByRole('button', { name: /^Enter/ }).click()
    for (const [typed, text] of [
      ['No …', 'Give a reason with 5 or more letters and digits.'],
      ['a\u0007bcdef', 'The reason holds characters that cannot be sent.'],
      ['🎣'.repeat(1_001), 'Shorten the reason to 1,000 characters.'],
    ] as const) {
      await page.locator('#reason').fill(typed)
      await start(page)
      await page.locator('#reason-error', { hasText: text }).waitFor()
      expect(await page.locator('#reason').inputValue()).toBe(typed)
    }
    await looksRight(page)
    await page.locator('#alert button').click()
    expect(await page.locator('#reason').evaluate((field) => field.matches(':focus'))).toBe(true)
  })
})

inChromium('the own access', () => {
  it('says that a renewal is pending, and otherwise whom to ask', async () => {
    newUser()
    await granted('soon', NOW + 2 * DAY)
    await granted('renewed', NOW + 2 * DAY)
    await host.ask('renewed', 'Once more.', CLASSICS, [user])
    await granted('for-ever', null, '')
    const page = await see('consentry-my-access')
    const row = (tenant: string) => page.locator('tbody tr', { hasText: tenant })
    await row('soon').getByText('Ask your administrator to renew it.').waitFor()
    await row('renewed').getByText('A request to renew it is pending.').waitFor()
    await row('for-ever').getByText('No end date').waitFor()
    expect(await row('for-ever').getByText('A request to renew it is pending.').count()).toBe(0)
    expect(await page.getByText('Ask your administrator to renew it.').count()).toBe(1)
    await row('for-ever').click()
    await page.locator('dialog[open]', { hasText: 'No message' }).waitFor()
    await fits(page)
  })

  it('is empty: says what to do', async () => {
    newUser()
    const page = await see('consentry-my-access', { filter: 'granted' })
    await page.getByText('No tenant lets you in at the moment.').waitFor()
    await page.getByRole('button', { name: 'Show all tenants' }).click()
    await page.getByText('You are in no request yet.').waitFor()
    await looksRight(page)
  })

  it('is read in pages, and all of it is searched; nothing moves while it loads', async () => {
    newUser()
    for (let n = 1; n <= 30; n += 1) {
      host.names[`shop-${n}`] = `${n % 2 ? 'Café' : 'Barn'} ${n}`
      await host.ask(`shop-${n}`, '', CLASSICS, [user])
    }
    host.trouble = 'silent'
    const page = await see('consentry-my-access')
    await page.locator('table[aria-busy=true]').waitFor()
    const place = () => page.locator('tbody tr').first().boundingBox()
    const before = await place()
    await looksRight(page)
    host.trouble = 'none'
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    const rows = page.locator('tbody tr')
    await rows.nth(24).waitFor()
    expect((await place())?.y).toBe(before?.y)
    expect(await rows.count()).toBe(25)
    await page.getByRole('button', { name: 'Show more' }).click()
    await rows.nth(29).waitFor()
    await page.getByRole('searchbox').fill('CAFE')
    await page.getByText('15 tenants').waitFor()
    await page.getByRole('searchbox').fill('nothing like it')
    await page.getByRole('button', { name: 'Clear the search' }).click()
    await rows.nth(29).waitFor()
  })

  it('while the server cannot answer: says so, and is tried again', async () => {
    newUser()
    await granted('reading')
    const page = await see('consentry-my-access')
    const troubles: readonly [Trouble, string][] = [
      ['garbage', 'No connection'],
      ['busy', 'Not available at the moment'],
      ['fails', 'Something went wrong'],
      ['logged out', 'You are not logged in'],
    ]
    for (const [trouble, title] of troubles) {
      await page.getByRole('button', { name: 'Enter' }).waitFor()
      host.trouble = trouble
      await page.reload()
      await page.getByText(title).waitFor()
      if (trouble === 'logged out') await looksRight(page)
      host.trouble = 'none'
      await page.getByRole('button', { name: 'Try again' }).click()
    }
    await page.getByRole('button', { name: 'Enter' }).waitFor()
    // What was read before stays, unless nobody may read it any more.
    host.trouble = 'cut'
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    await page.getByText('This could not be brought up to date.').waitFor()
    expect(await page.getByRole('button', { name: 'Enter' }).count()).toBe(1)
    host.trouble = 'logged out'
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    await page.getByText('You are not logged in').waitFor()
    expect(await page.getByRole('button', { name: 'Enter' }).count()).toBe(0)
  })

  it('without the right: says so in words about access', async () => {
    newUser()
    const page = await see('consentry-my-access', { filter: 'none' })
    await page.getByText('You are in no request yet.').waitFor()
    await page.route('**/my-access*', (route) => {
      const problem = { type: 'urn:consentry:error:not-permitted', code: 'not-permitted', title: 'no', status: 403 }
      return route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(problem) })
    })
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
    await page.getByText('You have no access to this page').waitFor()
    expect(await page.getByText('people who answer requests').count()).toBe(0)
  })

  it('by keyboard alone', async () => {
    newUser()
    await granted('keys')
    const page = await see('consentry-my-access')
    await page.locator('tbody tr:not(:has(.bone))').waitFor()
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    // Five filters, the search, and the button of the row.
    await press(...Array<string>(7).fill('Tab'))
    expect(await focusedIn(page)).toBe('Enter: keys')
    await press('Enter')
    await page.locator('dialog[open] form').waitFor()
    expect(await focusedIn(page)).toBe('keys')
    await press('Tab')
    await page.keyboard.type('A hole')
    await press('Escape')
    await page.locator('dialog form').waitFor({ state: 'detached' })
    expect(await focusedIn(page)).toBe('Enter: keys')
    await press('Enter')
    await page.locator('dialog[open] form').waitFor()
    await press('Tab', 'End')
    await page.keyboard.type('.')
    await press('Tab', 'Tab')
    expect(await focusedIn(page)).toBe('Start impersonation')
    await press('Enter')
    await page.locator('#where').waitFor()
    await expect.poll(() => focusedIn(page)).toContain('You are inside keys')
    expect(await sessionsOf()).toMatchObject([{ reason: 'A hole.' }])
  })
})

inChromium.each([
  ['en', 390],
  ['fr', 1280],
] as const)('the legacy tool in %s at %i px', (lang, width) => {
  const words = WORDS[lang]
  const look = lang === 'en' ? looksRight : fits
  const named = { lang, 'tenant-name': 'Tom Sawyer Fence Painting Co.' }

  it('before the first grant lets in who may use it, after a confirmation, and asks nothing else', async () => {
    host.tool.add(newUser())
    const page = await see('consentry-legacy', { ...named, tenant: `free-${lang}` }, width)
    await page.locator('button[value=legacy-support][aria-disabled=false]').waitFor()
    await look(page)
    await page.getByRole('button', { name: 'Impersonate & Support' }).click()
    await page.locator('dialog[open] h2', { hasText: words.confirm }).waitFor()
    expect(await sessionsOf()).toEqual([])
    await look(page)
    const asked: string[] = []
    page.on('request', (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`))
    await listen(page, 'consentry-entered')
    await page.locator('dialog[open]').getByRole('button', { name: words.yes }).click()
    await page.locator('#where').waitFor()
    expect(await page.title()).toBe(`{"tenant":"free-${lang}","method":"legacy-support"}`)
    expect(await sessionsOf()).toMatchObject([{ tenant: `free-${lang}`, method: 'legacy-support', status: 'live' }])
    expect(await page.locator('button[value=legacy-configure]').getAttribute('aria-disabled')).toBe('true')
    expect(asked).not.toContain('POST /consentry/decisions')
    await look(page)
  })

  it('after the first grant is closed: says why, and leads to the own access', async () => {
    host.tool.add(newUser())
    const tenant = `governed-${lang}`
    const page = await see('consentry-legacy', { ...named, tenant }, width)
    await page.locator('button[value=legacy-configure][aria-disabled=false]').click()
    const id = await host.ask(tenant, '', CLASSICS)
    await host.consentry.grant(host.colleague(tenant), id, { expiresAt: null })
    await page.locator('dialog[open]').getByRole('button', { name: words.yes }).click()
    await page.getByText(words.closed).waitFor()
    await expect.poll(() => focusedIn(page)).toContain(words.closed)
    expect(await page.locator('dialog[open]').count()).toBe(0)
    expect(await page.locator('button[value=legacy-support]').getAttribute('aria-disabled')).toBe('true')
    await look(page)
    await listen(page, 'consentry-navigate')
    await page.getByRole('button', { name: words.myAccess }).click()
    expect(await page.title()).toBe('{"to":"my-access"}')
  })
})

inChromium('the legacy tool', () => {
  it('says before the click only what the own requests tell', async () => {
    host.tool.add(newUser())
    await granted('holds')
    await host.consentry.revoke(host.colleague('over'), await granted('over'), {})
    const holds = await see('consentry-legacy', { tenant: 'holds' })
    await holds.getByText('The tenant has granted you access.').waitFor()
    await holds.context().close()
    const over = await see('consentry-legacy', { tenant: 'over' })
    await over.getByText('The legacy tool is closed here').waitFor()
    await over.locator('button[value=legacy-support]').click({ force: true })
    expect(await over.locator('dialog[open]').count()).toBe(0)
    await fits(over)
  })

  it('does not let in who may not use it, and No does nothing', async () => {
    newUser()
    const page = await see('consentry-legacy', { tenant: 'green-gables' })
    await page.locator('button[value=legacy-configure][aria-disabled=false]').click()
    await page.getByRole('button', { name: 'No', exact: true }).click()
    await page.locator('dialog[open]').waitFor({ state: 'detached' })
    expect(await sessionsOf()).toEqual([])
    await page.locator('button[value=legacy-configure]').click()
    host.trouble = 'cut'
    await start(page)
    await page.locator('dialog[open] #alert', { hasText: 'The server did not answer' }).waitFor()
    host.trouble = 'none'
    await start(page)
    await page.locator('#denied', { hasText: 'You may not use the legacy tool for this tenant.' }).waitFor()
    await looksRight(page)
    host.tool.add(user)
    await page.locator('button[value=legacy-configure]').click()
    await start(page)
    await page.locator('#where').waitFor()
  })

  it('while the server is busy: says so, and is tried again', async () => {
    newUser()
    host.trouble = 'busy'
    const page = await see('consentry-legacy', { tenant: 'green-gables' })
    await page.getByText('Not available at the moment').waitFor()
    await fits(page)
    host.trouble = 'none'
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.locator('button[value=legacy-configure][aria-disabled=false]').waitFor()
  })
})

inChromium('hostile names and messages', () => {
  it('are shown as text', async () => {
    newUser()
    const hostile = [
      ['hostile', '<img src=x onerror="document.title=1"><script>1</script>&amp;'],
      ['bidi', 'a\u202eb\u2067c'],
      ['emoji', '👩‍👩‍👧'.repeat(200)],
      ['word', 'W'.repeat(900)],
    ] as const
    for (const [tenant, message] of hostile) await granted(tenant, null, message)
    const page = await see('consentry-my-access', {}, 390)
    await page.locator('tbody button').nth(3).waitFor()
    await looksRight(page)
    for (const [tenant, message] of hostile) {
      await page
        .locator('tbody tr', { hasText: message.slice(0, 80) })
        .locator('button')
        .click()
      await page.locator('dialog[open] form').waitFor()
      expect(await page.locator('dialog bdi').allTextContents()).toEqual([host.names[tenant] ?? tenant, message])
      await fits(page)
      const outside = await page
        .locator('.card :not(bdi), dialog :not(bdi)')
        .evaluateAll((all) =>
          all.map(({ childNodes }) => [...childNodes].map(({ nodeType, nodeValue }) => (nodeType === 3 ? nodeValue : '')).join('')),
        )
      expect(outside.filter((text) => /[\u202e\u2067<]/.test(text))).toEqual([])
      await page.keyboard.press('Escape')
      await page.locator('dialog[open]').waitFor({ state: 'detached' })
    }
    expect(await page.locator('img, script:not([src])').count()).toBe(0)
    expect(await page.title()).toBe('consentry-my-access')
  })
})
