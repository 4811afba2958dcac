/** What the banner looks like: a bar across the page. */
import { css } from 'lit'

export const bannerStyles = css`
  .bar {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 8px 20px;
    padding: 9px 20px;
    background: var(--banner);
    color: var(--on-banner);
  }
  .words {
    min-inline-size: 0;
  }
  .words p {
    font-weight: 500;
  }
  .words p bdi {
    font-weight: 700;
  }
  .bar small {
    display: block;
    color: inherit;
  }
  .bar button {
    flex: none;
    padding-block: 7px;
    background: none;
    border-color: currentColor;
  }
  .bar button:hover {
    background: color-mix(in srgb, currentColor 14%, transparent);
  }
  .bar button:focus-visible {
    outline-color: currentColor;
  }
  .bar.near small span:nth-of-type(2) {
    font-weight: 700;
  }
  .bar:is(.unknown, .ended) {
    background: var(--warn-paper);
    color: var(--ink);
    border-block-end: 1px solid var(--warn-line);
  }
  .bar:is(.unknown, .ended) button {
    border-color: var(--control-line);
  }
  @media (forced-colors: active) {
    .bar {
      border-block-end: 2px solid;
    }
  }
  @container (max-width: 560px) {
    .bar {
      align-items: stretch;
      flex-direction: column;
      padding: 9px 16px;
    }
    .bar button {
      padding-block: 5px;
    }
  }
`
