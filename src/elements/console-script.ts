/** The script of the console page that the API serves. The API bundles it; no host imports it. */
import { consentryClient } from '../client/client.js'
import { ConsentryBanner } from './consentry-banner.js'
import { ConsentryConsole } from './consentry-console.js'
import { ConsentryIncoming } from './consentry-incoming.js'
import { shareContext } from './element-context.js'
import type { Texts } from './texts/texts.js'

void startConsole()

async function startConsole(): Promise<void> {
  const { lang, dataset } = document.documentElement
  const { timeZone } = Intl.DateTimeFormat(lang, { timeZone: dataset['timeZone'] }).resolvedOptions()
  // The page is the API's route `/console`, wherever it is mounted.
  const client = consentryClient({ baseUrl: location.pathname.replace(/\/console$/, '') })
  const context = { client, locale: lang, timeZone }
  const isFrench = lang.startsWith('fr')

  // What most people see first is there first; the rest follows without being asked for.
  const { first } = isFrench ? await import('./texts/first-fr.js') : await import('./texts/first-en.js')
  // A test holds that these elements say nothing else.
  shareContext({ ...context, texts: first as Texts })
  customElements.define('consentry-incoming', ConsentryIncoming)
  customElements.define('consentry-banner', ConsentryBanner)
  customElements.define('consentry-console', ConsentryConsole)
  try {
    const loadTexts = async () => (isFrench ? (await import('./texts/fr.js')).fr : (await import('./texts/en.js')).en)
    const [{ defineElements }, texts] = await Promise.all([import('./define-elements.js'), loadTexts()])
    defineElements({ ...context, texts })
  } catch {
    // The server has another version by now, or cannot be reached.
    const page = document.querySelector('consentry-console')
    if (page) page.isIncomplete = true
  }
}
