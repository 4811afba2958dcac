/** What the forms look like: fields, choices, presets, errors, and the dialog around them. */
import { css } from 'lit'

export const form = css`
  form {
    display: grid;
    gap: 16px;
  }
  .field {
    display: grid;
    gap: 6px;
    justify-items: stretch;
  }
  label,
  legend {
    font-weight: 550;
    padding: 0;
  }
  legend {
    margin-block-end: 6px;
  }
  label .muted {
    font-weight: 400;
  }
  input,
  select,
  textarea {
    font: inherit;
    color: inherit;
    background: var(--paper);
    border: 1px solid var(--control-line);
    border-radius: var(--radius-control);
    padding: 7px 10px;
    max-inline-size: 100%;
    min-inline-size: 0;
  }
  textarea {
    /* As wide as its place, so that it can only be made higher. */
    min-inline-size: 100%;
    min-block-size: 4.6em;
    max-block-size: 14em;
  }
  [aria-invalid='true'] {
    border-color: var(--bad);
    box-shadow: 0 0 0 1px var(--bad);
  }
  .error {
    color: var(--bad);
    font-weight: 550;
  }
  .choice {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 8px;
  }
  .choice label {
    display: flex;
    align-items: center;
    gap: 8px;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-control);
    padding: 9px 12px;
    cursor: pointer;
  }
  .choice input {
    appearance: none;
    flex: none;
    inline-size: 1.1em;
    block-size: 1.1em;
    margin: 0;
    padding: 0;
    border-radius: 50%;
  }
  .choice input:checked {
    border: 0.32em solid var(--accent);
  }
  .choice label:has(:checked) {
    border-color: var(--accent);
    box-shadow: inset 0 0 0 1px var(--accent);
  }
  .choice label:has(:focus-visible) {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .choice input:focus-visible {
    outline: none;
  }
  .presets {
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
  }
  .presets button {
    font-size: 0.93em;
    font-weight: 450;
    padding: 3px 11px;
    border-radius: 999px;
    background: none;
  }
  .presets [aria-pressed='true'] {
    border-color: var(--accent);
    box-shadow: inset 0 0 0 1px var(--accent);
    color: var(--accent);
    font-weight: 550;
  }
  .alert b {
    display: block;
  }
  .alert ul {
    margin: 4px 0 0;
    padding: 0;
    list-style: none;
  }
  .alert button {
    border: 0;
    padding: 2px 0;
    background: none;
    color: var(--bad);
    text-decoration: underline;
    text-underline-offset: 2px;
    text-align: start;
  }
  dialog {
    inline-size: min(480px, calc(100vw - 24px));
    max-block-size: calc(100dvh - 24px);
    overflow: auto;
    margin: auto;
    padding: 24px;
    color: inherit;
    background: var(--paper);
    border: 1px solid var(--line);
    border-radius: calc(var(--radius) + 4px);
    box-shadow: var(--shadow);
  }
  dialog::backdrop {
    background: var(--backdrop);
  }
  dialog > * + * {
    margin-block-start: 16px;
  }
  dialog .actions.end {
    position: sticky;
    inset-block-end: -24px;
    margin-block-end: -24px;
    padding-block: 12px 24px;
    background: var(--paper);
  }
  .outcome,
  .unsent {
    display: grid;
    gap: 6px;
    justify-items: start;
  }
  dialog h2 {
    font-size: 1.4em;
  }
  @media (max-width: 480px) {
    dialog {
      padding: 18px;
    }
    dialog .actions.end {
      inset-block-end: -18px;
      margin-block-end: -18px;
      padding-block-end: 18px;
    }
    .choice label {
      padding: 11px 12px;
    }
    .presets button {
      padding: 6px 13px;
    }
  }
`
