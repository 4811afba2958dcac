/** What the list of sessions adds to the look of the list of requests. */
import { css } from 'lit'

export const sessionsStyles = css`
  th:nth-child(1) {
    inline-size: 30%;
  }
  th:nth-child(3) {
    inline-size: 27%;
  }
  tbody tr:is(.asked, .confirm) td {
    background: var(--warn-paper);
  }
  tbody tr.asked td {
    border-block-end: 0;
  }
  .confirm .note {
    margin-block-end: 10px;
  }
  .question {
    display: flex;
    align-items: center;
    justify-content: flex-end;
    gap: 8px;
  }
  .question p {
    font-weight: 550;
    margin-inline-end: 8px;
  }
  @container (max-width: 720px) {
    tr:is(.asked, .confirm) {
      background: var(--warn-paper);
    }
    tbody tr.asked {
      padding-block-end: 0;
      border-block-end: 0;
    }
    .question {
      display: grid;
      grid-template-columns: 1fr 1fr;
    }
    .question p {
      grid-column: span 2;
    }
    .question button {
      padding-block: 8px;
    }
  }
`
