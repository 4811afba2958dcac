/** The script of the console page that the API serves. The API bundles it; no host imports it. */
import { consentryClient } from '../client/client.js'
import { ConsentryBanner } from './consentry-banner.js'
import { ConsentryConsole } from './consentry-console.js'
import { ConsentryIncoming } from './consentry-incoming.js'
import { shareContext } from './element-context.js'

void startConsole()

async function startConsole(): Promise<void> {
  const { lang, dataset } = document.documentElement
  const { timeZone } = Intl.DateTimeFormat(lang, { timeZone: dataset['timeZone'] }).resolvedOptions()
  const texts = lang.startsWith('fr') ? (await import('./texts/fr.js')).fr : (await import('./texts/en.js')).en
  // The page is the API's route `/console`, wherever it is mounted.
  const client = consentryClient({ baseUrl: location.pathname.replace(/\/console$/, '') })
  const context = { client, texts, locale: lang, timeZone }

  // What most people see first is there first; the rest follows without being asked for.
  shareContext(context)
  customElements.define('consentry-incoming', ConsentryIncoming)
  customElements.define('consentry-banner', ConsentryBanner)
  customElements.define('consentry-console', ConsentryConsole)
  try {
    const { defineElements } = await import('./define-elements.js')
    defineElements(context)
  } catch {
    // The server has another version by now, or cannot be reached.
    const page = document.querySelector('consentry-console')
    if (page) page.isIncomplete = true
  }
}
