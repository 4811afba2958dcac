/** The look of the two doors of the legacy tool. */
import { css } from 'lit'

export const legacyStyles = css`
  .card {
    display: grid;
    gap: 14px;
    justify-items: start;
    max-inline-size: 760px;
    padding: 18px 20px;
  }
  .card > h2 {
    font-size: 1.15em;
    letter-spacing: 0;
  }
  .card > .note {
    justify-self: stretch;
  }
  .card .note.bad > b,
  .card .note.warn > b {
    display: block;
  }
  .note button {
    display: block;
    margin: 6px 0 0 -8px;
  }
  .known {
    color: var(--muted);
  }
  .known b {
    display: block;
    color: var(--ink);
  }
  .trouble {
    justify-self: stretch;
    padding: 12px 0;
  }
  @container (max-width: 480px) {
    .card {
      padding: 16px;
    }
    .card > .actions {
      inline-size: 100%;
    }
    .card > .actions button {
      flex: 1 1 100%;
      padding-block: 8px;
    }
  }
`
