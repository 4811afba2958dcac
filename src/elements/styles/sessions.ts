/** What the list of sessions adds to the look of the list of requests. */
import { css } from 'lit'

export const sessionsStyles = css`
  th:nth-child(1) {
    inline-size: 26%;
  }
  th:nth-child(3) {
    inline-size: 30%;
  }
  th:nth-child(4) {
    inline-size: 180px;
  }
  .asked td {
    background: var(--warn-paper);
  }
  td.end .confirm {
    display: grid;
    gap: 8px;
    white-space: normal;
  }
  td.end .confirm button {
    margin-block: 0;
    padding-inline: 10px;
  }
  .confirm .note {
    text-align: start;
  }
  @container (max-width: 720px) {
    tr.asked {
      background: var(--warn-paper);
    }
    .confirm .actions {
      display: grid;
      grid-template-columns: 1fr 1fr;
    }
  }
`
