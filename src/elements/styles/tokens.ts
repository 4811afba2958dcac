/** The custom properties that a host may set, each with its default in light and dark. */
import { css } from 'lit'

/** Inside, every `--consentry-x` is read as `--x`, so that its default stands in one place. */
export const tokens = css`
  :host {
    color-scheme: var(--consentry-color-scheme, light dark);
    --ink: var(--consentry-ink, light-dark(#16191d, #eceef0));
    --muted: var(--consentry-muted, light-dark(#5a636e, #9aa4af));
    --paper: var(--consentry-paper, light-dark(#fff, #16181b));
    --ground: var(--consentry-ground, light-dark(#f6f7f8, #0f1113));
    --line: var(--consentry-line, light-dark(#e3e6ea, #2a2e33));
    --line-strong: var(--consentry-line-strong, light-dark(#c9ced5, #3d434a));
    --control-line: var(--consentry-control-line, light-dark(#868f9a, #6d7681));
    --accent: var(--consentry-accent, light-dark(#2b4acb, #8ea3ff));
    --on-accent: var(--consentry-on-accent, light-dark(#fff, #0d1230));
    --good: var(--consentry-good, light-dark(#137a4b, #4cc38a));
    --wait: var(--consentry-wait, light-dark(#9a6300, #f0b429));
    --bad: var(--consentry-bad, light-dark(#b3261e, #ff8a80));
    --on-bad: var(--consentry-on-bad, light-dark(#fff, #2b0906));
    --over: var(--consentry-over, light-dark(#6b7480, #8b949e));
    --warn-paper: var(--consentry-warn-paper, light-dark(#fff8e6, #2b2411));
    --warn-line: var(--consentry-warn-line, light-dark(#efd89a, #57470f));
    --bad-paper: var(--consentry-bad-paper, light-dark(#fdf1f0, #2e1513));
    --bad-line: var(--consentry-bad-line, light-dark(#efbbb6, #6b2a25));
    --banner: var(--consentry-banner, light-dark(#3b1d72, #d9c7ff));
    --on-banner: var(--consentry-on-banner, light-dark(#fff, #21103f));
    --backdrop: var(--consentry-backdrop, light-dark(rgb(15 17 19 / 0.38), rgb(0 0 0 / 0.62)));
    --shadow: var(--consentry-shadow, 0 1px 2px rgb(0 0 0 / 0.06), 0 16px 48px rgb(0 0 0 / 0.18));
    --radius: var(--consentry-radius, 10px);
    --radius-control: var(--consentry-radius-control, 8px);
    --font: var(--consentry-font, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Inter, Roboto, sans-serif);
    --font-size: var(--consentry-font-size, 14px);
    --gutter: var(--consentry-gutter, 16px);
  }
`
