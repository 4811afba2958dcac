/** The table of impersonation sessions. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Formats } from './formats.js'
import { isolated, named } from './named.js'
import type { NameTable } from './requests.js'
import { type SessionRow, sessionName } from './session-list.js'
import { tableFrame } from './table-frame.js'
import type { Texts } from './texts/texts.js'
import { bone } from './views.js'

/** The session that a person is about to end. */
export interface Confirming {
  readonly hash: string
  readonly isSending: boolean
  /** Why it could not be ended, in words. */
  readonly problem?: string | undefined
}

interface SessionTableInput {
  readonly rows: readonly SessionRow[]
  readonly names: NameTable
  readonly texts: Texts
  readonly formats: Formats
  readonly confirming: Confirming | undefined
  /** Called with the session that a person wants to end, and once more after they have confirmed it. */
  readonly ask: (row: SessionRow) => void
  readonly end: (row: SessionRow) => void
  readonly keep: (row: SessionRow) => void
}

/** Shows the sessions. */
export function sessionTable(input: SessionTableInput): TemplateResult {
  return sessionFrame(
    input.texts,
    false,
    input.rows.map((row) => sessionRowView(row, input)),
  )
}

/** Shows a table whose sessions are still being read, of the same size. */
export function waitingSessions(texts: Texts): TemplateResult {
  const row = html`<tr role="row">
    <td role="cell">${bone('medium')}<small>${bone('medium')}</small></td>
    <td role="cell">${bone('medium')}<small>${bone('long')}</small></td>
    <td role="cell">${bone('short')}<small>${bone('medium')}</small></td>
    <td role="cell"></td>
  </tr>`
  return sessionFrame(texts, true, [row, row, row])
}

function sessionFrame(texts: Texts, isBusy: boolean, rows: readonly TemplateResult[]): TemplateResult {
  const words = texts.sessions
  const { columns } = words
  return tableFrame({ words, heads: [columns.who, columns.way, columns.when], isBusy, rows })
}

function sessionRowView(row: SessionRow, input: SessionTableInput): TemplateResult {
  const { names, texts, confirming } = input
  const asked = row.status === 'live' && confirming?.hash === row.hash ? confirming : undefined
  return html`<tr role="row" part="row" class=${asked ? 'asked' : ''}>
      <td role="cell">${whoView(row, names, texts)}</td>
      <td role="cell">
        ${texts.sessions.methods[row.method]}
        ${
          row.view === 'incoming'
            ? nothing
            : html`<small class="message">${row.reason === '' ? texts.sessions.noReason : isolated(row.reason)}</small>`
        }
      </td>
      <td role="cell">${lifeView(row, input)}</td>
      <td role="cell" class="end">${row.status === 'ended' || asked ? nothing : endButton(row, input)}</td>
    </tr>
    ${asked ? confirmView(row, asked, input) : nothing}`
}

/** Shows who was inside, and for the requesting tenant where. */
function whoView(row: SessionRow, names: NameTable, texts: Texts): TemplateResult {
  const { sessions } = texts
  if (row.view === 'outgoing')
    return html`<b>${isolated(names.user(row.user))}</b><small>${named(sessions.insideOf, names.tenant(row.tenant))}</small>`
  const who = row.user === null ? sessions.someone : isolated(names.user(row.user))
  return html`<b>${isolated(names.tenant(row.requestingTenant))}</b><small>${who}</small>`
}

/** Shows whether a session is live, from when to when, and how it ended. */
function lifeView(row: SessionRow, { names, texts, formats }: SessionTableInput): TemplateResult {
  const { sessions } = texts
  const status = (look: string, word: string) => html`<span class="status ${look}" part="status">${word}</span>`
  if (row.status === 'live')
    return html`${status('granted', sessions.live)}
      <small>${sessions.since(formats.instant(row.startedAt))}</small>
      <small>${sessions.until(formats.time(row.endsAt, row.startedAt))}</small>`
  const cause = sessions.causes[row.cause]
  // Somebody who left is the session's user, whose name stands in the row.
  const user = row.cause === 'ended-by-user' ? null : row.endedBy
  return html`${status('expired', sessions.ended)}
    <small>${user === null ? cause : named((name) => sessions.by(cause, name ?? ''), names.user(user))}</small>
    <small>${formats.instant(row.startedAt)} – ${formats.time(row.endedAt, row.startedAt)}</small>`
}

function endButton(row: SessionRow, { names, texts, ask }: SessionTableInput): TemplateResult {
  return html`<button type="button" value=${row.hash} class="danger" @click=${() => ask(row)}>
    ${texts.sessions.end}<span class="hidden">: ${named(texts.sessions.sessionOf, sessionName(row, names))}</span>
  </button>`
}

/** Asks below the session whether it is to end. */
function confirmView(row: SessionRow, { isSending, problem }: Confirming, { texts, end, keep }: SessionTableInput): TemplateResult {
  const { sessions } = texts
  return html`<tr role="row" class="confirm">
    <td role="cell" colspan="4" aria-colspan="4">
      ${problem === undefined ? nothing : html`<p class="note bad" id="alert" part="alert" role="alert" tabindex="-1">${problem}</p>`}
      <div class="question" role="group" aria-labelledby="confirm">
        <p id="confirm" tabindex="-1">${sessions.confirm}</p>
        <button type="button" @click=${() => keep(row)}>${sessions.keep}</button>
        <button type="button" class="primary danger" aria-disabled=${isSending ? 'true' : 'false'} @click=${() => end(row)}>
          ${isSending ? sessions.ending : sessions.endNow}
        </button>
      </div>
    </td>
  </tr>`
}
