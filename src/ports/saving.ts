/** The results of saving, and the caps that are counted in the step that saves. */
import type { Instant } from '../domain/instant.js'

/** The result of saving; on `conflict` a stored revision differed, and nothing was saved. */
export type SaveResult = 'saved' | 'conflict'

/** The result of saving sessions; on `too-many-live` a user had too many, and nothing was saved. */
export type SessionSaveResult = SaveResult | 'too-many-live'

/** The cap of open requests by one requesting tenant in one tenant (SPEC 3.4a). */
export interface OpenCap {
  /** The most open requests of the requesting tenant in one tenant, the new one included. */
  readonly maxOpen: number
  /** The instant at which a grant must not be over to count, in milliseconds. */
  readonly now: Instant
}

/** The cap of live sessions of one user (SPEC 7.1). */
export interface LiveCap {
  /** The most sessions of a user that can be live, the new ones included. */
  readonly maxLive: number
  /** The instant at which they can be live, in milliseconds. */
  readonly now: Instant
}
