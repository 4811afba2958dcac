/** The tables and indexes of kept readers and notices. */
import { type ColumnTypes, schemaStatements } from './schema.js'
import type { Tables } from './tables.js'

/** Whether a tenant request is pending, in the words of its index. */
export const IS_UNANSWERED = `state || '' = 'pending'`

/** Returns the statements that create the tables, as version 2. */
export function noticeSchemaSql(tables: Tables, types: ColumnTypes): string {
  const { id, text, instant, count, numbered } = types
  const { table, index } = schemaStatements(tables, types)
  const isWaiting = `where state = 'waiting'`
  return [
    table('feed_readers', [
      `reader ${id} primary key`,
      `owner ${id} not null`,
      `held_until ${instant} not null`,
      `position ${instant} not null`,
      `event ${id}`,
      `mark ${instant}`,
    ]),
    // JSON is kept as text, exactly as it was written: what cannot be read stops nothing but its own row.
    table('notices', [
      `seq ${numbered}`,
      `id ${id} not null`,
      `channel ${id} not null`,
      `party ${id} not null`,
      `queue ${id} not null`,
      `bundled ${count} not null`,
      `due_at ${instant} not null`,
      `keep_until ${instant}`,
      `notice ${text} not null`,
      `state ${text} not null`,
      `attempts ${count} not null`,
      `reached ${text} not null`,
      `error ${text}`,
      `closes ${id}`,
      `settled_at ${instant}`,
      // The first delivery of the bundle in which this one is sent.
      `bundle_of ${instant}`,
      'unique (id, channel)',
    ]),
    `${index('notices', 'due', 'due_at, seq')} ${isWaiting};\n`,
    `${index('notices', 'queue', 'channel, queue, seq')} ${isWaiting};\n`,
    `${index('notices', 'bundle', 'bundle_of')} where bundle_of is not null;\n`,
    `${index('notices', 'dead', 'settled_at, id, channel')} where state = 'dead';\n`,
    `${index('notices', 'settled', 'settled_at')} where state <> 'waiting';\n`,
    table('notice_endpoints', [`endpoint ${id} primary key`]),
    // By this expression only the query of what is unanswered uses it: lists of one party would walk the requests of all.
    `${index('tenant_requests', 'unanswered', 'sent_at, id')} where ${IS_UNANSWERED};\n`,
  ].join('')
}
