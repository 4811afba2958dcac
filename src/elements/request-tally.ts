/** How many tenants of an access request have which status: a bar, and the same in words. */
import { html, nothing, svg, type TemplateResult } from 'lit'
import type { Formats } from './formats.js'
import { type AccessRequestRow, ENDED } from './requests.js'
import type { Texts } from './texts/texts.js'

const KINDS = ['granted', 'pending', 'rejected', 'ended'] as const

/** The least part of the bar that is still seen, and the gap between two parts, in percent. */
const LEAST = 3
const GAP = 0.8

type Tally = AccessRequestRow['tenants']

/** Returns how many tenants were asked. */
export function tenantsOf(tally: Tally): number {
  return Object.values(tally).reduce((total, count) => total + count, 0)
}

/** Shows the bar and the words. */
export function tallyView(tally: Tally, texts: Texts, formats: Formats): TemplateResult {
  const ended = ENDED.reduce((total, status) => total + tally[status], 0)
  const counts = { granted: tally.granted, pending: tally.pending, rejected: tally.rejected, ended }
  const kinds = KINDS.filter((kind) => counts[kind] > 0)
  const total = tenantsOf(tally)
  const widths = kinds.map((kind) => Math.max((counts[kind] / total) * 100, LEAST))
  const all = widths.reduce((sum, width) => sum + width, 0) + GAP * (kinds.length - 1)
  let x = 0
  const parts = kinds.map((kind, n) => {
    const [from, width] = [x, ((widths[n] ?? 0) / all) * 100]
    x += width + GAP
    return svg`<line class=${kind} x1="${from}%" x2="${from + width}%" y1="3" y2="3"></line>`
  })
  const words = kinds.map(
    (kind, n) => html`${n > 0 ? ' · ' : nothing}<span class="tally">${texts.outgoing.counted[kind](counts[kind], formats)}</span>`,
  )
  return html`<div part="tally"><svg class="tallies" height="6" aria-hidden="true">${parts}</svg><small>${words}</small></div>`
}
