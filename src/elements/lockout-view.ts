/** What the first grant changes: who may enter by which way, today and after it. */
import { html, svg, type TemplateResult } from 'lit'
import type { Texts } from './texts/texts.js'

/** A door: shut to all, open to those of the legacy tool, or locked by the tenant's own grants. */
type Door = 'shut' | 'open' | 'locked'

/**
 * Shows the ways to enter before and after the first grant, as doors in a table.
 *
 * The drawings are the picture, and the words beside them its twin, so that nobody has to choose between them. It knows no users and no
 * numbers, since the tenant sees neither, and not whether there is a legacy tool at all.
 */
export function lockoutView({ answer, sessions }: Texts): TemplateResult {
  const { title, columns, nobody, tool, granted } = answer.ways
  const way = (name: string) => html`<th scope="row">${name}</th>`
  const cell = (ways: number, door: Door, words: string) => html`<td rowspan=${ways}>${doorView(door)}${words}</td>`
  const { methods } = sessions
  return html`<table class="ways">
    <caption>
      ${title}
    </caption>
    <thead>
      <tr>
        <th scope="col">${columns.way}</th>
        <th scope="col">${columns.today}</th>
        <th scope="col">${columns.after}</th>
      </tr>
    </thead>
    <tbody>
      <tr>
        ${way(methods['access-request'])} ${cell(1, 'shut', nobody)} ${cell(3, 'locked', granted)}
      </tr>
      <tr>
        ${way(methods['legacy-configure'])} ${cell(2, 'open', tool)}
      </tr>
      <tr>
        ${way(methods['legacy-support'])}
      </tr>
    </tbody>
  </table>`
}

function doorView(door: Door): TemplateResult {
  const leaf = {
    shut: svg`<rect class="leaf" x="4" y="3" width="12" height="18" /><circle cx="13" cy="12" r="1.2" />`,
    open: svg`<path class="leaf" d="M4 3 L10 6 V24 L4 21 Z" /><path class="way" d="M23 12 H13 m3 -3 l-3 3 l3 3" />`,
    locked: svg`<rect class="leaf" x="4" y="3" width="12" height="18" /><path class="key" d="M7 12.5 l2.2 2.2 l4.2 -5" />`,
  }
  return html`<svg class=${door} aria-hidden="true" viewBox="0 0 24 25" width="24" height="25">
    <path class="frame" d="M1 21.5 H19 M4 21 V3 H16 V21" />
    ${leaf[door]}
  </svg>`
}
