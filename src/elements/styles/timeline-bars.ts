/** The drawing of the timeline: its axis, bars, marks and lines. */
import { css } from 'lit'

export const timelineBarStyles = css`
  /* Time runs from left to right in every language, as the labels of the axis stand. */
  svg {
    display: block;
    direction: ltr;
    overflow: visible;
  }
  .track {
    position: relative;
    align-self: stretch;
    display: grid;
    align-items: center;
  }
  /* From one line of the table to the next. */
  svg.lines {
    position: absolute;
    inset: -9px 0;
    block-size: calc(100% + 18px);
  }
  svg:not(.lines) {
    position: relative;
  }
  .axis text {
    font-size: 0.86em;
    fill: var(--muted);
  }
  .axis text.now {
    fill: var(--accent);
    font-weight: 600;
    text-anchor: start;
  }
  .axis text.late {
    text-anchor: end;
  }
  svg line.grid {
    stroke: var(--line);
  }
  .narrow {
    display: none;
  }
  svg line.now {
    stroke: var(--accent);
    stroke-width: 1.5px;
  }
  svg line.governed {
    stroke: var(--wait);
    stroke-width: 1.5px;
    stroke-dasharray: 3 3;
  }
  .ended .was {
    fill: var(--over);
  }
  .holds .was {
    fill: var(--good);
  }
  .will {
    fill: color-mix(in srgb, var(--good) 22%, var(--paper));
    stroke: var(--good);
    stroke-dasharray: 3 2;
  }
  .least {
    stroke: var(--over);
    stroke-width: 3px;
    /* Beginning where the bar begins. */
    transform: translateX(1.5px);
  }
  .holds .least {
    stroke: var(--good);
  }
  path.cut {
    fill: none;
    stroke: var(--ink);
    stroke-width: 1.5px;
  }
  path.open {
    fill: var(--paper);
  }
  .session {
    stroke: var(--ink);
    stroke-width: 2px;
  }
  @container (max-width: 720px) {
    .wide {
      display: none;
    }
    .narrow {
      display: inline;
    }
    svg.lines {
      inset-block-start: 0;
      block-size: calc(100% + 9px);
    }
  }
  @media (forced-colors: active) {
    :is(.ended, .holds) .was {
      fill: CanvasText;
    }
    svg :is(.will, path.open) {
      fill: Canvas;
    }
    :is(.ended, .holds) .least,
    svg :is(.will, path.open) {
      stroke: CanvasText;
    }
    svg line:is(.now, .governed, .session),
    svg path.cut {
      stroke: Highlight;
    }
    .axis text,
    .axis text.now {
      fill: CanvasText;
      stroke: none;
    }
  }
`
