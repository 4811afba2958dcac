/** The page of one access request: its message, who is asked for whom, and all its tenants. */
import { html, nothing, type TemplateResult } from 'lit'
import { listFilters } from './list-frame.js'
import { PAGE } from './list-pages.js'
import { isolated } from './named.js'
import { quoteView } from './outcome-view.js'
import { sentView } from './outgoing-groups.js'
import { countsOfRequest, type OutgoingFilter, type SentRequest } from './outgoing-list.js'
import { fewNames, type OutgoingRowInput, outgoingTable, waitingTenants } from './outgoing-table.js'
import { tallyView } from './request-tally.js'
import type { Texts } from './texts/texts.js'
import { bone } from './views.js'

/** The filters of the tenants of one request. */
const FILTERS = ['all', 'pending', 'granted', 'rejected', 'ended'] as const

/** How many associations, and how many names of each, are shown. */
const SHOWN = 5

/** What is shown of the page: the tenants of which status, how many of them, and how many people. */
export interface PageState {
  readonly filter: OutgoingFilter
  readonly wanted: number
  readonly people: number
}

/** What is shown at first. */
export const FIRST: PageState = { filter: 'all', wanted: PAGE, people: PAGE }

interface PageInput extends OutgoingRowInput {
  readonly sent: SentRequest
  readonly shown: PageState
  /** Called with what is to be shown instead. */
  readonly show: (shown: Partial<PageState>) => void
}

/** Shows the page. */
export function outgoingPage(input: PageInput): TemplateResult {
  const { sent, names, texts, formats, ask, shown, show } = input
  const { request, rows, hasMore } = sent
  const { outgoing, shared } = texts
  const [chosen, counts] = [FILTERS.find((one) => one === shown.filter) ?? 'all', countsOfRequest(request.tenants)]
  const choose = (filter: OutgoingFilter) => show({ filter, wanted: PAGE })
  return html`<header class="head">
      <div>
        <h2 part="title" tabindex="-1">${isolated(request.name)}</h2>
        <p>${sentView(request, names, texts, formats)}</p>
      </div>
    </header>
    <div class="summary">
      ${request.message === '' ? html`<p class="muted">${shared.noMessage}</p>` : quoteView(request.message)}
      ${tallyView(request.tenants, texts, formats)}
    </div>
    <section>
      <div class="tools">
        <h3>${outgoing.tenants}</h3>
        ${listFilters({ words: outgoing, filters: FILTERS, chosen, counts, formats, choose })}
        ${
          request.tenants.pending > 0
            ? html`<button type="button" class="danger" @click=${() => ask({ command: 'withdrawRequest', request }, names)}>
                ${outgoing.end.withdrawRequest}
              </button>`
            : nothing
        }
      </div>
      <div class="card" part="card">
        ${
          rows.length === 0
            ? html`<div class="empty"><p>${outgoing.empty.search}</p></div>`
            : outgoingTable({ ...input, rows, title: outgoing.tenants, canEndAll: true })
        }
      </div>
      <div class="below">
        <span></span>
        ${hasMore ? html`<button type="button" @click=${() => show({ wanted: shown.wanted + PAGE })}>${outgoing.showMore}</button>` : nothing}
      </div>
    </section>
    <div class="two">${peopleView(input)} ${associationsView(input)}</div>`
}

/** Shows a request that is still being read, of the same size. */
export function waitingSent(texts: Texts): TemplateResult {
  return html`<div aria-busy="true">
    <header class="head">
      <div>
        <h2><span class="hidden" role="status">${texts.shared.loading}</span>${bone('medium')}</h2>
        <p>${bone('long')}</p>
      </div>
    </header>
    <div class="summary"><p>${bone('long')}</p><div><svg class="tallies" height="6" aria-hidden="true"></svg><small>${bone('medium')}</small></div></div>
    <div class="tools"><h3>${texts.outgoing.tenants}</h3></div>
    <div class="card">${waitingTenants(texts)}</div>
  </div>`
}

/** Shows the people that the request named, each with a way off all requests of the tenant. */
function peopleView({ sent, names, texts, ask, shown, show }: PageInput): TemplateResult {
  const { users } = sent.request
  const { outgoing } = texts
  return html`<section part="people">
    <h3>${outgoing.people}</h3>
    <ul class="card people">
      ${users.slice(0, shown.people).map(
        (user) => html`<li>
          ${isolated(names.user(user))}
          <button type="button" class="quiet danger" @click=${() => ask({ command: 'removeUser', user }, names)}>
            ${outgoing.end.removeUser}<span class="hidden">: ${isolated(names.user(user))}</span>
          </button>
        </li>`,
      )}
    </ul>
    ${users.length > shown.people ? html`<button type="button" class="quiet" @click=${() => show({ people: shown.people + PAGE })}>${outgoing.showMore}</button>` : nothing}
  </section>`
}

/** Shows who was asked for whom, as it was sent. */
function associationsView({ sent, names, texts, formats }: PageInput): TemplateResult {
  const { associations } = sent.request
  const { outgoing } = texts
  const few = (all: readonly string[]) => fewNames(all, texts, formats, SHOWN)
  const others = associations.length - SHOWN
  return html`<section>
    <h3>${outgoing.associations}</h3>
    <ul class="card associations">
      ${associations.slice(0, SHOWN).map(
        ({ users, tenants }) => html`<li>
          <b>${few(users.map((user) => names.user(user)))}</b>
          <small>${outgoing.into} ${few(tenants.map((tenant) => names.tenant(tenant)))}</small>
        </li>`,
      )}
    </ul>
    ${others > 0 ? html`<small>${outgoing.counted.others(others, formats)}</small>` : nothing}
  </section>`
}
