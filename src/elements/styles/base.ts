/** The look of all elements: text, notes, the status with its dot, and what still loads. */
import { css } from 'lit'

export const base = css`
  :host {
    display: block;
    container-type: inline-size;
    font: var(--font-size) / 1.5 var(--font);
    font-variant-numeric: tabular-nums;
    color: var(--ink);
    text-align: start;
    overflow-wrap: anywhere;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  h2,
  h3,
  p,
  dl,
  dd,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
    min-width: 0;
  }
  h2 {
    font-size: 1.57em;
    line-height: 1.25;
    letter-spacing: -0.01em;
    font-weight: 650;
    text-wrap: balance;
  }
  h3 {
    font-size: 1.07em;
    line-height: 1.4;
    font-weight: 600;
  }
  b {
    font-weight: 600;
  }
  small,
  .muted {
    color: var(--muted);
  }
  small {
    font-size: 0.9em;
  }
  [tabindex='-1'] {
    outline: none;
  }
  .hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .head {
    margin-block-end: 20px;
  }
  .head p {
    color: var(--muted);
    margin-block-start: 4px;
    max-inline-size: 62ch;
    text-wrap: balance;
  }
  .outdated {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 16px;
    align-items: center;
    justify-content: space-between;
    margin-block-end: 12px;
  }
  .card {
    background: var(--paper);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    overflow: clip;
  }
  .status {
    display: inline-flex;
    align-items: center;
    gap: 7px;
    white-space: nowrap;
  }
  .status::before {
    content: '';
    flex: none;
    inline-size: 8px;
    block-size: 8px;
    /* A border, which is also there in the colors that a person forces on pages. */
    border: 4px solid var(--over);
    border-radius: 50%;
  }
  .status.granted::before {
    border-color: var(--good);
  }
  .status.pending::before {
    border: 2px solid var(--wait);
  }
  .status:is(.rejected, .revoked)::before {
    border-color: var(--bad);
  }
  .soon {
    color: var(--wait);
  }
  .note {
    padding: 11px 14px;
    border: 1px solid var(--line);
    border-radius: var(--radius-control);
    background: var(--ground);
  }
  .note > b {
    display: block;
  }
  .note.warn {
    background: var(--warn-paper);
    border-color: var(--warn-line);
  }
  .note.bad {
    background: var(--bad-paper);
    border-color: var(--bad-line);
  }
  .empty,
  .trouble {
    display: grid;
    justify-items: center;
    gap: 8px;
    padding: 40px 20px;
    text-align: center;
  }
  .empty p {
    color: var(--muted);
  }
  .quote {
    border-inline-start: 3px solid var(--line-strong);
    padding-inline-start: 12px;
    white-space: pre-line;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .actions.end {
    justify-content: flex-end;
  }
  .bone {
    display: inline-block;
    block-size: 0.72em;
    max-inline-size: 100%;
    border-radius: 4px;
    vertical-align: baseline;
    background: color-mix(in srgb, var(--ink) 9%, transparent);
    animation: breathe 1.6s ease-in-out infinite alternate;
  }
  .bone.short {
    inline-size: 5em;
  }
  .bone.medium {
    inline-size: 11em;
  }
  .bone.long {
    inline-size: 20em;
  }
  @keyframes breathe {
    to {
      opacity: 0.45;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .bone {
      animation: none;
    }
  }
`
