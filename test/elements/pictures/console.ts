/** The pictures of the console in the README: what the demo's people see on a fixed day, in the same font wherever they are drawn. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import Database from 'libsql'
import type { Page } from 'playwright-core'
import { beginStory, livePast } from '../../../examples/demo/past.js'
import { createTables, USERS } from '../../../examples/demo/tables.js'
import { sqliteDirectory, sqliteRepository } from '../../../src/adapters/sqlite.js'
import { type Consentry, createConsentry } from '../../../src/consentry.js'
import { consentryApi } from '../../../src/http.js'
import { openPage } from '../../browser/chromium.js'
import { serve } from '../../http/socket.js'

/** A picture: who is logged in, where they are, and what they do before it is taken. */
interface Shot {
  readonly user: string
  readonly place: string
  /** What happens first. */
  readonly first?: (consentry: Consentry) => Promise<unknown>
  readonly before: (page: Page) => Promise<unknown>
}

const SHOTS: Readonly<Record<string, Shot>> = {
  answer: {
    user: 'tom',
    place: 'incoming',
    before: async (page) => {
      await page.getByRole('button', { name: 'Manage' }).first().click()
      await page.locator('dialog[open] form').waitFor()
    },
  },
  outgoing: {
    user: 'elizabeth',
    place: 'outgoing',
    first: async (consentry) => {
      for (const [user, tenant] of [
        ['tom', 'tom-sawyer'],
        ['christopher', 'hundred-acre'],
      ] as const) {
        const actor = { user, tenant, permissions: ['answer'], impersonating: null } as const
        const [{ id } = { id: '' }] = (await consentry.incoming(actor, { status: 'pending' })).items
        if (user === 'tom') await consentry.grant(actor, id, { expiresAt: NOW + 4.5 * DAY, message: 'Welcome, both of you.' })
        else await consentry.reject(actor, id, { message: 'Not this year.' })
      }
    },
    before: (page) => page.locator('consentry-outgoing tbody tr').first().waitFor(),
  },
}

const SCHEMES = ['light', 'dark'] as const
const SIZE = { width: 1240, height: 700 }
const NOW = Date.UTC(2026, 10, 26, 9, 20)
const DAY = 86_400_000

/** The folder of the pictures. */
const FOLDER = fileURLToPath(new URL('../../../examples/pictures/', import.meta.url))

/** Returns where the picture of this name lies. */
export const pathOf = (name: string): string => `${FOLDER}${name}.png`

/** Draws every picture, and returns it as PNG by its name. */
export async function drawPictures(): Promise<ReadonlyMap<string, Buffer>> {
  const host = await startHost()
  const pictures = new Map<string, Buffer>()
  try {
    for (const [name, shot] of Object.entries(SHOTS)) {
      await shot.first?.(host.consentry)
      for (const scheme of SCHEMES) pictures.set(`${name}-${scheme}`, await draw(host.url, shot, scheme))
    }
  } finally {
    await host.close()
  }
  return pictures
}

/** The demo's people and their two years, behind the API's own console, on the day of the pictures. */
async function startHost() {
  const database = new Database(':memory:')
  const repository = sqliteRepository({ database })
  await repository.migrate()
  createTables(database)
  const directory = sqliteDirectory({ database, users: 'select * from users', tenants: 'select * from tenants' })
  const legacy = (user: string) => USERS.some(({ id, legacyTool }) => id === user && legacyTool)
  await livePast({ repository, directory, legacy, keepSession: () => {} }, NOW)
  let ids = 0
  const newId = () => `picture-${++ids}`
  await beginStory(createConsentry({ repository, directory, clock: () => NOW - 3_600_000, newId }))
  const consentry = createConsentry({ repository, directory, legacy, clock: () => NOW })
  const api = consentryApi({
    consentry,
    basePath: '/consentry',
    people: directory,
    pages: { locale: 'en-GB', timeZone: 'Europe/London', title: 'Consentry', links: [] },
    person: (request) => {
      const who = /\blogin=(\w+)/.exec(request.headers.get('cookie') ?? '')?.[1]
      const found = USERS.find(({ id }) => id === who)
      return found ? { user: found.id, tenant: found.tenant, permissions: found.permissions } : null
    },
  })
  const { port, close } = await serve(api)
  return {
    consentry,
    url: `http://localhost:${port}`,
    close: async () => {
      await close()
      database.close()
    },
  }
}

/** The fonts of machines differ, so that the pictures bring their own. */
async function fontStyle(): Promise<string> {
  const file = createRequire(import.meta.url).resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2')
  const url = `data:font/woff2;base64,${await readFile(file, 'base64')}`
  return `@font-face { font-family: Inter; src: url(${url}); font-weight: 100 900 } :root { --consentry-font: Inter }`
}

async function draw(url: string, { user, place, before }: Shot, colorScheme: (typeof SCHEMES)[number]): Promise<Buffer> {
  const options = { viewport: SIZE, deviceScaleFactor: 2, colorScheme, reducedMotion: 'reduce', bypassCSP: true } as const
  const { page } = await openPage('about:blank', options)
  try {
    await page.context().addCookies([{ name: 'login', value: user, url, sameSite: 'Lax' }])
    await page.clock.setFixedTime(NOW)
    await page.goto(`${url}/consentry/console#/${place}`)
    await page.addStyleTag({ content: await fontStyle() })
    await before(page)
    await page.evaluate(async () => {
      await Promise.all([400, 550, 600, 650, 700].map((weight) => document.fonts.load(`${weight} 14px Inter`)))
    })
    return await page.screenshot({ animations: 'disabled', caret: 'hide' })
  } finally {
    await page.context().close()
  }
}
