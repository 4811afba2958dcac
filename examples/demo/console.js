/** The script of the demo's console: the elements, a router of a few lines, and the buttons of the frame. */
import { consentryClient } from 'consentry/client'
import { defineElements, en, fr } from 'consentry/elements'

const locale = document.documentElement.lang
const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
const client = consentryClient({ baseUrl: '/consentry' })
defineElements({ client, texts: locale === 'fr' ? fr : en, locale: locale === 'fr' ? 'fr' : 'en-GB', timeZone })

// The address holds the page and the request, so that both can be linked to: `#/incoming/<id>`.
function show() {
  const [, to = document.querySelector('[data-page]')?.dataset.page, id] = location.hash.split('/')
  for (const section of document.querySelectorAll('[data-page]')) section.hidden = section.dataset.page !== to
  for (const link of document.querySelectorAll('nav a[href^="#"]'))
    link.ariaCurrent = link.getAttribute('href') === `#/${to}` ? 'page' : null
  const page = document.querySelector('consentry-incoming')
  if (page && to === 'incoming') page.request = id ?? null
}
document.addEventListener('consentry-navigate', (event) => {
  const { to, id } = event.detail
  // A pending request is answered in a dialog over the list.
  if (id !== undefined && event.target.filter === 'pending') return
  event.preventDefault()
  location.hash = id === undefined ? `/${to}` : `/${to}/${id}`
})
window.addEventListener('hashchange', show)
show()

document.addEventListener('click', async ({ target }) => {
  const user = target.closest('[data-user]')?.dataset.user
  if (user === undefined) return
  const headers = { 'content-type': 'application/json' }
  await fetch('/login', { method: 'POST', headers, body: JSON.stringify({ user, password: 'whitewash' }) })
  location.hash = ''
  location.reload()
})
