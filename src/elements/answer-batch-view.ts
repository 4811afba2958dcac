/** What the dialog about several requests shows: who asks, and what became of the last try. */
import { html, nothing, type TemplateResult } from 'lit'
import type { AnswerBatch } from './answer-batch.js'
import type { Formats } from './formats.js'
import { isolated, named } from './named.js'
import { colleagueName, endingSentence, quoteView } from './outcome-view.js'
import type { IncomingRow } from './requests.js'
import type { Texts } from './texts/texts.js'
import { statusView } from './views.js'

interface BatchViewInput {
  readonly batch: AnswerBatch
  readonly texts: Texts
  readonly formats: Formats
}

/** Returns the tenants that ask, each with how many of its requests wait. */
export function countByTenant({ rows }: AnswerBatch): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { requestingTenant } of rows) counts.set(requestingTenant, (counts.get(requestingTenant) ?? 0) + 1)
  return counts
}

/** Shows how many requests are answered, and whose they are. */
export function batchHead({ batch, texts, formats }: BatchViewInput): TemplateResult {
  const { answerMany, incoming } = texts
  const { rows, names } = batch
  return html`<header>
      <h2 id="title" part="title" tabindex="-1">
        ${rows.length === 0 ? answerMany.nothingLeft : answerMany.title(rows.length, formats)}
      </h2>
    </header>
    ${
      rows.length === 0
        ? nothing
        : html`<ul class="senders">
            ${[...countByTenant(batch)].map(
              ([tenant, count]) => html`<li><b>${isolated(names.tenant(tenant))}</b> <small>${incoming.found(count, formats)}</small></li>`,
            )}
          </ul>`
    }`
}

/** Shows how many requests the last try has answered, and why it did not answer the others. */
export function batchReport({ batch, texts, formats }: BatchViewInput): unknown {
  const { answer, done, gone, isLookedUp, refused } = batch
  const { answerMany, shared } = texts
  if (done + gone.length + refused.length === 0) return nothing
  const group = (heading: string, lines: readonly (readonly [rows: readonly IncomingRow[], why: unknown])[]) =>
    html`<b>${heading}</b>
      <ul>
        ${lines.map(
          ([rows, why]) =>
            html`<li>
              ${rows.map((row) => html`<div>${isolated(batch.names.tenant(row.requestingTenant))} · ${shared.tag(row.tag)}</div>`)} ${why}
            </li>`,
        )}
      </ul>`
  const goneHeading = (isLookedUp ? answerMany.lookedUp : answerMany.meanwhile)(gone.length, formats)
  const goneLines = gone.map(
    ({ row, now }) => [[row], now === undefined ? shared.errors['not-found'] : outcomeOf(now, { batch, texts })] as const,
  )
  return html`<div class="note alert report ${gone.length + refused.length > 0 ? 'bad' : ''}" id="report" part="alert" role="alert" tabindex="-1">
    ${done === 0 ? nothing : html`<b>${answerMany.done[answer](done, formats)}</b>`}
    ${gone.length === 0 ? nothing : group(goneHeading, goneLines)}
    ${refused.length === 0 ? nothing : group(answerMany.refused(refused.length, formats), reasonsOf(batch))}
  </div>`
}

/** Returns each reason once, with the requests that were refused for it. */
function reasonsOf({ refused }: AnswerBatch): readonly (readonly [rows: readonly IncomingRow[], why: string])[] {
  const reasons = new Map<string, IncomingRow[]>()
  for (const { row, why } of refused) reasons.set(why, [...(reasons.get(why) ?? []), row])
  return [...reasons].map(([why, rows]) => [rows, why])
}

/** Shows a message that reached nobody. */
export function unsentMessage({ batch, texts }: Omit<BatchViewInput, 'formats'>, message: string): unknown {
  if (message === '' || batch.done > 0 || batch.isLookedUp) return nothing
  return html`<div class="unsent"><b>${texts.answer.unsent}</b>${quoteView(message)}</div>`
}

function outcomeOf(row: IncomingRow, { batch, texts }: Omit<BatchViewInput, 'formats'>): unknown {
  const { names } = batch
  const status = statusView(texts, row.status)
  if (row.status === 'granted') return html`${status} ${named(texts.shared.by, colleagueName(row.answer.user, names, texts))}`
  return html`${status} · ${endingSentence(row, names, texts)}`
}
