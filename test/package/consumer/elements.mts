/** How a page's compiler meets the elements: typed events, tags and texts. */
import { consentryClient } from 'consentry/client'
import { ConsentryAnswer, defineElements, type ElementsContext, en, fr, type Texts } from 'consentry/elements'

const context: ElementsContext = {
  client: consentryClient({ baseUrl: '/consentry' }),
  texts: { ...fr, answer: { ...en.answer, title: (tenant) => `${tenant}?` } },
  locale: 'fr',
  timeZone: 'Europe/Paris',
  policy: { requireMessage: { reject: 10 } },
}
defineElements(context)

export const incoming = document.createElement('consentry-incoming')
incoming.filter = 'granted'
incoming.context = { ...context, texts: en }
incoming.addEventListener('consentry-navigate', (event) => event.preventDefault())
document.addEventListener('consentry-changed', ({ detail: { request, command } }) => `${request} ${command}`)
export const answer = document.querySelector('consentry-answer')
if (answer) answer.request = null
export class Own extends ConsentryAnswer {}

// @ts-expect-error there is no such filter
incoming.filter = 'open'
// @ts-expect-error a context has a time zone
defineElements({ client: context.client, texts: en, locale: 'en' })
// @ts-expect-error a language has all texts
export const texts: Texts = { ...en, grant: { request: 'x' } }
