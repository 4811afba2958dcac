/** The frame of a list: filters with counts, a search, what to do if nothing is found, and more rows. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Formats } from './formats.js'
import { type Count, SEARCHED } from './list-pages.js'
import type { Loader } from './loader.js'
import type { Texts } from './texts/texts.js'
import { outdatedView, troubleView } from './views.js'

/** What a list says about its filters. */
interface ChoiceWords<Filter extends string> {
  readonly filter: string
  readonly filters: Readonly<Record<Filter, string>>
}

/** What a list says about its filters and their counts. */
interface FilterWords<Filter extends string> extends ChoiceWords<Filter> {
  readonly more: (count: string) => string
}

/** What a list says about its filters and its search. */
interface ListWords<Filter extends string> extends FilterWords<Filter> {
  readonly search: string
  readonly searchHint: string
  readonly showMore: string
  readonly found: (count: number, formats: Formats) => string
  readonly searchedNewest: (count: string) => string
  readonly empty: Readonly<Record<Filter | 'search', string>>
  readonly showAll: string
  readonly clearSearch: string
}

interface ChoiceInput<Filter extends string> {
  readonly words: ChoiceWords<Filter>
  readonly filters: readonly Filter[]
  readonly chosen: Filter
  readonly choose: (filter: Filter) => void
}

interface FiltersInput<Filter extends string> extends ChoiceInput<Filter> {
  readonly words: FilterWords<Filter>
  readonly counts: Readonly<Record<Filter, Count>> | undefined
  readonly formats: Formats
}

interface ToolsInput<Filter extends string> extends FiltersInput<Filter> {
  readonly words: ListWords<Filter>
  readonly search: string
  readonly searchFor: (search: string) => void
}

/** Shows the filters, each with what stands after its word. */
export function filterChoice<Filter extends string>(
  { words, filters, chosen, choose }: ChoiceInput<Filter>,
  after: (filter: Filter) => unknown = () => nothing,
): TemplateResult {
  return html`<div class="filters" role="group" aria-label=${words.filter}>
    ${filters.map(
      (filter) =>
        html`<button type="button" value=${filter} aria-pressed=${filter === chosen} @click=${() => choose(filter)}>
          ${words.filters[filter]}${after(filter)}
        </button>`,
    )}
  </div>`
}

/** Shows the filters with their counts. */
export function listFilters<Filter extends string>(input: FiltersInput<Filter>): TemplateResult {
  const { words, counts, formats } = input
  const countOf = ({ count, more }: Count) => (more ? words.more(formats.number(count)) : formats.number(count))
  return filterChoice(input, (filter) => html`<span>${counts ? countOf(counts[filter]) : nothing}</span>`)
}

/** Shows the filters with their counts, and the search. */
export function listTools<Filter extends string>(input: ToolsInput<Filter>): TemplateResult {
  const { words, search, searchFor } = input
  return html`<div class="tools" part="tools">
    ${listFilters(input)}
    <input
      type="search"
      aria-label=${words.search}
      placeholder=${words.searchHint}
      .value=${search}
      @input=${(event: Event) => searchFor((event.target as HTMLInputElement).value)}
    />
  </div>`
}

interface StatesInput<Value> {
  readonly loader: Loader<Value>
  readonly filter: string
  readonly texts: Texts
  readonly waiting: (texts: Texts) => TemplateResult
  /** Shows what was read. */
  readonly ready: (value: Value) => unknown
}

/** Shows a list in each state of its reading. */
export function listStates<Value extends { readonly filter: string } | undefined>(input: StatesInput<Value>): TemplateResult {
  const { loader, filter, texts, waiting, ready } = input
  const { state } = loader
  const retry = () => loader.retry()
  if (state.kind === 'loading') return html`<div class="card">${waiting(texts)}</div>`
  if (state.kind === 'failed') return html`<div class="card">${troubleView(texts, state.trouble, retry)}</div>`
  const { value, outdated } = state
  // Rows of another filter are shown for no longer than it takes to read the right ones.
  if (value?.filter !== filter && outdated) return html`<div class="card">${troubleView(texts, outdated, retry)}</div>`
  return html`${outdatedView(texts, outdated, retry)} ${ready(value)}`
}

interface NothingFoundInput<Filter extends string> {
  readonly words: ListWords<Filter>
  readonly filter: Filter
  readonly search: string
  /** Clears the search. */
  readonly clear: () => void
  /** Shows all rows. */
  readonly all: () => void
}

/** Shows why there are no rows, and what to do. */
export function nothingFound<Filter extends string>({ words, filter, search, clear, all }: NothingFoundInput<Filter>): TemplateResult {
  if (search !== '')
    return html`<div class="empty">
      <p>${words.empty.search}</p>
      <button type="button" @click=${clear}>${words.clearSearch}</button>
    </div>`
  return html`<div class="empty">
    <p>${words.empty[filter]}</p>
    ${filter === 'all' ? nothing : html`<button type="button" @click=${all}>${words.showAll}</button>`}
  </div>`
}

interface EndInput {
  readonly words: ListWords<never>
  readonly formats: Formats
  readonly search: string
  /** How many rows the search has found. */
  readonly found: number
  /** Whether there are rows that are not shown. */
  readonly hasMore: boolean
  /** Whether only the newest rows were searched. */
  readonly isCut: boolean
  readonly showMore: () => void
}

/** Shows how many rows a search has found, or a button for more rows. */
export function listEnd({ words, formats, search, found, hasMore, isCut, showMore }: EndInput): TemplateResult {
  const isSearch = search !== ''
  return html`<div class="below">
    <small role="status">
      ${isSearch ? words.found(found, formats) : nothing}
      ${isSearch && isCut ? words.searchedNewest(formats.number(SEARCHED)) : nothing}
    </small>
    ${hasMore ? html`<button type="button" @click=${showMore}>${words.showMore}</button>` : nothing}
  </div>`
}
