/** The client of the HTTP API, for browsers and servers: over fetch, without dependencies. */

export { type ClientOptions, consentryClient } from './client/client.js'
export { type ClientError, type ClientErrorCode, type ClientFailure, isClientError } from './client/client-error.js'
export type { CallOptions, ConsentryClient, Names, PagedCall, RevisionOptions } from './client/client-types.js'
export { ConsentryError, isConsentryError } from './domain/error.js'
