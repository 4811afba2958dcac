/** What the elements that start sessions have in common. */
import { html } from 'lit'
import { isClientError } from '../client/client-error.js'
import type { Me } from './access-list.js'
import { type FormErrors, NO_ERRORS } from './command-error.js'
import { ConsentryElement } from './consentry-element.js'
import type { Entry } from './element-events.js'
import { type DenyReason, EntryDraft, entryError } from './entry-draft.js'
import { type EntryFormInput, entryForm } from './entry-form.js'
import { named } from './named.js'
import type { NameTable } from './requests.js'
import { form } from './styles/form.js'
import type { Texts } from './texts/texts.js'
import { withTroubles } from './trouble.js'
import { toggleDialog } from './views.js'

/** The base of the elements that start sessions: one dialog, and what was typed in it for each session. */
export abstract class EnteringElement extends ConsentryElement {
  static override styles = [...ConsentryElement.styles, form]

  /** The session that the open dialog is about. */
  protected entry: Entry | undefined
  readonly #drafts = new Map<string, EntryDraft>()
  #isStarting = false

  /** Reads again what the element shows. */
  protected abstract readAgain(): Promise<void>
  /** Shows that a session was denied. */
  protected abstract showDenial(entry: Entry, reason: DenyReason): Promise<void>

  /** Trouble is said in words about sessions, not about answers to requests. */
  protected override get texts(): Texts {
    const { texts } = this.given
    return withTroubles(texts, texts.entering)
  }

  /** Returns what was typed about a session. */
  protected draftOf({ tenant, method }: Entry): EntryDraft {
    const key = `${method} ${tenant}`
    const draft = this.#drafts.get(key) ?? new EntryDraft()
    this.#drafts.set(key, draft)
    return draft
  }

  protected openDialog(entry: Entry): void {
    this.entry = entry
    this.requestUpdate()
  }

  protected closeDialog = (): void => {
    this.entry = undefined
    this.requestUpdate()
  }

  /** The browser says late that a dialog has closed: it may be open again by then. */
  protected dialogClosed = ({ target }: Event): void => {
    if (!(target as HTMLDialogElement).open) this.closeDialog()
  }

  protected override updated(): void {
    toggleDialog(this.renderRoot.querySelector('dialog'), this.entry !== undefined)
  }

  /** Starts the session, and fires `consentry-entered`. */
  async #start(event: Event, entry: Entry, isOff: boolean): Promise<void> {
    event.preventDefault()
    if (this.#isStarting || isOff) return
    const draft = this.draftOf(entry)
    const errors = draft.check(this.given, this.formats)
    if (errors !== NO_ERRORS) return this.#refuse(draft, errors)
    this.#isStarting = true
    this.requestUpdate()
    try {
      await draft.send(this.given, entry)
      await this.#succeed(entry)
    } catch (error) {
      await this.#failed(error, entry, draft)
    } finally {
      this.#isStarting = false
      this.requestUpdate()
    }
  }

  async #succeed(entry: Entry): Promise<void> {
    this.#drafts.clear()
    this.closeDialog()
    // A dialog that closes returns the focus; only then may a listener move it.
    await this.updateComplete
    this.fire('consentry-entered', entry)
    // A host that goes on to the tenant's pages has taken the element away.
    if (!this.isConnected) return
    await this.readAgain()
    await this.focusOn('#where')
  }

  async #failed(error: unknown, entry: Entry, draft: EntryDraft): Promise<void> {
    if (isClientError(error, 'access-denied')) {
      draft.errors = NO_ERRORS
      return this.showDenial(entry, error.decision.reason)
    }
    // Another page of the same login has started a session.
    if (isClientError(error, 'impersonating')) await this.readAgain()
    this.#refuse(draft, entryError(error, this.texts, this.formats))
  }

  #refuse(draft: EntryDraft, errors: FormErrors): void {
    draft.errors = errors
    this.requestUpdate()
    void this.focusOn('#alert')
  }

  /** Shows the form of a session; `off` says why it cannot start. */
  protected formView(entry: Entry, words: EntryFormInput['words'], off: unknown): unknown {
    return entryForm({
      draft: this.draftOf(entry),
      context: { ...this.given, texts: this.texts },
      formats: this.formats,
      isStarting: this.#isStarting,
      off,
      words,
      changed: () => this.requestUpdate(),
      submit: (event) => void this.#start(event, entry, off !== undefined),
      cancel: this.closeDialog,
      goTo: (field) => void this.focusOn(`#${field}`),
    })
  }

  /** Shows where the person is, and that no other session can start; nothing if they are nowhere. */
  protected insideView({ impersonating, session }: Me, names: NameTable, id: string): unknown {
    if (impersonating === null) return undefined
    const { entering } = this.texts
    const until = session === null ? '' : entering.insideUntil(this.formats.instant(session.endsAt))
    return html`<div class="note inside" id=${id} part="inside" role="status" tabindex="-1">
      <b>${named(entering.inside, names.tenant(impersonating.tenant))}</b> ${until} ${entering.leaveFirst}
    </div>`
  }
}
