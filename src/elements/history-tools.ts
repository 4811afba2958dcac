/** The filters of the history: the kind, the days, and the other tenant. */
import { html, nothing } from 'lit'
import { errorView } from './expiry-field.js'
import type { Formats } from './formats.js'
import { type Days, endsBeforeStart, FIRST_DAY, HISTORY_FILTERS, type HistoryChoice, LAST_DAY, type OtherTenant } from './history-list.js'
import { filterChoice } from './list-frame.js'
import type { NameTable } from './requests.js'
import type { Texts } from './texts/texts.js'

/** The days that a person has entered, and those of which the history is shown. */
export class DaysField {
  typed: Days = { from: '', to: '' }
  /** The last days that were a span. */
  chosen: Days = this.typed
  readonly #incomplete = new Set<keyof Days>()

  /**
   * Takes what was entered.
   *
   * A date that is not whole has no value: that is wrong only once the person has left it.
   * @returns whether other days are chosen now.
   */
  enter(side: keyof Days, { value, validity }: HTMLInputElement, hasLeft: boolean): boolean {
    const before = this.chosen
    if (hasLeft && validity.badInput) this.#incomplete.add(side)
    else this.#incomplete.delete(side)
    this.typed = { ...this.typed, [side]: value }
    if (!endsBeforeStart(this.typed)) this.chosen = this.typed
    return this.chosen.from !== before.from || this.chosen.to !== before.to
  }

  /** Returns what is wrong with one of the days, or `undefined`. */
  issue(side: keyof Days, { history }: Texts): string | undefined {
    if (this.#incomplete.has(side)) return history.dayIncomplete
    return side === 'to' && endsBeforeStart(this.typed) ? history.endsTooSoon : undefined
  }
}

interface ToolsInput {
  readonly choice: HistoryChoice
  readonly days: DaysField
  readonly others: readonly OtherTenant[]
  readonly names: NameTable
  readonly texts: Texts
  readonly formats: Formats
  readonly choose: (filter: HistoryChoice['filter']) => void
  readonly chooseOther: (other: OtherTenant | undefined) => void
  /** Called after a day was entered, with whether other days are chosen now. */
  readonly entered: (isNew: boolean) => void
}

/** Shows the filters. */
export function historyTools(input: ToolsInput): unknown {
  const { choice, texts, formats, choose } = input
  // The history of a request has no sessions (SPEC 6.9), and one other tenant.
  const isOne = choice.request !== null
  const filters = HISTORY_FILTERS.filter((filter) => !isOne || filter !== 'sessions')
  return html`<div class="tools" part="tools">
    ${filterChoice({ words: texts.history, filters, chosen: choice.filter, choose })}
    <div class="fields">
      ${dayField('from', input)} ${dayField('to', input)} ${isOne ? nothing : tenantField(input)}
      <small id="zone">${texts.history.zone(formats.zone(Date.now()))}</small>
    </div>
  </div>`
}

function dayField(side: keyof Days, { days, texts, entered }: ToolsInput): unknown {
  const error = days.issue(side, texts)
  const take = ({ target, type }: Event) => {
    entered(days.enter(side, target as HTMLInputElement, type === 'blur'))
  }
  return html`<div class="field">
    <label for=${side}>${texts.history[side]}</label>
    <input
      id=${side}
      type="date"
      min=${FIRST_DAY}
      max=${LAST_DAY}
      aria-invalid=${error === undefined ? 'false' : 'true'}
      aria-describedby="${side}-error zone"
      @change=${take}
      @blur=${take}
    />
    ${errorView(side, error)}
  </div>`
}

const textOf = ({ side, id }: OtherTenant) => `${side} ${id}`

function tenantField({ choice, others, names, texts, chooseOther }: ToolsInput): unknown {
  const { history } = texts
  const chosen = choice.other && textOf(choice.other)
  const choose = ({ target }: Event) => {
    const { value } = target as HTMLSelectElement
    chooseOther(others.find((one) => textOf(one) === value))
  }
  const group = (side: OtherTenant['side']) => {
    const options = others.filter((one) => one.side === side).sort((a, b) => names.tenant(a.id).localeCompare(names.tenant(b.id)))
    if (options.length === 0) return nothing
    return html`<optgroup label=${history.sides[side]}>
      ${options.map((one) => html`<option dir="auto" value=${textOf(one)} .selected=${textOf(one) === chosen}>${names.tenant(one.id)}</option>`)}
    </optgroup>`
  }
  return html`<div class="field">
    <label for="tenant">${history.tenant}</label>
    <select id="tenant" @change=${choose}>
      <option value="" .selected=${chosen === undefined}>${history.everyTenant}</option>
      ${group('tenants')} ${group('requestingTenants')}
    </select>
  </div>`
}
