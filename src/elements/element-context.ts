/** What the elements share: the client, texts, language and time zone that a host hands them once. */
import type { ConsentryClient } from '../client/client-types.js'
import type { Texts } from './texts/texts.js'

/**
 * What the host's policy demands of requests, answers and sessions.
 *
 * An element says it before the API does.
 */
export interface ElementsPolicy {
  /** The least number of letters and digits in the message, as the service has it. */
  readonly requireMessage?: { readonly [Command in 'submit' | 'grant' | 'reject' | 'start']?: number | undefined } | undefined
  /** The most tenants of one request, 10,000 by default. */
  readonly maxTenants?: number | undefined
  /** The most pairs of a user and a tenant of one request, 100,000 by default. */
  readonly maxPairs?: number | undefined
  /** The most users of one request for one tenant, 1,000 by default. */
  readonly maxUsersPerTenant?: number | undefined
}

/** What every element needs. It is for `defineElements`, or for the `context` of one element. */
export interface ElementsContext {
  /** The client of the person's login. */
  readonly client: ConsentryClient
  /** The texts: `en`, `fr`, or an object of the host's own. */
  readonly texts: Texts
  /** The language of numbers and dates, as a BCP 47 tag such as `fr` or `en-GB`. */
  readonly locale: string
  /** The time zone in which instants are shown and typed, such as `Europe/Paris`. */
  readonly timeZone: string
  /** What the service's policy demands, where it is not the default. The API decides. */
  readonly policy?: ElementsPolicy | undefined
}

let shared: ElementsContext | undefined

/** Sets the context of all elements that have none of their own. */
export function shareContext(context: ElementsContext): void {
  shared = context
}

/**
 * Returns the context of all elements that have none of their own.
 *
 * @throws if `defineElements` has not been called.
 */
export function sharedContext(): ElementsContext {
  if (shared === undefined) throw new Error('the elements have no context: call defineElements({ client, texts, locale, timeZone }) first')
  return shared
}
