/** The look of buttons: plain, primary, quiet and dangerous, and of what has the focus. */
import { css } from 'lit'

export const button = css`
  button {
    font: inherit;
    font-weight: 550;
    color: inherit;
    padding: 6px 14px;
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-control);
    background: var(--paper);
    cursor: pointer;
    overflow-wrap: normal;
  }
  button:hover {
    border-color: var(--control-line);
  }
  button.primary {
    background: var(--accent);
    border-color: var(--accent);
    color: var(--on-accent);
  }
  button.primary.danger {
    background: var(--bad);
    border-color: var(--bad);
    color: var(--on-bad);
  }
  button.danger:not(.primary) {
    color: var(--bad);
  }
  button.quiet {
    border-color: transparent;
    background: none;
    color: var(--accent);
    padding-inline: 8px;
  }
  button.quiet:hover {
    background: color-mix(in srgb, var(--accent) 9%, transparent);
  }
  button:is(.primary, .danger):hover {
    filter: brightness(1.08);
  }
  button[aria-disabled='true'] {
    opacity: 0.65;
    cursor: progress;
  }
  button.off[aria-disabled='true'] {
    opacity: 1;
    filter: none;
    color: var(--muted);
    border-color: var(--line);
    background: var(--ground);
    cursor: not-allowed;
  }
  :is(button, input, textarea):focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
`
