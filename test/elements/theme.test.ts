/** The example of the elements in a host's own pages, in Chromium: a plain page and one in React 19, with the host's look. */
import type { ChildProcess } from 'node:child_process'
import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { NO_CHROMIUM, type OpenPage, openPage } from '../browser/chromium.js'
import { serveProgram } from '../package/programs.js'
import { closePages, looksRight } from './looks.js'

// A program that starts on a busy machine takes seconds.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

const inChromium = describe.skipIf(NO_CHROMIUM !== undefined)
if (NO_CHROMIUM !== undefined) it.skip(NO_CHROMIUM, () => {})

let host: ChildProcess
let url = ''
let opened: OpenPage
beforeAll(async () => {
  ;({ host, url } = await serveProgram(['examples/the-elements-in-your-pages.ts']))
})
afterEach(async () => {
  if (opened) await closePages(opened)
})
afterAll(() => void host?.kill('SIGKILL'))

const SCHEMES = [
  ['light', 1280, { brand: 'rgb(11, 110, 79)', card: 'rgb(255, 255, 255)' }],
  ['dark', 390, { brand: 'rgb(99, 212, 168)', card: 'rgb(33, 30, 26)' }],
] as const

async function open(path: string, colorScheme: 'light' | 'dark', width: number): Promise<Page> {
  opened = await openPage(url + path, { colorScheme, viewport: { width, height: 900 } })
  return opened.page
}

const lookOf = (one: Locator, property: string) => one.evaluate((node, name) => getComputedStyle(node).getPropertyValue(name), property)

inChromium.each(SCHEMES)('in %s at %i px', (scheme, width, { brand, card }) => {
  it('a plain page: Tom opens a request by its address, and answers it in the colors of the page', async () => {
    const page = await open('/', scheme, width)
    const list = page.locator('consentry-incoming')
    await list.locator('tbody tr:not(:has(.bone))').waitFor()
    expect(await lookOf(list.locator('.card'), 'background-color')).toBe(card)
    expect(await lookOf(list.locator('h2'), 'font-family')).toMatch(/^Georgia/)
    // A part is reached by the page's own style sheet; what it says of its own buttons stays outside.
    expect(await lookOf(list.locator('h2'), 'font-weight')).toBe('400')
    const manage = list.getByRole('button', { name: 'Manage' })
    expect(await lookOf(manage, 'text-transform')).toBe('none')
    await looksRight(page)

    await manage.click()
    const grant = page.locator('dialog[open] button[type=submit]')
    expect([await lookOf(grant, 'background-color'), await lookOf(grant, 'border-top-left-radius')]).toEqual([brand, '2px'])
    await looksRight(page)
    await page.keyboard.press('Escape')
    await list.locator('.filters button[value=all]').click()
    await manage.click()
    await page.getByRole('button', { name: 'Answer' }).waitFor()
    expect(new URL(page.url()).hash).toMatch(/^#\w+/)
    await page.goBack()
    await list.locator('tbody tr:not(:has(.bone))').waitFor()
  })

  it('React 19: Elizabeth goes from what she has sent to a new request, and back', async () => {
    const page = await open('/react', scheme, width)
    const create = page.getByRole('button', { name: 'Create a new request' })
    await create.waitFor()
    await page.locator('consentry-outgoing').getByText('Hundred Acre Wood Art Gallery').first().waitFor()
    expect(await lookOf(create, 'background-color')).toBe(brand)
    await looksRight(page)
    await create.click()
    const editor = page.locator('consentry-request-editor')
    await editor.getByRole('textbox', { name: 'Name of the request' }).waitFor()
    expect(await page.locator('consentry-outgoing').count()).toBe(0)
    await looksRight(page)
    await editor.getByRole('button', { name: 'Cancel' }).click()
    await create.waitFor()
    expect(await editor.count()).toBe(0)
  })
})
