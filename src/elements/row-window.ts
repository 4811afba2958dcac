/** The part of a long list that is drawn, so that thousands of rows cost no more than some. */
import { html, nothing, type TemplateResult } from 'lit'
import type { EditorParts } from './editor-parts.js'

/** A window on the rows of a list. It grows to twice its size, and then moves. */
export class RowWindow {
  start = 0
  end: number
  readonly size: number

  constructor(size: number) {
    this.size = size
    this.end = size
  }

  /** Shows the next rows, and returns the place of the first of them. */
  moveOn(): number {
    const first = this.end
    this.end += this.size
    this.start = Math.max(this.start, this.end - 2 * this.size)
    return first
  }

  /** Shows the rows before, and returns the place of the last of them. */
  moveBack(): number {
    const last = this.start - 1
    this.start = Math.max(0, this.start - this.size)
    this.end = Math.min(this.end, this.start + 2 * this.size)
    return last
  }

  /** Shows the first rows. */
  reset(): void {
    this.start = 0
    this.end = this.size
  }
}

interface WindowInput<Row> {
  readonly window: RowWindow
  readonly rows: readonly Row[]
  /** Shows a row. Of what can have the focus in it, one has the place as its `data-index`. */
  readonly row: (row: Row, index: number) => TemplateResult
  /** Reads rows that are not in `rows` yet; `undefined` if there are none. */
  readonly more?: (() => Promise<void>) | undefined
  /** The id of the list. */
  readonly id: string
  readonly parts: EditorParts
}

/**
 * Shows the rows of a window, with a button for those before and after it.
 *
 * The focus goes on to the first of them.
 */
export function windowView<Row>({ window, rows, row, more, id, parts }: WindowInput<Row>): unknown {
  const { texts, changed, focusOn } = parts
  // Rows have gone.
  if (window.start >= rows.length) window.reset()
  const { start, end } = window
  const move = async (to: () => number) => {
    const index = to()
    changed()
    if (index >= rows.length) await more?.()
    focusOn(`#${id} [data-index="${index}"]`)
  }
  const button = (word: string, to: () => number) =>
    html`<li class="more"><button type="button" class="quiet" @click=${() => void move(to)}>${word}</button></li>`
  return html`${start > 0 ? button(texts.editor.before, () => window.moveBack()) : nothing}
  ${rows.slice(start, end).map((one, index) => row(one, start + index))}
  ${end < rows.length || more ? button(texts.incoming.showMore, () => window.moveOn()) : nothing}`
}
