/** `consentry-timeline`: who could enter, when and by which answer, as a picture and as a table. */
import { html, nothing, type PropertyDeclarations, type PropertyValues } from 'lit'
import { ConsentryElement } from './consentry-element.js'
import { EscapeKey } from './escape-key.js'
import { listStates } from './list-frame.js'
import { PAGE } from './list-pages.js'
import { incomingStyles } from './styles/incoming.js'
import { timelineStyles } from './styles/timeline.js'
import { timelineBarStyles } from './styles/timeline-bars.js'
import { timelineToolStyles } from './styles/timeline-tools.js'
import type { Texts } from './texts/texts.js'
import { Ticker } from './ticker.js'
import { timelineBody } from './timeline-body.js'
import { readTimeline, type Timeline, type TimelineSide } from './timeline-rows.js'
import { waitingTimeline } from './timeline-table.js'
import { chosenDays, type TimelineView, timelineTools } from './timeline-tools.js'
import {
  ownWindow,
  rangeWindow,
  shiftedEdges,
  TIMELINE_RANGES,
  type TimelineEdge,
  type TimelineRange,
  type TimeWindow,
} from './timeline-window.js'
import { withTroubles } from './trouble.js'

/**
 * Who could enter during a window of time, and by which answer.
 *
 * The tenant asked sees a bar for each granted request, without users, and since when the legacy tool is closed. The vendor sees a row for each of its users in each tenant. A person of both sides sees two groups. The picture and its table say the same.
 */
export class ConsentryTimeline extends ConsentryElement {
  static override properties: PropertyDeclarations = {
    range: { type: String, reflect: true },
    from: { type: String },
    to: { type: String },
    tenant: { type: String },
  }
  static override styles = [...ConsentryElement.styles, incomingStyles, timelineToolStyles, timelineStyles, timelineBarStyles]

  /** The time around today: `month` for 30 days, `quarter` for 90, or `year`. */
  declare range: TimelineRange
  /** The first day, such as `2026-11-26`, or instant in milliseconds. With `to` it replaces `range`. */
  declare from: TimelineEdge | null
  /** The last day, which is shown, or the first instant that is not. */
  declare to: TimelineEdge | null
  /** The other party, of which alone the requests are shown; `null` for all. */
  declare tenant: string | null

  readonly #loader = this.reading((signal) => this.#read(signal))
  /** How many ranges later it is: below zero in the past. */
  #steps = 0
  #view: TimelineView = 'picture'
  #shown: Record<TimelineSide, number> = { incoming: PAGE, outgoing: PAGE }
  /** The row whose words stay open in the picture. */
  #opened: string | undefined
  /** Whether the person has put away the words beside what they point at. */
  #isQuiet = false
  /** Whether the person chooses days of their own. */
  #isChoosing = false
  #isWrong = false

  constructor() {
    super()
    this.range = 'quarter'
    this.from = null
    this.to = null
    this.tenant = null
    new Ticker(this)
    // What covers something goes away without a move of the pointer or the focus.
    new EscapeKey(this, () => this.#hush(true))
  }

  protected override get texts(): Texts {
    const { texts } = this.given
    return withTroubles(texts, texts.timeline)
  }

  /** The window that the properties ask for; `undefined` if it is none. */
  get #window(): TimeWindow | undefined {
    const { from, to, range } = this
    const { timeZone } = this.given
    return from !== null && to !== null ? ownWindow(from, to, timeZone) : rangeWindow(range, this.#steps, Date.now(), timeZone)
  }

  #keyOf(window: TimeWindow | undefined): string {
    return JSON.stringify([window?.from, window?.to, this.tenant])
  }

  async #read(signal: AbortSignal): Promise<Timeline> {
    const window = this.#window
    // There is nothing to read until the person has chosen other days.
    if (window === undefined) return new Promise(() => {})
    const query = { filter: this.#keyOf(window), window, tenant: this.tenant ?? undefined, now: Date.now(), signal }
    return readTimeline(this.given.client, query)
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (!TIMELINE_RANGES.includes(this.range)) this.range = 'quarter'
    if (this.hasUpdated && ['range', 'from', 'to', 'tenant'].some((name) => changed.has(name))) this.#turn(0)
  }

  /** Shows another window. What is on the page stays until it is read. */
  #turn(steps: number): void {
    this.#steps = steps
    this.#shown = { incoming: PAGE, outgoing: PAGE }
    this.#opened = undefined
    this.requestUpdate()
    void this.#loader.load()
  }

  #choose(range: TimelineRange): void {
    this.#isChoosing = false
    this.#isWrong = false
    if (this.range === range && this.from === null) this.#turn(0)
    this.range = range
    this.from = null
    this.to = null
  }

  #shift(by: 1 | -1): void {
    if (this.from === null || this.to === null) this.#turn(this.#steps + by)
    else [this.from, this.to] = shiftedEdges(this.from, this.to, by)
  }

  #submit(event: Event): void {
    event.preventDefault()
    const [from, to] = chosenDays(event)
    this.#isWrong = ownWindow(from, to, this.given.timeZone) === undefined
    if (this.#isWrong) void this.focusOn('#first')
    else [this.from, this.to] = [from, to]
    this.requestUpdate()
  }

  protected override render(): unknown {
    const { timeline } = this.texts
    const window = this.#window
    const isOwn = this.from !== null && this.to !== null
    return html`<header class="head">
        <h2 part="title" tabindex="-1">${timeline.title}</h2>
        <p>${timeline.lead}</p>
      </header>
      ${timelineTools({
        ...{ texts: this.texts, formats: this.formats, timeZone: this.given.timeZone, window, view: this.#view },
        range: isOwn || this.#isChoosing ? undefined : this.range,
        isChoosing: this.#isChoosing || isOwn,
        isWrong: this.#isWrong || window === undefined,
        choose: (range) => this.#choose(range),
        chooseOwn: () => {
          this.#isChoosing = true
          this.requestUpdate()
          void this.focusOn('#first')
        },
        submit: (event) => this.#submit(event),
        shift: (by) => this.#shift(by),
        look: (view) => {
          this.#view = view
          this.requestUpdate()
        },
      })}
      ${window === undefined ? nothing : this.#states(window)}`
  }

  #states(window: TimeWindow): unknown {
    return listStates({
      loader: this.#loader,
      filter: this.#keyOf(window),
      texts: this.texts,
      waiting: waitingTimeline,
      ready: (timeline) => this.#ready(timeline),
    })
  }

  #hush(isQuiet: boolean): void {
    if (this.#isQuiet !== isQuiet) this.requestUpdate()
    this.#isQuiet = isQuiet
  }

  #ready(timeline: Timeline): unknown {
    return timelineBody({
      ...{ timeline, texts: this.texts, formats: this.formats, timeZone: this.given.timeZone, now: Date.now() },
      ...{ view: this.#view, shown: this.#shown, opened: this.#opened, isQuiet: this.#isQuiet },
      toggle: ({ key }) => {
        this.#opened = this.#opened === key ? undefined : key
        this.requestUpdate()
      },
      point: () => this.#hush(false),
      more: (side) => {
        this.#shown[side] += PAGE
        this.requestUpdate()
      },
      showYear: this.range === 'year' && this.from === null ? undefined : () => this.#choose('year'),
    })
  }
}
