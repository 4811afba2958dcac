/** The script of the test page: the elements as a host bundles them, and the one that the address names. */
import { consentryClient } from '../../src/client.js'
import { defineElements, en, fr } from '../../src/elements.js'

const {
  element = 'consentry-incoming',
  lang = 'en',
  zone = 'Europe/Paris',
  least,
  timeout = '2000',
  own,
  ...attributes
} = Object.fromEntries(new URLSearchParams(location.search))
const client = consentryClient({ baseUrl: '/consentry', timeoutMs: Number(timeout) })
const policy = least === undefined ? undefined : { requireMessage: { reject: Number(least), start: Number(least) } }
document.documentElement.lang = lang
document.title = element
defineElements({ client, texts: lang === 'fr' ? fr : en, locale: lang === 'fr' ? 'fr' : 'en-GB', timeZone: zone, policy })

const french = { client, texts: fr, locale: 'fr', timeZone: zone }
const made = document.createElement(element)
for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
if (own !== undefined) Object.assign(made, { context: french })
document.querySelector('main')?.append(made)
