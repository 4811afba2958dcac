/** The look of the dialog about several requests: who asks, and what became of them. */
import { css } from 'lit'

export const answerManyStyles = css`
  .senders {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .report {
    display: grid;
    gap: 2px;
  }
  .report li + li,
  .report ul + b {
    margin-block-start: 8px;
  }
`
