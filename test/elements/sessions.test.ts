/** The banner and the list of sessions in Chromium over the real API: entering, leaving, and every way in which a session ends. */
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { NO_CHROMIUM, openPage } from '../browser/chromium.js'
import { CLASSICS, type Host, NOW, startHost, type Trouble } from './host.js'
import { fits, focusedIn, looksRight } from './looks.js'

// A page of a busy machine takes seconds.
vi.setConfig({ testTimeout: 60_000 })

const inChromium = describe.skipIf(NO_CHROMIUM !== undefined)
if (NO_CHROMIUM !== undefined) it.skip(NO_CHROMIUM, () => {})

const MINUTE = 60_000
let host: Host
beforeAll(async () => {
  host = await startHost()
})
afterEach(() => host.reset())
afterAll(() => host.close())

let tenants = 0

/** A tenant that has let Caroline in. Its id is its name. */
async function granting(tenant = `fences-${++tenants}`) {
  const id = await host.ask(tenant, 'Caroline looks after your account.')
  await host.consentry.grant(host.colleague(tenant), id, { expiresAt: null })
  return { tenant, revoke: () => host.consentry.revoke(host.colleague(tenant), id) }
}

async function opening(...given: Parameters<Host['open']>): Promise<Page> {
  const opened = await host.open(...given)
  return opened.page
}

const CAROLINE = `caroline~${CLASSICS}`
/** Opens the banner as Caroline, who enters the tenant. */
async function entering(tenant: string, query: Record<string, string> = {}, width = 1280): Promise<Page> {
  const page = await opening(CLASSICS, { element: 'consentry-banner', ...query }, { login: CAROLINE, viewport: { width, height: 600 } })
  await page.evaluate(() => Object.assign(globalThis, { left: [] }))
  await page.evaluate(() =>
    document.addEventListener('consentry-left', ({ detail }) => (globalThis as unknown as { left: string[] }).left.push(detail.cause)),
  )
  await enter(page, tenant)
  await page.locator('.bar').waitFor()
  return page
}

/** Starts a session as a page of the host does, and tells the elements. */
async function enter(page: Page, tenant: string, reason = ''): Promise<void> {
  const status = await page.evaluate(
    async (body) => {
      const headers = { 'content-type': 'application/json' }
      const answer = await fetch('/consentry/session', { method: 'POST', headers, body: JSON.stringify(body) })
      document.dispatchEvent(new Event('consentry-changed'))
      return answer.status
    },
    { tenant, method: 'access-request', reason },
  )
  expect(status).toBe(201)
}

/** Moves the page's clock, and fires the timers of a second. */
async function passTo(page: Page, now: number): Promise<void> {
  await page.clock.setFixedTime(now)
  await page.clock.runFor(1_000)
}

const askAgain = (page: Page) => page.evaluate(() => window.dispatchEvent(new Event('online')))
const leftOf = (page: Page) => page.evaluate(() => (globalThis as unknown as { left: string[] }).left)
const bar = (page: Page, text: string) => page.locator('.bar', { hasText: text }).waitFor()
const sessionsOf = async (tenant: string) => (await host.consentry.sessions(host.colleague(tenant), {})).items
const listAs = (login: string, query: Record<string, string> = {}, width = 1280) =>
  opening('', { element: 'consentry-sessions', ...query }, { login, viewport: { width, height: 800 } })

const ELIZABETH = `elizabeth~${CLASSICS}`
const elizabeth = { user: 'elizabeth', tenant: CLASSICS, permissions: ['submit'], impersonating: null } as const

const WORDS = {
  en: {
    inside: 'as Caroline Bingley',
    details: ['Access request', '60 minutes left', 'ends at 19:04', 'every action is recorded under your name'],
    leave: 'Leave',
    lost: 'Your access has ended, so the session ended with it.',
    understood: 'Understood',
    now: 'End it now',
    done: 'Session ended: Caroline Bingley',
    byColleague: 'A colleague of yours ended the session.',
    someone: 'Somebody of theirs',
  },
  fr: {
    inside: 'en tant que Caroline Bingley',
    details: ["Demande d'accès", '60 minutes restantes', 'se termine à 19:04', 'chaque action est enregistrée à votre nom'],
    leave: 'Quitter',
    lost: 'Votre accès a pris fin, et la session avec lui.',
    understood: "J'ai compris",
    now: 'Oui, terminer',
    done: 'Session terminée\u00a0: Caroline Bingley',
    byColleague: 'Un de vos collègues a mis fin à la session.',
    someone: 'Une personne de ce locataire',
  },
}

