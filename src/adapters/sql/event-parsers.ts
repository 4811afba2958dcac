/** Parsers of stored events, and of the users that they name. */
import * as z from 'zod'
import { ConsentryEvent } from '../../domain/event.js'
import { OUTCOME_EVENTS } from '../../domain/event-types.js'
import type { UserId } from '../../domain/ids.js'
import { requestUsersSchema } from '../../domain/tenant-request-state.js'
import { idsInEvent } from '../../ports/event-feed.js'
import type { HistoryRow } from '../../ports/list-reader.js'
import { sharedFields } from './event-rows.js'
import { corruptRow, type Parse, parseJson, type Row, toNumber } from './row-values.js'
import type { Tables } from './tables.js'
import type { UsersOf } from './user-sets.js'

const SetNumber = z.int('must refer to a request')
const OUTCOMES: readonly unknown[] = OUTCOME_EVENTS

/** Returns the parsers of rows of events. */
export function eventParsers({ nameOf }: Tables, parse: Parse) {
  const event = (row: Row, users: readonly UserId[] | undefined): ConsentryEvent => {
    const parsed = parse(ConsentryEvent, 'events', row['id'], {
      ...(parseJson(row['data']) as object),
      ...sharedFields(row, users ?? []),
      id: row['id'],
      type: row['type'],
      at: toNumber(row['at']),
      revision: toNumber(row['revision']),
      requestingTenant: row['requesting_tenant'],
      tenant: row['tenant'],
      ...(row['tenant_request'] !== null && { tenantRequest: row['tenant_request'] }),
      ...(row['session'] !== null && { session: row['session'] }),
    })
    // A wrong number would make pages of any size. It cannot be checked where the users are not shown.
    if ((users !== undefined || parsed.type !== 'tenant-request.received') && idsInEvent(parsed) !== Number(row['ids']))
      throw corruptRow(nameOf('events'), row['id'], [
        { path: [nameOf('events'), String(row['id']), 'ids'], code: 'invalid', message: 'must be the number of ids in the event' },
      ])
    return parsed
  }

  return {
    /**
     * Returns a row of a history from its event and the users that it names, if they are shown.
     * Without them, those of a request received are left out.
     */
    historyRow: (row: Row, named: ReturnType<UsersOf> | undefined): HistoryRow => {
      const shown = event(row, named?.users)
      const hasOutcome = named !== undefined && OUTCOMES.includes(shown.type)
      return { event: shown, request: hasOutcome ? parse(requestUsersSchema, 'events', row['id'], named) : null }
    },

    /**
     * Returns the row of an event with the number of its list of users; nothing if it names none.
     * The feed does not look up the request of an answer or an end.
     */
    usersOfEvent: (row: Row): readonly Row[] => {
      if (row['type'] === 'tenant-request.received') return [{ ...row, user_count: row['ids'], removed_count: 0, removed: null }]
      if (!OUTCOMES.includes(row['type']) || row['request_set'] === undefined) return []
      return [{ ...row, user_set: parse(SetNumber, 'events', row['id'], toNumber(row['request_set'])), user_count: row['request_count'] }]
    },
  }
}
