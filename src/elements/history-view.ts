/** The entries of the history, below a heading for each day. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Navigation } from './element-events.js'
import type { Formats } from './formats.js'
import type { HistoryChoice, HistoryList, HistoryRow } from './history-list.js'
import { detailsOf, type HistoryKind, historyKind, sentenceOf, writtenIn } from './history-sentence.js'
import { isolated } from './named.js'
import type { Texts } from './texts/texts.js'
import { bone } from './views.js'
import { dayOf } from './wall-time.js'

interface HistoryViewInput {
  readonly list: HistoryList
  readonly texts: Texts
  readonly formats: Formats
  readonly timeZone: string
  /** Called with the request that a person wants to see, and with its tenant request if it is one. */
  readonly open: (where: Navigation, tenantRequest: string | undefined) => void
}

/** The dots that a status has too; another one is neutral. */
const LOOKS: { readonly [Kind in HistoryKind]?: string } = {
  submitted: 'pending',
  received: 'pending',
  granted: 'granted',
  expirySet: 'granted',
  rejected: 'rejected',
  revoked: 'revoked',
  started: 'started',
  ended: 'ended',
}

/** Shows the entries. */
export function historyView(input: HistoryViewInput): readonly TemplateResult[] {
  const { list, formats, timeZone } = input
  const days = new Map<string, { readonly heading: string; readonly entries: TemplateResult[] }>()
  for (const row of list.rows) {
    const date = dayOf(row.at, timeZone)
    const day = days.get(date) ?? { heading: formats.longDay(row.at), entries: [] }
    day.entries.push(entryView(row, input))
    days.set(date, day)
  }
  return [...days].map(
    ([date, { heading, entries }]) => html`<section class="day" aria-labelledby="day-${date}">
      <h3 id="day-${date}">${heading}</h3>
      <ol class="card" part="card" role="list">
        ${entries}
      </ol>
    </section>`,
  )
}

/** Shows entries that are still being read, of the same size. */
export function waitingHistory(texts: Texts): TemplateResult {
  const entry = html`<li>
    <span class="time">${bone('tiny')}</span><span>${bone('short')}</span>
    <div class="what"><p>${bone('long')}</p><small>${bone('medium')}</small></div>
  </li>`
  return html`<div class="day" aria-busy="true">
    <h3><span class="hidden" role="status">${texts.shared.loading}</span>${bone('medium')}</h3>
    <ol class="card" role="list">${[entry, entry, entry, entry]}</ol>
  </div>`
}

function entryView(row: HistoryRow, input: HistoryViewInput): TemplateResult {
  const { list, texts, formats } = input
  const { history } = texts
  const kind = historyKind(row)
  const sentence = { row, names: list.names, texts, formats }
  const written = writtenIn(row, list.choice.request !== null)
  const details = detailsOf(sentence)
  const isSession = row.type === 'impersonation.started'
  return html`<li part="row">
    <time class="time" datetime=${new Date(row.at).toISOString()}>${formats.time(row.at, row.at)}</time>
    <span class="status ${LOOKS[kind] ?? ''}" part="status">${history.kinds[kind]}</span>
    <div class="what">
      <p>${sentenceOf(sentence)}</p>
      ${details.length === 0 ? nothing : html`<small>${details.map((one, n) => [n === 0 ? nothing : ' · ', one])}</small>`}
      ${
        written === ''
          ? nothing
          : html`<p class="message">${isSession ? html`<small>${history.reason}</small> ` : nothing}${isolated(written)}</p>`
      }
    </div>
    ${linkView(row, input)}
  </li>`
}

/**
 * Shows the way to the request of an entry.
 *
 * Of a session, that is the request that allowed it. The requester is not told which access request that belongs to.
 */
function linkView(row: HistoryRow, { list, texts, open }: HistoryViewInput): unknown {
  const { history, shared } = texts
  if (list.choice.request !== null) return nothing
  const link = (to: Navigation['to'], id: string, tenantRequest: string | undefined, text: unknown) =>
    html`<button type="button" class="quiet" @click=${() => open({ to, id }, tenantRequest)}>${text}</button>`
  const request = html`<span class="hidden">${history.request}: </span>`
  if (row.type === 'access-request.submitted') return link('outgoing', row.accessRequest, undefined, [request, isolated(row.name)])
  if ('tag' in row) {
    const [to, id] = row.view === 'incoming' ? (['incoming', row.tenantRequest] as const) : (['outgoing', row.accessRequest] as const)
    return link(to, id, row.tenantRequest, [request, shared.tag(row.tag)])
  }
  const [allowedBy] = row.view === 'incoming' && row.type === 'impersonation.started' ? row.grantedBy : []
  return allowedBy === undefined ? nothing : link('incoming', allowedBy, allowedBy, history.request)
}

/** Says that one request alone is shown, with the way back to all. */
export function oneRequestView(request: string, rows: readonly HistoryRow[], texts: Texts, showAll: () => void): TemplateResult {
  const { history, shared } = texts
  const [tag] = rows.flatMap((row) => ('tag' in row && row.tenantRequest === request ? row.tag : []))
  return html`<div class="note only">
    <span>${history.oneRequest}${tag === undefined ? nothing : html` · <b>${shared.tag(tag)}</b>`}</span>
    <button type="button" @click=${showAll}>${history.allRequests}</button>
  </div>`
}

/** Says why there are no entries, and what to do. */
export function emptyHistory({ filter, request, days, other }: HistoryChoice, texts: Texts, showAll: () => void): TemplateResult {
  const { empty, showAll: words } = texts.history
  const isNarrowed = request !== null || other !== undefined || days.from !== '' || days.to !== ''
  return html`<div class="empty">
    <p>${empty[isNarrowed ? 'narrowed' : filter]}</p>
    ${filter === 'all' && !isNarrowed ? nothing : html`<button type="button" @click=${showAll}>${words}</button>`}
  </div>`
}
