/** What every state of an element must be: accessible, and no wider than its window. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { OpenPage } from '../browser/chromium.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface Violation {
  readonly id: string
  readonly nodes: readonly { readonly target: unknown; readonly failureSummary: string }[]
}
type Axe = { readonly run: (where: Document, options: object) => Promise<{ readonly violations: readonly Violation[] }> }

/** Returns what axe finds in the page, as `rule: place`. */
export async function accessibilityOf(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe)
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: Axe }).axe.run(document, {
      resultTypes: ['violations'],
      elementRef: false,
    })
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`))
  })
}

/** Closes pages, and expects nothing on their consoles but what Chromium itself says of a request that has failed. */
export async function closePages(...pages: readonly OpenPage[]): Promise<void> {
  const said = pages.flatMap(({ said }) => said).filter((line) => !line.includes('Failed to load resource'))
  for (const { page } of pages) await page.context().close()
  expect(said).toEqual([])
}

/** Expects nothing wider than the window. */
export async function fits(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
}

/** Expects nothing for axe to find, and nothing wider than the window. */
export async function looksRight(page: Page): Promise<void> {
  await fits(page)
  expect(await accessibilityOf(page)).toEqual([])
}

/** Returns the text of what has the focus, through all shadow trees. */
export function focusedIn(page: Page): Promise<string> {
  return page.evaluate(() => {
    let focused = document.activeElement
    while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement
    return focused?.textContent?.replaceAll(/\s+/g, ' ').trim() ?? ''
  })
}
