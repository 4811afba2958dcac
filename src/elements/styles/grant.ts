/** What the page of one request looks like. */
import { css } from 'lit'

export const grantStyles = css`
  .page {
    max-inline-size: 760px;
  }
  .page > * + * {
    margin-block-start: 18px;
  }
  .page > .card > * {
    padding: 18px 20px;
  }
  .page > .card > * + * {
    border-block-start: 1px solid var(--line);
  }
  .state {
    display: grid;
    gap: 4px;
  }
  .state .status {
    margin-block-end: 4px;
  }
  dl {
    display: grid;
    grid-template-columns: minmax(110px, max-content) 1fr;
    gap: 8px 24px;
  }
  dt {
    color: var(--muted);
  }
  dd > .quote {
    margin: 0;
  }
  .alert {
    margin-block-end: 16px;
  }
  @container (max-width: 480px) {
    dl {
      grid-template-columns: 1fr;
      gap: 0;
    }
    dd {
      margin-block-end: 10px;
    }
    .page > .card > * {
      padding: 16px;
    }
  }
`
