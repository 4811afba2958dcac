/** The site of a host: a page that loads the bundled client, and the API on the same origin. */
import { bundleForBrowsers } from './bundle.js'

type Handler = (request: Request) => Promise<Response>

/** The strictest policy under which a page can ask the API: no inline script, no eval, no other origin. */
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'"
const PAGE = '<!doctype html><html lang="en"><title>A host</title><script type="module" src="/page.js"></script>'
const script = bundleForBrowsers(new URL('page-script.ts', import.meta.url))

/** Returns a handler that serves the page at `/` and its script at `/page.js`; the rest is the API's, or the host's other paths. */
export function siteOf(others: Handler): Handler {
  return async (request) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/') return new Response(PAGE, { headers: { 'content-type': 'text/html', 'content-security-policy': POLICY } })
    if (pathname === '/page.js') return new Response(await script, { headers: { 'content-type': 'text/javascript' } })
    return others(request)
  }
}
