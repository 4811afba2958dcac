/** Those who are chosen: as a list from which one can be taken away, and as chips. */
import { html, nothing, type TemplateResult } from 'lit'
import type { SideEditing } from './association-editing.js'
import type { Chosen, Mark } from './chosen.js'
import type { Side } from './directory-search.js'
import type { EditorParts } from './editor-parts.js'
import { rowsWith } from './list-pages.js'
import { isolated } from './named.js'
import { windowView } from './row-window.js'

/** From this many on, there is a search among them. */
const SEARCHED_FROM = 10
/** How many chips an association shows on each side. */
const CHIPS = 12

/** Returns the function that names the ids of a side. */
function namerOf(side: Side, { names }: EditorParts): (id: string) => string {
  return side === 'users' ? (id) => names.user(id) : (id) => names.tenant(id)
}

/** Shows the list of those who are chosen; nothing without any. */
export function chosenView(editing: SideEditing, parts: EditorParts): unknown {
  const { side, chosen, chosenRows, sought } = editing
  const { texts, formats, changed, focusOn } = parts
  if (chosen.size === 0) return nothing
  const nameOf = namerOf(side, parts)
  const found = sought === '' ? chosen.entries : rowsWith(chosen.entries, sought, ([id]) => `${nameOf(id)} ${id}`)
  const seek = ({ target }: Event) => {
    editing.sought = (target as HTMLInputElement).value
    chosenRows.reset()
    changed()
  }
  const row = ([id, mark]: readonly [string, Mark | undefined], index: number) => {
    const remove = () => {
      chosen.remove(id)
      changed()
      focusOn(
        `#chosen-${side} [data-index="${index}"]`,
        `#chosen-${side} [data-index="${index - 1}"]`,
        `#search-${side}`,
        `#assign-${side}`,
      )
    }
    return html`<li>
      <span>${isolated(nameOf(id))}${mark === undefined ? nothing : html` <small class="error">${texts.editor.marks[mark]}</small>`}</span>
      <button type="button" class="quiet" data-index=${index} @click=${remove}>
        ${texts.editor.remove}<span class="hidden">: ${isolated(nameOf(id))}</span>
      </button>
    </li>`
  }
  return html`<div class="chosen" part="chosen">
    <div class="head">
      <b aria-live="polite">${texts.editor.counts[side](chosen.size, formats)}</b>
      ${
        chosen.size < SEARCHED_FROM
          ? nothing
          : html`<input
              type="search"
              aria-label=${texts.editor.findChosen}
              placeholder=${texts.editor.findChosen}
              .value=${sought}
              @input=${seek}
            />`
      }
    </div>
    <ul id="chosen-${side}" role="list" aria-label="${texts.editor.tabs[side]}: ${texts.editor.chosen}">
      ${windowView({
        window: chosenRows,
        rows: found,
        row,
        id: `chosen-${side}`,
        parts,
      })}
      ${found.length === 0 ? html`<li class="muted">${texts.editor.notFound[side]}</li>` : nothing}
    </ul>
  </div>`
}

/** Shows those who are chosen as chips: some of them, and how many more there are. */
export function chipsView(side: Side, chosen: Chosen, parts: EditorParts): TemplateResult {
  const { texts, formats } = parts
  const nameOf = namerOf(side, parts)
  const more = chosen.size - CHIPS
  return html`<div class="side">
    <small aria-hidden="true">${texts.editor.tabs[side]}</small>
    <ul class="chips" role="list" aria-label=${texts.editor.tabs[side]}>
    ${chosen.entries
      .slice(0, CHIPS)
      .map(([id, mark]) =>
        mark === undefined
          ? html`<li class="chip">${isolated(nameOf(id))}</li>`
          : html`<li class="chip marked">${isolated(nameOf(id))} <small class="error">${texts.editor.marks[mark]}</small></li>`,
      )}
    ${more > 0 ? html`<li class="muted">${texts.editor.counts.more(more, formats)}</li>` : nothing}
    ${chosen.size === 0 ? html`<li class="muted">${texts.editor.nobody[side]}</li>` : nothing}
  </ul>
  </div>`
}
