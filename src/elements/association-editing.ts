/** The association that is open: what is searched, ticked, typed and chosen on its two sides. */
import type { Chosen } from './chosen.js'
import { DirectorySearch, FOUND_AT_ONCE, type SearchOptions, type Side } from './directory-search.js'
import { RowWindow } from './row-window.js'
import type { AssociationDraft } from './submission-plan.js'

/** An id as the service has it (SPEC 3.5). */
const ID = /^[\x21-\x7e]{1,128}$/

/** How many of those who are chosen are drawn at first. */
const CHOSEN_AT_ONCE = 50

/** One side of the open association. */
export class SideEditing {
  readonly side: Side
  readonly chosen: Chosen
  readonly search: DirectorySearch
  readonly foundRows = new RowWindow(FOUND_AT_ONCE)
  readonly chosenRows = new RowWindow(CHOSEN_AT_ONCE)
  /** Whether the picker is shown. */
  isPicking = false
  /** What is searched among those who are chosen. */
  sought = ''
  /** Ids typed by hand, and what is wrong with them. */
  typed = ''
  typedError: string | undefined

  constructor(side: Side, chosen: Chosen, options: SearchOptions) {
    this.side = side
    this.chosen = chosen
    this.search = new DirectorySearch(options)
  }

  /** Shows the picker, and reads its first rows. */
  pick(): void {
    this.isPicking = true
    void this.search.read()
  }

  /** Moves those who are ticked to those who are chosen. */
  move(): void {
    this.chosen.add(this.search.ticked)
    this.search.ticked.clear()
    this.sought = ''
    this.chosenRows.reset()
  }

  /** Adds the ids that were typed, all or none; returns the first text that is no id. */
  addTyped(): string | undefined {
    const ids = this.typed.split(/\s+/).filter(Boolean)
    const wrong = ids.find((id) => !ID.test(id))
    if (wrong !== undefined || ids.length === 0) return wrong ?? ''
    this.chosen.add(ids)
    this.typed = ''
    this.chosenRows.reset()
    return undefined
  }
}

/** The open association. */
export class AssociationEditing {
  readonly association: AssociationDraft
  readonly sides: Readonly<Record<Side, SideEditing>>
  tab: Side = 'users'

  constructor(association: AssociationDraft, optionsOf: (side: Side) => SearchOptions) {
    this.association = association
    const editing = (side: Side) => new SideEditing(side, association[side], optionsOf(side))
    this.sides = { users: editing('users'), tenants: editing('tenants') }
  }

  /** The side with somebody ticked who was not moved. */
  get ticked(): SideEditing | undefined {
    return [this.sides.users, this.sides.tenants].find(({ search }) => search.ticked.size > 0)
  }

  /** Ends what is being searched. */
  stop(): void {
    this.sides.users.search.stop()
    this.sides.tenants.search.stop()
  }
}
