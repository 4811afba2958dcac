/** The look of the list of requests: filters, search, and a table that becomes cards if narrow. */
import { css } from 'lit'

export const incomingStyles = css`
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
    margin-block-end: 12px;
  }
  .filters {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    margin-inline-end: auto;
  }
  .filters button {
    border-color: transparent;
    background: none;
    color: var(--muted);
    padding: 5px 10px;
    font-weight: 450;
  }
  .filters button:hover {
    background: color-mix(in srgb, var(--ink) 6%, transparent);
    border-color: transparent;
  }
  .filters [aria-pressed='true'] {
    background: var(--paper);
    color: var(--ink);
    border-color: var(--line-strong);
    font-weight: 550;
  }
  .filters span {
    display: inline-block;
    min-inline-size: 1ch;
    margin-inline-start: 6px;
    color: var(--muted);
    font-weight: 400;
  }
  input[type='search'] {
    inline-size: 280px;
  }
  .back {
    margin: 0 0 12px -8px;
  }
  .done {
    display: block;
    margin-block-end: 12px;
  }
  table {
    inline-size: 100%;
    border-collapse: collapse;
    table-layout: fixed;
  }
  th {
    text-align: start;
    font-weight: 500;
    font-size: 0.9em;
    color: var(--muted);
    padding: 9px var(--gutter);
    border-block-end: 1px solid var(--line);
  }
  th:nth-child(1) {
    inline-size: 27%;
  }
  th:nth-child(3) {
    inline-size: 24%;
  }
  th:nth-child(4) {
    inline-size: 156px;
  }
  td {
    padding: 12px var(--gutter);
    border-block-end: 1px solid var(--line);
    vertical-align: top;
  }
  tbody tr:last-child td {
    border-block-end: 0;
  }
  td small {
    display: block;
  }
  td small .soon {
    white-space: nowrap;
  }
  td.end {
    text-align: end;
    white-space: nowrap;
  }
  td.end button {
    margin-block: -5px;
  }
  td.end .quiet {
    margin-inline-end: -8px;
  }
  .message {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
    overflow: hidden;
    white-space: pre-line;
  }
  .below {
    display: flex;
    flex-wrap: wrap;
    gap: 8px 16px;
    align-items: center;
    justify-content: space-between;
    margin-block-start: 10px;
    min-block-size: 34px;
    color: var(--muted);
  }
  .tag {
    white-space: nowrap;
  }
  @container (max-width: 720px) {
    .filters {
      inline-size: 100%;
    }
    .filters button {
      padding-block: 7px;
    }
    input[type='search'] {
      inline-size: 100%;
    }
    thead {
      position: absolute;
      clip-path: inset(50%);
    }
    table,
    tbody,
    tr,
    td {
      display: block;
    }
    tr {
      display: grid;
      gap: 6px;
      padding: 14px var(--gutter);
      border-block-end: 1px solid var(--line);
    }
    tbody tr:last-child {
      border-block-end: 0;
    }
    td {
      padding: 0;
      border: 0;
    }
    td.end {
      text-align: start;
      margin-block-start: 4px;
    }
    td.end button {
      margin-block: 0;
    }
    td.end button:not(.quiet) {
      inline-size: 100%;
      padding-block: 8px;
    }
    td.end .quiet {
      margin-inline-start: -8px;
    }
  }
`
