/** The checkboxes of the list, and the bar that says how many requests are selected. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Formats } from './formats.js'
import { named } from './named.js'
import type { IncomingRow } from './requests.js'
import type { Selection } from './selection.js'
import type { Texts } from './texts/texts.js'

interface BarInput {
  readonly selection: Selection
  readonly texts: Texts
  readonly formats: Formats
  /** Opens the dialog about the selected rows. */
  readonly answer: () => void
}

/** Shows how many rows are selected, and two buttons, over the heads of the columns. */
export function selectionBar({ selection, texts, formats, answer }: BarInput): unknown {
  if (!selection.isOffered) return nothing
  const { answerMany: words } = texts
  const count = selection.rows.length
  const hidden = count - selection.shown.filter((row) => selection.has(row)).length
  const parts = [
    ...(count > 0 ? [words.selected(count, formats)] : []),
    ...(hidden > 0 ? [words.hidden(hidden, formats)] : []),
    ...(selection.isFull ? [words.most] : []),
  ]
  const clear = ({ target }: Event) => {
    // The button that has the focus goes away.
    ;(target as HTMLElement).closest('.card')?.querySelector<HTMLElement>('thead input, .empty button')?.focus()
    selection.clear()
  }
  return html`<div class="selection ${count > 0 ? 'some' : ''}">
    <div class="bar" part="selection">
      <span role="status">${parts.join(' · ')}</span>
      ${
        count === 0
          ? html`<span class="muted">${words.hint}</span>`
          : html`<button type="button" class="primary answer" @click=${answer}>${words.open(count, formats)}</button>
              <button type="button" class="quiet" @click=${clear}>${words.clear}</button>`
      }
    </div>
  </div>`
}

/** Shows the checkbox for all rows on the page; nothing if none is to be selected. */
export function allCheckbox(selection: Selection, texts: Texts): TemplateResult | undefined {
  if (!selection.isOffered) return undefined
  return html`<label class="pick"
    ><input type="checkbox" ?disabled=${selection.shown.length === 0} @change=${() => selection.toggleAll()} /><span
      >${texts.answerMany.all}</span
    ></label
  >`
}

/** Shows the checkbox of a row; nothing if the row is not to be selected. */
export function rowCheckbox(row: IncomingRow, tenant: string, selection: Selection, texts: Texts): unknown {
  if (!selection.isOffered || row.status !== 'pending') return nothing
  const isSelected = selection.has(row)
  const isOff = selection.isFull && !isSelected
  return html`<label class="pick">
    <input type="checkbox" .checked=${isSelected} ?disabled=${isOff} @change=${() => selection.toggle(row)} />
    <span class="hidden">${named(texts.incoming.requestOf, tenant)}, ${texts.shared.tag(row.tag)}</span>
  </label>`
}
