/** The look of the console: the banner on top, the pages beside or above what is shown. */
import { css } from 'lit'

export const consoleStyles = css`
  :host {
    min-block-size: 100vh;
    background: var(--ground);
  }
  consentry-banner {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
  }
  .shell {
    display: grid;
    grid-template-columns: 232px minmax(0, 1fr);
    min-block-size: 100vh;
  }
  nav {
    display: flex;
    flex-direction: column;
    gap: 2px;
    padding: 20px 12px;
    border-inline-end: 1px solid var(--line);
  }
  h1 {
    margin: 0;
    padding: 4px 10px 16px;
    font-size: 1em;
    font-weight: 650;
  }
  nav a,
  ::slotted(a) {
    display: block;
    padding: 6px 10px;
    border-radius: 7px;
    color: var(--muted);
    text-decoration: none;
  }
  nav a:hover,
  ::slotted(a:hover) {
    color: var(--ink);
  }
  nav a[aria-current] {
    color: var(--ink);
    font-weight: 550;
    background: color-mix(in srgb, var(--ink) 7%, transparent);
  }
  nav a:focus-visible,
  ::slotted(a:focus-visible) {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .links {
    display: flex;
    flex-direction: column;
    gap: 2px;
    margin-block-start: 20px;
  }
  .me {
    margin-block-start: 20px;
    padding: 0 10px;
  }
  .me small {
    display: block;
  }
  nav .bone {
    margin: 11px 10px;
  }
  main {
    max-inline-size: 1120px;
    padding: 32px 40px 64px;
  }
  .about {
    margin-block-end: 12px;
  }
  [hidden] {
    display: none;
  }
  .incomplete {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 16px;
    margin-block-end: 20px;
  }
  @container (max-width: 820px) {
    .shell {
      display: block;
      min-block-size: 0;
    }
    nav {
      flex-direction: row;
      align-items: center;
      gap: 4px;
      padding: 8px 12px;
      border-inline-end: 0;
      border-block-end: 1px solid var(--line);
      overflow-x: auto;
      white-space: nowrap;
    }
    h1,
    .me {
      display: none;
    }
    .links {
      flex-direction: row;
      gap: 4px;
      margin-block-start: 0;
    }
    main {
      padding: 20px 16px 48px;
    }
  }
`
