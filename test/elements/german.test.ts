/** The example of a third language, in Chromium: the elements speak German, with its dates, numbers and plurals. */
import type { ChildProcess } from 'node:child_process'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { de } from '../../examples/german/de.js'
import { formatsOf } from '../../src/elements/formats.js'
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
  ;({ host, url } = await serveProgram(['examples/the-elements-in-german.ts']))
})
afterEach(async () => {
  if (opened) await closePages(opened)
})
afterAll(() => void host?.kill('SIGKILL'))

inChromium.each([1280, 390])('at %i px', (width) => {
  it('Effi finds a request, reads dates in German, and begins to answer', async () => {
    opened = await openPage(url, { viewport: { width, height: 900 } })
    const { page } = opened
    await page.getByRole('heading', { name: 'Eingehende Anfragen' }).waitFor()
    const list = page.locator('consentry-incoming')
    await list.getByText('Charlotte hilft bei der Inventur.').waitFor()
    await list
      .getByText(/\d{1,2}\. \p{L}+\.? \d{4}, \d\d:\d\d/u)
      .first()
      .waitFor()
    await looksRight(page)
    // The German word on the button is longer than the English one.
    const [button, table] = await Promise.all([
      list.getByRole('button', { name: 'Bearbeiten' }).first().boundingBox(),
      list.getByRole('table').boundingBox(),
    ])
    expect((button?.x ?? 0) + (button?.width ?? 0)).toBeLessThan((table?.x ?? 0) + (table?.width ?? 0) - 8)

    // The plural, which screen readers are told.
    await list.getByRole('searchbox').fill('Inventur')
    await list.getByText('1 Anfrage', { exact: true }).waitFor({ state: 'attached' })
    await list.getByRole('searchbox').fill('Classics')
    await list.getByText('2 Anfragen', { exact: true }).waitFor({ state: 'attached' })

    await list.getByRole('button', { name: 'Bearbeiten' }).first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Classics, Inc. bittet um Zugriff').waitFor()
    await dialog.getByText(/(Mo|Di|Mi|Do|Fr|Sa|So)\., \d{1,2}\. \p{L}+\.? \d{4}, \d\d:\d\d · Europe\/Berlin \(UTC\+[12]\)\./u).waitFor()
    await dialog.getByRole('textbox', { name: 'Nachricht an Classics, Inc.' }).fill('x'.repeat(999))
    await dialog.getByText('Noch ein Zeichen ist möglich').waitFor()
    await looksRight(page)
  })
})

describe('the texts', () => {
  const formats = formatsOf('de', 'Europe/Berlin')
  it('count as German does', () => {
    expect([0, 1, 2, 1_000].map((count) => de.incoming.found(count, formats))).toEqual([
      '0 Anfragen',
      '1 Anfrage',
      '2 Anfragen',
      '1.000 Anfragen',
    ])
    expect([0, 1, 30].map((minutes) => de.banner.left(minutes, formats))).toEqual([
      'weniger als eine Minute übrig',
      'noch eine Minute',
      'noch 30 Minuten',
    ])
  })
  it('address people formally', () => {
    const said: string[] = []
    const hear = (texts: object) => {
      for (const text of Object.values(texts)) typeof text === 'object' ? hear(text) : said.push(String(text))
    }
    hear(de)
    expect(said.length).toBeGreaterThan(200)
    expect(said.filter((text) => /\b(du|dich|dir|dein\w*|euch|euer)\b/i.test(text))).toEqual([])
    expect(said.filter((text) => /\bIhre?[mnrs]?\b/.test(text)).length).toBeGreaterThan(20)
  })
})
