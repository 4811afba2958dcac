/** What the page of one request shows: its state in words, and the facts. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Formats } from './formats.js'
import { isolated } from './named.js'
import { colleagueName, endingSentence, messagesOf, quoteView } from './outcome-view.js'
import { endsSoon, type IncomingRow, lapsesSoon, type NameTable } from './requests.js'
import type { Texts } from './texts/texts.js'
import { bone, statusView } from './views.js'

interface DetailsInput {
  readonly row: IncomingRow
  readonly names: NameTable
  readonly texts: Texts
  readonly formats: Formats
}

/** Shows whether anybody can enter by the request, and what that means. */
export function stateView({ row, names, texts, formats }: DetailsInput): TemplateResult {
  const now = Date.now()
  const { states } = texts.grant
  const isSoon = endsSoon(row, now)
  const wasGranted = row.status === 'expired' || row.status === 'revoked'
  const state =
    row.status === 'pending'
      ? states.pending
      : row.status !== 'granted'
        ? wasGranted
          ? states.ended
          : states.never
        : isSoon
          ? states.soon
          : states.holds
  const relative = row.status === 'granted' && row.expiresAt !== null ? formats.relative(row.expiresAt, now) : ''
  return html`<div class="state" part="state">
    ${statusView(texts, row.status)}
    <h3 class=${isSoon ? 'soon' : ''}>${typeof state.title === 'string' ? state.title : state.title(relative)}</h3>
    <p>${endingSentence(row, names, texts)} <span class="muted">${state.text}</span></p>
    ${
      row.status === 'pending' && row.answerBy !== null
        ? html`<p class=${lapsesSoon(row, now) ? 'soon' : 'muted'}>${texts.answer.lapses(formats.relative(row.answerBy, now))}</p>`
        : nothing
    }
  </div>`
}

/** Shows who answered and when, the end, and the messages. */
export function factsView({ row, names, texts, formats }: DetailsInput): unknown {
  if (row.status === 'pending') return nothing
  const { grant, shared } = texts
  const answer = 'answer' in row ? row.answer : undefined
  const ended = 'ended' in row && row.status !== 'rejected' ? row.ended : undefined
  const expiresAt = row.status === 'granted' || row.status === 'revoked' ? row.expiresAt : undefined
  const messages = messagesOf(row)
  const fact = (term: string, value: unknown) => html`<dt>${term}</dt><dd>${value}</dd>`
  return html`<dl part="facts">
    ${answer ? fact(grant.answeredBy, isolated(colleagueName(answer.user, names, texts))) : nothing}
    ${answer ? fact(grant.answeredAt, formats.instant(answer.at)) : nothing}
    ${messages.length > 0 ? fact(grant.message, messages.map(quoteView)) : nothing}
    ${
      expiresAt === undefined
        ? nothing
        : fact(grant.ends, expiresAt === null ? shared.noEnd : `${formats.weekday(expiresAt)} · ${formats.zone(expiresAt)}`)
    }
    ${ended ? fact(grant.ended, formats.weekday(ended.at)) : nothing}
  </dl>`
}

/** Shows the page of a request that is still being read, of the same size. */
export function waitingPage(texts: Texts): TemplateResult {
  return html`<div class="page" aria-busy="true">
    <header>
      <h2><span class="hidden" role="status">${texts.shared.loading}</span>${bone('long')}</h2>
      <small>${bone('medium')}</small>
    </header>
    <div class="card">
      <div class="state">
        ${bone('short')}
        <p>${bone('medium')}</p>
        <p>${bone('long')}</p>
      </div>
    </div>
  </div>`
}
