/** The look of an open association: its tabs, the picker, and the list of those who are chosen. */
import { css } from 'lit'

export const pickerStyles = css`
  .tabs {
    display: flex;
    gap: 20px;
    border-block-end: 1px solid var(--line);
  }
  .tabs button {
    padding: 8px 0;
    border: 0;
    border-radius: 0;
    border-block-end: 2px solid transparent;
    margin-block-end: -1px;
    background: none;
    color: var(--muted);
    font-weight: 450;
  }
  .tabs [aria-selected='true'] {
    color: var(--ink);
    font-weight: 600;
    border-block-end-color: var(--accent);
  }
  .tabs span {
    color: var(--muted);
    font-weight: 400;
  }
  .panel {
    display: grid;
    gap: 12px;
    justify-items: stretch;
  }
  .panel > button {
    justify-self: start;
  }
  .picker,
  .chosen {
    border: 1px solid var(--line-strong);
    border-radius: var(--radius);
    overflow: clip;
  }
  .chosen {
    border-color: var(--line);
  }
  .head:has(> input),
  .chosen > .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    margin: 0;
  }
  :is(.picker, .chosen) > .head {
    padding: 8px 12px;
    border-block-end: 1px solid var(--line);
  }
  .head > input {
    flex: 1 1 12em;
  }
  .chosen > .head b {
    margin-inline-end: auto;
  }
  .chosen > .head input {
    flex: 0 1 16em;
    padding-block: 4px;
  }
  .all {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
    padding-inline-end: 12px;
    border-block-end: 1px solid var(--line);
  }
  :is(.picker, .chosen) ul {
    max-block-size: 316px;
    overflow: auto;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  :is(.picker, .chosen) li {
    border-block-end: 1px solid var(--line);
  }
  :is(.picker, .chosen) li:last-child {
    border-block-end: 0;
  }
  .picker :is(li, .all) > label {
    display: flex;
    align-items: baseline;
    gap: 10px;
    padding: 8px 12px;
    font-weight: inherit;
    cursor: pointer;
  }
  .picker label:has([aria-disabled='true']) {
    color: var(--muted);
    cursor: not-allowed;
  }
  .picker label small {
    flex: none;
    max-inline-size: 45%;
    margin-inline-start: auto;
    text-align: end;
  }
  .picker input[type='checkbox'] {
    transform: translateY(3px);
  }
  .picker [aria-disabled='true']:checked {
    border-color: var(--line-strong);
    background: var(--line-strong);
  }
  .picker label:has(:focus-visible) {
    background: color-mix(in srgb, var(--accent) 9%, transparent);
  }
  :is(.picker, .chosen) li:is(.muted, .bones, .more),
  .failed {
    padding: 8px 12px;
  }
  .failed {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
  }
  .chosen li:not(.muted, .more) {
    display: flex;
    align-items: baseline;
    justify-content: space-between;
    gap: 10px;
    padding: 4px 4px 4px 12px;
  }
  [aria-busy='true'] > li:not(.bones) {
    opacity: 0.6;
  }
  .nobody {
    padding: 8px 12px;
    border-block-start: 1px solid var(--line);
  }
  @container (max-width: 480px) {
    .picker :is(li, .all) > label {
      padding-block: 11px;
    }
  }
`
