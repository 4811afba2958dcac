/** The frame of the tables: their columns, and room for the rows. */
import { html, nothing, type TemplateResult } from 'lit'

/** What a table says: its title, and the head of a last column if there is something to do. */
interface TableWords {
  readonly title: string
  readonly columns: { readonly action?: string }
}

interface TableFrameInput {
  readonly words: TableWords
  /** The columns before the last one. */
  readonly heads: readonly string[]
  /** What stands before the first head, such as a checkbox. */
  readonly first?: unknown
  /** Whether the rows are still being read. */
  readonly isBusy: boolean
  readonly rows: readonly TemplateResult[]
}

/** Shows a table. The roles stand there because a narrow layout takes the table's own away. */
export function tableFrame({ words, heads, first, isBusy, rows }: TableFrameInput): TemplateResult {
  return html`<table part="table" role="table" aria-label=${words.title} aria-busy=${isBusy ? 'true' : 'false'}>
    <thead role="rowgroup">
      <tr role="row">
        ${heads.map((head, n) =>
          n === 0 && first !== undefined
            ? html`<th role="columnheader" scope="col" aria-label=${head}>${first}<span>${head}</span></th>`
            : html`<th role="columnheader" scope="col">${head}</th>`,
        )}
        ${
          words.columns.action === undefined
            ? nothing
            : html`<th role="columnheader" scope="col"><span class="hidden">${words.columns.action}</span></th>`
        }
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows}
    </tbody>
  </table>`
}
