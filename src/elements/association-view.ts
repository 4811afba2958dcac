/** An association of the request: open, with its tabs, or confirmed, with its chips. */
import { html, nothing, type TemplateResult } from 'lit'
import type { AssociationEditing } from './association-editing.js'
import { chipsView, chosenView } from './chosen-view.js'
import { SIDES, type Side } from './directory-search.js'
import type { EditorParts } from './editor-parts.js'
import { errorView } from './expiry-field.js'
import { pickerView } from './picker-view.js'
import type { AssociationDraft } from './submission-plan.js'

interface AssociationInput {
  readonly association: AssociationDraft
  readonly index: number
  /** What is open of it; `undefined` if it is not. */
  readonly editing: AssociationEditing | undefined
  readonly error: string | undefined
  readonly parts: EditorParts
  readonly edit: () => void
  readonly remove: () => void
  readonly confirm: () => void
}

/** Shows an association. */
export function associationView(input: AssociationInput): TemplateResult {
  const { index, editing, error, parts, edit, remove } = input
  const { editor } = parts.texts
  const title = editor.association(parts.formats.number(index + 1))
  const button = (word: string, click: () => void) =>
    html`<button type="button" class="quiet" @click=${click}>${word}<span class="hidden">: ${title}</span></button>`
  return html`<section class="association" part="association" aria-labelledby="association-${index}">
    <header>
      <h3 id="association-${index}" tabindex="-1">${title}</h3>
      ${editing ? nothing : button(editor.edit, edit)} ${button(editor.remove, remove)}
    </header>
    ${editing ? openView(editing, input) : SIDES.map((side) => chipsView(side, input.association[side], parts))}
    ${errorView(`association-${index}`, error)} ${markedView(input)}
  </section>`
}

function openView(editing: AssociationEditing, { parts, confirm }: AssociationInput): TemplateResult {
  const { texts, formats, changed, focusOn } = parts
  const side = editing.sides[editing.tab]
  const show = (tab: Side) => {
    editing.tab = tab
    changed()
  }
  const press = (event: KeyboardEvent) => {
    const to: Side | undefined =
      event.key === 'Home'
        ? 'users'
        : event.key === 'End'
          ? 'tenants'
          : /^Arrow(Left|Right)$/.test(event.key)
            ? SIDES.find((one) => one !== editing.tab)
            : undefined
    if (to === undefined) return
    event.preventDefault()
    show(to)
    focusOn(`#tab-${to}`)
  }
  const pick = () => {
    side.pick()
    changed()
    focusOn(`#search-${side.side}`)
  }
  return html`<div class="tabs" role="tablist" aria-label=${texts.editor.associations} @keydown=${press}>
      ${SIDES.map(
        (tab) =>
          html`<button
            type="button"
            role="tab"
            id="tab-${tab}"
            aria-selected=${tab === editing.tab}
            aria-controls="panel"
            tabindex=${tab === editing.tab ? 0 : -1}
            @click=${() => show(tab)}
          >
            ${texts.editor.tabs[tab]} <span>${formats.number(editing.association[tab].size)}</span>
          </button>`,
      )}
    </div>
    <div class="panel" role="tabpanel" id="panel" aria-labelledby="tab-${editing.tab}">
      ${
        side.isPicking
          ? pickerView(side, parts)
          : html`${side.chosen.size > 0 ? nothing : html`<p class="muted">${texts.editor.nobody[side.side]}</p>`}
              <button type="button" id="assign-${side.side}" @click=${pick}>${texts.editor.assign[side.side]}</button>`
      }
      ${chosenView(side, parts)}
    </div>
    <div class="actions"><button type="button" class="primary" id="confirm" @click=${confirm}>${texts.editor.confirm}</button></div>`
}

/** Offers to take those away who cannot be in a request. */
function markedView({ association, index, parts }: AssociationInput): unknown {
  const count = association.users.marked + association.tenants.marked
  if (count === 0) return nothing
  const remove = () => {
    association.users.removeMarked()
    association.tenants.removeMarked()
    parts.changed()
    parts.focusOn(`#association-${index}`)
  }
  return html`<div class="marked">
    <button type="button" class="danger" @click=${remove}>${parts.texts.editor.counts.removeMarked(count, parts.formats)}</button>
  </div>`
}