inChromium.each([
  ['en', 1280],
  ['fr', 390],
] as const)('in %s at %i px', (lang, width) => {
  const words = WORDS[lang]
  // What axe finds does not depend on the language, and it takes most of the time.
  const look = lang === 'en' ? looksRight : fits

  it('Caroline is inside, leaves, and is outside again', async () => {
    const { tenant } = await granting()
    const page = await entering(tenant, { lang }, width)
    await bar(page, words.inside)
    expect(await page.locator('.bar p').textContent()).toContain(tenant)
    expect(await page.locator('.bar small span').allTextContents()).toEqual(words.details)
    // Nothing but the way out: it cannot be dismissed.
    expect((await page.locator('.bar button').allTextContents()).map((text) => text.trim())).toEqual([words.leave])
    await look(page)
    await page.getByRole('button', { name: words.leave }).click()
    await page.locator('.bar').waitFor({ state: 'detached' })
    expect(await leftOf(page)).toEqual(['ended-by-user'])
    expect(await page.locator('[role=status]').textContent()).toContain(tenant)
    expect(await sessionsOf(tenant)).toMatchObject([{ status: 'ended', cause: 'ended-by-user' }])
    await fits(page)
    await page.reload()
    await page.locator('consentry-banner [role=status]').waitFor({ state: 'attached' })
    expect(await page.locator('.bar').count()).toBe(0)
  })

  it('Tom revokes while she is inside: she sees why, until she has acknowledged it', async () => {
    const { tenant, revoke } = await granting()
    const page = await entering(tenant, { lang }, width)
    await revoke()
    await askAgain(page)
    await bar(page, words.lost)
    expect(await page.locator('.bar p').textContent()).toContain(tenant)
    expect(await leftOf(page)).toEqual(['access-lost'])
    await look(page)
    // Another page shows it as well, for as long as nobody has acknowledged it.
    await page.reload()
    await bar(page, words.lost)
    const forgotten = page.waitForResponse((answer) => answer.request().method() === 'DELETE')
    await page.getByRole('button', { name: words.understood }).click()
    await page.locator('.bar').waitFor({ state: 'detached' })
    expect((await forgotten).status()).toBe(200)
    await page.reload()
    await askAgain(page)
    expect(await page.locator('.bar').count()).toBe(0)
  })

  it('Elizabeth ends the session from the list; Tom has seen it without her name', async () => {
    const { tenant } = await granting()
    const page = await entering(tenant, { lang }, width)
    const list = await listAs(ELIZABETH, { lang }, width)
    await list.locator('tbody tr', { hasText: tenant }).locator('button.danger').click()
    await look(list)
    await list.getByRole('button', { name: words.now }).click()
    await list.getByText(words.done).waitFor()
    expect(await focusedIn(list)).toBe(words.done.replace('\u00a0', ' '))
    await look(list)
    await askAgain(page)
    await bar(page, words.byColleague)

    const tom = await listAs(`tom~${tenant}`, { lang, filter: 'all' }, width)
    await tom.getByText(words.someone).waitFor()
    expect(await tom.locator('tbody').textContent()).not.toMatch(/Caroline|Elizabeth/)
    await fits(tom)
  })
})

