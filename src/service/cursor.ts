/** Cursors: where a list goes on, and the instant its statuses are of, as one opaque text (SPEC 6.5). */

import * as z from 'zod'
import { sessionHashSchema } from '../domain/event.js'
import { Id, Revision, StoredInstant } from '../domain/input.js'

/** After which tenant request a list goes on. */
export const AfterRequest = z.strictObject({ now: StoredInstant, sentAt: StoredInstant, id: Id })
/** After which tenant a list goes on. */
export const AfterTenant = z.strictObject({ now: StoredInstant, sentAt: StoredInstant, tenant: Id })
/** After which event a list goes on. */
export const AfterEvent = z.strictObject({ at: StoredInstant, revision: Revision, id: Id })
/** After which session a list goes on. */
export const AfterSession = z.strictObject({ now: StoredInstant, startedAt: StoredInstant, hash: sessionHashSchema })

/** The list a cursor belongs to: one list's cursor is refused by every other. */
export type ListName = 'incoming' | 'outgoing' | 'my-access' | 'history' | 'sessions'

/** The cursor as an opaque text; it holds nothing but what its reader has already seen. */
export function writeCursor(list: ListName, after: object): string {
  return btoa(JSON.stringify([list, after]))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** Reads the text that `writeCursor` wrote for this list; anything else is an issue. */
export function cursorOf<S extends z.ZodType>(list: ListName, schema: S) {
  return z.unknown().transform((text, context): z.output<S> => {
    const parsed = schema.safeParse(decodeCursor(text, list))
    if (parsed.success) return parsed.data
    context.addIssue({ code: 'custom', message: 'is no cursor of this list', input: text })
    return z.NEVER
  })
}

function decodeCursor(text: unknown, list: ListName): unknown {
  if (typeof text !== 'string' || text.length > 4096) return undefined
  try {
    const [of, after] = JSON.parse(atob(text.replaceAll('-', '+').replaceAll('_', '/')))
    return of === list ? after : undefined
  } catch {
    return undefined
  }
}
