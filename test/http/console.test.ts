/** The console page by the API (`pages`): its document, its scripts, and what it does not answer. */
import { describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { createConsentry } from '../../src/consentry.js'
import { consentryApi } from '../../src/http/api.js'
import type { ApiOptions } from '../../src/http/api-options.js'
import { directory } from '../story/cast.js'

const consentry = createConsentry({ repository: memoryRepository(), directory })

/** Returns what asks an API with the console, of which nobody is a person. */
function asker(options: Partial<ApiOptions>) {
  const person = vi.fn(() => null)
  const onError = vi.fn()
  const api = consentryApi({ consentry, person, onError, basePath: '/consentry', ...options })
  const ask = (path: string, init?: RequestInit) => api(new Request(`https://localhost${path}`, init))
  return { ask, person, onError }
}

const PAGE = '/consentry/console'

describe('the document', () => {
  it('has the language, the zone, the title and the links of the host, all of it as text', async () => {
    const links = [{ text: 'A & <b>', href: '/x?a=1&b="2' }]
    const { ask, person } = asker({ pages: { locale: 'fr-CA', timeZone: 'America/Toronto', title: '"Aide" <i>', links } })
    const answer = await ask(PAGE)
    const text = await answer.text()
    expect(answer.status).toBe(200)
    expect(text).toContain('<html lang="fr-CA" data-time-zone="America/Toronto">')
    expect(text).toContain('<title>"Aide" <i></title>'.replaceAll('"', '&quot;').replace('<i>', '&lt;i>'))
    expect(text).toContain('heading="&quot;Aide&quot; &lt;i>"')
    expect(text).toContain('<a slot="links" href="/x?a=1&amp;b=&quot;2">A &amp; &lt;b></a>')
    expect(text).toContain('Cette page a besoin de JavaScript.')
    expect(text).not.toMatch(/<script(?! type="module" src="\.\/console\/console-\w+\.js"><\/script>)|<style|style=/)
    expect(person).not.toHaveBeenCalled()
  })

  it('takes English, the zone of the browser and its own title by default', async () => {
    const text = await (await asker({ pages: {} }).ask(PAGE)).text()
    expect(text).toContain('<html lang="en">')
    expect(text).toContain('<title>Consentry</title>')
    expect(text).not.toContain('slot="links"')
  })

  it('has a policy that lets nothing in but its own scripts, and is in no frame', async () => {
    const { headers } = await asker({ pages: {} }).ask(PAGE)
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types lit-html',
    ])
  })

  it('is asked for each time, and not sent again while it is the same', async () => {
    const { ask } = asker({ pages: ({ url }) => ({ locale: url.endsWith('fr') ? 'fr' : 'en' }) })
    const first = await ask(PAGE)
    const etag = first.headers.get('etag') ?? ''
    expect(first.headers.get('cache-control')).toBe('no-cache')
    for (const known of [etag, `W/${etag}`]) {
      const again = await ask(PAGE, { headers: { 'if-none-match': known } })
      expect([again.status, await again.text()]).toEqual([304, ''])
    }
    expect((await ask(`${PAGE}?lang=fr`, { headers: { 'if-none-match': etag } })).status).toBe(200)
  })
})

describe('the scripts', () => {
  it('are where the document says, kept for good, with all that they import', async () => {
    const { ask, person } = asker({ pages: {} })
    const wanted = [...(await (await ask(PAGE)).text()).matchAll(/(?:href|src)="\.(\/console\/[\w.-]+)"/g)].map(([, path]) => path ?? '')
    const seen = new Set(wanted)
    for (const path of seen) {
      const answer = await ask(`/consentry${path}`)
      const text = await answer.text()
      expect([path, answer.status, answer.headers.get('x-content-type-options')]).toEqual([path, 200, 'nosniff'])
      if (path.endsWith('.css')) continue
      expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      for (const [, name] of text.matchAll(/["'`]\.\/([\w-]+\.js)["'`]/g)) seen.add(`/console/${name}`)
    }
    // The start, what it shares, both languages, the rest, and the style.
    expect(seen.size).toBeGreaterThanOrEqual(6)
    expect(wanted.length).toBeLessThan(seen.size)
    expect(person).not.toHaveBeenCalled()
  })

  it.each(['/', '/x.js', '/console.css/', '/a/b', '/__proto__', '/constructor', '/..%2fme', '.css'])('%s is not found', async (rest) => {
    expect((await asker({ pages: {} }).ask(PAGE + rest)).status).toBe(404)
  })
})

it.each(['HEAD', 'POST', 'DELETE'])('%s is not allowed', async (method) => {
  const answer = await asker({ pages: {} }).ask(PAGE, { method })
  expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET'])
})

it('without `pages` there is none, nor below another path', async () => {
  expect((await asker({}).ask(PAGE)).status).toBe(404)
  expect((await asker({ pages: {} }).ask('/console')).status).toBe(404)
  expect((await asker({ pages: {} }).ask('/consentryx/console')).status).toBe(404)
  expect((await asker({ pages: {}, basePath: '' }).ask('/console')).status).toBe(200)
})

it('`onRequest` comes first', async () => {
  const { ask } = asker({ pages: {}, onRequest: () => new Response(null, { status: 429 }) })
  expect((await ask(PAGE)).status).toBe(429)
})

it.each([
  ['throws', () => Promise.reject(new Error('no database'))],
  ['returns nothing', () => undefined as never],
  ['returns a language that there is not', () => ({ locale: 'de' })],
])('a function that %s is a mistake of the host: 500, and said to `onError` alone', async (_, pages) => {
  const { ask, onError } = asker({ pages })
  const answer = await ask(PAGE)
  expect(answer.status).toBe(500)
  expect(await answer.text()).not.toMatch(/database|language|pages/)
  expect(onError).toHaveBeenCalledOnce()
})