inChromium('the banner', () => {
  it('counts down, says once that two minutes are left, and asks the server at the end', async () => {
    const { tenant } = await granting()
    const page = await entering(tenant)
    const status = page.locator('consentry-banner [role=status]')
    await passTo(page, NOW + 30.5 * MINUTE)
    await bar(page, '29 minutes left')
    expect(await status.textContent()).toBe('')
    await page.evaluate(() => {
      const [region] = document.querySelector('consentry-banner')?.shadowRoot?.querySelectorAll('[role=status]') ?? []
      Object.assign(globalThis, { changes: 0 })
      const observer = new MutationObserver(() =>
        Object.assign(globalThis, { changes: (globalThis as never as { changes: number }).changes + 1 }),
      )
      if (region) observer.observe(region, { childList: true, subtree: true, characterData: true })
    })
    await passTo(page, NOW + 58.5 * MINUTE)
    await bar(page, '1 minute left')
    expect(await status.textContent()).toBe(`Less than two minutes are left inside ${tenant}.`)
    await passTo(page, NOW + 59.5 * MINUTE)
    await bar(page, 'less than a minute left')
    expect(await page.evaluate(() => (globalThis as never as { changes: number }).changes)).toBe(1)
    await looksRight(page)
    host.now = NOW + 60 * MINUTE
    await passTo(page, host.now)
    await bar(page, 'The time of the session was up.')
    expect(await leftOf(page)).toEqual(['expired'])
  })

  it('never shows inside after the end, if the server does not answer', async () => {
    const { tenant } = await granting()
    const page = await entering(tenant, { timeout: '800' })
    host.trouble = 'silent'
    await passTo(page, NOW + 60 * MINUTE)
    await bar(page, `It is not known whether you are still inside ${tenant}`)
    await bar(page, 'The session was to end at 19:04.')
    await bar(page, 'The server does not answer as it should.')
    Object.assign(host, { trouble: 'none', now: NOW + 60 * MINUTE })
    await passTo(page, NOW + 60 * MINUTE + 5_000)
    await bar(page, 'The time of the session was up.')
  })

  it('stays inside by the answer of a server whose clock is behind that of the page', async () => {
    const { tenant } = await granting()
    const page = await entering(tenant)
    await passTo(page, NOW + 61 * MINUTE)
    await bar(page, 'less than a minute left')
    host.trouble = 'silent'
    await passTo(page, NOW + 61 * MINUTE + 21_000)
    await bar(page, 'It is not known')
  })

  it('asks every 15 seconds inside, and not while the page is hidden', async () => {
    const { tenant, revoke } = await granting()
    const page = await entering(tenant)
    let asked = 0
    page.on('request', (request) => (asked += request.url().endsWith('/me') ? 1 : 0))
    const hide = (state: string) =>
      page.evaluate(
        (visibilityState) => Object.defineProperty(document, 'visibilityState', { value: visibilityState, configurable: true }),
        state,
      )
    await revoke()
    await hide('hidden')
    await passTo(page, NOW + 15_000)
    await bar(page, '59 minutes left')
    expect(asked).toBe(0)
    await hide('visible')
    await bar(page, 'Your access has ended')
    expect(asked).toBe(1)
  })

  it('asks when the page is shown again', async () => {
    const { tenant, revoke } = await granting()
    const page = await entering(tenant)
    await revoke()
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await bar(page, 'Your access has ended')
  })

  it('says that it is not known, while the server does not answer as it should, and keeps asking', async () => {
    const { tenant } = await granting()
    const page = await entering(tenant, { timeout: '300' })
    const silence = 'The server does not answer as it should.'
    const troubles: readonly [Trouble, string][] = [
      ['cut', silence],
      ['logged out', 'Your login has ended.'],
      ['garbage', silence],
      ['logged out', 'Your login has ended.'],
      ['silent', silence],
      ['logged out', 'Your login has ended.'],
      ['busy', silence],
      ['logged out', 'Your login has ended.'],
      ['fails', silence],
    ]
    for (const [trouble, text] of troubles) {
      host.trouble = trouble
      await askAgain(page)
      await bar(page, text)
      await bar(page, `It is not known whether you are still inside ${tenant}`)
    }
    await looksRight(page)
    expect(await leftOf(page)).toEqual([])
    host.trouble = 'none'
    await passTo(page, NOW + 5_000)
    await bar(page, 'You are inside')
  })

  it('of a first answer that does not come: says so, but nothing to somebody who is not logged in', async () => {
    host.trouble = 'logged out'
    const page = await opening(CLASSICS, { element: 'consentry-banner' }, { login: CAROLINE })
    const answer = page.waitForResponse(/\/me$/)
    await askAgain(page)
    expect((await answer).status()).toBe(401)
    expect(await page.locator('.bar').count()).toBe(0)
    host.trouble = 'cut'
    await page.reload()
    await bar(page, 'It is not known whether you are inside another tenant')
    expect(await page.getByRole('button').count()).toBe(0)
    await fits(page)
  })

  it('says that leaving has failed, or may have, and what came of it', async () => {
    const { tenant } = await granting()
    const page = await entering(tenant)
    await page.route('**/session', (route) => route.abort())
    await page.getByRole('button', { name: 'Leave' }).click()
    await bar(page, 'The server could not end the session.')
    expect(await sessionsOf(tenant)).toMatchObject([{ status: 'live' }])
    await looksRight(page)
    host.trouble = 'cut'
    await page.getByRole('button', { name: 'Leave' }).click()
    await bar(page, 'Nor is it known whether you have left it just now.')
    await fits(page)
    // The server does it, and its answer is lost.
    await page.unroute('**/session')
    host.trouble = 'none'
    await askAgain(page)
    await bar(page, 'The server could not end the session.')
    await page.route('**/session', (route) => {
      host.trouble = 'loses answers'
      return route.continue()
    })
    await page.getByRole('button', { name: 'Leave' }).click()
    await bar(page, 'Nor is it known whether you have left it just now.')
    host.trouble = 'none'
    await askAgain(page)
    await bar(page, 'You left it yourself')
    expect(await sessionsOf(tenant)).toMatchObject([{ status: 'ended', cause: 'ended-by-user' }])
  })

  it('in two tabs: the other one says that she has left, and does not end what she has entered since', async () => {
    const { tenant, revoke } = await granting()
    const second = await granting()
    const page = await entering(tenant)
    const other = await openPage(page.url(), page.context())
    host.pages.push(other)
    await bar(other.page, `You are inside ${tenant}`)
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.locator('.bar').waitFor({ state: 'detached' })
    await askAgain(other.page)
    await bar(other.page, `You are no longer inside ${tenant}`)
    await bar(other.page, 'maybe in another tab')
    await enter(page, tenant)
    await bar(page, `You are inside ${tenant}`)
    await askAgain(other.page)
    await bar(other.page, `You are inside ${tenant}`)
    await revoke()
    for (const tab of [page, other.page]) {
      await askAgain(tab)
      await bar(tab, 'Your access has ended')
    }
    await enter(page, second.tenant)
    await other.page.getByRole('button', { name: 'Understood' }).click()
    await askAgain(other.page)
    await bar(other.page, `You are inside ${second.tenant}`)
    expect(await sessionsOf(second.tenant)).toMatchObject([{ status: 'live' }])
    // The first tab leaves what the other one does not show yet.
    const third = await granting()
    await askAgain(page)
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.locator('.bar').waitFor({ state: 'detached' })
    await enter(page, third.tenant)
    await other.page.getByRole('button', { name: 'Leave' }).click()
    await bar(other.page, `You are inside ${third.tenant}`)
    expect(await sessionsOf(third.tenant)).toMatchObject([{ status: 'live' }])
  })

  it('of a tool outside Consentry: shows where, and no way out of its own', async () => {
    const page = await opening(CLASSICS, { element: 'consentry-banner' }, { login: `${CAROLINE}~tom-sawyer` })
    await bar(page, 'You are inside Tom Sawyer Fence Painting Co. as Caroline Bingley')
    await bar(page, 'Impersonate & Support · Leave it by the tool that you entered with.')
    expect(await page.getByRole('button').count()).toBe(0)
    await fits(page)
  })
})

