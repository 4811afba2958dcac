/** The parts that queries of lists share (SPEC 6.9). */
import { PAGE_IDS } from '../../ports/event-feed.js'
import type { Tables } from './tables.js'

/** The domain's `statusAt` in SQL. */
export const STATUS_AT = `case when r.state = 'pending' and r.answer_by <= :now then 'lapsed' when r.state <> 'granted' then r.state when r.granted_at > :now then 'pending'
    when r.expires_at is null or r.expires_at > :now then 'granted' else 'expired' end`

/**
 * Returns the rows of `page` up to the one with which the sum of `ids` reaches `PAGE_IDS`.
 * The page is an ordered part of the events.
 * What a submission shares with its events is looked up for the rows with `isRead`.
 */
export function eventsUpToPageIds({ of }: Tables, page: string, order: string, ids: string, isRead = '1 = 1'): string {
  const shared = (column: string, types: string) =>
    `case when ${isRead} and w.type in (${types}) then (select ${column} from ${of('access_requests')} a where a.seq = w.access_request_seq) end`
  const submitted = `'access-request.submitted'`
  return `select w.*, ${shared(`'.' || a.message`, `${submitted}, 'tenant-request.received'`)} as request_message,
      ${shared('a.name', submitted)} as request_name, ${shared('a.associations', submitted)} as associations
    from (select w.*, sum(${ids}) over (${order}) - (${ids}) as ids_before from (${page}) w) w
    where w.ids_before < ${PAGE_IDS}`
}
