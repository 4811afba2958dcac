/** The console page (`pages`): its document, and the scripts that it loads. */
import { throwRefusal } from '../domain/error.js'
import { type ConsoleOption, type ConsoleSettings, parseConsolePages } from './console-options.js'
import { DoorRefusal, HostFailure, NEVER_STORED } from './door.js'
import { callHostFunction } from './person.js'
import { keptResponse } from './response.js'

const PATH = '/console'

/** The strictest policy under which the elements work. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html"

const STYLE = 'console.css'
const LOOK = 'html{color-scheme:light dark;background:light-dark(#f6f7f8,#0f1113)}body{margin:0}'
const NO_SCRIPT = { en: 'This page needs JavaScript.', fr: 'Cette page a besoin de JavaScript.' }

/**
 * Returns the response of the console page or of one of its scripts; `undefined` for any other path.
 *
 * They are the same for everybody: what a person may see, the scripts ask the API.
 */
export async function consoleResponse(request: Request, path: string, option: ConsoleOption): Promise<Response | undefined> {
  const [empty, first, name, ...more] = path.split('/')
  if (empty !== '' || `/${first}` !== PATH || more.length > 0) return undefined
  if (request.method !== 'GET') throw new DoorRefusal('method-not-allowed', { allow: 'GET' })
  const { consoleFiles } = await import('./console-files.js')
  const files = await consoleFiles()
  if (name === undefined) return keptResponse(request, documentOf(await settingsOf(request, option), files), consoleHeaders('text/html'))
  if (name === STYLE) return keptResponse(request, LOOK, consoleHeaders('text/css'))
  const script = Object.hasOwn(files.texts, name) ? files.texts[name] : undefined
  if (script === undefined) throwRefusal({ code: 'not-found' })
  const headers = consoleHeaders('text/javascript')
  headers.set('cache-control', 'public, max-age=31536000, immutable')
  return new Response(script, { headers })
}

async function settingsOf(request: Request, option: ConsoleOption): Promise<ConsoleSettings> {
  const given: unknown = await callHostFunction('pages', () => (typeof option === 'function' ? option(request) : option))
  try {
    return parseConsolePages(given)
  } catch (cause) {
    throw new HostFailure('`pages` returned something else than the options of the console page', { cause })
  }
}

function consoleHeaders(type: string): Headers {
  return new Headers({
    ...NEVER_STORED,
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': POLICY,
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'same-origin',
  })
}

/** Returns the document. Its addresses are relative, so no mount makes them wrong. */
function documentOf(
  { locale, timeZone, title, links }: ConsoleSettings,
  { start, first }: { start: string; first: readonly string[] },
): string {
  const zone = timeZone === undefined ? '' : ` data-time-zone="${escapedText(timeZone)}"`
  const preloads = first.map((name) => `<link rel="modulepreload" href=".${PATH}/${name}">\n`).join('')
  const anchors = links.map((one) => `<a slot="links" href="${escapedText(one.href)}">${escapedText(one.text)}</a>`).join('')
  return `<!doctype html>
<html lang="${locale}"${zone}>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapedText(title)}</title>
<link rel="stylesheet" href=".${PATH}/${STYLE}">
${preloads}<script type="module" src=".${PATH}/${start}"></script>
<noscript>${locale.startsWith('fr') ? NO_SCRIPT.fr : NO_SCRIPT.en}</noscript>
<consentry-console heading="${escapedText(title)}">${anchors}</consentry-console>
`
}

function escapedText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
