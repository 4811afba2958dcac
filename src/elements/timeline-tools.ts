/** What a person chooses of a timeline: its range, days of their own, and how it is shown. */
import { html, nothing, type TemplateResult } from 'lit'
import { errorView } from './expiry-field.js'
import type { Formats } from './formats.js'
import type { Texts } from './texts/texts.js'
import { TIMELINE_RANGES, type TimelineRange, type TimeWindow } from './timeline-window.js'
import { dayOf } from './wall-time.js'

/** How a timeline is shown. */
export type TimelineView = 'picture' | 'table'

interface TimelineToolsInput {
  readonly texts: Texts
  readonly formats: Formats
  readonly timeZone: string
  readonly window: TimeWindow | undefined
  readonly view: TimelineView
  /** The range that is shown; `undefined` for days of the person's own. */
  readonly range: TimelineRange | undefined
  readonly isChoosing: boolean
  readonly isWrong: boolean
  readonly choose: (range: TimelineRange) => void
  readonly chooseOwn: () => void
  readonly submit: (event: Event) => void
  readonly shift: (by: 1 | -1) => void
  readonly look: (view: TimelineView) => void
}

/** Returns the days of the form that was submitted. */
export function chosenDays({ target }: Event): readonly [string, string] {
  const days = new FormData(target as HTMLFormElement)
  return [String(days.get('first')), String(days.get('last'))]
}

/** Shows the ranges, the form for own days, the way to other windows, and the two views. */
export function timelineTools(input: TimelineToolsInput): TemplateResult {
  const { texts, formats, timeZone, window, view, range, isChoosing, choose, chooseOwn, shift, look } = input
  const { timeline } = texts
  const pressed = (value: string, word: string, isPressed: boolean, act: () => void) =>
    html`<button type="button" value=${value} aria-pressed=${isPressed ? 'true' : 'false'} @click=${act}>${word}</button>`
  return html`<div class="tools" part="tools">
      <div class="filters" role="group" aria-label=${timeline.range}>
        ${TIMELINE_RANGES.map((one) => pressed(one, timeline.ranges[one], one === range, () => choose(one)))}
        ${pressed('own', timeline.own, isChoosing, chooseOwn)}
      </div>
      <div class="views" role="group" aria-label=${timeline.view}>
        ${(['picture', 'table'] as const).map((one) => pressed(one, timeline.views[one], one === view, () => look(one)))}
      </div>
    </div>
    ${isChoosing ? ownDays(input) : nothing}
    ${
      window === undefined
        ? nothing
        : html`<div class="span">
            <button type="button" value="earlier" @click=${() => shift(-1)}>${timeline.earlier}</button>
            <p role="status"><b>${windowWords(window, texts, formats, timeZone)}</b> <small>${formats.zone(window.to - 1)}</small></p>
            <button type="button" value="later" @click=${() => shift(1)}>${timeline.later}</button>
          </div>`
    }`
}

/** Days, unless the window begins or ends within one. A line breaks between them alone. */
function windowWords({ from, to }: TimeWindow, { timeline }: Texts, formats: Formats, timeZone: string): string {
  const isWhole = [from, to].every((edge) => dayOf(edge, timeZone) !== dayOf(edge - 1, timeZone))
  const [first, last] = isWhole ? [formats.day(from), formats.day(to - 1)] : [formats.instant(from), formats.instant(to)]
  return timeline.span(first.replaceAll(' ', '\u00a0'), last.replaceAll(' ', '\u00a0'))
}

function ownDays({ texts, window, timeZone, isWrong, submit }: TimelineToolsInput): TemplateResult {
  const { firstDay, lastDay, show, noWindow } = texts.timeline
  const day = (id: string, label: string, at: number | undefined) => html`<label for=${id}>${label}</label>
    <input
      id=${id}
      name=${id}
      type="date"
      required
      .value=${at === undefined ? '' : dayOf(at, timeZone)}
      aria-invalid=${isWrong ? 'true' : 'false'}
      aria-describedby="days-error"
    />`
  return html`<form class="days" novalidate @submit=${submit}>
    <div>${day('first', firstDay, window?.from)}</div>
    <div>${day('last', lastDay, window && window.to - 1)}</div>
    <button type="submit">${show}</button>
    ${errorView('days', isWrong ? noWindow : undefined)}
  </form>`
}
