/** Every element in Chromium: wide and narrow, light and dark, without motion, and with names that read from right to left. */
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Actor } from '../../src/domain/actor.js'
import { NO_CHROMIUM } from '../browser/chromium.js'
import { CLASSICS, DAY, type Host, NOW, startHost } from './host.js'
import { fits, looksRight } from './looks.js'

// A page of a busy machine takes seconds.
vi.setConfig({ testTimeout: 60_000 })

const inChromium = describe.skipIf(NO_CHROMIUM !== undefined)
if (NO_CHROMIUM !== undefined) it.skip(NO_CHROMIUM, () => {})

const CAROLINE = `caroline~${CLASSICS}`
const BAKERY = 'مخبزة الوردة (حلب)'
const WORD = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerk'.repeat(2)
const NAMES = { bakery: BAKERY, word: WORD, dana: 'דנה בן־דוד 2' }

let host: Host
let grant: string
let sent: string
beforeAll(async () => {
  host = await startHost()
  Object.assign(host.names, NAMES)
  host.staff.add('dana')
  host.tool.add('caroline')
  const actor = (user: string, permissions: Actor['permissions'] = []): Actor => ({
    user,
    tenant: CLASSICS,
    permissions,
    impersonating: null,
  })
  // To one tenant from several others, and from one to several, in every status.
  for (const from of [CLASSICS, 'bakery', 'word', 'netherfield'])
    grant = await host.ask('kellynch', `${BAKERY}, 3 people.`, from, ['caroline'])
  await host.consentry.grant(host.colleague('kellynch'), grant, { expiresAt: NOW + 2 * DAY, message: BAKERY })
  for (const tenant of ['bakery', 'word', 'netherfield', 'green-gables']) {
    const id = await host.ask(tenant, BAKERY, CLASSICS, ['caroline', 'dana'])
    if (tenant === 'bakery') sent = id
    if (tenant === 'green-gables') await host.consentry.reject(host.colleague(tenant), id, { message: BAKERY })
    else if (tenant !== 'word') await host.consentry.grant(host.colleague(tenant), id, { expiresAt: null, message: BAKERY })
  }
  const entry = { tenant: 'bakery', method: 'access-request', reason: BAKERY } as const
  await host.consentry.startImpersonation(actor('dana'), entry)
})
afterEach(() => host.reset())
afterAll(() => host.close())

/** Each element, by what it shows once it has read: whose login, and its attributes. */
const ELEMENTS: readonly (readonly [element: string, ready: string, login: string, attributes?: Record<string, string>])[] = [
  ['consentry-incoming', 'tbody tr:not(:has(.bone))', 'tom~kellynch', { filter: 'all' }],
  ['consentry-grant', '.card .actions', 'tom~kellynch'],
  ['consentry-my-access', 'tbody tr:not(:has(.bone))', CAROLINE, { filter: 'all' }],
  ['consentry-legacy', 'button[value=legacy-support]', CAROLINE, { tenant: 'dairy', 'tenant-name': 'ملبنة السهل (حمص)' }],
  ['consentry-sessions', 'tbody tr:not(:has(.bone))', `elizabeth~${CLASSICS}`, { filter: 'all' }],
  ['consentry-banner', '.bar', `${CAROLINE}~bakery`],
  ['consentry-outgoing', 'tbody tr:not(:has(.bone))', `elizabeth~${CLASSICS}`, { filter: 'all' }],
  ['consentry-request-editor', '.chip', `elizabeth~${CLASSICS}`],
  ['consentry-history', 'ol li .what', `elizabeth~${CLASSICS}`],
  ['consentry-timeline', 'svg rect', `elizabeth~${CLASSICS}`],
]

async function open(element: string, options: BrowserContextOptions, more: Record<string, string> = {}) {
  const [, ready = '', login = '', attributes] = ELEMENTS.find(([name]) => name === element) ?? []
  const about = element === 'consentry-grant' ? { request: grant } : element === 'consentry-request-editor' ? { like: sent } : {}
  const query = { element, ...attributes, ...about, ...more }
  const { page } = await host.open('', query, { ...options, login })
  return { page, ready: page.locator(ready).first() }
}

