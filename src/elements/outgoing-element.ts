/** What ends things that the own tenant sent: a dialog that asks first, and what is said afterwards. */
import { html, nothing } from 'lit'
import { isClientError } from '../client/client-error.js'
import { commandError, type FormErrors } from './command-error.js'
import { ConsentryElement } from './consentry-element.js'
import { type Ended, keyOfTarget, OutgoingDraft, type OutgoingTarget } from './outgoing-draft.js'
import { doneText, outgoingForm, outgoingGone } from './outgoing-forms.js'
import type { NameTable } from './requests.js'
import { form } from './styles/form.js'
import type { Texts } from './texts/texts.js'
import { withTroubles } from './trouble.js'
import { isShut, toggleDialog } from './views.js'

/** The base of an element that withdraws, gives up, removes and ends, each after a confirmation. */
export abstract class OutgoingElement extends ConsentryElement {
  static override styles = [...ConsentryElement.styles, form]

  /** What the person is about to end, while the dialog is open. */
  #draft: OutgoingDraft | undefined
  /** What was typed into dialogs that were closed. */
  readonly #drafts = new Map<string, OutgoingDraft>()
  #isSending = false
  /** What the person has just done, in words. */
  #done: unknown

  /** Reads again what the element shows. */
  protected abstract readAgain(): Promise<unknown>

  /** Trouble is said in words to people who send requests. */
  protected override get texts(): Texts {
    const { texts } = this.given
    return withTroubles(texts, texts.outgoing)
  }

  protected override updated(): void {
    toggleDialog(this.renderRoot.querySelector('dialog'), this.#draft !== undefined)
  }

  /** Asks whether something is to end. */
  protected ask(target: OutgoingTarget, names: NameTable): void {
    const key = keyOfTarget(target)
    const draft = new OutgoingDraft(target, names)
    draft.message = this.#drafts.get(key)?.message ?? ''
    this.#drafts.set(key, draft)
    this.#draft = draft
    this.say(undefined)
  }

  /** Says what the person has done; nothing any more once they go on. */
  protected say(done: unknown): void {
    this.#done = done
    this.requestUpdate()
  }

  async #submit(event: Event, draft: OutgoingDraft): Promise<void> {
    event.preventDefault()
    if (this.#isSending) return
    const isUncertain = draft.errors.isUncertain === true
    const errors = draft.check(this.given, this.formats)
    if (Object.keys(errors.fields).length > 0) return this.#refuse(draft, errors)
    this.#isSending = true
    this.requestUpdate()
    const { client } = this.given
    try {
      // The command may have arrived although nothing came back.
      if (isUncertain && !(await draft.lookUp(client, 'lookedUp'))) return this.#refuse(draft, this.#moved(draft))
      await this.#succeed(draft, await draft.send(client))
    } catch (error) {
      await this.#failed(error, draft, isUncertain)
    } finally {
      this.#isSending = false
      this.requestUpdate()
    }
  }

  async #succeed(draft: OutgoingDraft, ended: Ended): Promise<void> {
    const { target } = draft
    this.#drafts.delete(keyOfTarget(target))
    if (this.#draft === draft) this.#draft = undefined
    this.say(doneText(draft, ended, this.texts, this.formats))
    // A dialog that closes returns the focus; only then can it move.
    await this.updateComplete
    const request = 'row' in target ? target.row.id : 'request' in target ? target.request.id : null
    this.fire('consentry-changed', { request, command: target.command })
    await this.focusOn('.done')
  }

  /** Says why a command failed. A request that has moved is read again, and may still be open. */
  async #failed(error: unknown, draft: OutgoingDraft, isUncertain: boolean): Promise<void> {
    const said = commandError(error, this.texts, this.formats)
    if (said !== 'moved') return this.#refuse(draft, this.#withChanged(error, said))
    try {
      await draft.lookUp(this.given.client, isUncertain ? 'lookedUp' : 'meanwhile')
      this.#refuse(draft, this.#moved(draft))
    } catch (reason) {
      const second = commandError(reason, this.texts, this.formats)
      this.#refuse(draft, second === 'moved' ? this.#moved(draft) : second)
    }
    void this.readAgain()
  }

  /** What is said of a request that is not as the person saw it; the dialog itself says how it has ended. */
  #moved({ gone }: OutgoingDraft): FormErrors {
    return { fields: {}, alert: gone === undefined ? this.texts.outgoing.changed : undefined }
  }

  /** A command on several requests may have ended some of them. */
  #withChanged(error: unknown, said: FormErrors): FormErrors {
    const changed = isClientError(error) ? error.changed.length : 0
    if (changed === 0 || said.alert === undefined) return said
    void this.readAgain()
    return { ...said, alert: `${said.alert} ${this.texts.outgoing.counted.partly(changed, this.formats)}` }
  }

  /** Says why a command was not done, also if the dialog was closed while it was sent. */
  #refuse(draft: OutgoingDraft, errors: FormErrors): void {
    draft.errors = errors
    this.#draft ??= draft
    this.requestUpdate()
    void this.focusOn('dialog #alert')
  }

  #close = (): void => {
    const draft = this.#draft
    this.#draft = undefined
    this.requestUpdate()
    if (draft?.gone === undefined || !('row' in draft.target)) return
    this.#drafts.delete(keyOfTarget(draft.target))
    this.fire('consentry-changed', { request: draft.target.row.id, command: null })
  }

  /** Shows what the person has just done. */
  protected doneView(): unknown {
    return this.#done === undefined ? nothing : html`<p class="note done" role="status" tabindex="-1">${this.#done}</p>`
  }

  protected dialogView(): unknown {
    const { texts, formats } = this
    const draft = this.#draft
    return html`<dialog part="dialog" aria-labelledby="confirming" @close=${(event: Event) => isShut(event) && this.#close()}>
      ${
        draft === undefined
          ? nothing
          : draft.gone !== undefined
            ? outgoingGone(draft, texts, formats, this.#close)
            : outgoingForm({
                ...{ draft, texts, formats, isSending: this.#isSending },
                changed: () => this.requestUpdate(),
                submit: (event) => void this.#submit(event, draft),
                cancel: this.#close,
                goTo: () => void this.focusOn('#message'),
              })
      }
    </dialog>`
  }
}
