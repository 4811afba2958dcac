/** The facts of a timeline in words: the same ones for the picture and for the table. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Formats } from './formats.js'
import { isolated, named } from './named.js'
import type { NameTable } from './requests.js'
import type { Texts } from './texts/texts.js'
import type { Bar, Timeline, TimelineRow } from './timeline-rows.js'

/** What the views of a timeline get. */
export interface TimelineInput {
  readonly timeline: Timeline
  readonly texts: Texts
  readonly formats: Formats
  readonly timeZone: string
  readonly now: number
}

/** Shows whose row it is: the vendor that may enter, or a user of the vendor and the tenant. */
export function rowHead({ user, tenant }: TimelineRow, names: NameTable, texts: Texts): TemplateResult {
  if (user === null) return html`<b>${isolated(names.tenant(tenant))}</b>`
  return html`<b>${isolated(names.user(user))}</b> <small>${named(texts.sessions.insideOf, names.tenant(tenant))}</small>`
}

/** Shows by which answer: the request's name and number, and who granted it, as far as they are known. */
export function answerView({ tag, name, grantedBy }: Bar, { timeline, texts }: TimelineInput): TemplateResult {
  const { shared, timeline: words } = texts
  return html`${name === null ? nothing : html`<bdi>${name}</bdi> `}<small class="tag">${shared.tag(tag)}</small>${
    grantedBy === null ? nothing : html` <small>${named(words.grantedBy, timeline.names.user(grantedBy))}</small>`
  }`
}

/** Shows since when somebody could enter. */
export function fromView({ from }: Bar, { timeline, texts, formats }: TimelineInput): TemplateResult {
  const note = from < timeline.window.from ? html` <small>${texts.timeline.before}</small>` : nothing
  return html`${timeView(from, formats)}${note}`
}

/** Shows until when, and whether that is still to come. */
export function untilView({ to }: Bar, { timeline, texts, formats, now }: TimelineInput): TemplateResult {
  const { window } = timeline
  if (to === 'never') return html`${texts.shared.noEnd}`
  if (to === 'later') return html`${texts.timeline.goesOn} ${timeView(window.to, formats)}`
  const words = [...(to > now ? [texts.timeline.planned] : []), ...(to > window.to ? [texts.timeline.after] : [])]
  return html`${timeView(to, formats)}${words.length > 0 ? html` <small>${words.join(', ')}</small>` : nothing}`
}

/** How many times a table shows in a cell before it folds them. */
const UNFOLDED = 3

/** Shows when sessions began. A table folds many of them behind their number. */
export function sessionsView({ sessions }: Bar, { texts, formats }: TimelineInput, folds: boolean): TemplateResult {
  const { noSessions, sessionCount } = texts.timeline
  if (sessions.length === 0) return html`<span class="muted">${noSessions}</span>`
  const times = html`<small class="times">${sessions.map((at) => html`<span>${timeView(at, formats)}</span> `)}</small>`
  const count = sessionCount(sessions.length, formats)
  return folds && sessions.length > UNFOLDED ? html`<details><summary>${count}</summary>${times}</details>` : html`${count} ${times}`
}

/** Shows since when the legacy tool is closed in the own tenant; nothing if that is not known. */
export function governedView({ timeline: { governedSince }, texts, formats }: TimelineInput): unknown {
  if (governedSince === null) return nothing
  return html`<p class="governed muted">${texts.timeline.governed} ${timeView(governedSince, formats)}</p>`
}

function timeView(at: number, formats: Formats): TemplateResult {
  return html`<time datetime=${new Date(at).toISOString()}>${formats.instant(at)}</time>`
}
