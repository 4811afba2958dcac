/** The access requests of the list: each with its people and a bar, and some with their tenants. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Formats } from './formats.js'
import { listEnd, nothingFound } from './list-frame.js'
import { isolated, named } from './named.js'
import { FEW, type FoundRequest, type OutgoingFilter, type OutgoingList, searchOutgoing, searchTenants } from './outgoing-list.js'
import { fewNames, type OutgoingRowInput, outgoingTable, waitingTenants } from './outgoing-table.js'
import { tallyView, tenantsOf } from './request-tally.js'
import type { AccessRequestRow, NameTable, OutgoingRow } from './requests.js'
import type { Texts } from './texts/texts.js'
import { bone } from './views.js'

/** What a request of the list needs, and what its buttons do. */
interface GroupInput extends OutgoingRowInput {
  readonly request: AccessRequestRow
  /** The tenants that are shown; `undefined` while the request is closed. */
  readonly rows: readonly OutgoingRow[] | undefined
  /** Whether its tenants are being read. It opens once they are there, so that nothing moves twice. */
  readonly isBusy: boolean
  /** Called to open or close it. */
  readonly toggle: () => void
  /** Called with the access request that a person wants to see alone. */
  readonly open: (accessRequest: string) => void
}

/** Shows the title, and the way to a new request. */
export function outgoingHead({ outgoing }: Texts, create: () => void): TemplateResult {
  return html`<header class="head">
    <div>
      <h2 part="title" tabindex="-1">${outgoing.title}</h2>
      <p>${outgoing.lead}</p>
    </div>
    <button type="button" class="primary" @click=${create}>${outgoing.create}</button>
  </header>`
}

interface ListInput extends OutgoingRowInput {
  readonly list: OutgoingList
  readonly filter: OutgoingFilter
  readonly search: string
  /** How many requests, or grants that end soon, are shown. */
  readonly wanted: number
  /** Whether somebody has opened or closed a request; `undefined` if nobody has. */
  readonly wantsOpen: (accessRequest: string) => boolean | undefined
  readonly isReading: boolean
  readonly open: (accessRequest: string) => void
  /** Called to open or close a request. */
  readonly toggle: (accessRequest: string, isOpen: boolean) => void
  /** Clears the search. */
  readonly clear: () => void
  /** Shows all requests. */
  readonly all: () => void
  readonly showMore: () => void
}

/** Shows what was read of the list: requests, or what ends soon. */
export function outgoingListView(input: ListInput): TemplateResult {
  const { list, filter, search, wanted, texts, formats, clear, all, showMore } = input
  const words = texts.outgoing
  const tenants = list.filter === 'soon' ? searchTenants(list, search) : undefined
  const requests = tenants === undefined ? searchOutgoing(list, search) : []
  const found = (tenants ?? requests).length
  // Before the tenants are there, nobody knows that there is nothing.
  const isWaiting = search !== '' && !list.isSearched
  const empty = () => (isWaiting ? waitingGroups(texts) : nothingFound({ words, filter, search, clear, all }))
  const rows = () =>
    tenants === undefined
      ? requests.slice(0, wanted).map((one) => foundView(one, input))
      : outgoingTable({ ...input, rows: tenants.slice(0, wanted), title: words.filters.soon, openRequest: input.open })
  return html`<div class="card" part="card">${found === 0 ? empty() : rows()}</div>
    ${listEnd({
      ...{ words, formats, search: isWaiting ? '' : search, found, isCut: list.isCut, showMore },
      hasMore: found > wanted || (list.hasMore && search === ''),
    })}`
}

/** Shows a request; one that was found by its tenants shows them, unless somebody has closed it. */
function foundView({ request, rows }: FoundRequest, input: ListInput): TemplateResult {
  const { list, isReading, wantsOpen, toggle } = input
  const wants = wantsOpen(request.id) ?? rows !== undefined
  const known = rows ?? list.opened.get(request.id)
  const shown = wants ? known : undefined
  const isBusy = wants && known === undefined && isReading
  return groupView({ ...input, request, rows: shown, isBusy, toggle: () => toggle(request.id, shown === undefined) })
}

/** Shows one request. */
function groupView(input: GroupInput): TemplateResult {
  const { request, rows, names, texts, formats, isBusy, toggle } = input
  const { id, name, users, tenants } = request
  return html`<section class="group" part="group" aria-busy=${isBusy ? 'true' : 'false'}>
    <div class="request">
      <div>
        <h3>
          <button type="button" class="toggle" value=${id} aria-expanded=${rows === undefined ? 'false' : 'true'} @click=${toggle}>
            <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true"><path d="M4 2.5 8 6l-4 3.5"></path></svg
            ><span>${isolated(name)}</span>
          </button>
        </h3>
        <small>${sentView(request, names, texts, formats)} · ${fewNames(
          users.map((user) => names.user(user)),
          texts,
          formats,
        )}</small>
        ${isBusy ? html`<span class="hidden" role="status">${texts.shared.loading}</span>` : nothing}
      </div>
      ${tallyView(tenants, texts, formats)}
    </div>
    ${rows === undefined ? nothing : tenantsView(rows, input)}
  </section>`
}

/** Shows when a request was sent, and by whom. */
export function sentView({ sentAt, sentBy }: AccessRequestRow, names: NameTable, texts: Texts, formats: Formats): unknown {
  return named((user) => texts.outgoing.sentBy(formats.instant(sentAt), user ?? ''), names.user(sentBy))
}

function tenantsView(rows: readonly OutgoingRow[], input: GroupInput): TemplateResult {
  const { request, texts, formats, names, ask, open } = input
  const { outgoing } = texts
  const { pending } = request.tenants
  const total = tenantsOf(request.tenants)
  const suffix = html`<span class="hidden">: ${isolated(request.name)}</span>`
  const shown = rows.slice(0, FEW)
  return html`<div class="sub">
    ${outgoingTable({ ...input, rows: shown, title: request.name })}
    <div class="foot">
      <button type="button" class="quiet" @click=${() => open(request.id)}>
        ${total > shown.length ? outgoing.counted.showAll(total, formats) : outgoing.view}${suffix}
      </button>
      ${
        pending > 1
          ? html`<button type="button" class="quiet danger" @click=${() => ask({ command: 'withdrawRequest', request }, names)}>
              ${outgoing.end.withdrawRequest}${suffix}
            </button>`
          : nothing
      }
    </div>
  </div>`
}

/** Shows requests that are still being read, of the same size. */
export function waitingGroups(texts: Texts): TemplateResult {
  const group = html`<div class="group">
    <div class="request">
      <div><p>${bone('medium')}</p><small>${bone('long')}</small></div>
      <div><svg class="tallies" height="6" aria-hidden="true"></svg><small>${bone('medium')}</small></div>
    </div>
  </div>`
  return html`<div aria-busy="true"><span class="hidden" role="status">${texts.shared.loading}</span>${group}
    <div class="sub">${waitingTenants(texts)}</div>
    ${[group, group, group]}
  </div>`
}
