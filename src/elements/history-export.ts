/** The export of the history as a file: reading all pages, and saving the file once all are there. */
import { html, nothing, type ReactiveController, type ReactiveControllerHost } from 'lit'
import type { ConsentryClient } from '../client/client-types.js'
import type { Formats } from './formats.js'
import { FILE_FORMATS } from './history-file.js'
import { type HistoryChoice, queryOfChoice } from './history-list.js'
import { listPages } from './list-pages.js'
import { NameTable } from './requests.js'
import type { Texts } from './texts/texts.js'
import { type TroubleKind, troubleOf } from './trouble.js'

/** The most entries of one file. */
const MOST = 100_000
/** How long a browser may take to begin with a file, in milliseconds. */
const KEPT_MS = 10_000

/** A format of an export. */
export type ExportFormat = keyof typeof FILE_FORMATS

/** How far an export is. */
type ExportState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running' | 'done'; readonly count: number }
  | { readonly kind: 'cancelled' | 'tooMany' }
  | { readonly kind: 'failed'; readonly trouble: TroubleKind }

interface ExportInput {
  readonly client: ConsentryClient
  readonly choice: HistoryChoice
  readonly timeZone: string
  readonly format: ExportFormat
  /** The name of the file, without its end. */
  readonly name: string
}

/**
 * The export of an element.
 *
 * What was read is kept as blobs, which a browser may move out of its memory. A file that is not whole is never saved, and no export
 * outlives the element's place in the page.
 */
export class HistoryExport implements ReactiveController {
  state: ExportState = { kind: 'idle' }
  readonly #host: ReactiveControllerHost
  #running: AbortController | undefined

  constructor(host: ReactiveControllerHost) {
    this.#host = host
    host.addController(this)
  }

  hostDisconnected(): void {
    this.cancel()
  }

  cancel(): void {
    this.#running?.abort()
    if (this.state.kind === 'running') this.#show({ kind: 'cancelled' })
  }

  /** Forgets what became of the last export. */
  clear(): void {
    this.cancel()
    this.#show({ kind: 'idle' })
  }

  /** Reads all entries of a choice, and saves them as a file. */
  async run(input: ExportInput): Promise<void> {
    if (this.state.kind === 'running') return
    const running = new AbortController()
    this.#running = running
    this.#show({ kind: 'running', count: 0 })
    const end = await this.#save(input, running.signal).catch((error: unknown) => ({ kind: 'failed' as const, trouble: troubleOf(error) }))
    if (!running.signal.aborted) this.#show(end)
  }

  async #save({ client, choice, timeZone, format, name }: ExportInput, signal: AbortSignal): Promise<ExportState> {
    const { head, type, lineOf } = FILE_FORMATS[format]
    const query = queryOfChoice(choice, timeZone)
    const parts = [new Blob([head])]
    let count = 0
    for await (const page of listPages((at) => client.listHistory({ ...query, ...at }), { wanted: Number.POSITIVE_INFINITY, signal })) {
      count += page.items.length
      if (count > MOST) return { kind: 'tooMany' }
      const names = new NameTable(page.names)
      parts.push(new Blob([page.items.map((row) => lineOf(row, names)).join('')]))
      this.#show({ kind: 'running', count })
    }
    saveFile(`${name}.${format}`, new Blob(parts, { type }))
    return { kind: 'done', count }
  }

  #show(state: ExportState): void {
    this.state = state
    this.#host.requestUpdate()
  }
}

/** Saves a file by the browser, which asks the person where, or does not. */
function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS)
}

interface ExportViewInput {
  readonly state: ExportState
  readonly texts: Texts
  readonly formats: Formats
  readonly run: (format: ExportFormat) => void
  readonly cancel: () => void
}

/** Shows the buttons of the export, how far it is, and what became of it. */
export function exportView({ state, texts, formats, run, cancel }: ExportViewInput): unknown {
  const { export: words, counts } = texts.history
  const isRunning = state.kind === 'running'
  const button = (format: ExportFormat) =>
    html`<button type="button" value=${format} aria-disabled=${isRunning ? 'true' : 'false'} @click=${() => run(format)}>
      <span class="hidden">${words.label} </span>${FILE_FORMATS[format].name}
    </button>`
  const said =
    state.kind === 'running'
      ? words.running
      : state.kind === 'done'
        ? counts.exported(state.count, formats)
        : state.kind === 'cancelled'
          ? words.cancelled
          : nothing
  return html`<div class="export">
    <div class="formats"><span class="muted" aria-hidden="true">${words.label}</span> ${button('csv')} ${button('jsonl')}</div>
    <div class="progress muted">
      <span role="status">${said}</span>
      ${
        state.kind === 'running'
          ? html`<span>${counts.read(state.count, formats)}</span>
              <button type="button" class="quiet" @click=${cancel}>${texts.shared.cancel}</button>`
          : nothing
      }
    </div>
  </div>`
}

/** Shows why there is no file; nothing if there is one. */
export function exportTrouble(state: ExportState, texts: Texts, formats: Formats): unknown {
  if (state.kind !== 'failed' && state.kind !== 'tooMany') return nothing
  const { export: words, counts } = texts.history
  return html`<div class="note bad" id="alert" part="alert" role="alert" tabindex="-1">
    <b>${words[state.kind]}</b> ${state.kind === 'failed' ? texts.shared.trouble[state.trouble].title : counts.tooMany(MOST, formats)}
  </div>`
}
