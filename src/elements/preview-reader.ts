/** The reading of the preview: after the associations have changed, and before they are sent. */

import type { EditorParts } from './editor-parts.js'
import type { ElementsContext } from './element-context.js'
import type { Loader } from './loader.js'
import { previewView } from './preview-view.js'
import type { RequestDraft } from './request-draft.js'
import { RowWindow } from './row-window.js'
import { hasNewPending, NOTHING_PREVIEWED, type Previewed, readPreview } from './submission-preview.js'

/** How long nothing must change before it is read, in milliseconds. */
const PAUSE_MS = 400
/** How long the sending waits for it, in milliseconds. */
const PATIENCE_MS = 5_000
/** How many tenants are drawn at first. */
const TENANTS_AT_ONCE = 20

interface ReaderOptions {
  /** Creates what reads for the element. */
  readonly reading: (read: (signal: AbortSignal) => Promise<Previewed>) => Loader<Previewed>
  readonly draft: () => RequestDraft | undefined
  readonly context: () => ElementsContext
  readonly parts: () => EditorParts
}

/** Reads what the draft would meet in the tenants that are shown. */
export class PreviewReader {
  readonly #options: ReaderOptions
  readonly #loader: Loader<Previewed>
  readonly #rows = new RowWindow(TENANTS_AT_ONCE)
  /** What was asked for last. */
  #asked = ''

  constructor(options: ReaderOptions) {
    this.#options = options
    this.#loader = options.reading((signal) => this.#read(signal, PAUSE_MS))
  }

  async #read(signal: AbortSignal, pauseMs: number): Promise<Previewed> {
    const { draft: draftOf, context: contextOf, parts } = this.#options
    const draft = draftOf()
    if (draft === undefined || draft.plan.tenants.length === 0) return NOTHING_PREVIEWED
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    signal.throwIfAborted()
    const context = contextOf()
    const { formats, names } = parts()
    const { name, message } = draft.check(context, formats).fields
    // What is said of tenants does not depend on the name and the message, which may still be missing.
    const placeholder = { name: 'Preview', message: 'x'.repeat(draft.least(context)) }
    const { start, end } = this.#rows
    const previewed = await readPreview({
      ...{ client: context.client, draft, names, signal },
      content: name === undefined && message === undefined ? draft : placeholder,
      shown: ({ tenants }) => tenants.slice(start, end),
    })
    // It may have marked somebody, and read the others.
    this.#asked = this.#toAsk(draft)
    return previewed
  }

  #toAsk(draft: RequestDraft): string {
    return `${draft.planKey} ${this.#rows.start} ${this.#rows.end}`
  }

  /** Reads again if what is to be shown has changed. */
  follow(draft: RequestDraft): void {
    const toAsk = this.#toAsk(draft)
    if (this.#asked === toAsk) return
    this.#asked = toAsk
    void this.#loader.load()
  }

  /**
   * Reads once more before it is sent, and returns whether somebody has asked for the same since.
   *
   * Without an answer nobody has: the API decides.
   */
  async hasNews(): Promise<boolean> {
    const { state } = this.#loader
    if (state.kind !== 'ready') return false
    const now = await this.#read(AbortSignal.timeout(PATIENCE_MS), 0).catch(() => state.value)
    if (now !== state.value) this.#loader.set(now)
    return hasNewPending(state.value, now)
  }

  /** Shows it. */
  view({ plan }: RequestDraft): unknown {
    const { context, parts } = this.#options
    return previewView({
      ...{ plan, loaded: this.#loader.state, isReading: this.#loader.isReading, rows: this.#rows },
      ...{ policy: context().policy, retry: () => this.#loader.retry(), parts: parts() },
    })
  }
}
