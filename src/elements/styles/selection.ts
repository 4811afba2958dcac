/** The look of the checkboxes in the list, and of the bar over the heads of its columns. */
import { css } from 'lit'
import { checkbox } from './checkbox.js'

const bar = css`
  .card:has(.selection) :is(th, td):first-child {
    position: relative;
    padding-inline-start: calc(var(--gutter) + 30px);
  }
  .pick {
    position: absolute;
    inset-block-start: 0;
    inset-inline-start: 0;
    padding: 14px 8px 8px var(--gutter);
    cursor: pointer;
  }
  .pick:has(:disabled) {
    cursor: not-allowed;
  }
  th .pick {
    z-index: 2;
    padding-block: 10px;
  }
  th .pick span {
    position: absolute;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  /* Without a height of its own it moves no row, and it stays in sight while the rows scroll. */
  .selection {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    block-size: 0;
  }
  /* What gets the focus does not stay below the bar. */
  .some + table :is(input, button) {
    scroll-margin-block: 50px 10px;
  }
  .bar {
    position: absolute;
    inset: 0 0 auto;
    display: flex;
    align-items: center;
    gap: 4px 8px;
    min-block-size: 38px;
    padding: 2px 8px 2px calc(var(--gutter) + 30px);
    pointer-events: none;
  }
  .some .bar {
    background: var(--paper);
    border-block-end: 1px solid var(--line);
    pointer-events: auto;
  }
  .bar .muted {
    display: none;
  }
  .bar [role] {
    font-weight: 550;
    margin-inline-end: 8px;
  }
  .bar button {
    padding-block: 3px;
  }
  .selection:has(+ .empty) {
    block-size: auto;
  }
  .selection:has(+ .empty) .bar {
    position: static;
  }
  @container (max-width: 720px) {
    .card:has(.selection) :is(th, td):first-child {
      position: static;
      padding-inline-start: 0;
    }
    .card:has(.selection) tr {
      position: relative;
      padding-inline-start: calc(var(--gutter) + 30px);
    }
    .card:has(.selection) thead {
      display: block;
      position: static;
      clip-path: none;
    }
    .card:has(.selection) thead tr {
      display: block;
      block-size: 86px;
    }
    th:not(:first-child),
    th > span {
      position: absolute;
      clip-path: inset(50%);
    }
    .card:has(.selection) th:first-child {
      border: 0;
    }
    th .pick {
      display: flex;
      gap: 13px;
      padding-block: 14px 4px;
    }
    th .pick span {
      position: static;
      clip-path: none;
    }
    .some + table .pick span {
      visibility: hidden;
    }
    .some + table :is(input, button) {
      scroll-margin-block-start: 98px;
    }
    .bar {
      flex-wrap: wrap;
      align-content: start;
      min-block-size: 86px;
      padding-block: 12px 8px;
    }
    .bar [role] {
      flex: 1 0 100%;
      min-block-size: 1.5em;
    }
    .bar .muted {
      display: block;
    }
    .bar button {
      padding-block: 6px;
    }
  }
`

export const selectionStyles = [checkbox, bar]
