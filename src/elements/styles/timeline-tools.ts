/** The look of what a person chooses of a timeline. */
import { css } from 'lit'

export const timelineToolStyles = css`
  .views {
    display: flex;
  }
  .views button {
    padding: 5px 12px;
    font-weight: 450;
    color: var(--muted);
  }
  .views button:first-child {
    border-start-end-radius: 0;
    border-end-end-radius: 0;
  }
  .views button:last-child {
    border-start-start-radius: 0;
    border-end-start-radius: 0;
    margin-inline-start: -1px;
  }
  .views [aria-pressed='true'] {
    position: relative;
    border-color: var(--accent);
    box-shadow: inset 0 0 0 1px var(--accent);
    color: var(--accent);
    font-weight: 550;
  }
  .days {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    gap: 8px 12px;
    margin-block-end: 12px;
  }
  .days > div {
    display: grid;
    gap: 4px;
  }
  .days label {
    font-size: 0.9em;
    color: var(--muted);
  }
  .days input {
    font: inherit;
    color: inherit;
    background: var(--paper);
    border: 1px solid var(--control-line);
    border-radius: var(--radius-control);
    padding: 6px 10px;
  }
  .days [aria-invalid='true'] {
    border-color: var(--bad);
    box-shadow: 0 0 0 1px var(--bad);
  }
  .days .error {
    inline-size: 100%;
    color: var(--bad);
    font-weight: 550;
  }
  .span {
    display: flex;
    align-items: center;
    gap: 12px;
    margin-block-end: 16px;
  }
  .span p {
    min-inline-size: 0;
  }
  @container (max-width: 720px) {
    .span small {
      display: block;
    }
    .views {
      inline-size: 100%;
    }
    .views button {
      flex: 1;
      padding-block: 7px;
    }
    .span {
      justify-content: space-between;
    }
    .span p {
      text-align: center;
    }
  }
`
