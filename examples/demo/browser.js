/** The script of the demo's page: its buttons, and a client for the developer tools. */
import { consentryClient } from 'consentry/client'

globalThis.consentry = consentryClient({ baseUrl: '/consentry' })

async function post(path, body) {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
  if (answer.ok) location.reload()
  else document.querySelector('.lead').textContent = `The demo answered ${answer.status}.`
}

document.addEventListener('click', async ({ target }) => {
  const button = target.closest('button')
  if (button?.dataset.user) await post('/login', { user: button.dataset.user, password: 'whitewash' })
  else if (button) await post('/logout', {})
})