inChromium('the list of sessions', () => {
  it('by keyboard alone: Elizabeth asks to end a session, cancels, and ends it', async () => {
    const { tenant } = await granting()
    host.now = NOW + MINUTE
    const page = await entering(tenant)
    const list = await listAs(ELIZABETH)
    const row = list.locator('tbody tr', { hasText: tenant })
    await row.waitFor()
    const press = async (...keys: string[]) => {
      for (const key of keys) await list.keyboard.press(key)
    }
    // Three filters; the newest session comes first.
    await press('Tab', 'Tab', 'Tab', 'Tab')
    expect(await focusedIn(list)).toBe('End: the session of Caroline Bingley')
    await press('Enter')
    await list.locator('#confirm').waitFor()
    expect(await focusedIn(list)).toBe('End this session at once?')
    await press('Tab', 'Enter')
    await list.locator('#confirm').waitFor({ state: 'detached' })
    expect(await focusedIn(list)).toBe('End: the session of Caroline Bingley')
    expect(await sessionsOf(tenant)).toMatchObject([{ status: 'live' }])
    await press('Enter')
    await list.locator('#confirm').waitFor()
    await press('Tab', 'Tab', 'Enter')
    await list.getByText('Session ended: Caroline Bingley').waitFor()
    expect(await sessionsOf(tenant)).toMatchObject([{ status: 'ended', cause: 'ended-by-requester' }])
    await askAgain(page)
    await bar(page, 'A colleague of yours ended the session.')
  })

  it('shows reasons and causes to the vendor, and neither reasons nor users to the tenant', async () => {
    const { tenant, revoke } = await granting()
    const page = await entering(tenant)
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.locator('.bar').waitFor({ state: 'detached' })
    host.now = NOW + 5 * MINUTE
    await enter(page, tenant, 'Ticket 4711')
    await revoke()
    const list = await listAs(ELIZABETH, { filter: 'ended' })
    const rows = list.locator('tbody tr', { hasText: tenant })
    await rows.first().waitFor()
    expect((await rows.allInnerTexts()).map((text) => text.split(/\s*[\n\t]\s*/).filter(Boolean))).toEqual([
      ['Caroline Bingley', `inside ${tenant}`, 'Access request', 'Ticket 4711', 'Ended', 'Access ended', '26 Nov 2026, 18:09 – 18:09'],
      ['Caroline Bingley', `inside ${tenant}`, 'Access request', 'No reason given', 'Ended', 'Left', '26 Nov 2026, 18:04 – 18:04'],
    ])
    await looksRight(list)
    const tom = await listAs(`tom~${tenant}`)
    await tom.getByText('Nobody is inside at the moment.').waitFor()
    expect((await tom.locator('.filters button').allTextContents()).map((text) => text.trim())).toEqual(['All2', 'Live0', 'Ended2'])
    await looksRight(tom)
    await tom.getByRole('button', { name: 'Show all sessions' }).click()
    await tom.locator('tbody tr:not(:has(.bone))').nth(1).waitFor()
    expect(await tom.locator('tbody').textContent()).not.toMatch(/Caroline|Ticket|reason/)
  })

  it('shows users to the tenant if the API answers them', async () => {
    const { tenant } = await granting()
    await entering(tenant)
    const tom = await listAs(`tom~${tenant}`)
    await tom.getByText('Somebody of theirs').waitFor()
    await tom.route('**/sessions?*', async (route) => {
      const answer = await (await route.fetch()).text()
      return route.fulfill({ contentType: 'application/json', body: answer.replaceAll('"user":null', '"user":"caroline"') })
    })
    await askAgain(tom)
    await tom.locator('tbody small', { hasText: 'caroline' }).waitFor()
  })

  it('says that a session had ended meanwhile', async () => {
    const { tenant, revoke } = await granting()
    await entering(tenant)
    const tom = await listAs(`tom~${tenant}`)
    await tom.locator('button.danger').click()
    await revoke()
    await tom.getByRole('button', { name: 'End it now' }).click()
    await tom.getByText('This session had ended meanwhile: Classics, Inc.').waitFor()
    await tom.getByText('Nobody is inside at the moment.').waitFor()
    expect(await sessionsOf(tenant)).toMatchObject([{ cause: 'access-lost' }])
  })

  it('through every trouble keeps asking whether to end it, until it has ended', async () => {
    const { tenant } = await granting()
    await entering(tenant)
    const tom = await listAs(`tom~${tenant}`)
    await tom.locator('button.danger').click()
    const troubles: readonly [Trouble, string][] = [
      ['busy', 'The server cannot do this at the moment.'],
      ['logged out', 'Your login has ended.'],
      ['forbidden', 'There is no such session for you any more.'],
      ['garbage', 'it is not known whether the session has ended'],
      ['loses answers', 'it is not known whether the session has ended'],
    ]
    for (const [trouble, text] of troubles) {
      host.trouble = trouble
      await tom.getByRole('button', { name: 'End it now' }).click()
      await tom.locator('#alert', { hasText: text }).waitFor()
      expect(await focusedIn(tom)).toContain(text)
    }
    await looksRight(tom)
    host.trouble = 'none'
    await tom.getByRole('button', { name: 'End it now' }).click()
    await tom.getByText('Session ended: Classics, Inc.').waitFor()
    expect(await sessionsOf(tenant)).toMatchObject([{ status: 'ended', cause: 'ended-by-tenant', endedBy: 'tom' }])
  })

  it('that cannot be read: says why, and is tried again', async () => {
    const list = await listAs('tom~nobody', { timeout: '600' })
    await list.getByText('Nobody is inside at the moment.').waitFor()
    const troubles: readonly [Trouble, string][] = [
      ['cut', 'No connection'],
      ['garbage', 'No connection'],
      ['silent', 'No connection'],
      ['busy', 'Not available at the moment'],
      ['logged out', 'You are not logged in'],
    ]
    for (const [trouble, title] of troubles) {
      host.trouble = trouble
      await list.reload()
      if (trouble === 'silent') await list.locator('table[aria-busy=true]').waitFor()
      await list.getByText(title).waitFor()
      if (trouble === 'busy') await looksRight(list)
      host.trouble = 'none'
      await list.getByRole('button', { name: 'Try again' }).click()
      await list.getByText('Nobody is inside at the moment.').waitFor()
    }
    host.trouble = 'cut'
    await askAgain(list)
    await list.getByText('This could not be brought up to date.').waitFor()
    await fits(list)
  })

  it('refused by the server: says so, and offers no other try', async () => {
    const list = await listAs('tom~nobody')
    await list.getByText('Nobody is inside at the moment.').waitFor()
    const problem = { type: 'urn:consentry:error:not-permitted', code: 'not-permitted', title: 'no', status: 403 }
    await list.route('**/sessions?*', (route) =>
      route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify(problem) }),
    )
    await askAgain(list)
    await list.getByText('You have no access to this page').waitFor()
    expect(await list.getByRole('button', { name: 'Try again' }).count()).toBe(0)
    await fits(list)
  })

  it('is read in pages', async () => {
    const { tenant } = await granting()
    const page = await opening(CLASSICS, { element: 'consentry-banner' }, { login: CAROLINE })
    await page.evaluate(
      async (body) => {
        const call = (method: string, path = '') =>
          fetch(`/consentry/session${path}`, {
            method,
            headers: { 'content-type': 'application/json' },
            body: method === 'POST' ? body : null,
          })
        for (let n = 0; n < 26; n += 1) {
          await call('POST')
          await call('DELETE')
        }
      },
      JSON.stringify({ tenant, method: 'access-request' }),
    )
    const tom = await listAs(`tom~${tenant}`, { filter: 'ended' }, 390)
    await tom.locator('tbody tr:not(:has(.bone))').nth(24).waitFor()
    expect(await tom.locator('tbody tr').count()).toBe(25)
    await tom.getByRole('button', { name: 'Show more' }).click()
    await tom.locator('tbody tr:not(:has(.bone))').nth(25).waitFor()
    expect(await tom.getByRole('button', { name: 'Show more' }).count()).toBe(0)
    await fits(tom)
  })
})

inChromium('hostile names and reasons', () => {
  it('are shown as text', async () => {
    const reason = '<img src=x onerror="document.title=1">\u202eb\u2067c'
    const { tenant } = await granting('hostile')
    const page = await entering(tenant, {}, 390)
    await page.getByRole('button', { name: 'Leave' }).click()
    await page.locator('.bar').waitFor({ state: 'detached' })
    await enter(page, tenant, reason)
    await bar(page, 'You are inside')
    // What the name opens is closed, or the rest of the sentence would be a part of it.
    const name = `${host.names['hostile']}\u2069`
    expect(await page.locator('.bar bdi').first().textContent()).toBe(name)
    const list = await listAs(ELIZABETH, {}, 390)
    await list.locator('tbody bdi', { hasText: '<img' }).first().waitFor()
    expect(await list.locator('tbody bdi').allTextContents()).toEqual(expect.arrayContaining([reason, name]))
    for (const shown of [page, list]) {
      expect(await shown.locator('img, script:not([src])').count()).toBe(0)
      expect(await shown.title()).not.toBe('1')
      await fits(shown)
    }
    expect((await host.consentry.sessions(elizabeth, { tenants: ['hostile'] })).items).toHaveLength(2)
  })
})
