/** The figures of the deciding benchmark as a Markdown table. */
import type { DecisionFigure } from './deciding.js'
import { FLOOR } from './engines-maps.js'
import { inWords } from './measure.js'

/**
 * Formats one row for each engine, and below the table what was skipped and why.
 * Columns: ratio to the floor and nanoseconds by number of grants; for the largest number also the slowdown, bytes per grant and build time.
 */
export function tableOf(figures: readonly DecisionFigure[]): string {
  const sizes = [...new Set(figures.map(({ grants }) => grants))]
  const columnsOf = (title: string) => sizes.map((size) => `${title}, ${inWords(size)}`)
  const head = ['', ...columnsOf(`× ${FLOOR}`), ...columnsOf('ns'), 'growth', 'bytes a grant', 'build']
  const rows = [...new Set(figures.map(({ engine }) => engine))].map((engine) => {
    const of = sizes.map((size) => figures.find((one) => one.engine === engine && one.grants === size))
    const measured = of.flatMap((one) => (one && 'ratio' in one ? [one] : []))
    const [first, last] = [measured[0], measured.at(-1)]
    return [
      engine,
      ...of.map((one) => (one && 'ratio' in one ? inWords(one.ratio) : 'skipped')),
      ...of.map((one) => (one && 'ratio' in one ? inWords(one.nanoseconds) : 'skipped')),
      first && last && first !== last ? `${inWords(last.nanoseconds / first.nanoseconds)} ×` : '–',
      typeof last?.bytesPerGrant === 'number' ? inWords(last.bytesPerGrant) : '–',
      last ? `${inWords(last.buildMilliseconds)} ms` : '–',
    ]
  })
  const lines = [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  const skipped = figures.flatMap((one) => ('skipped' in one ? `- ${one.engine}, ${inWords(one.grants)}: skipped: ${one.skipped}` : []))
  return [...lines, ...(skipped.length === 0 ? [] : ['', ...skipped])].join('\n')
}
