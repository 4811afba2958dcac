/** What the banner shows: inside a tenant, not known, or ended. */
import { html, nothing, type TemplateResult } from 'lit'
import type { Formats } from './formats.js'
import { named } from './named.js'
import type { EndedPresence, Inside, ShownPresence } from './presence.js'
import type { Texts } from './texts/texts.js'

interface BannerInput {
  readonly texts: Texts
  readonly formats: Formats
  /** Whether the last try to leave has failed. */
  readonly hasFailed: boolean
  readonly isLeaving: boolean
  readonly leave: () => void
  readonly acknowledge: () => void
}

/** How long before the end the banner says that it is near, in milliseconds. */
export const NEAR_MS = 120_000

const sign = html`<span aria-hidden="true">⚠</span>`

/** Shows where the person is, by which way and for how long. */
export function insideBar(inside: Inside, input: BannerInput): TemplateResult {
  const { texts, formats } = input
  const { banner, sessions } = texts
  const left = inside.endsAt - Date.now()
  const time = () => [banner.left(Math.max(0, Math.floor(left / 60_000)), formats), banner.endsAt(formats.time(inside.endsAt, Date.now()))]
  const details = [sessions.methods[inside.method], ...(inside.session === null ? [banner.otherTool] : time()), banner.recorded]
  return html`<section class="bar ${left < NEAR_MS ? 'near' : ''}" part="banner" aria-label=${banner.label}>
    <div class="words">
      <p>${named(banner.inside, inside.tenantName, inside.userName)}</p>
      <small>${details.map((one, n) => html`${n === 0 ? '' : ' · '}<span>${one}</span>`)}</small>
      ${input.hasFailed ? html`<p role="alert">${sign} ${banner.leaveFailed}</p>` : nothing}
    </div>
    ${leaveButton(inside, input)}
  </section>`
}

/** Shows that nobody knows whether the person is inside, and why. */
export function unknownBar({ last, why }: Extract<ShownPresence, { kind: 'unknown' }>, input: BannerInput): TemplateResult {
  const { banner } = input.texts
  const { unknown } = banner
  const reason =
    why === 'overdue' && last
      ? unknown.overdue(input.formats.time(last.endsAt, Date.now()))
      : why === 'not-logged-in'
        ? unknown.loggedOut
        : unknown.noAnswer
  return html`<section class="bar unknown" part="banner" aria-label=${banner.label}>
    <div class="words" role="status">
      <p>${last ? named(unknown.inside, last.tenantName) : unknown.anywhere}</p>
      <small>${reason}</small>
      ${input.hasFailed ? html`<p>${sign} ${banner.notLeft}</p>` : nothing}
    </div>
    ${last ? leaveButton(last, input) : nothing}
  </section>`
}

/** Shows that the session has ended, and why, until the person has acknowledged it. */
export function endedBar({ tenantName, cause, at }: EndedPresence, { texts, formats, acknowledge }: BannerInput): TemplateResult {
  const { ended, label } = texts.banner
  return html`<section class="bar ended" part="banner" aria-label=${label}>
    <div class="words" role="alert">
      <p>${tenantName === null ? ended.anywhere : named(ended.inside, tenantName)}</p>
      <small>${ended.causes[cause]}${at === null ? nothing : html` <span>${ended.at(formats.instant(at))}.</span>`}</small>
    </div>
    <button type="button" part="acknowledge" @click=${acknowledge}>${ended.acknowledge}</button>
  </section>`
}

function leaveButton({ session }: Inside, { texts, isLeaving, leave }: BannerInput): unknown {
  if (session === null) return nothing
  return html`<button type="button" part="leave" aria-disabled=${isLeaving ? 'true' : 'false'} @click=${leave}>
    ${isLeaving ? texts.banner.leaving : texts.banner.leave}
  </button>`
}
