/** Parsers of stored readers and deliveries. What a notice says is for its reader to check. */
import * as z from 'zod'
import { Id, StoredInstant } from '../../domain/input.js'
import type { ReaderState } from '../../ports/feed-readers.js'
import type { DeadDelivery, LeasedDelivery } from '../../ports/notice-store.js'
import { type Parse, parseJson, type Row, toNumber } from './row-values.js'

const State = z.strictObject({
  position: z.strictObject({ at: z.int(), event: Id.nullable() }),
  mark: StoredInstant.nullable(),
})
const Dead = z.strictObject({
  id: z.string(),
  channel: z.string(),
  party: z.string(),
  notice: z.unknown(),
  attempts: z.int(),
  error: z.string(),
  at: StoredInstant,
})
const Recipients = z.array(z.string())
const Endpoint = z.string()

/** Returns the parsers of rows of readers and deliveries. */
export function noticeParsers(parse: Parse) {
  /** Returns the recipients that were reached; `undefined` if the list cannot be read. */
  const recipients = (row: Row): readonly string[] | undefined => Recipients.safeParse(parseJson(row['reached'])).data

  return {
    recipients,

    /** Returns where a kept reader stands. */
    readerState: (reader: string, row: Row): ReaderState =>
      parse(State, 'feed_readers', reader, {
        position: { at: toNumber(row['position']), event: row['event'] },
        mark: toNumber(row['mark']),
      }),

    /**
     * Returns a delivery from its row and those of its bundle, of which the first is the delivery's.
     * One that cannot be read stops no other: what cannot be read of it is `undefined`.
     */
    leasedDelivery: (bundle: readonly Row[]): LeasedDelivery => {
      const [row = {}] = bundle
      const reached = recipients(row)
      return {
        id: String(row['id']),
        channel: String(row['channel']),
        party: String(row['party']),
        attempt: Number(row['attempts']),
        // Without the list, those who were reached would get the notice again.
        notices: reached === undefined ? [undefined] : bundle.map(({ notice }) => parseJson(notice)),
        reached: reached ?? [],
      }
    },

    /** Returns a delivery that was given up. */
    deadDelivery: (row: Row): DeadDelivery => {
      const { id, channel, party } = row
      const [attempts, at] = [toNumber(row['attempts']), toNumber(row['settled_at'])]
      const stored = { id, channel, party, notice: parseJson(row['notice']), attempts, error: parseJson(row['error']), at }
      return { ...parse(Dead, 'notices', id, stored), notice: stored.notice }
    },

    /** Returns an endpoint that is switched off. */
    closedEndpoint: ({ endpoint }: Row): string => parse(Endpoint, 'notice_endpoints', endpoint, parseJson(endpoint)),
  }
}
