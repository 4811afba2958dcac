/** The composing of a request: its draft, its preview, and what to say if it is not sent. */
import type { PropertyDeclarations } from 'lit'
import { AssociationsEditor } from './associations-editor.js'
import type { FormErrors } from './command-error.js'
import { ConsentryElement } from './consentry-element.js'
import type { EditorParts } from './editor-parts.js'
import type { ElementsContext } from './element-context.js'
import { PreviewReader } from './preview-reader.js'
import type { RequestDraft, SentRequest } from './request-draft.js'
import { NameTable } from './requests.js'
import { submissionError } from './submission-error.js'
import type { Texts } from './texts/texts.js'
import { withTroubles } from './trouble.js'

/** The base of the element that composes requests. */
export abstract class ComposingElement extends ConsentryElement {
  static override properties: PropertyDeclarations = { like: { type: String } }

  /** The id of a tenant request that the new request begins like; `null` for an empty one. */
  declare like: string | null

  protected readonly names = new NameTable(undefined)
  /** What was entered, by what it began like. */
  protected readonly drafts = new Map<string | null, RequestDraft>()
  protected readonly preview = new PreviewReader({
    reading: (read) => this.reading(read, () => true),
    draft: () => this.draft,
    context: () => this.ownContext,
    parts: () => this.parts,
  })
  protected readonly associations = new AssociationsEditor({ client: () => this.given.client, parts: () => this.parts })
  protected isSending = false
  #connected: AbortController | undefined

  /** Shows what was sent. */
  protected abstract succeed(request: SentRequest): Promise<void>

  override connectedCallback(): void {
    super.connectedCallback()
    this.#connected = new AbortController()
    const keep = (event: Event) => [...this.drafts.values()].some(({ isChanged }) => isChanged) && event.preventDefault()
    window.addEventListener('beforeunload', keep, { signal: this.#connected.signal })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#connected?.abort()
    this.associations.close()
  }

  protected override get texts(): Texts {
    const { texts } = this.given
    return withTroubles(texts, texts.editor)
  }

  protected get ownContext(): ElementsContext {
    return { ...this.given, texts: this.texts }
  }

  protected get draft(): RequestDraft | undefined {
    return this.drafts.get(this.like)
  }

  protected get parts(): EditorParts {
    const { texts, formats } = this
    const focusOn = (...selectors: readonly string[]) => void this.focusOn(...selectors)
    return { texts, formats, names: this.names, changed: () => this.requestUpdate(), focusOn }
  }

  protected async submit(event: Event, draft: RequestDraft): Promise<void> {
    event.preventDefault()
    if (this.isSending || !this.associations.isSettled()) return
    const errors = draft.check(this.ownContext, this.formats)
    if (Object.keys(errors.fields).length > 0) return this.#refuse(draft, errors)
    this.isSending = true
    this.requestUpdate()
    try {
      const news = await this.#newsOf(draft)
      if (news === undefined) await this.succeed(await draft.send(this.given.client))
      else this.#refuse(draft, news)
    } catch (error) {
      this.#refuse(draft, submissionError(error, draft, this.ownContext, this.formats))
    } finally {
      this.isSending = false
      this.requestUpdate()
    }
  }

  /** Returns what the person does not know yet, and should before it is sent. */
  async #newsOf(draft: RequestDraft): Promise<FormErrors | undefined> {
    const { alerts } = this.texts.editor
    // What is pending after a try may be this very request.
    if (draft.wasTried) return undefined
    const earlier = await draft.wasSentBefore(this.given.client)
    if (earlier !== undefined) {
      this.fire('consentry-changed', { request: earlier, command: 'submit' })
      return { fields: {}, alert: alerts.earlier }
    }
    const hasNews = await this.preview.hasNews()
    const errors = draft.check(this.ownContext, this.formats)
    if (Object.keys(errors.fields).length > 0) return errors
    return hasNews ? { fields: {}, alert: alerts.meanwhile } : undefined
  }

  #refuse(draft: RequestDraft, errors: FormErrors): void {
    draft.errors = errors
    this.requestUpdate()
    void this.focusOn('#alert')
  }
}
