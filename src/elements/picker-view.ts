/** The picker: a search, checkboxes, and a button that moves those who are ticked. */
import { html, nothing, type TemplateResult } from 'lit'
import type { SideEditing } from './association-editing.js'
import type { Found } from './directory-search.js'
import type { EditorParts } from './editor-parts.js'
import { errorView } from './expiry-field.js'
import type { Formats } from './formats.js'
import { isolated } from './named.js'
import { windowView } from './row-window.js'
import type { Texts } from './texts/texts.js'
import { bone } from './views.js'

/** Shows the picker of a side; a field for ids where the host has no search. */
export function pickerView(editing: SideEditing, parts: EditorParts): TemplateResult {
  return editing.search.trouble === 'not-found' ? byHandView(editing, parts) : searchView(editing, parts)
}

function searchView(editing: SideEditing, parts: EditorParts): TemplateResult {
  const { side, search, chosen, foundRows } = editing
  const { texts, formats, changed } = parts
  const { editor } = texts
  const type = ({ target }: Event) => {
    foundRows.reset()
    search.searchFor((target as HTMLInputElement).value)
  }
  const count = search.ticked.size
  const move = () => {
    if (count === 0) return
    editing.move()
    changed()
  }
  return html`<div class="picker" part="picker">
    <div class="head">
      <input
        type="search"
        id="search-${side}"
        maxlength="256"
        aria-label=${editor.search[side]}
        placeholder=${editor.search[side]}
        .value=${search.text}
        @input=${type}
      />
      <button type="button" id="move-${side}" class=${count === 0 ? 'off' : 'primary'} aria-disabled=${count === 0} @click=${move}>
        ${editor.counts.move(count, formats)}
      </button>
    </div>
    ${allView(editing, texts, formats)}
    <ul id="found-${side}" role="list" aria-label=${editor.tabs[side]} aria-busy=${search.isReading}>
      ${windowView({
        window: foundRows,
        rows: search.rows,
        row: (found, index) => foundRow(found, index, editing, texts),
        more: search.next === null || search.trouble !== undefined ? undefined : () => search.read(true),
        id: `found-${side}`,
        parts,
      })}
      ${nothingFoundView(editing, texts)}
    </ul>
    ${chosen.size > 0 ? nothing : html`<p class="muted nobody">${editor.nobody[side]}</p>`}
  </div>`
}

/** The checkbox for all that are shown, and how many they are. */
function allView({ search, chosen }: SideEditing, texts: Texts, formats: Formats): TemplateResult {
  const ids = search.rows.flatMap(({ id }) => (chosen.has(id) ? [] : id))
  const ticked = ids.filter((id) => search.ticked.has(id)).length
  const isAll = ids.length > 0 && ticked === ids.length
  return html`<div class="all">
    <label
      ><input
        type="checkbox"
        .checked=${isAll}
        .indeterminate=${ticked > 0 && !isAll}
        ?disabled=${ids.length === 0}
        @change=${() => search.toggleAll(ids)}
      />${texts.answerMany.all}</label
    >
    <small role="status">${search.isReading ? texts.shared.loading : texts.editor.counts.listed(search.rows.length, formats)}</small>
  </div>`
}

function foundRow({ id, name }: Found, index: number, { search, chosen }: SideEditing, texts: Texts): TemplateResult {
  const isChosen = chosen.has(id)
  // One who is chosen is taken away in the list of the chosen, where others are not hidden by a search.
  const click = (event: Event) => isChosen && event.preventDefault()
  return html`<li>
    <label>
      <input
        type="checkbox"
        data-index=${index}
        .checked=${isChosen || search.ticked.has(id)}
        aria-disabled=${isChosen}
        @click=${click}
        @change=${() => search.toggle(id)}
      />
      ${isolated(name)}
      <small>${isChosen ? texts.editor.chosen : name === id ? nothing : id}</small>
    </label>
  </li>`
}

/** Says that nobody is found, that it is being read, or that the search did not work. */
function nothingFoundView({ side, search }: SideEditing, texts: Texts): unknown {
  if (search.trouble !== undefined)
    return html`<li><div class="failed" role="alert">
      <span><b>${texts.editor.notSearched}</b> ${texts.shared.trouble[search.trouble].title}.</span>
      <button type="button" @click=${() => search.retry()}>${texts.shared.retry}</button>
    </div></li>`
  if (search.rows.length > 0) return nothing
  if (search.isReading) return [0, 1, 2].map(() => html`<li aria-hidden="true" class="bones">${bone('medium')}</li>`)
  return html`<li class="muted">${texts.editor.notFound[side]}</li>`
}

function byHandView(editing: SideEditing, { texts, changed, focusOn }: EditorParts): TemplateResult {
  const { side } = editing
  const { byHand } = texts.editor
  const field = `typed-${side}`
  const add = () => {
    const wrong = editing.addTyped()
    editing.typedError = wrong === undefined ? undefined : wrong === '' ? byHand.missing : byHand.wrong(wrong)
    changed()
    focusOn(`#${field}`)
  }
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter') return
    event.preventDefault()
    add()
  }
  return html`<div class="field by-hand" part="picker">
    <label for=${field}>${byHand[side]}</label>
    <div class="head">
      <input
        id=${field}
        autocomplete="off"
        spellcheck="false"
        .value=${editing.typed}
        aria-invalid=${editing.typedError !== undefined}
        aria-describedby="${field}-hint ${field}-error"
        @input=${({ target }: Event) => {
          editing.typed = (target as HTMLInputElement).value
        }}
        @keydown=${press}
      />
      <button type="button" @click=${add}>${byHand.add}</button>
    </div>
    <small id="${field}-hint">${byHand.hint}</small>
    ${errorView(field, editing.typedError)}
  </div>`
}
