/** The Escape key, wherever on the page the focus is. */
import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** Tells an element that the Escape key was pressed, while it is in a page. */
export class EscapeKey implements ReactiveController {
  readonly #press: (event: KeyboardEvent) => void

  constructor(host: ReactiveControllerHost, pressed: () => void) {
    this.#press = ({ key }) => {
      if (key === 'Escape') pressed()
    }
    host.addController(this)
  }

  hostConnected(): void {
    document.documentElement.addEventListener('keydown', this.#press)
  }

  hostDisconnected(): void {
    document.documentElement.removeEventListener('keydown', this.#press)
  }
}
