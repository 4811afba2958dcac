/** Parts that several elements show: a status, and why something could not be read. */
import { html, nothing, type TemplateResult } from 'lit'
import type { RequestStatus, UserStatus } from './requests.js'
import type { Texts } from './texts/texts.js'
import type { TroubleKind } from './trouble.js'

/** Shows a status by a dot and a word. */
export function statusView(texts: Texts, status: RequestStatus | UserStatus): TemplateResult {
  return html`<span class="status ${status}" part="status">${texts.shared.status[status]}</span>`
}

/** Shows why nothing could be read. What only another login can mend is not tried again. */
export function troubleView(texts: Texts, trouble: TroubleKind, retry: () => void): TemplateResult {
  const { title, text } = texts.shared.trouble[trouble]
  const isFinal = trouble === 'not-permitted' || trouble === 'not-found'
  return html`<div class="trouble" part="trouble" role="alert">
    <p><b>${title}</b></p>
    <p class="muted">${text}</p>
    ${isFinal ? nothing : html`<button type="button" @click=${retry}>${texts.shared.retry}</button>`}
  </div>`
}

/** Shows that what is on the page is not what the server has now; nothing if it is. */
export function outdatedView(texts: Texts, trouble: TroubleKind | undefined, retry: () => void): unknown {
  if (trouble === undefined) return nothing
  return html`<div class="note warn outdated" part="outdated" role="status">
    <span><b>${texts.shared.trouble[trouble].title}</b> ${texts.shared.outdated}</span>
    <button type="button" @click=${retry}>${texts.shared.retry}</button>
  </div>`
}

/** Shows a grey bar where a text is still being read. */
export function bone(width: string): TemplateResult {
  return html`<span class="bone ${width}"></span>`
}

/** Opens or closes a dialog, if it is not so already. */
export function toggleDialog(dialog: HTMLDialogElement | null, isOpen: boolean): void {
  if (isOpen && dialog?.open === false) dialog.showModal()
  if (!isOpen && dialog?.open) dialog.close()
}

/**
 * Whether the dialog of a `close` event is shut.
 *
 * The event comes late: somebody may have opened the dialog again.
 */
export function isShut({ target }: Event): boolean {
  return target instanceof HTMLDialogElement && !target.open
}
