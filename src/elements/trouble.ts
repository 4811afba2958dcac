/** Why an element could not read or do something, as far as a person needs to know. */
import { isClientError } from '../client/client-error.js'
import type { Texts } from './texts/texts.js'

/**
 * The kinds of trouble.
 *
 * `unreachable`: no connection, no answer in time, or not the API's answer. `busy`: the API answers, but cannot work now.
 */
export type TroubleKind = 'unreachable' | 'busy' | 'not-logged-in' | 'impersonating' | 'not-permitted' | 'not-found' | 'unknown'

/** Returns the kind of trouble that an error means. */
export function troubleOf(error: unknown): TroubleKind {
  if (isClientError(error, 'facts-unavailable')) return 'busy'
  if (isClientError(error, 'unavailable')) return isFromApi(error) ? 'busy' : 'unreachable'
  if (isClientError(error, 'not-logged-in', 'impersonating', 'not-permitted', 'not-found')) return error.code
  return 'unknown'
}

/** The client says why it could not ask as the error's cause; what the API itself has refused has none. */
function isFromApi({ cause }: { readonly cause?: unknown }): boolean {
  return cause === undefined
}

/** An element's own words about some troubles, for people who do not only answer requests. */
interface OwnTroubles {
  readonly trouble: Partial<Texts['shared']['trouble']>
  readonly errors?: Partial<Texts['shared']['errors']>
}

/** Returns the texts with an element's own words about troubles. */
export function withTroubles(texts: Texts, { trouble, errors }: OwnTroubles): Texts {
  const { shared } = texts
  return { ...texts, shared: { ...shared, trouble: { ...shared.trouble, ...trouble }, errors: { ...shared.errors, ...errors } } }
}
