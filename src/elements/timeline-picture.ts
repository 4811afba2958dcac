/** The picture of a timeline: a row of bars for each request or person, over an axis of time. */
import { html, nothing, svg, type TemplateResult } from 'lit'
import type { Formats } from './formats.js'
import { type Tick, ticksOf } from './timeline-axis.js'
import { type Drawing, keyView, percentOf, type Scale, trackView } from './timeline-bars.js'
import type { Bar, TimelineRow, TimelineSide } from './timeline-rows.js'
import { answerView, fromView, rowHead, sessionsView, type TimelineInput, untilView } from './timeline-words.js'

/** What the picture gets beyond what is shown. */
export interface PictureInput extends TimelineInput {
  /** The row whose words stay open. */
  readonly opened: string | undefined
  /** Whether no other words are shown, because the person has put them away. */
  readonly isQuiet: boolean
  readonly toggle: (row: TimelineRow) => void
  /** Called when the person points at a row, or moves the focus to it. */
  readonly point: () => void
}

/**
 * Shows the rows of a side as a picture.
 *
 * The drawing is hidden from screen readers. They get a list: the name of each row, and below it the facts of each bar, the same words
 * that pointing at the row and its focus show to others. A hidden copy of the table beside the picture would say everything
 * twice, and a focus on each bar would make people step through all of them.
 */
export function timelinePicture(side: TimelineSide, rows: readonly TimelineRow[], input: PictureInput): TemplateResult {
  const { timeline, texts, formats, timeZone, now, opened, isQuiet, toggle, point } = input
  const { window } = timeline
  const scale = { window, now, ticks: { wide: ticksOf(window, timeZone, 8.5), narrow: ticksOf(window, timeZone, 4.3) } }
  const governedSince = side === 'incoming' ? timeline.governedSince : null
  const line = (
    row: TimelineRow,
  ) => html`<li class="line ${row.key === opened ? 'opened' : ''}" part="row" @pointerenter=${point} @focusin=${point}>
    <button type="button" class="who" aria-expanded=${row.key === opened ? 'true' : 'false'} @click=${() => toggle(row)}>
      ${rowHead(row, timeline.names, texts)} ${row.user === null ? row.bars.map(({ tag }) => html`<small class="tag">${texts.shared.tag(tag)}</small>`) : nothing}
    </button>
    <div class="track">${trackView(row.bars, scale, governedSince)}</div>
    <ul class="facts" role="list">
      ${row.bars.map((bar) => barFacts(bar, input))}
    </ul>
  </li>`
  return html`<div class="picture ${isQuiet ? 'quiet' : ''}" part="picture">
    <div class="line axis" aria-hidden="true"><span></span>${axisView(scale, texts.timeline.now, formats)}</div>
    <ol role="list" aria-label=${texts.timeline.groups[side]}>
      ${rows.map(line)}
    </ol>
  </div>`
}

function barFacts(bar: Bar, input: TimelineInput): TemplateResult {
  const { columns } = input.texts.timeline
  const fact = (label: string, what: TemplateResult) => html`<span><span class="label">${label}</span> ${what}</span> `
  return html`<li>
    <span>${answerView(bar, input)}</span>
    ${fact(columns.from, fromView(bar, input))} ${fact(columns.until, untilView(bar, input))}
    ${fact(columns.sessions, sessionsView(bar, input, false))}
  </li>`
}

/** How much of the axis a label needs, which begins at its mark. */
const ROOM = { wide: 0.09, narrow: 0.2 } as const

function axisView({ window, now, ticks }: Scale, nowWord: string, formats: Formats): TemplateResult {
  const label = ({ at, unit }: Tick, layout: keyof typeof ROOM) =>
    at <= window.to - ROOM[layout] * (window.to - window.from)
      ? svg`<text class=${layout} x=${percentOf(at, window)} y="30">${formats.tick[unit](at)}</text>`
      : nothing
  const isLate = now > (window.from + window.to) / 2
  const isShown = now >= window.from && now < window.to
  return html`<svg width="100%" height="36">
    ${ticks.wide.map((tick) => label(tick, 'wide'))} ${ticks.narrow.map((tick) => label(tick, 'narrow'))}
    ${isShown ? svg`<text class="now ${isLate ? 'late' : ''}" x=${percentOf(now, window)} y="12">${nowWord}</text>` : nothing}
  </svg>`
}

/** Shows what the drawings mean, of those that the picture has. */
export function pictureKey({ timeline: { window, rows, governedSince }, texts, now }: TimelineInput): TemplateResult {
  const words = texts.timeline.key
  const bars = [...rows.incoming, ...rows.outgoing].flatMap(({ bars }) => bars)
  const holds = bars.some(({ to }) => to === 'never' || (to !== 'later' && to > now))
  const isInside = (at: number | null) => at !== null && at >= window.from && at < window.to
  const there: Readonly<Record<Drawing, boolean>> = {
    holds: holds && now >= window.from,
    ended: bars.some(({ to }) => to === 'later' || (to !== 'never' && to <= now)),
    planned: holds && now < window.to,
    cut: bars.some(({ from, to }) => from < window.from || to === 'later' || (to !== 'never' && to > window.to)),
    never: bars.some(({ to }) => to === 'never'),
    session: bars.some(({ sessions }) => sessions.length > 0),
    governed: isInside(governedSince) && rows.incoming.length > 0,
    now: isInside(now),
  }
  const drawings = Object.entries(there).flatMap(([drawing, isThere]) => (isThere ? [drawing as Drawing] : []))
  return html`<ul class="key" aria-hidden="true">
    ${drawings.map((drawing) => html`<li>${keyView(drawing)} ${words[drawing]}</li>`)}
  </ul>`
}
