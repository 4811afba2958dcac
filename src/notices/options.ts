/** The options of the notices, parsed, with defaults. */
import * as z from 'zod'
import type { Consentry } from '../consentry.js'
import { unwrap } from '../domain/error.js'
import { Id, readRecord } from '../domain/input.js'
import type { Instant } from '../domain/instant.js'
import { Duration, type DurationInput } from '../domain/policy.js'
import { followerShape, readersSchema } from '../feed/follow-feed.js'
import { methodsMessage, missingMethods } from '../ports/methods.js'
import type { NoticeRepository, NoticeStore } from '../ports/notice-store.js'
import type { People } from '../ports/people.js'
import { repositorySchema } from '../ports/repository-schema.js'
import type { NoticeChannel } from './channel.js'
import type { DeadNotice } from './stored-notice.js'

/** The options of `startNotices`. */
export interface NoticesOptions<Transaction> {
  /** The service, whose `recordDue` is called, and whose policy says what tenants see of users. */
  readonly consentry: Pick<Consentry, 'recordDue' | 'policy'>
  /**
   * The repository of the service.
   * The library's own in SQLite, PostgreSQL or memory, or one that has `readers` and `notices`.
   */
  readonly repository: NoticeRepository<Transaction>
  /** By which channels notices go, such as `mail(...)` and `webhook(...)`. Each has a name of its own. */
  readonly deliver: readonly NoticeChannel[]
  /**
   * Names, and whom to write to.
   * `mail` needs its `recipients`, which also decides who does not want to be written to.
   */
  readonly people?: People | undefined
  /**
   * How long before the end of a grant its parties are reminded, by default 7 days and 1 day.
   * `[]` for never.
   */
  readonly remind?: readonly DurationInput[] | undefined
  /** How long after it was sent the parties of an unanswered request are reminded.
   * By default 3 and 14 days. `[]` for never. */
  readonly unanswered?: readonly DurationInput[] | undefined
  /**
   * How often the requesting tenant gets one message about everything, instead of one about each thing.
   * By default there are no digests. They are sent at multiples of it since 1970, and hold no reminders.
   */
  readonly digest?: DurationInput | undefined
  /** For how long deliveries are kept once they were sent or given up, by default 30 days. */
  readonly keep?: DurationInput | undefined
  /**
   * Called with each delivery that is given up.
   * It stays listed by `dead()` until it is sent `again()` or kept no longer.
   */
  readonly onDead?: ((delivery: DeadNotice) => void) | undefined
  /** The name under which the position is kept, an id (SPEC 3.5), by default `notices`. */
  readonly reader?: string | undefined
  /**
   * Whether to work in the background, by default `true`.
   * Otherwise nothing happens but by `gather()` and `send()`.
   */
  readonly background?: boolean | undefined
  /** The longest time until new events and what is due are looked for, in milliseconds, by default 5,000. */
  readonly pollIntervalMs?: number | undefined
  /** How long others wait for a process that has died, in milliseconds: by default 30,000, up to 300,000. */
  readonly holdMs?: number | undefined
  /** The limit of a call of the repository, in milliseconds, by default 30,000. */
  readonly timeoutMs?: number | undefined
  /**
   * The limit of one attempt to send, in milliseconds, by default 30,000.
   * A delivery whose process has died is sent again after twice that.
   */
  readonly sendTimeoutMs?: number | undefined
  /** Returns the current instant, a `Date` or milliseconds: that of the service. By default `Date.now`. */
  readonly clock?: (() => Date | Instant) | undefined
  /** Called with each error; what failed is tried again. By default each kind of error is logged once. */
  readonly onError?: ((error: unknown) => void) | undefined
}

const callback = <T>() => z.custom<T>((value) => typeof value === 'function', 'must be a function')
const withMethods = <T>(what: string, ...methods: readonly string[]) =>
  z.custom<T>((value) => missingMethods(value, methods).length === 0, { error: ({ input }) => methodsMessage(input, what, methods) })

const STORE_METHODS = [
  ...(['add', 'lease', 'recordReached', 'settle', 'closedEndpoints', 'dead', 'again', 'purge', 'count', 'unanswered'] as const),
] satisfies readonly (keyof NoticeStore<unknown>)[]

const Channel = withMethods<NoticeChannel>('a channel, such as `mail(...)`', 'send').refine(
  (channel) => Id.safeParse(channel.name).success && Array.isArray(channel.roles),
  'must have a `name`, an id, and `roles`',
)
const ascending = (durations: readonly number[]) => [...new Set(durations)].sort((a, b) => a - b)
const Durations = z
  .array(Duration, 'must be a list of durations, such as `[{ days: 7 }]`')
  .max(10, 'must be at most 10')
  .transform(ascending)

const Options = z.strictObject(
  {
    consentry: withMethods<Pick<Consentry, 'recordDue' | 'policy'>>('the service of `createConsentry`', 'recordDue').refine(
      ({ policy }) => typeof policy === 'object',
      'must have the `policy` of `createConsentry`',
    ),
    repository: repositorySchema.pipe(
      z.custom<NoticeRepository<never>>().superRefine((repository, context) => {
        const { readers, notices } = repository as Partial<NoticeRepository<never>>
        if (!readersSchema.safeParse(readers).success || missingMethods(notices, STORE_METHODS).length > 0)
          context.addIssue({
            code: 'custom',
            input: repository,
            message: 'must keep readers and notices: pass the repository itself, not one of `within`',
          })
      }),
    ),
    deliver: z
      .array(Channel, 'must be a list of channels, such as `[mail(...)]`')
      .min(1, 'must have at least one channel')
      .refine((channels) => new Set(channels.map(({ name }) => name)).size === channels.length, 'must not have two channels of one name'),
    people: withMethods<People>('a `People`', 'users', 'tenants').optional(),
    remind: Durations.prefault([{ days: 7 }, { days: 1 }]),
    unanswered: Durations.prefault([{ days: 3 }, { days: 14 }]),
    digest: Duration.optional(),
    keep: Duration.prefault({ days: 30 }),
    onDead: callback<(delivery: DeadNotice) => void>().default(() => () => {}),
    reader: Id.default('notices'),
    ...followerShape,
    sendTimeoutMs: z
      .number('must be a number of milliseconds')
      .positive('must be more than 0')
      .max(600_000, 'must be at most 600,000')
      .default(30_000),
    clock: callback<() => Date | Instant>().default(() => Date.now),
  },
  'must be a record with `consentry`, `repository` and `deliver`',
)

/** Parsed options of the notices. */
export type ParsedNoticesOptions = z.output<typeof Options>

/**
 * Parses and copies the options.
 * @throws `invalid-input` with the issues, for invalid or unknown options.
 */
export function parseNoticesOptions(options: unknown): ParsedNoticesOptions {
  return unwrap(readRecord(Options, options, 'options'))
}
