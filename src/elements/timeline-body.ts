/** What a timeline shows of what was read: each side as a picture or a table, or that there is nothing. */
import { html, nothing, type TemplateResult } from 'lit'
import { SEARCHED } from './list-pages.js'
import { type PictureInput, pictureKey, timelinePicture } from './timeline-picture.js'
import type { TimelineSide } from './timeline-rows.js'
import { timelineTable } from './timeline-table.js'
import type { TimelineView } from './timeline-tools.js'
import { governedView } from './timeline-words.js'

interface BodyInput extends PictureInput {
  readonly view: TimelineView
  /** How many rows of each side are shown. */
  readonly shown: Readonly<Record<TimelineSide, number>>
  readonly more: (side: TimelineSide) => void
  /** Shows a year; `undefined` if it is a year already. */
  readonly showYear: (() => void) | undefined
}

/** Shows what was read. */
export function timelineBody(input: BodyInput): TemplateResult {
  const { timeline, texts, formats, view } = input
  const { rows, isCut } = timeline
  const most = formats.number(SEARCHED)
  const sides = (['incoming', 'outgoing'] as const).filter((side) => rows[side].length > 0)
  return html`${sides.length === 0 ? emptyView(input) : sides.map((side) => sideView(side, input))}
    ${view === 'picture' && sides.length > 0 ? pictureKey(input) : nothing}
    ${isCut.grants ? html`<p class="muted">${texts.timeline.cutGrants(most)}</p>` : nothing}
    ${isCut.sessions ? html`<p class="muted">${texts.timeline.cutSessions(most)}</p>` : nothing}`
}

function sideView(side: TimelineSide, input: BodyInput): TemplateResult {
  const { timeline, texts, view, shown, more } = input
  const all = timeline.rows[side]
  const rows = all.slice(0, shown[side])
  return html`<section class=${side}>
    <h3>${texts.timeline.groups[side]}</h3>
    ${side === 'incoming' ? governedView(input) : nothing}
    <div class="card" part="card">${(view === 'table' ? timelineTable : timelinePicture)(side, rows, input)}</div>
    ${
      all.length > rows.length
        ? html`<div class="below"><span></span><button type="button" @click=${() => more(side)}>${texts.timeline.showMore}</button></div>`
        : nothing
    }
  </section>`
}

function emptyView(input: BodyInput): TemplateResult {
  const { timeline, texts, formats, showYear } = input
  const { from, to } = timeline.window
  const { empty, emptyHint, showYear: word } = texts.timeline
  return html`<div class="card" part="card">
    <div class="empty">
      <p>${empty(formats.day(from), formats.day(to - 1))} ${emptyHint}</p>
      ${governedView(input)} ${showYear === undefined ? nothing : html`<button type="button" @click=${showYear}>${word}</button>`}
    </div>
  </div>`
}
