/** What every element is made of: its context, its events, and the look they share. */
import { LitElement, type PropertyDeclarations, type PropertyValues } from 'lit'
import { type ElementsContext, sharedContext } from './element-context.js'
import type { ElementEvents } from './element-events.js'
import { type Formats, formatsOf } from './formats.js'
import { Loader } from './loader.js'
import { base } from './styles/base.js'
import { button } from './styles/button.js'
import { tokens } from './styles/tokens.js'
import type { Texts } from './texts/texts.js'

/** The base of the elements. */
export abstract class ConsentryElement extends LitElement {
  static override properties: PropertyDeclarations = { context: { attribute: false } }
  static override styles = [tokens, base, button]

  /** The element's own context. By default it is that of `defineElements`. */
  declare context: ElementsContext | undefined

  readonly #loaders: Loader<unknown>[] = []

  /** The context in force. */
  protected get given(): ElementsContext {
    return this.context ?? sharedContext()
  }

  protected get texts(): Texts {
    return this.given.texts
  }

  protected get formats(): Formats {
    return formatsOf(this.given.locale, this.given.timeZone)
  }

  /**
   * Creates what reads for this element, and reads again by another client.
   *
   * While `keeps` returns true, what was read stays even if the person may not read it any more.
   */
  protected reading<T>(read: (signal: AbortSignal) => Promise<T>, keeps = () => false): Loader<T> {
    const loader = new Loader(this, read, keeps)
    this.#loaders.push(loader)
    return loader
  }

  protected override willUpdate(changed: PropertyValues): void {
    // A host without types may say nothing by `undefined`.
    const own = this as unknown as Record<PropertyKey, unknown>
    for (const name of changed.keys()) if (name !== 'context') own[name] ??= null
    if (this.hasUpdated && changed.has('context')) for (const loader of this.#loaders) loader.clear()
  }

  /**
   * Fires an event that leaves the shadow tree.
   *
   * @returns whether nobody has prevented its default.
   */
  protected fire<Name extends keyof ElementEvents>(name: Name, detail: ElementEvents[Name]['detail']): boolean {
    return this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable: true }))
  }

  /** Focuses what the first selector finds, or the next one, once what has changed is shown. */
  protected async focusOn(...selectors: readonly string[]): Promise<void> {
    await this.updateComplete
    const found = selectors.map((selector) => this.renderRoot.querySelector<HTMLElement>(selector))
    found.find((one) => one !== null)?.focus()
  }
}
