/** The table of a timeline: what its picture shows, in words. */
import { html, type TemplateResult } from 'lit'
import { tableFrame } from './table-frame.js'
import type { Texts } from './texts/texts.js'
import type { Bar, TimelineRow, TimelineSide } from './timeline-rows.js'
import { answerView, fromView, rowHead, sessionsView, type TimelineInput, untilView } from './timeline-words.js'
import { bone } from './views.js'

/** Shows the rows of a side as a table, with a row for each bar. */
export function timelineTable(side: TimelineSide, rows: readonly TimelineRow[], input: TimelineInput): TemplateResult {
  const { texts, timeline } = input
  const { columns, groups } = texts.timeline
  // In a narrow layout the heads are not seen, so that each cell says what it is.
  const cell = (label: string, fact: TemplateResult) =>
    html`<td role="cell"><span class="label" aria-hidden="true">${label}</span> ${fact}</td>`
  const line = (row: TimelineRow, bar: Bar) => html`<tr role="row" part="row">
    <td role="cell">${rowHead(row, timeline.names, texts)}</td>
    <td role="cell">${answerView(bar, input)}</td>
    ${cell(columns.from, fromView(bar, input))} ${cell(columns.until, untilView(bar, input))}
    ${cell(columns.sessions, sessionsView(bar, input, true))}
  </tr>`
  return tableFrame({
    words: { title: groups[side], columns: {} },
    heads: [columns[side], columns.answer, columns.from, columns.until, columns.sessions],
    isBusy: false,
    rows: rows.flatMap((row) => row.bars.map((bar) => line(row, bar))),
  })
}

/** Shows a timeline that is still being read. */
export function waitingTimeline(texts: Texts): TemplateResult {
  const row = html`<div class="line">
    <div class="who">${bone('medium')}<small>${bone('short')}</small></div>
    <div>${bone('long')}</div>
  </div>`
  return html`<div class="picture" aria-busy="true"><span class="hidden">${texts.shared.loading}</span>${row}${row}${row}</div>`
}
