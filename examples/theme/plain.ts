/** The script of the page without a framework: the elements are tags, and the address says which request is open. */
import { consentryClient } from 'consentry/client'
import { defineElements, en } from 'consentry/elements'

defineElements({ client: consentryClient({ baseUrl: '/consentry' }), texts: en, locale: 'en-GB', timeZone: 'Europe/London' })

const incoming = document.querySelector('consentry-incoming')
const follow = () => {
  if (incoming) incoming.request = decodeURIComponent(location.hash.slice(1)) || null
}
incoming?.addEventListener('consentry-navigate', (event) => {
  // A pending request is answered in a dialog over the list.
  if (incoming.filter === 'pending' && event.detail.id !== undefined) return
  event.preventDefault()
  location.hash = encodeURIComponent(event.detail.id ?? '')
})
addEventListener('hashchange', follow)
follow()
