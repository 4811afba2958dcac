/** The client in a page of Chromium as a subject: the page loads it from the API's own origin, and makes every call. */
import { onTestFinished } from 'vitest'
import { type OpenPage, openPage } from '../browser/chromium.js'
import { pageClient } from '../browser/page-client.js'
import { siteOf } from '../browser/site.js'
import { serve } from '../http/socket.js'
import { byClientOf } from './by-client.js'

// One page for all: to open another takes longer than the calls.
let opened: Promise<OpenPage> | undefined

export const byBrowser = byClientOf(async (api) => {
  const server = await serve(siteOf(api))
  onTestFinished(async () => void (await server.close()))
  opened ??= openPage('about:blank')
  const { page } = await opened
  await page.goto(`http://localhost:${server.port}/`)
  return (headers) => pageClient(page, { baseUrl: '', headers })
})
