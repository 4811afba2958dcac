/** The drawing of a timeline: bars, marks of sessions and lines, as SVG in percent of the window. */
import { html, nothing, svg, type TemplateResult } from 'lit'
import type { Tick } from './timeline-axis.js'
import type { Bar } from './timeline-rows.js'
import type { TimeWindow } from './timeline-window.js'

/** What each row of the picture is drawn on. */
export interface Scale {
  readonly window: TimeWindow
  readonly now: number
  /** The marks of the axis, for a wide layout and for a narrow one. */
  readonly ticks: { readonly wide: readonly Tick[]; readonly narrow: readonly Tick[] }
}

/** The height of a bar with the room around it, in pixels. Bars that overlap lie below each other. */
const LANE = 20

/** Returns where an instant is, in percent of the window. */
export function percentOf(at: number, { from, to }: TimeWindow): string {
  return `${((at - from) / (to - from)) * 100}%`
}

/** Shows the bars of a row. The words beside them say the same, so that screen readers pass it over. */
export function trackView(bars: readonly Bar[], scale: Scale, governedSince: number | null): TemplateResult {
  const lanes = lanesOf(bars)
  const height = (Math.max(...lanes) + 1) * LANE
  return html`<svg class="lines" aria-hidden="true" width="100%" height="100%">${linesView(scale, governedSince)}</svg>
    <svg aria-hidden="true" width="100%" height=${height}>
      ${bars.map((bar, n) => barView(bar, (lanes[n] ?? 0) * LANE, scale))}
    </svg>`
}

/** What the key explains. */
export type Drawing = 'ended' | 'holds' | 'planned' | 'cut' | 'never' | 'session' | 'now' | 'governed'

/** Shows one drawing of the key, as the picture has it. */
export function keyView(drawing: Drawing): TemplateResult {
  const isLine = drawing === 'session' || drawing === 'now' || drawing === 'governed'
  const window = { from: 0, to: isLine ? 8 : 36 }
  const scale = { window, now: 40, ticks: { wide: [], narrow: [] } }
  const bar = { tag: '', name: null, grantedBy: null, sessions: [], from: 2, to: 34 }
  const drawn = {
    ended: () => barView(bar, 0, scale),
    holds: () => svg`<g class="holds"><rect class="was" x="2" y="6" width="32" height="9" /></g>`,
    planned: () => svg`<rect class="will" x="2" y="6" width="32" height="9" />`,
    cut: () => barView({ ...bar, from: -1 }, 0, scale),
    never: () => barView({ ...bar, to: 'never' }, 0, { ...scale, now: 36 }),
    session: () => sessionMark(4, 0, window),
    now: () => linesView({ ...scale, now: 4 }, null),
    governed: () => linesView(scale, 4),
  }
  return html`<svg aria-hidden="true" width=${window.to} height=${LANE}>${drawn[drawing]()}</svg>`
}

/** Returns the lane of each bar: the first one in which it covers no other. */
function lanesOf(bars: readonly Bar[]): readonly number[] {
  const ends: number[] = []
  const lanes = new Map<Bar, number>()
  for (const bar of [...bars].sort((a, b) => a.from - b.from)) {
    const free = ends.findIndex((end) => end <= bar.from)
    const lane = free === -1 ? ends.length : free
    ends[lane] = typeof bar.to === 'number' ? bar.to : Infinity
    lanes.set(bar, lane)
  }
  return bars.map((bar) => lanes.get(bar) ?? 0)
}

function linesView({ window, now, ticks }: Scale, governedSince: number | null): unknown {
  const line = (at: number | null, look: string) => {
    if (at === null || at < window.from || at >= window.to) return nothing
    const x = percentOf(at, window)
    return svg`<line class=${look} x1=${x} x2=${x} y1="0" y2="100%" />`
  }
  return svg`${ticks.wide.map(({ at }) => line(at, 'grid wide'))} ${ticks.narrow.map(({ at }) => line(at, 'grid narrow'))}
    ${line(governedSince, 'governed')} ${line(now, 'now')}`
}

function barView(bar: Bar, y: number, { window, now }: Scale): unknown {
  const to = typeof bar.to === 'number' ? bar.to : Infinity
  const start = Math.max(bar.from, window.from)
  const end = Math.min(to, window.to)
  const today = Math.min(Math.max(now, start), end)
  // A grant that went on after a window that is past may have ended since.
  const holds = bar.to !== 'later' && to > now
  const rect = (from: number, until: number, look: string) => {
    const width = percentOf(window.from + until - from, window)
    return until > from ? svg`<rect class=${look} x=${percentOf(from, window)} width=${width} y=${y + 6} height="9" />` : nothing
  }
  const x = percentOf(start, window)
  return svg`<g class="bar ${holds ? 'holds' : 'ended'}">
    ${rect(start, today, 'was')} ${rect(today, end, 'will')}
    <line class="least" x1=${x} x2=${x} y1=${y + 6} y2=${y + 15} />
    ${bar.from < window.from ? edgeView('0', y, 'M5 4 l-3 13 M9 4 l-3 13', 'cut') : nothing}
    ${bar.to === 'later' || (to > window.to && bar.to !== 'never') ? edgeView('100%', y, 'M-3 4 l-3 13 M-7 4 l-3 13', 'cut') : nothing}
    ${bar.to === 'never' ? edgeView('100%', y, 'M-8 4 H1 V17 H-8 L0 10.5 Z', 'open') : nothing}
    ${bar.sessions.map((at) => sessionMark(at, y, window))}
  </g>`
}

/** What shows at the edge of the window that a bar goes on: a break in it, or the point of an arrow. */
function edgeView(x: string, y: number, path: string, look: string): unknown {
  return svg`<svg x=${x} y=${y} overflow="visible"><path class=${look} d=${path} /></svg>`
}

function sessionMark(at: number, y: number, window: TimeWindow): unknown {
  const x = percentOf(at, window)
  return svg`<line class="session" x1=${x} x2=${x} y1=${y + 3} y2=${y + 18} />`
}
