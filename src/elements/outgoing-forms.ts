/** The dialog that asks before something ends, and what is said once it has. */
import { html, nothing, type TemplateResult } from 'lit'
import { confirmForm } from './confirm-form.js'
import type { FormInput } from './form-input.js'
import type { Formats } from './formats.js'
import { named } from './named.js'
import { endingSentence, messagesOf, quoteView } from './outcome-view.js'
import type { Ended, OutgoingDraft } from './outgoing-draft.js'
import { lifeOfRow, rowPeople } from './outgoing-table.js'
import type { Texts } from './texts/texts.js'
import { statusView } from './views.js'

interface OutgoingFormInput extends FormInput<OutgoingDraft> {
  readonly texts: Texts
  readonly isSending: boolean
}

/** Returns the name of what a command is about: a tenant, a request or a user. */
function nameOf({ target, names }: OutgoingDraft): string {
  if ('row' in target) return names.tenant(target.row.tenant)
  if ('request' in target) return target.request.name
  return 'user' in target ? names.user(target.user) : names.tenant(target.tenant)
}

/** Shows what will happen, and asks for it to be confirmed. */
export function outgoingForm(input: OutgoingFormInput): TemplateResult {
  const { draft, texts, formats } = input
  const { target, names, reader } = draft
  const { title, text, now } = texts.outgoing.confirm[target.command]
  const pending =
    'request' in target ? html`<p><b>${texts.outgoing.counted.pending(target.request.tenants.pending, formats)}</b></p>` : nothing
  return confirmForm({
    ...input,
    title: named(title, nameOf(draft)),
    consequence: text,
    about:
      'row' in target
        ? html`<div class="about">
            ${rowPeople(target.row, names, texts, formats)} <small>${lifeOfRow(target.row, texts, formats)}</small>
          </div>`
        : pending,
    to: reader === undefined ? undefined : names.tenant(reader),
    word: now,
  })
}

/** Shows what became of a request that somebody else was faster with, and keeps what was typed. */
export function outgoingGone(draft: OutgoingDraft, texts: Texts, formats: Formats, close: () => void): unknown {
  const { target, names, message, gone } = draft
  if (!('row' in target) || gone === undefined) return nothing
  const { row } = target
  return html`<h2 id="confirming" tabindex="-1">${named(texts.outgoing.requestTo, nameOf(draft))}</h2>
    <div class="note bad alert" id="alert" part="alert" role="alert" tabindex="-1"><b>${texts.outgoing[gone]}</b></div>
    <div class="outcome" part="outcome">
      <p>${statusView(texts, row.status)}</p>
      <p>${endingSentence(row, names, texts)} ${lifeOfRow(row, texts, formats)}</p>
      ${messagesOf(row).map(quoteView)}
    </div>
    ${message === '' ? nothing : html`<div class="unsent"><b>${texts.answer.unsent}</b>${quoteView(message)}</div>`}
    <div class="actions end"><button type="button" class="primary" @click=${close}>${texts.shared.close}</button></div>`
}

/** Returns what to say once a command has succeeded, also if nothing was left for it to end. */
export function doneText(draft: OutgoingDraft, { requests, sessions }: Ended, texts: Texts, formats: Formats): unknown {
  const { done, counted } = texts.outgoing
  const { command } = draft.target
  const count = command === 'removeUser' ? counted.removed(requests, formats) : counted.requests(requests, formats)
  const inside = sessions === 0 ? nothing : html` ${counted.sessions(sessions, formats)}`
  const isOne = command === 'withdrawOutgoing' || command === 'revokeOutgoing'
  return html`${named(done[command], nameOf(draft))}${isOne ? nothing : html` ${count}${inside}`}`
}
