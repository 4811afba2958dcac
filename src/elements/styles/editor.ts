/** The look of the editor: its columns, the associations, the preview, and what was sent. */
import { css } from 'lit'

export const editorStyles = css`
  .columns {
    display: grid;
    grid-template-columns: minmax(0, 1fr) 320px;
    gap: 24px;
    align-items: start;
  }
  .main,
  .associations {
    display: grid;
    gap: 16px;
    justify-items: stretch;
  }
  .associations {
    gap: 12px;
    margin-block-start: 4px;
  }
  .associations > button {
    justify-self: start;
  }
  .association {
    display: grid;
    gap: 10px;
    padding: var(--gutter);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--paper);
  }
  .association > header,
  .removed {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px;
  }
  .association > header {
    margin-block: -5px;
  }
  .association h3,
  .removed span {
    margin-inline-end: auto;
  }
  .side {
    display: grid;
    grid-template-columns: 84px minmax(0, 1fr);
    gap: 4px 8px;
    align-items: baseline;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 6px;
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .chip {
    max-inline-size: 100%;
    padding: 2px 10px;
    border: 1px solid var(--line-strong);
    border-radius: 14px;
  }
  .chip.marked {
    border-color: var(--bad);
  }
  .preview {
    position: sticky;
    inset-block-start: 12px;
  }
  .preview > :is(header, .note, .outdated) {
    margin: 0;
    padding: 14px var(--gutter);
    border-width: 0 0 1px;
    border-radius: 0;
  }
  .preview > header {
    border-block-end: 1px solid var(--line);
  }
  .editor,
  .waiting-form {
    max-inline-size: 1120px;
  }
  .looking {
    padding: 8px var(--gutter);
    border-block-start: 1px solid var(--line);
  }
  .preview ul,
  .rows {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .preview ul {
    max-block-size: 60vh;
    overflow: auto;
  }
  .preview ul:focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: -2px;
  }
  :is(.preview ul, .rows) > li {
    padding: 10px var(--gutter);
    border-block-end: 1px solid var(--line);
  }
  :is(.preview ul, .rows) > li:last-child {
    border-block-end: 0;
  }
  .preview small {
    display: block;
  }
  .rows {
    margin-block-end: 16px;
    max-inline-size: 640px;
  }
  .rows small {
    float: inline-end;
    margin-inline-start: 16px;
  }
  .more button {
    margin-inline-start: -8px;
  }
  .editor > .actions.end {
    position: sticky;
    inset-block-end: 0;
    z-index: 1;
    padding: 10px var(--gutter);
    border: 1px solid var(--line);
    border-radius: var(--radius) var(--radius) 0 0;
    background: var(--paper);
  }
  /* What gets the focus does not stay below the buttons. */
  .editor :is(input, textarea, button, [tabindex]) {
    scroll-margin-block: 12px 80px;
  }
  .empty-field {
    padding: 7px 10px;
  }
  @container (max-width: 860px) {
    .columns {
      grid-template-columns: minmax(0, 1fr);
    }
    .preview {
      position: static;
    }
    .side {
      grid-template-columns: minmax(0, 1fr);
    }
    .editor > .actions.end button {
      flex: auto;
    }
  }
`
