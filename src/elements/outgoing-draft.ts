/** What a person is about to end: requests, grants, the access of a user, or all with a customer. */
import type { ConsentryClient } from '../client/client-types.js'
import { type FormErrors, NO_ERRORS } from './command-error.js'
import type { ElementsContext } from './element-context.js'
import type { Formats } from './formats.js'
import { messageIssue } from './message-field.js'
import type { AccessRequestRow, NameTable, OutgoingRow } from './requests.js'

/** What ends, by the method of the client that ends it. */
export type OutgoingTarget =
  | { readonly command: 'withdrawOutgoing' | 'revokeOutgoing'; readonly row: OutgoingRow }
  | { readonly command: 'withdrawRequest'; readonly request: AccessRequestRow }
  | { readonly command: 'removeUser'; readonly user: string }
  | { readonly command: 'endAll'; readonly tenant: string }

/** How many requests and sessions a command has ended or changed. */
export interface Ended {
  readonly requests: number
  readonly sessions: number
}

/** Returns the target's key: two of one key are about the same. */
export function keyOfTarget(target: OutgoingTarget): string {
  const { command } = target
  if ('row' in target) return `${command} ${target.row.id}`
  if ('request' in target) return `${command} ${target.request.id}`
  return `${command} ${'user' in target ? target.user : target.tenant}`
}

/** Returns how many requests and sessions are among what a command has changed. */
function endedIn(changed: readonly object[]): Ended {
  const sessions = changed.filter((one) => 'session' in one).length
  return { requests: changed.length - sessions, sessions }
}

/** A command that waits for its confirmation, with the message that goes with it. */
export class OutgoingDraft {
  errors: FormErrors = NO_ERRORS
  message = ''
  target: OutgoingTarget
  readonly names: NameTable
  /** Why nothing is left to end: somebody was faster, or it is not known who it was. */
  gone: 'meanwhile' | 'lookedUp' | undefined

  constructor(target: OutgoingTarget, names: NameTable) {
    this.target = target
    this.names = names
  }

  /** The tenant that reads the message; `undefined` if the command has none. */
  get reader(): string | undefined {
    const { target } = this
    if (target.command === 'revokeOutgoing') return target.row.tenant
    return target.command === 'endAll' ? target.tenant : undefined
  }

  check({ texts }: ElementsContext, formats: Formats): FormErrors {
    const message = messageIssue(this.message, 0, texts, formats)
    return { fields: { ...(message && { message }) } }
  }

  /** Sends the command on the revision that the person has seen. */
  async send(client: ConsentryClient): Promise<Ended> {
    const { target } = this
    const message = this.message === '' ? undefined : this.message
    if ('row' in target) {
      const { id, revision: ifRevision } = target.row
      await (target.command === 'revokeOutgoing'
        ? client.revokeOutgoing(id, { message, ifRevision })
        : client.withdrawOutgoing(id, { ifRevision }))
      return { requests: 1, sessions: 0 }
    }
    const { changed } = await ('request' in target
      ? client.withdrawRequest({ accessRequest: target.request.id })
      : 'user' in target
        ? client.removeUser({ user: target.user })
        : client.endAll({ with: target.tenant, message }))
    return endedIn(changed)
  }

  /**
   * Reads a single request again, since it has moved or an answer was lost.
   *
   * @returns whether the person still sees what there is. Commands on several requests can always be repeated.
   */
  async lookUp(client: ConsentryClient, gone: 'meanwhile' | 'lookedUp'): Promise<boolean> {
    const { target } = this
    if (!('row' in target)) return true
    const { revision } = target.row
    const row = await client.getOutgoing(target.row.id)
    this.names.add(row.names)
    this.target = { ...target, row }
    const isOpen = row.status === (target.command === 'revokeOutgoing' ? 'granted' : 'pending')
    this.gone = isOpen ? undefined : gone
    return isOpen && row.revision === revision
  }
}
