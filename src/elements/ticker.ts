/** The passing of time: what an element says about it is never older than half a minute. */
import type { ReactiveController, ReactiveControllerHost } from 'lit'

const INTERVAL_MS = 30_000

/** Updates an element twice a minute while it is in a page. */
export class Ticker implements ReactiveController {
  readonly #tick: () => void
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(host: ReactiveControllerHost, tick = () => host.requestUpdate()) {
    this.#tick = tick
    host.addController(this)
  }

  hostConnected(): void {
    this.#timer = setInterval(this.#tick, INTERVAL_MS)
  }

  hostDisconnected(): void {
    clearInterval(this.#timer)
  }
}
