/** The field for the end of a grant: presets, or a date with a time in the zone shown beside it. */
import { html, nothing } from 'lit'
import type { Formats } from './formats.js'
import { named } from './named.js'
import type { Texts } from './texts/texts.js'
import { endOfDay, instantOfWallTime, wallTimeAt } from './wall-time.js'

/** The ways to choose an end. */
export type ExpiryPreset = 'today' | 'tomorrow' | 'week' | 'date' | 'never'

const DAYS = { today: 0, tomorrow: 1, week: 7 } as const

/** What bounds the end of a grant. */
export interface ExpiryBounds {
  readonly timeZone: string
  /** The latest end that is allowed, in milliseconds; `null` without one. */
  readonly latest: number | null
  /** Whether the grant may be without an end. */
  readonly mayBeNever: boolean
}

/** What a person has chosen as the end of a grant. It stays when the request is read again. */
export class ExpiryField {
  preset: ExpiryPreset
  /** The date and time as typed, a wall time. */
  typed: string
  bounds: ExpiryBounds

  constructor(bounds: ExpiryBounds, now: number, current?: number | null) {
    this.bounds = bounds
    const { latest, timeZone } = bounds
    const fits = (['week', 'tomorrow', 'today'] as const).find((preset) => this.#isAllowed(this.#endOf(preset, now), now))
    this.preset = current !== undefined ? 'date' : (fits ?? 'date')
    const first = current ?? latest ?? endOfDay(now, 7, timeZone)
    this.typed = first === undefined ? '' : wallTimeAt(first, timeZone)
  }

  /** Returns the presets that can be chosen now. */
  presets(now: number): ExpiryPreset[] {
    const days = (['today', 'tomorrow', 'week'] as const).filter((preset) => this.#isAllowed(this.#endOf(preset, now), now))
    return [...days, 'date', ...(this.bounds.mayBeNever ? (['never'] as const) : [])]
  }

  /** Chooses a preset. The date then begins with what the preset before it meant. */
  choose(preset: ExpiryPreset, now: number): void {
    const before = this.value(now)
    if (preset === 'date' && typeof before === 'number') this.typed = wallTimeAt(before, this.bounds.timeZone)
    this.preset = preset
  }

  /** Returns the chosen end in milliseconds; `null` for none, `undefined` for a date that is no time. */
  value(now: number): number | null | undefined {
    if (this.preset === 'never') return null
    return this.preset === 'date' ? instantOfWallTime(this.typed, this.bounds.timeZone) : this.#endOf(this.preset, now)
  }

  /** Returns what is wrong with the chosen end, or `undefined`. */
  issue(texts: Texts, formats: Formats, now: number): string | undefined {
    const { latest, timeZone } = this.bounds
    const end = this.value(now)
    if (end === undefined) return this.typed === '' ? texts.fields.dateMissing : texts.fields.dateSkipped(timeZone)
    if (end !== null && end <= now) return texts.fields.dateTooSoon(formats.instant(now))
    if (end !== null && latest !== null && end > latest) return texts.fields.dateTooLate(formats.instant(latest))
    return undefined
  }

  #endOf(preset: keyof typeof DAYS, now: number): number | undefined {
    return endOfDay(now, DAYS[preset], this.bounds.timeZone)
  }

  #isAllowed(end: number | undefined, now: number): boolean {
    return end !== undefined && end > now && (this.bounds.latest === null || end <= this.bounds.latest)
  }
}

interface ExpiryViewInput {
  readonly field: ExpiryField
  readonly texts: Texts
  readonly formats: Formats
  readonly error: string | undefined
  /** Called after a choice. */
  readonly changed: () => void
}

/** Shows the field for the end of a grant, with what the choice means. */
export function expiryView({ field, texts, formats, error, changed }: ExpiryViewInput): unknown {
  const now = Date.now()
  const pick = (preset: ExpiryPreset) => () => {
    field.choose(preset, now)
    changed()
  }
  const type = (event: Event) => {
    field.typed = (event.target as HTMLInputElement).value
    changed()
  }
  const end = field.value(now)
  const { latest, timeZone } = field.bounds
  return html`<fieldset class="field" part="expiry">
    <legend>${texts.fields.accessEnds}</legend>
    <div class="presets">
      ${field.presets(now).map(
        (preset) =>
          html`<button type="button" value=${preset} aria-pressed=${preset === field.preset} @click=${pick(preset)}>
            ${texts.fields.presets[preset]}
          </button>`,
      )}
    </div>
    ${
      field.preset === 'date'
        ? html`<label class="hidden" for="expiry">${texts.fields.dateAndTime}</label>
            <input
              id="expiry"
              type="datetime-local"
              required
              .value=${field.typed}
              min=${wallTimeAt(now, timeZone)}
              max=${latest === null ? '9999-12-31T23:59' : wallTimeAt(latest, timeZone)}
              aria-invalid=${error === undefined ? 'false' : 'true'}
              aria-describedby="expiry-hint expiry-error"
              @input=${type}
            />`
        : nothing
    }
    <small id="expiry-hint" aria-live="polite">
      ${end === null ? texts.fields.endsNever : end === undefined ? nothing : texts.fields.endsThen(formats.weekday(end), formats.zone(end))}
      ${texts.fields.changeable} ${latest === null ? nothing : named(texts.fields.atTheLatest, formats.instant(latest))}
    </small>
    ${errorView('expiry', error)}
  </fieldset>`
}

/** Shows the error of a field, which the field names as its description. */
export function errorView(field: string, error: string | undefined): unknown {
  return error === undefined ? nothing : html`<p class="error" id="${field}-error">${error}</p>`
}
