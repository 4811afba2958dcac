/** The events that elements fire. All bubble and leave shadow trees. */
import type { OwnEndCause } from './presence.js'

/**
 * Where a person wants to go.
 *
 * `preventDefault` leaves it to the host's router. By default, the element shows it in its own place.
 */
export interface Navigation {
  /**
   * The page.
   *
   * The requests to the own tenant, the person's own access, the access requests that the own tenant sent, or the page of a new one.
   */
  readonly to: 'incoming' | 'my-access' | 'outgoing' | 'new-request'
  /**
   * The id of one request; without it the whole list.
   *
   * That is a tenant request for `incoming`, an access request for `outgoing`, and for `new-request` the tenant request that the new one
   * begins like.
   */
  readonly id?: string | undefined
}

/** What has changed. */
export interface Change {
  /** The id of the request; `null` for a change of a session, and of several requests. */
  readonly request: string | null
  /** The method of the client that did it; `null` if somebody else has, and an element found it. */
  readonly command:
    | ('grant' | 'reject' | 'answerMany' | 'revokeIncoming' | 'setExpiry' | 'leaveSession' | 'endSession')
    | ('submit' | 'withdrawRequest' | 'withdrawOutgoing' | 'revokeOutgoing' | 'removeUser' | 'endAll')
    | null
}

/** Where a person acts from now on. */
export interface Entry {
  /** The tenant that they are inside. */
  readonly tenant: string
  /** By which method they have entered. */
  readonly method: 'access-request' | 'legacy-configure' | 'legacy-support'
}

/** How a person came out of a tenant. */
export interface Departure {
  /** Why the session is over: `ended-by-user` if the person has left. */
  readonly cause: OwnEndCause
}

/** The events of the elements, by name, as `addEventListener` knows them. */
export interface ElementEvents {
  /** A person wants to go somewhere. */
  'consentry-navigate': CustomEvent<Navigation>
  /** A request or a session has changed. Elements on the same page read again what they show. */
  'consentry-changed': CustomEvent<Change>
  /** A session has started. Elements on the same page read again what they show. */
  'consentry-entered': CustomEvent<Entry>
  /** The person is no longer inside a tenant. The host shows them its own pages again. */
  'consentry-left': CustomEvent<Departure>
}

declare global {
  interface HTMLElementEventMap extends ElementEvents {}
  interface DocumentEventMap extends ElementEvents {}
}
