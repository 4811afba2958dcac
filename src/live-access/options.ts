/** The options of a live access, parsed, with defaults. */
import * as z from 'zod'
import type { AsyncLegacyRule, IsAskable } from '../domain/decision-types.js'
import { unwrap } from '../domain/error.js'
import { oncePerKind } from '../domain/host-calls.js'
import { readRecord } from '../domain/input.js'
import type { Instant } from '../domain/instant.js'
import { directorySchema } from '../ports/directory.js'
import { MAX_DELAY_MS } from '../ports/event-loop.js'
import { repositorySchema } from '../ports/repository-schema.js'
import type { LoadProgress } from './load-snapshot.js'

const duration = z.number('must be a number of milliseconds').positive('must be more than 0')
const callback = <T>() => z.custom<T>((value) => typeof value === 'function', 'must be a function')
const Options = z.strictObject(
  {
    repository: repositorySchema,
    legacy: callback<AsyncLegacyRule>().optional(),
    legacyTimeoutMs: duration.max(MAX_DELAY_MS).default(5_000),
    isAskable: callback<IsAskable>().optional(),
    directory: directorySchema.optional(),
    maxStalenessMs: duration.default(10_000),
    onStale: z.enum(['deny', 'query'], 'must be `deny` or `query`').default('deny'),
    pollIntervalMs: duration.default(1_000),
    timeoutMs: duration.default(30_000),
    clock: callback<() => Date | Instant>().default(() => Date.now),
    onProgress: callback<(progress: LoadProgress) => void>().default(() => () => {}),
    onError: callback<(error: unknown) => void>().default(warnOnce),
  },
  'must be an options object',
)

/** Parsed options of a live access. */
export type ParsedLiveAccessOptions = z.output<typeof Options>

/**
 * Parses and copies the options.
 *
 * @throws `invalid-input` with the issues, for invalid or unknown options.
 */
export function parseLiveAccessOptions(options: unknown): ParsedLiveAccessOptions {
  return unwrap(readRecord(Options, options, 'options'))
}

/** Returns the default of `onError`. */
function warnOnce(): (error: unknown) => void {
  return oncePerKind((error) =>
    console.warn('consentry: a live access met a failure; each kind is said once, `onError` gets every one:', error),
  )
}
