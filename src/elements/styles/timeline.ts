/** The look of the timeline: its picture, the words beside it, and its table. */
import { css } from 'lit'

export const timelineStyles = css`
  th:nth-child(1) {
    inline-size: 24%;
  }
  th:nth-child(2) {
    inline-size: 22%;
  }
  th:nth-child(3),
  th:nth-child(4) {
    inline-size: 19%;
  }
  section + section {
    margin-block-start: 28px;
  }
  section h3 {
    margin-block-end: 2px;
  }
  section .card {
    margin-block-start: 8px;
    overflow: visible;
  }
  .picture ol,
  .facts,
  .key {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .line {
    position: relative;
    display: grid;
    grid-template-columns: minmax(0, 26%) minmax(0, 1fr);
    align-items: center;
    gap: 4px 16px;
    padding: 9px var(--gutter);
    border-block-end: 1px solid var(--line);
  }
  .picture ol > :last-child,
  .picture > .line:last-child {
    border-block-end: 0;
    border-end-start-radius: var(--radius);
    border-end-end-radius: var(--radius);
  }
  .line.axis {
    padding-block: 6px 4px;
  }
  ol .line:hover,
  ol .line:focus-within {
    background: color-mix(in srgb, var(--ground) 60%, var(--paper));
  }
  button.who {
    border: 0;
    padding: 4px 0;
    background: none;
    text-align: start;
    font-weight: 400;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .who small {
    display: block;
  }
  .facts {
    display: grid;
    gap: 6px;
  }
  /* Out of sight, and there for screen readers. */
  .line:not(.opened, :hover, :focus-within) .facts,
  .quiet .line:not(.opened) .facts {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
  }
  .picture:not(.quiet) .line:not(.opened):is(:hover, :focus-within) .facts {
    position: absolute;
    z-index: 1;
    inset-block-start: 100%;
    /* Beside the names, on which the pointer goes on from row to row. */
    inset-inline: calc(26% + 8px) 8px;
    padding: 10px calc(var(--gutter) - 8px);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-control);
    background: var(--paper);
    box-shadow: var(--shadow);
  }
  .opened .facts {
    grid-column: 1 / -1;
    padding-block: 4px;
  }
  .facts li {
    display: flex;
    flex-wrap: wrap;
    gap: 0 18px;
  }
  .facts .label,
  td .label {
    color: var(--muted);
    font-size: 0.9em;
  }
  td .label {
    display: none;
  }
  .times span {
    white-space: nowrap;
    margin-inline-end: 8px;
  }
  details {
    display: inline-block;
    vertical-align: top;
  }
  summary {
    cursor: pointer;
  }
  .key {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 20px;
    margin-block-start: 10px;
    font-size: 0.9em;
    color: var(--muted);
  }
  .key li {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  @container (max-width: 720px) {
    .line {
      grid-template-columns: minmax(0, 1fr);
    }
    .line.axis span {
      display: none;
    }
    .picture:not(.quiet) .line:not(.opened):is(:hover, :focus-within) .facts {
      inset-inline: 8px;
    }
    td .label {
      display: inline;
    }
  }
`
