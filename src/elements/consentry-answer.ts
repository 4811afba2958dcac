/** `consentry-answer`: the dialog in which a tenant grants or rejects one request. */
import { html, nothing, type PropertyDeclarations, type PropertyValues } from 'lit'
import { AnswerDraft, type Preview } from './answer-draft.js'
import { answerForm } from './answer-form.js'
import { answeredView, type Gone } from './answered-view.js'
import { AnsweringElement } from './answering-element.js'
import { commandError } from './command-error.js'
import { named } from './named.js'
import { requestHead } from './outcome-view.js'
import { type IncomingRow, lapsesSoon, NameTable } from './requests.js'
import { Ticker } from './ticker.js'
import { outdatedView } from './views.js'

/** What the dialog is about: a request, and what granting it would mean if it can be answered. */
interface Opened {
  readonly row: IncomingRow
  readonly names: NameTable
  readonly preview: Preview | undefined
}

/**
 * A dialog that grants or rejects a request to the own tenant.
 *
 * It is open while `request` is the id of one. It fires `consentry-changed` after an answer. What was typed stays until it is sent, also if the dialog is closed and opened again.
 */
export class ConsentryAnswer extends AnsweringElement {
  static override properties: PropertyDeclarations = { request: { type: String } }

  /** The id of the request, or `null` while the dialog is closed. */
  declare request: string | null

  readonly #drafts = new Map<string, AnswerDraft>()
  protected readonly loader = this.reading(
    (signal) => this.#read(signal),
    () => true,
  )
  #gone: Gone | undefined

  constructor() {
    super()
    this.request = null
    new Ticker(this)
  }

  protected get isOpen(): boolean {
    return this.request !== null
  }

  async #read(signal: AbortSignal): Promise<Opened | undefined> {
    const { request } = this
    if (request === null) return undefined
    const { client, timeZone } = this.given
    const row = await client.getIncoming(request, { signal })
    const names = new NameTable(row.names)
    // Who answers between the two calls is seen by the next reading.
    const preview = row.status === 'pending' ? await client.previewAnswer(request, { signal }) : undefined
    const draft = this.#drafts.get(request)
    if (preview === undefined) this.#gone ??= draft && 'meanwhile'
    else if (draft === undefined) this.#drafts.set(request, new AnswerDraft(preview, timeZone))
    else draft.follow(preview, timeZone)
    return { row, names, preview }
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed)
    if (!changed.has('request')) return
    this.#gone = undefined
    this.loader.clear()
  }

  async #submit(event: Event, { row }: Opened, draft: AnswerDraft): Promise<void> {
    event.preventDefault()
    if (this.isSending) return
    const isUncertain = draft.errors.isUncertain === true
    const errors = draft.check(this.given, this.formats)
    if (Object.keys(errors.fields).length > 0) return this.refuse(draft, errors)
    this.isSending = true
    this.requestUpdate()
    try {
      // The answer may have arrived although nothing came back.
      if (isUncertain && !(await this.#canAnswer(draft, 'lookedUp'))) return
      await draft.send(this.given.client, row)
      await this.#succeed(row.id, draft.answer)
    } catch (error) {
      const said = commandError(error, this.texts, this.formats)
      if (said !== 'moved') this.refuse(draft, said)
      else if (await this.#canAnswer(draft, 'meanwhile')) this.refuse(draft, { fields: {}, alert: this.texts.answer.changed })
    } finally {
      this.isSending = false
      this.requestUpdate()
    }
  }

  /** Reads the request again, and returns whether it can be answered. If not, the person is told why. */
  async #canAnswer(draft: AnswerDraft, gone: Gone): Promise<boolean> {
    await this.loader.load()
    const { state } = this.loader
    if (state.kind !== 'ready') return false
    const { value, outdated } = state
    if (outdated) this.refuse(draft, { fields: {}, alert: this.texts.shared.errors[outdated], isUncertain: true })
    else if (value?.preview === undefined) this.#leaveForm(gone)
    return outdated === undefined && value?.preview !== undefined
  }

  async #succeed(request: string, command: 'grant' | 'reject'): Promise<void> {
    this.#drafts.delete(request)
    this.request = null
    // A dialog that closes returns the focus; only then may a listener move it.
    await this.updateComplete
    this.fire('consentry-changed', { request, command })
  }

  #leaveForm(why: Gone): void {
    this.#gone = why
    this.requestUpdate()
    void this.focusOn('#alert')
  }

  protected close(): void {
    const { request } = this
    this.request = null
    if (this.#gone === undefined || request === null) return
    this.#drafts.delete(request)
    this.fire('consentry-changed', { request, command: null })
  }

  protected override render(): unknown {
    const { state } = this.loader
    return this.dialogView(state.kind === 'ready' && state.value ? this.#ready(state.value) : undefined)
  }

  #ready(opened: Opened): unknown {
    const { texts, formats } = this
    const { row, names, preview } = opened
    const draft = this.#drafts.get(row.id)
    const tenant = names.tenant(row.requestingTenant)
    if (preview === undefined || draft === undefined) {
      const unsent = this.#gone === undefined ? '' : (draft?.message ?? '')
      return answeredView({ row, names, gone: this.#gone, unsent, texts, formats, close: () => this.close() })
    }
    const outdated = this.loader.state.kind === 'ready' ? this.loader.state.outdated : undefined
    return html`${requestHead(row, named(texts.answer.title, tenant), texts, formats)}
      ${row.answerBy === null ? nothing : html`<p class=${lapsesSoon(row, Date.now()) ? 'soon' : 'muted'}>${texts.answer.lapses(formats.relative(row.answerBy, Date.now()))}</p>`}
      ${outdatedView(texts, draft.errors.alert === undefined ? outdated : undefined, () => this.loader.retry())}
      ${answerForm({
        ...this.formInput(draft, (event) => void this.#submit(event, opened, draft)),
        tenants: [tenant],
        count: 1,
        closesLegacy: preview.closesLegacy,
      })}`
  }
}
