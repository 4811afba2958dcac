/** The look of the list of what was sent: requests with a bar, and their tenants. */
import { css } from 'lit'

export const outgoingStyles = css`
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-start;
    justify-content: space-between;
    gap: 12px 24px;
  }
  .head > div {
    flex: 1 1 24em;
  }
  :is(.group, .sub) + .group {
    border-block-start: 1px solid var(--line);
  }
  .request {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 290px;
    align-items: center;
    gap: 4px 24px;
    padding: 14px var(--gutter);
  }
  .request h3 {
    margin-inline-start: -8px;
  }
  /* As high as a name, which is a button. */
  .request p {
    padding-block: 1px;
    font-size: 1.07em;
    line-height: 1.5;
  }
  .request small {
    display: block;
  }
  .request > div:first-child > small {
    padding-inline-start: 18px;
  }
  button.toggle {
    display: flex;
    align-items: center;
    gap: 6px;
    max-inline-size: 100%;
    padding: 1px 8px;
    border-color: transparent;
    background: none;
    font-weight: 600;
    text-align: start;
    overflow-wrap: anywhere;
  }
  button.toggle:hover {
    background: color-mix(in srgb, var(--ink) 6%, transparent);
  }
  .toggle svg {
    flex: none;
    fill: none;
    stroke: var(--muted);
    stroke-width: 1.6;
    transition: transform 0.12s;
  }
  .toggle svg:dir(rtl) {
    transform: scaleX(-1);
  }
  .toggle[aria-expanded='true'] svg {
    transform: rotate(90deg);
  }
  [aria-busy='true'] .toggle svg {
    animation: breathe 0.6s ease-in-out infinite alternate;
  }
  .tallies {
    display: block;
    inline-size: 100%;
    border-radius: 3px;
    background: var(--line);
  }
  .tallies:has(line) {
    background: none;
  }
  .tallies:dir(rtl) {
    transform: scaleX(-1);
  }
  .tallies + small {
    display: block;
    margin-block-start: 4px;
  }
  .tallies line {
    stroke: var(--over);
    stroke-width: 6;
  }
  .tallies .granted {
    stroke: var(--good);
  }
  .tallies .rejected {
    stroke: var(--bad);
  }
  .tallies .pending {
    stroke: var(--wait);
    stroke-dasharray: 2 2;
  }
  .tally {
    white-space: nowrap;
  }
  .sub {
    border-block-start: 1px solid var(--line);
    background: color-mix(in srgb, var(--ground) 60%, var(--paper));
  }
  /* No line of its own, but what gives the columns their widths. */
  .sub th {
    padding-block: 0;
    border: 0;
    font-size: 0;
    line-height: 0;
  }
  .sub td:first-child {
    padding-inline-start: calc(var(--gutter) + 18px);
  }
  th:nth-child(1) {
    inline-size: 33%;
  }
  th:nth-child(3) {
    inline-size: 22%;
  }
  th:nth-child(4) {
    inline-size: 236px;
  }
  td.end {
    white-space: normal;
    padding-block-end: 7px;
  }
  button.rare {
    color: var(--muted);
    font-weight: 450;
  }
  td.end button {
    margin-block: -5px 5px;
  }
  .removed {
    font-style: italic;
  }
  button.name {
    margin-inline-start: -8px;
    padding-block: 0;
    text-align: start;
    overflow-wrap: anywhere;
  }
  .foot {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 4px 16px;
    padding: 6px calc(var(--gutter) - 8px) 10px calc(var(--gutter) + 10px);
    border-block-start: 1px solid var(--line);
  }
  .about > * {
    display: block;
  }
  @container (max-width: 720px) {
    .request {
      grid-template-columns: minmax(0, 1fr);
    }
    .head > button {
      inline-size: 100%;
      padding-block: 8px;
    }
    .sub td:first-child {
      padding-inline-start: 0;
    }
    td.end button {
      margin-block: 0;
    }
    td.end button + button {
      margin-inline-start: 8px;
    }
    .foot {
      padding-inline: calc(var(--gutter) - 8px);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .toggle svg {
      transition: none;
      animation: none;
    }
  }
`
