/** The look of the doors that show what the first grant changes. */
import { css } from 'lit'

export const lockoutStyles = css`
  .ways {
    inline-size: 100%;
    margin-block-start: 10px;
    border-collapse: collapse;
    table-layout: fixed;
  }
  .ways caption {
    text-align: start;
    font-weight: 550;
    padding-block-end: 2px;
  }
  .ways :is(th, td) {
    padding: 6px 8px 6px 0;
    border-block-start: 1px solid var(--warn-line);
    text-align: start;
    vertical-align: top;
    overflow-wrap: break-word;
    hyphens: auto;
    line-height: 1.35;
    font-size: 0.93em;
  }
  .ways :is(td[rowspan='3'], thead th:last-child) {
    padding-inline-start: 10px;
  }
  .ways td[rowspan='3'] {
    border-inline-start: 1px solid var(--warn-line);
  }
  .ways thead th {
    border: 0;
    font-weight: 400;
    color: var(--muted);
  }
  .ways tbody th {
    font-weight: 400;
  }
  .ways th:first-child {
    inline-size: 33%;
  }
  .ways svg {
    display: block;
    margin-block-end: 3px;
    fill: none;
    stroke: var(--muted);
    stroke-width: 1.5px;
  }
  .ways .leaf {
    fill: var(--paper);
  }
  .ways .shut :is(.leaf, circle) {
    fill: var(--muted);
  }
  .ways .shut circle {
    fill: var(--warn-paper);
    stroke: none;
  }
  .ways .open {
    stroke: var(--wait);
  }
  .ways .locked {
    stroke: var(--good);
  }
  .ways .key {
    stroke-width: 2px;
  }
  @media (forced-colors: active) {
    .ways svg.open,
    .ways svg.locked,
    .ways svg.shut {
      stroke: CanvasText;
    }
    .ways .leaf {
      fill: Canvas;
    }
  }
`
