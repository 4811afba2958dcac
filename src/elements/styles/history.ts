/** What the history adds to the look of the lists: its days, entries, filters and export. */
import { css } from 'lit'

export const historyStyles = css`
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    justify-content: space-between;
    gap: 10px 24px;
  }
  .only,
  .tools + .note {
    margin-block-end: 12px;
  }
  .only {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 8px 16px;
  }
  .only b {
    white-space: nowrap;
  }
  .fields {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: 8px 12px;
    inline-size: 100%;
  }
  .fields .field {
    gap: 3px;
    align-self: start;
    inline-size: 11.5em;
  }
  .fields .field:has(select) {
    inline-size: 20em;
  }
  .fields label {
    color: var(--muted);
    font-size: 0.9em;
    font-weight: 500;
  }
  .fields small {
    align-self: start;
    padding-block-start: 2.6em;
  }
  /* Still being read: the entries are cards of their own. */
  .card:has(> .day) {
    border: 0;
    border-radius: 0;
    background: none;
    overflow: visible;
  }
  .fields :is(input, select) {
    block-size: 38px;
  }
  select {
    inline-size: 100%;
  }
  select:focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .day + .day,
  .outdated + .day {
    margin-block-start: 20px;
  }
  .day h3 {
    margin-block: 16px 8px;
  }
  ol {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  li {
    display: grid;
    grid-template-columns: minmax(3.4em, max-content) 10.5em minmax(0, 1fr) auto;
    gap: 4px 12px;
    padding: 12px var(--gutter);
    border-block-end: 1px solid var(--line);
  }
  li:last-child {
    border-block-end: 0;
  }
  li > * {
    align-self: start;
  }
  .time {
    color: var(--muted);
    white-space: nowrap;
  }
  .status {
    white-space: normal;
  }
  .status.started::before {
    border-color: var(--accent);
  }
  .status.ended::before {
    border: 2px solid var(--accent);
  }
  .what {
    display: grid;
    gap: 2px;
  }
  .what bdi {
    font-weight: 550;
  }
  .what :is(small, .message) bdi {
    font-weight: inherit;
  }
  .what .message {
    margin-block-start: 4px;
    padding-inline-start: 10px;
    border-inline-start: 2px solid var(--line-strong);
    -webkit-line-clamp: 6;
  }
  li .quiet {
    margin: -7px -8px -7px 0;
    max-inline-size: 14em;
    text-align: end;
  }
  .export :is(.formats, .progress) {
    display: flex;
    align-items: center;
    gap: 8px;
  }
  /* Has room of its own, so that nothing moves while a file is made. */
  .export .progress {
    justify-content: flex-end;
    min-block-size: 28px;
    font-size: 0.9em;
  }
  .export .progress button {
    padding-block: 0;
  }
  .bone.tiny {
    inline-size: 2.6em;
  }
  @container (max-width: 720px) {
    .fields .field:not(:has(select)) {
      flex: 1 1 0;
    }
    .fields .field:has(select) {
      inline-size: 100%;
    }
    .export .progress {
      justify-content: flex-start;
    }
    .fields small {
      inline-size: 100%;
      padding-block-start: 0;
    }
    li {
      grid-template-columns: auto minmax(0, 1fr) auto;
      padding-block: 14px;
    }
    .what {
      grid-area: 2 / 1 / auto / span 3;
    }
    li .quiet {
      grid-area: 1 / 3;
      max-inline-size: 11em;
    }
    .below > button {
      inline-size: 100%;
      padding-block: 8px;
    }
  }
`
