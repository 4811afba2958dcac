/** The look of the own access: the columns, rows that open, and the details in the dialog. */
import { css } from 'lit'

export const accessStyles = css`
  th:nth-child(1) {
    inline-size: auto;
  }
  th:nth-child(2) {
    inline-size: 17%;
  }
  th:nth-child(3) {
    inline-size: 32%;
  }
  tr.granted {
    cursor: pointer;
  }
  tr.granted:hover {
    background: color-mix(in srgb, var(--ground) 60%, var(--paper));
  }
  small.message {
    display: -webkit-box;
  }
  .inside {
    margin-block-end: 12px;
  }
  dl {
    display: grid;
    gap: 2px;
  }
  dt {
    color: var(--muted);
    font-size: 0.9em;
  }
  dd + dt {
    margin-block-start: 10px;
  }
  dd small {
    display: block;
  }
  dialog .inside {
    margin-block-end: 0;
  }
  @container (max-width: 720px) {
    td.end:empty {
      display: none;
    }
  }
`
