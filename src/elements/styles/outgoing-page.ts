/** The look of the page of one access request: what was sent, its people, and who was asked for whom. */
import { css } from 'lit'

export const outgoingPageStyles = css`
  .summary {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 290px;
    align-items: start;
    gap: 12px 24px;
    margin-block-end: 24px;
  }
  .tools {
    min-block-size: 36px;
  }
  .tools h3 {
    margin-inline-end: 8px;
  }
  .two {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 24px;
    align-items: start;
    margin-block-start: 16px;
  }
  .two h3 {
    margin-block-end: 8px;
  }
  ul.card {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  ul.card li {
    padding: 9px var(--gutter);
  }
  ul.card li + li {
    border-block-start: 1px solid var(--line);
  }
  .people li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 0 12px;
  }
  .people button {
    margin-inline-end: -8px;
  }
  .associations small {
    display: block;
  }
  @container (max-width: 720px) {
    .summary,
    .two {
      grid-template-columns: minmax(0, 1fr);
    }
    .people button {
      margin-inline: -8px;
    }
  }
`
