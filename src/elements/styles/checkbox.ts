/** The look of checkboxes: ticked, for some of them, and switched off. */
import { css } from 'lit'

export const checkbox = css`
  input[type='checkbox'] {
    appearance: none;
    display: block;
    flex: none;
    inline-size: 17px;
    block-size: 17px;
    margin: 0;
    padding: 0;
    border: 1px solid var(--control-line);
    border-radius: 4px;
    background: var(--paper);
    cursor: inherit;
  }
  input[type='checkbox']:is(:checked, :indeterminate) {
    border-color: var(--accent);
    background: var(--accent);
  }
  input[type='checkbox']:disabled {
    background: var(--line);
  }
  input[type='checkbox']:is(:checked, :indeterminate)::before {
    content: '';
    display: block;
    inline-size: 5px;
    block-size: 10px;
    margin: 1px auto 0;
    border: solid var(--on-accent);
    border-width: 0 2px 2px 0;
    transform: rotate(45deg);
  }
  input[type='checkbox']:indeterminate::before {
    inline-size: 9px;
    block-size: 8px;
    margin-block-start: 0;
    border-width: 0 0 2px;
    transform: none;
  }
`
