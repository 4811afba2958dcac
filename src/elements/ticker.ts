/** The passing of time: what an element says about it is never older than half a minute. */
import type { ReactiveController, ReactiveControllerHost } from 'lit'

const INTERVAL_MS = 30_000

/** Updates an element while it is in a page: twice a minute by default. */
export class Ticker implements ReactiveController {
  readonly #tick: () => void
  readonly #intervalMs: number
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(host: ReactiveControllerHost, tick = () => host.requestUpdate(), intervalMs = INTERVAL_MS) {
    this.#tick = tick
    this.#intervalMs = intervalMs
    host.addController(this)
  }

  hostConnected(): void {
    this.#timer = setInterval(this.#tick, this.#intervalMs)
  }

  hostDisconnected(): void {
    clearInterval(this.#timer)
  }
}
