/** The associations of the request: which is open, and what becomes of them. */
import { html, nothing, type TemplateResult } from 'lit'
import type { ConsentryClient } from '../client/client-types.js'
import { AssociationEditing } from './association-editing.js'
import { associationView } from './association-view.js'
import type { FieldName } from './command-error.js'
import { SIDES, type Side } from './directory-search.js'
import type { EditorParts } from './editor-parts.js'
import { errorView } from './expiry-field.js'
import { named } from './named.js'
import type { RequestDraft } from './request-draft.js'
import type { AssociationDraft } from './submission-plan.js'

interface EditorOptions {
  /** The client of the person's login. */
  readonly client: () => ConsentryClient
  readonly parts: () => EditorParts
}

/** Opens, confirms and removes associations, one at a time. */
export class AssociationsEditor {
  readonly #options: EditorOptions
  #editing: AssociationEditing | undefined
  /** What is to be done about the open one before it is confirmed. */
  #problem: string | undefined
  /** The association that was removed last, and where it was. */
  #removed: { readonly association: AssociationDraft; readonly index: number; readonly draft: RequestDraft } | undefined

  constructor(options: EditorOptions) {
    this.#options = options
  }

  /** Closes what is open. */
  close(): void {
    this.#editing?.stop()
    this.#editing = undefined
    this.#problem = undefined
    this.#removed = undefined
  }

  /**
   * Whether nothing is left to be done about the open association. If something is, it says so.
   *
   * Ids that were typed are added. Who is ticked must be moved by the person.
   */
  isSettled(): boolean {
    const editing = this.#editing
    if (editing === undefined) return true
    const { texts, formats, changed, focusOn } = this.#options.parts()
    for (const typed of SIDES.map((side) => editing.sides[side])) {
      const wrong = typed.typed.trim() === '' ? undefined : typed.addTyped()
      if (wrong === undefined) continue
      typed.typedError = texts.editor.byHand.wrong(wrong)
      editing.tab = typed.side
      changed()
      focusOn(`#typed-${typed.side}`)
      return false
    }
    const { ticked } = editing
    if (ticked === undefined) return true
    editing.tab = ticked.side
    this.#problem = texts.editor.counts.ticked(ticked.search.ticked.size, formats)
    changed()
    focusOn(`#move-${ticked.side}`)
    return false
  }

  /** Opens an association, on one of its sides. */
  edit(association: AssociationDraft, side: Side = 'users', focus = `#tab-${side}`): void {
    if (this.#editing?.association !== association) {
      if (!this.isSettled()) return
      this.close()
      this.#editing = new AssociationEditing(association, (of) => this.#searchOptions(of))
    }
    const { changed, focusOn } = this.#options.parts()
    this.#editing.tab = side
    changed()
    focusOn(focus)
  }

  /** Adds an association, and opens it. */
  #add(draft: RequestDraft): void {
    if (!this.isSettled()) return
    draft.correct(/^association/)
    this.edit(draft.addAssociation(), 'users', '#assign-users')
  }

  /** Goes to what is wrong with an association. */
  goTo(draft: RequestDraft, field: FieldName): void {
    const association = draft.associations[Number(field.split('-')[1])]
    if (association === undefined) return
    const side = SIDES.find((one) => association[one].marked > 0) ?? SIDES.find((one) => association[one].size === 0)
    this.edit(association, side)
  }

  #searchOptions(side: Side) {
    const { client, parts } = this.#options
    const { searchUsers, searchTenants } = client()
    return {
      ask: side === 'users' ? searchUsers : searchTenants,
      found: (found: readonly { readonly id: string; readonly name: string }[]) =>
        parts().names.add({ users: [], tenants: [], [side]: found }),
      changed: () => parts().changed(),
    }
  }

  /** Closes the open association; first it goes to a side that nobody is on. */
  #confirm(editing: AssociationEditing, index: number): void {
    const { texts, formats, changed, focusOn } = this.#options.parts()
    if (!this.isSettled()) return
    const { association, tab } = editing
    const empty = SIDES.find((side) => association[side].size === 0)
    const isMissing = empty === tab
    if (empty === undefined) this.close()
    else editing.tab = empty
    this.#problem = isMissing ? texts.editor.inAssociation(formats.number(index + 1), texts.editor.missing[empty]) : undefined
    changed()
    focusOn(...(empty === undefined ? [`#association-${index}`] : [`#assign-${empty}`, `#search-${empty}`, `#typed-${empty}`]))
  }

  #remove(draft: RequestDraft, index: number): void {
    const { changed, focusOn } = this.#options.parts()
    const [association] = draft.associations.slice(index)
    if (association === undefined) return
    if (this.#editing?.association === association) this.close()
    draft.associations = draft.associations.filter((one) => one !== association)
    draft.correct(/^association/)
    this.#removed = { association, index, draft }
    changed()
    focusOn('#undo')
  }

  #undo(): void {
    const { changed, focusOn } = this.#options.parts()
    const removed = this.#removed
    if (removed === undefined) return
    const { draft, association, index } = removed
    draft.associations = [...draft.associations.slice(0, index), association, ...draft.associations.slice(index)]
    draft.correct(/^association/)
    this.#removed = undefined
    changed()
    focusOn(`#association-${index}`)
  }

  /** Shows the associations, and a button for a new one. */
  view(draft: RequestDraft): TemplateResult {
    const parts = this.#options.parts()
    const { editor } = parts.texts
    const { fields } = draft.errors
    const changed = () => {
      draft.correct(/^association/)
      this.#problem = undefined
      parts.changed()
    }
    const associations = draft.associations.map((association, index) => {
      const editing = this.#editing?.association === association ? this.#editing : undefined
      return associationView({
        ...{ association, index, editing },
        error: (editing && this.#problem) ?? fields[`association-${index}`],
        parts: { ...parts, changed },
        edit: () => this.edit(association),
        remove: () => this.#remove(draft, index),
        confirm: () => editing && this.#confirm(editing, index),
      })
    })
    return html`<section class="associations" aria-labelledby="associations-title" @keydown=${keepInside}>
      <h3 id="associations-title">${editor.associations}</h3>
      ${draft.associations.length === 0 ? html`<p class="muted">${editor.associationsHint}</p>` : nothing}
      ${associations} ${this.#removedView(draft, parts)}
      <button
        type="button"
        id="associations"
        aria-describedby="associations-error"
        @click=${() => this.#add(draft)}
      >
        ${editor.newAssociation}
      </button>
      ${errorView('associations', fields.associations)}
    </section>`
  }

  #removedView(draft: RequestDraft, { texts, formats }: EditorParts): unknown {
    const removed = this.#removed
    if (removed?.draft !== draft) return nothing
    const { editor } = texts
    return html`<p class="note removed" role="status">
      <span>${named(editor.removed, editor.association(formats.number(removed.index + 1)))}</span>
      <button type="button" class="quiet" id="undo" @click=${() => this.#undo()}>${editor.undo}</button>
    </p>`
  }
}

/** The Enter key in a search or on a checkbox: it would send the form. */
function keepInside(event: KeyboardEvent): void {
  if (event.key === 'Enter' && event.target instanceof HTMLInputElement) event.preventDefault()
}
