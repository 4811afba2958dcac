/** Several requests that are answered at once: those that wait, and what became of the others. */
import { type ClientError, isClientError } from '../client/client-error.js'
import type { ConsentryClient, Names } from '../client/client-types.js'
import type { AnswerDraft, Preview } from './answer-draft.js'
import { commandError, type FormErrors, NO_ERRORS } from './command-error.js'
import type { ElementsContext } from './element-context.js'
import type { Formats } from './formats.js'
import { type IncomingRow, NameTable } from './requests.js'

/** Requests with their names, as a page of `listIncoming` has them. */
export interface RequestPage {
  /** The requests. */
  readonly items: readonly IncomingRow[]
  /** The names of the tenants that ask, if the API tells them. */
  readonly names?: Names | undefined
}

/** A request that cannot be answered any more: as it was, and as it is now if it is still there. */
interface Gone {
  readonly row: IncomingRow
  readonly now: IncomingRow | undefined
}

/** How many requests are read at once. */
const AT_ONCE = 10

/** Requests that are answered at once. What became of them is that of the last try. */
export class AnswerBatch {
  readonly names: NameTable
  /** The requests that still wait, as they were read last. */
  rows: readonly IncomingRow[]
  /** How many the last try has answered, and how. */
  done = 0
  answer: AnswerDraft['answer'] = 'grant'
  /** Those with an answer or an end that is not known to be the person's own. */
  gone: readonly Gone[] = []
  /** Whether these were found after a try without an answer, which may have reached them. */
  isLookedUp = false
  /** Those that were refused, and why. */
  refused: readonly { readonly row: IncomingRow; readonly why: string }[] = []
  #preview: Preview | undefined

  constructor({ items, names }: RequestPage) {
    this.rows = items
    this.names = new NameTable(names)
  }

  /** Returns what granting means, which is the same for all of them; `undefined` if none waits. */
  async preview(client: ConsentryClient, signal: AbortSignal): Promise<Preview | undefined> {
    const [first] = this.rows
    if (first === undefined) return undefined
    try {
      this.#preview = await client.previewAnswer(first.id, { signal })
    } catch (error) {
      if (!isClientError(error, 'not-pending', 'not-found')) throw error
      // Later, maybe while answers are on their way, their outcomes say which were answered meanwhile.
      if (this.#preview !== undefined) return this.#preview
      await this.#lookUp(client, this.rows)
      const [next] = this.rows
      this.#preview = next && (await client.previewAnswer(next.id, { signal }))
    }
    return this.#preview
  }

  /** Sends the answer to all that wait, and returns what is wrong with the form or with all of them. */
  async send(draft: AnswerDraft, { client, texts }: ElementsContext, formats: Formats): Promise<FormErrors> {
    const isUncertain = draft.errors.isUncertain === true
    this.answer = draft.answer
    this.isLookedUp = isUncertain
    this.done = 0
    this.gone = []
    this.refused = []
    try {
      // Answers may have arrived although nothing came back.
      if (isUncertain) await this.#lookUp(client, this.rows)
      const sent = this.rows
      const errors = sent.length === 0 ? [] : await draft.sendMany(client, sent)
      this.#drop(sent.filter((_, n) => errors[n] === undefined))
      const failed = sent.flatMap((row, n) => (errors[n] === undefined ? [] : [{ row, error: errors[n] }]))
      return await this.#explain(failed, { client, texts }, formats)
    } catch (error) {
      const changed = isClientError(error) ? error.changed : []
      this.#drop(this.rows.filter(({ id }) => changed.some((one) => 'id' in one && one.id === id)))
      const said = commandError(error, texts, formats)
      // Some may have been answered before it failed: the next try reads them first.
      return { ...(said === 'moved' ? { fields: {}, alert: texts.shared.errors.unknown } : said), isUncertain: true }
    }
  }

  /** Says why requests were not answered. An expiry that all were refused for is the form's error. */
  async #explain(
    failed: readonly { readonly row: IncomingRow; readonly error: ClientError }[],
    { client, texts }: Pick<ElementsContext, 'client' | 'texts'>,
    formats: Formats,
  ): Promise<FormErrors> {
    const said = failed.map(({ row, error }) => ({
      row,
      is: isClientError(error, 'not-found') ? 'moved' : commandError(error, texts, formats),
    }))
    const refused = said.flatMap(({ row, is }) => (typeof is === 'string' ? [] : [{ row, is }]))
    const moved = said.flatMap(({ row, is }) => (is === 'moved' ? [row] : []))
    let errors = NO_ERRORS
    let whyMoved = texts.answer.changed
    try {
      await this.#lookUp(client, moved)
    } catch {
      // The next try reads them first.
      whyMoved = texts.answer.meanwhile
      errors = { fields: {}, isUncertain: true }
    }
    const stayed = moved.flatMap(({ id }) => this.rows.filter((row) => row.id === id)).map((row) => ({ row, why: whyMoved }))
    const [expiry, ...others] = refused.map(({ is }) => is.fields.expiry)
    if (expiry !== undefined && !others.includes(undefined) && stayed.length === 0) return { ...errors, fields: { expiry } }
    this.refused = [...stayed, ...refused.map(({ row, is }) => ({ row, why: is.fields.expiry ?? is.alert ?? '' }))]
    return errors
  }

  #drop(answered: readonly IncomingRow[]): void {
    this.done += answered.length
    this.rows = this.rows.filter((row) => !answered.includes(row))
  }

  /** Reads requests again. Those that wait no longer leave the rows. */
  async #lookUp(client: ConsentryClient, rows: readonly IncomingRow[]): Promise<void> {
    const read = new Map<string, IncomingRow | undefined>()
    for (let from = 0; from < rows.length; from += AT_ONCE)
      await Promise.all(rows.slice(from, from + AT_ONCE).map(async ({ id }) => read.set(id, await this.#read(client, id))))
    const waits = (row: IncomingRow) => !read.has(row.id) || read.get(row.id)?.status === 'pending'
    this.gone = [...this.gone, ...this.rows.filter((row) => !waits(row)).map((row) => ({ row, now: read.get(row.id) }))]
    this.rows = this.rows.filter(waits).map((row) => read.get(row.id) ?? row)
  }

  async #read(client: ConsentryClient, id: string): Promise<IncomingRow | undefined> {
    try {
      const row = await client.getIncoming(id)
      this.names.add(row.names)
      return row
    } catch (error) {
      if (isClientError(error, 'not-found')) return undefined
      throw error
    }
  }
}