async function show(element: string, options: BrowserContextOptions): Promise<Page> {
  const { page, ready } = await open(element, options)
  await ready.waitFor()
  // A door names the tenant when it asks for a confirmation.
  if (element === 'consentry-legacy') {
    await ready.click()
    await page.locator('dialog[open] bdi').waitFor()
  }
  return page
}

describe.each(ELEMENTS.map(([element]) => element))('%s', (element) => {
  inChromium('fits and is accessible', () => {
    it.each([
      ['light', 1600],
      ['dark', 390],
    ] as const)('%s, from %i px', async (colorScheme, width) => {
      const page = await show(element, { colorScheme, viewport: { width, height: 900 } })
      await looksRight(page)
      for (const between of [1024, 768, 560, 390]) {
        await page.setViewportSize({ width: between, height: 900 })
        await fits(page)
      }
    })
  })

  inChromium('names from right to left', () => {
    it('turn nothing around them: each stands alone, and the words beside it in the order of the sentence', async () => {
      const page = await show(element, { viewport: { width: 1280, height: 900 } })
      const texts = await page.locator(`${element} *`).evaluateAll((all) =>
        all.flatMap((one) => {
          const own = [...one.childNodes].map(({ nodeType, nodeValue }) => (nodeType === 3 ? nodeValue : '')).join('')
          const { unicodeBidi, direction } = getComputedStyle(one)
          return /[\u0590-\u06ff]/.test(own)
            ? [{ own, name: one.localName, unicodeBidi, around: getComputedStyle(one.parentElement ?? one).direction, direction }]
            : []
        }),
      )
      expect(texts.length).toBeGreaterThan(0)
      // A list to choose from has plain options, each a line of its own.
      for (const { name, ...text } of texts) {
        expect(['bdi', 'option']).toContain(name)
        expect(text).toMatchObject({
          unicodeBidi: name === 'bdi' ? 'isolate' : expect.stringMatching(/^(plaintext|isolate)$/),
          direction: 'rtl',
        })
        if (name === 'bdi') expect(text.around).toBe('ltr')
      }
    })
  })

  inChromium('while it loads', () => {
    it('breathes, but not for somebody who asks for less motion', async () => {
      const waiting = async (reducedMotion: 'reduce' | 'no-preference') => {
        host.trouble = 'silent'
        const { page } = await open(element, { reducedMotion }, { timeout: '20000' })
        await page.locator(element).waitFor({ state: 'attached' })
        const moving = page
          .locator(`${element} *`)
          .evaluateAll((all) => all.filter((one) => getComputedStyle(one).animationName !== 'none').length)
        return { bones: await page.locator('.bone').count(), moving: await moving }
      }
      const usual = await waiting('no-preference')
      expect(usual.moving).toBe(usual.bones)
      expect(await waiting('reduce')).toEqual({ bones: usual.bones, moving: 0 })
      // The banner shows nothing to somebody who may not be inside.
      expect(usual.bones > 0).toBe(element !== 'consentry-banner')
    })
  })
})

inChromium('a property without a value', () => {
  it.each([
    ['consentry-incoming', 'request', 'tbody tr'],
    ['consentry-grant', 'request', ':host'],
    ['consentry-answer', 'request', 'dialog'],
    ['consentry-answer-many', 'requests', 'dialog'],
    ['consentry-legacy', 'tenant', ':host'],
    ['consentry-outgoing', 'request', '.filters'],
    ['consentry-request-editor', 'like', '#name'],
    ['consentry-history', 'request', '.filters'],
    ['consentry-timeline', 'tenant', '.tools'],
  ])('%s shows nothing in particular', async (element, property, content) => {
    const login = ELEMENTS.find(([name]) => name === element)?.[2] ?? 'tom~kellynch'
    const { page, said } = await host.open('kellynch', { element }, { login })
    await page.evaluate(
      async ([tag, name]) => {
        const one = document.querySelector(tag) as HTMLElement & { updateComplete: Promise<unknown> }
        Object.assign(one, { [name]: undefined })
        await one.updateComplete
      },
      [element, property] as const,
    )
    if (content !== ':host') await page.locator(content).first().waitFor({ state: 'attached' })
    const nothing = content === '#name' ? 'dialog[open], .trouble, .chip' : 'dialog[open], .trouble, .page, .actions'
    expect(await page.locator(nothing).count()).toBe(0)
    expect(said).toEqual([])
  })
})
