/** The table of tenants that were asked: what each has answered, until when, and what can be done. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Formats } from './formats.js'
import { isolated, named } from './named.js'
import { endingSentence, messagesOf } from './outcome-view.js'
import type { OutgoingTarget } from './outgoing-draft.js'
import { endsSoon, lapsesSoon, type NameTable, type OutgoingRow } from './requests.js'
import { tableFrame } from './table-frame.js'
import type { Texts } from './texts/texts.js'
import { bone, statusView } from './views.js'

/** How many people are named before the others are counted. */
const NAMED = 3

/** What the rows need, and what their buttons do. */
export interface OutgoingRowInput {
  readonly names: NameTable
  readonly texts: Texts
  readonly formats: Formats
  /** Called with what a person wants to end. */
  readonly ask: (target: OutgoingTarget, names: NameTable) => void
  /** Called with the tenant request that a new one is to begin like. */
  readonly begin: (like: string) => void
}

interface OutgoingTableInput extends OutgoingRowInput {
  readonly rows: readonly OutgoingRow[]
  /** What the table is about, for screen readers. */
  readonly title: string
  /** Whether everything with a tenant can be ended from its row. */
  readonly canEndAll?: boolean
  /** Called with the access request of a row, whose name stands in it then. */
  readonly openRequest?: (accessRequest: string) => void
}

/** Shows the rows. */
export function outgoingTable(input: OutgoingTableInput): TemplateResult {
  const { columns } = input.texts.outgoing
  return tableFrame({
    words: { title: input.title, columns },
    heads: [columns.tenant, columns.status, columns.access],
    isBusy: false,
    rows: input.rows.map((row) => outgoingRowView(row, input)),
  })
}

/** Shows tenants that are still being read, of the same size. */
export function waitingTenants(texts: Texts): TemplateResult {
  const { columns, title } = texts.outgoing
  const row = html`<tr role="row">
    <td role="cell">${bone('medium')}<small>${bone('long')}</small></td>
    <td role="cell">${bone('short')}</td>
    <td role="cell">${bone('medium')}</td>
    <td role="cell"></td>
  </tr>`
  return tableFrame({ words: { title, columns }, heads: [columns.tenant, columns.status, columns.access], isBusy: true, rows: [row, row] })
}

function outgoingRowView(row: OutgoingRow, input: OutgoingTableInput): TemplateResult {
  const { names, texts, formats, openRequest } = input
  return html`<tr role="row" part="row">
    <td role="cell">
      <b>${isolated(names.tenant(row.tenant))}</b>
      ${rowPeople(row, names, texts, formats)}
      ${openRequest ? html`<button type="button" class="quiet name" @click=${() => openRequest(row.accessRequest)}>${isolated(row.name)}</button>` : nothing}
    </td>
    <td role="cell">
      ${statusView(texts, row.status)} ${messagesOf(row).map((message) => html`<small class="message">${isolated(message)}</small>`)}
    </td>
    <td role="cell">
      ${lifeOfRow(row, texts, formats)}
      ${row.status === 'revoked' || row.status === 'withdrawn' ? html`<small>${endingSentence(row, names, texts)}</small>` : nothing}
    </td>
    <td role="cell" class="end">${actionsOf(row, input)}</td>
  </tr>`
}

/** Shows the first of some names, and how many others there are. */
export function fewNames(all: readonly string[], texts: Texts, formats: Formats, most = NAMED): unknown {
  const others = all.length - most
  const shown = all.slice(0, others > 0 ? most : all.length).map((name, n) => [n > 0 ? ', ' : '', isolated(name)])
  return others > 0 ? html`${shown} ${texts.outgoing.counted.others(others, formats)}` : shown
}

/** Shows the users of a tenant request, and those who were taken off it, each with when. */
export function rowPeople({ users, removed }: OutgoingRow, names: NameTable, texts: Texts, formats: Formats): TemplateResult {
  const off = (user: string, at: number) => named((name) => texts.outgoing.removedAt(name ?? '', formats.instant(at)), names.user(user))
  const few = removed.slice(0, NAMED)
  return html`${
    users.length > 0
      ? html`<small>${fewNames(
          users.map((user) => names.user(user)),
          texts,
          formats,
        )}</small>`
      : nothing
  }
  ${few.map(({ user, at }) => html`<small class="removed">${off(user, at)}</small>`)}
  ${removed.length > NAMED ? html`<small class="removed">${texts.outgoing.counted.others(removed.length - NAMED, formats)}</small>` : nothing}`
}

/** Shows until when an access or a request lasts, or when it has ended. */
export function lifeOfRow(row: OutgoingRow, texts: Texts, formats: Formats): unknown {
  const { shared } = texts
  const now = Date.now()
  if (row.status === 'pending') {
    if (row.answerBy === null) return html`<span class="muted">${texts.outgoing.waits(formats.relative(row.sentAt, now))}</span>`
    return html`<span class=${lapsesSoon(row, now) ? 'soon' : 'muted'}>${shared.lapses(formats.relative(row.answerBy, now))}</span>`
  }
  if (row.status !== 'granted') return html`<span class="muted">${formats.instant(row.ended.at)}</span>`
  if (row.expiresAt === null) return shared.noEnd
  const relative = formats.relative(row.expiresAt, now)
  return html`${shared.endsAt(formats.instant(row.expiresAt))} <small class=${endsSoon(row, now) ? 'soon' : ''}>${relative}</small>`
}

/** Shows the buttons of a row: what can be ended, and a new request like it. */
function actionsOf(row: OutgoingRow, { names, texts, ask, begin, canEndAll }: OutgoingTableInput): TemplateResult {
  const { outgoing } = texts
  const tenant = names.tenant(row.tenant)
  const button = (word: string, act: () => void, look = '') =>
    html`<button type="button" class="quiet ${look}" @click=${act}>${word}<span class="hidden">: ${isolated(tenant)}</span></button>`
  const end = (command: 'withdrawOutgoing' | 'revokeOutgoing') =>
    button(outgoing.end[command], () => ask({ command, row }, names), 'danger')
  const wasGranted = row.status === 'expired' || row.status === 'revoked'
  const isRenewable = wasGranted || (row.status === 'granted' && row.expiresAt !== null)
  const isOpen = row.status === 'pending' || row.status === 'granted'
  const word = isRenewable ? outgoing.renew : isOpen ? undefined : outgoing.askAgain
  return html`${word === undefined ? nothing : button(word, () => begin(row.id))}
  ${row.status === 'pending' ? end('withdrawOutgoing') : row.status === 'granted' ? end('revokeOutgoing') : nothing}
  ${canEndAll ? button(outgoing.end.endAll, () => ask({ command: 'endAll', tenant: row.tenant }, names), 'rare') : nothing}`
}
