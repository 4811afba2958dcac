/** What an entry of the history says: its kind, its sentence, and the details below it. */
import type { Formats } from './formats.js'
import { type HistoryRow, otherTenantOf } from './history-list.js'
import { named } from './named.js'
import type { NameTable } from './requests.js'
import type { Texts } from './texts/texts.js'

/** What the views of an entry get. */
export interface SentenceInput {
  readonly row: HistoryRow
  readonly names: NameTable
  readonly texts: Texts
  readonly formats: Formats
}

/** A kind of entry, which has a word and a dot. */
export type HistoryKind = keyof Texts['history']['kinds']

const KINDS = {
  'access-request.submitted': 'submitted',
  'tenant-request.received': 'received',
  'tenant-request.granted': 'granted',
  'tenant-request.rejected': 'rejected',
  'tenant-request.withdrawn': 'withdrawn',
  'tenant-request.lapsed': 'lapsed',
  'tenant-request.expiry-set': 'expirySet',
  'tenant-request.user-removed': 'removed',
  'tenant-request.revoked': 'revoked',
  'tenant-request.expired': 'expired',
  'impersonation.started': 'started',
  'impersonation.ended': 'ended',
} as const satisfies Record<HistoryRow['type'], HistoryKind>

const CAUSES = {
  'ended-by-user': 'left',
  'ended-by-tenant': 'endedByTenant',
  'ended-by-requester': 'endedByRequester',
  expired: 'timeUp',
  'access-lost': 'accessLost',
} as const

/** Returns the kind of an entry. What the requester revokes, it gives up. */
export function historyKind({ type, by }: HistoryRow): HistoryKind {
  return type === 'tenant-request.revoked' && by === 'requester' ? 'givenUp' : KINDS[type]
}

/** Returns the sentence of an entry. */
export function sentenceOf({ row, names, texts }: SentenceInput): unknown {
  const { history } = texts
  const user = row.user === null ? history.colleague : names.user(row.user)
  const tenant = names.tenant(otherTenantOf(row)?.id ?? '')
  if (row.type === 'tenant-request.user-removed') return named(history.removal, user, tenant, names.user(row.removedUser))
  const kind = row.type === 'impersonation.ended' ? CAUSES[row.cause] : (historyKind(row) as Exclude<HistoryKind, 'ended' | 'removed'>)
  if (row.view === 'outgoing') return named(history.outgoing[kind], user, tenant)
  // Only a policy tells the tenant who it was.
  if (row.user === null && (kind === 'started' || kind === 'left')) return named(history.incoming[`${kind}Unnamed`], user, tenant)
  return named(history.incoming[kind as Exclude<typeof kind, 'submitted'>], user, tenant)
}

/** How many names stand in one entry. */
const NAMED = 5

function namedUsers(users: readonly string[], { names, texts, formats }: SentenceInput, text: (names: string) => string): unknown {
  const shown = users.slice(0, NAMED).map((user) => names.user(user))
  const others = users.length - shown.length
  const rest = others > 0 ? [texts.history.counts.others(others, formats)] : []
  return named((...slots) => text(formats.list([...slots, ...rest])), ...shown)
}

/** Returns what stands below the sentence of an entry, besides its message. */
export function detailsOf(input: SentenceInput): readonly unknown[] {
  const { row, names, texts, formats } = input
  const { history, shared, sessions } = texts
  const all: unknown[] = []
  if (row.type === 'access-request.submitted')
    all.push(history.counts.tenants(new Set(row.associations.flatMap(({ tenants }) => tenants)).size, formats))
  if ('users' in row && row.users.length > 0) all.push(namedUsers(row.users, input, history.users))
  if ('removedUsers' in row && row.removedUsers.length > 0) all.push(namedUsers(row.removedUsers, input, history.removed))
  if (row.type !== 'tenant-request.user-removed' && 'removedUser' in row && row.removedUser !== null)
    all.push(named(history.lastRemoved, names.user(row.removedUser)))
  if ('answerBy' in row && row.answerBy !== null) all.push(history.answerBy(formats.instant(row.answerBy)))
  if ('expiresAt' in row) all.push(row.expiresAt === null ? shared.noEnd : shared.endsAt(formats.instant(row.expiresAt)))
  if (row.type === 'impersonation.started')
    all.push(history.by(sessions.methods[row.method]), history.until(formats.time(row.endsAt, row.at)))
  if (row.type === 'impersonation.started' && row.view === 'outgoing' && row.reason === '') all.push(sessions.noReason)
  return all
}

/**
 * Returns what somebody wrote about an entry; `''` for nothing.
 *
 * A message that went to several tenants stands at the request that was sent, and not once more for each of them.
 */
export function writtenIn(row: HistoryRow, isOneRequest: boolean): string {
  if (row.type === 'impersonation.started') return row.view === 'outgoing' ? row.reason : ''
  if (!('message' in row)) return ''
  const isSentBefore = row.view === 'outgoing' && row.type === 'tenant-request.received' && !isOneRequest
  return isSentBefore ? '' : row.message
}
