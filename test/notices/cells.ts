/** A notice for each kind and role, with facts of their own in every field; and a world around it. */
import * as z from 'zod'
import type { NoticeDelivery, SendContext } from '../../src/notices/channel.js'
import { NOTICES, type Notice, type NoticeKind, type NoticeParty, type NoticeRole } from '../../src/notices/notice.js'
import type { Named, People, Recipient, RecipientsQuery } from '../../src/ports/people.js'

/** An instant of winter in Europe. */
export const NOW = Date.UTC(2026, 0, 15, 12, 30)

const HASH = '0123456789abcdef'.repeat(4)

/** For each field of facts a value like no other. */
const FACTS: Readonly<Record<string, unknown>> = {
  accessRequest: 'id-of-the-access-request',
  tenantRequest: 'id-of-the-tenant-request',
  session: HASH,
  tag: '482-915',
  name: 'SupportAccess',
  message: 'A message\nof two lines.',
  reason: 'The reason of the session.',
  tenant: 'tom-sawyer',
  requestingTenant: 'classics',
  associations: [{ users: ['caroline', 'charlotte'], tenants: ['tom-sawyer', 'hundred-acre'] }],
  removedUsers: ['jane'],
  removedUser: 'lydia',
  user: 'caroline',
  by: 'becky',
  expiresAt: Date.UTC(2026, 1, 1, 10, 0),
  answerBy: Date.UTC(2026, 1, 2, 11, 1),
  sentAt: Date.UTC(2026, 0, 3, 12, 2),
  startedAt: Date.UTC(2026, 0, 4, 13, 3),
  endsAt: Date.UTC(2026, 0, 5, 14, 4),
  legacyClosed: true,
  method: 'legacy-support',
  cause: 'ended-by-tenant',
  answers: [{ tenantRequest: 'id-of-an-answer', tag: '111-222' }],
}

/** The names of the world. Nobody is asked about those who are in no fact. */
export const NAMES: Readonly<Record<string, string>> = {
  classics: 'Classics, Inc.',
  'tom-sawyer': 'Tom Sawyer Fence Painting Co.',
  'hundred-acre': 'Hundred Acre Wood Art Gallery',
  caroline: 'Caroline Bingley',
  charlotte: 'Charlotte Lucas',
  jane: 'Jane Bennet',
  lydia: 'Lydia Bennet',
  becky: 'Becky Thatcher',
}

/** Those to whom the mails go, by what `recipients` is asked. */
export const RECIPIENTS: readonly Recipient[] = [
  { id: 'recipient-1', name: 'First Reader', email: 'first@readers.example' },
  { id: 'recipient-2', name: 'Second Reader', email: 'second@readers.example' },
  { id: 'recipient-3', name: 'Third Reader', email: 'third@readers.example' },
]

export interface Cell {
  readonly kind: NoticeKind
  readonly role: NoticeRole
  readonly notice: Notice
}

/** All cells of `NOTICES`. A field that is new there needs a fact here. */
export const CELLS: readonly Cell[] = Object.entries(NOTICES).flatMap(([kind, roles]) =>
  Object.keys(roles).map((role) => {
    const cell = { kind: kind as NoticeKind, role: role as NoticeRole }
    return { ...cell, notice: noticeOf(cell.kind, cell.role) }
  }),
)

/** Returns a notice with the facts of its cell; `changed` has other ones. */
export function noticeOf(kind: NoticeKind, role: NoticeRole, changed: Readonly<Record<string, unknown>> = {}): Notice {
  const shape = (NOTICES[kind] as Readonly<Record<string, z.ZodRawShape>>)[role]
  if (shape === undefined) throw new Error(`${kind} is not for ${role}`)
  const facts = Object.fromEntries(Object.keys(shape).map((field) => [field, FACTS[field]]))
  const parsed: unknown = z.strictObject(shape).parse({ ...facts, ...changed })
  return { id: 'n'.repeat(43), kind, at: Date.UTC(2026, 0, 6, 15, 5), to: partyOf(role), facts: parsed } as Notice
}

export function partyOf(role: NoticeRole): NoticeParty {
  if (role === 'user') return { role, tenant: 'classics', user: 'caroline' }
  return { role, tenant: role === 'requester' ? 'classics' : 'tom-sawyer' }
}

let deliveries = 0

/** Returns a delivery of these notices, with an id of its own. */
export function freshDelivery(...notices: readonly [Notice, ...Notice[]]): NoticeDelivery {
  deliveries += 1
  return { ...deliveryOf(...notices), id: `delivery-${deliveries}-`.padEnd(43, '0') }
}

export function deliveryOf(...notices: readonly [Notice, ...Notice[]]): NoticeDelivery {
  return { id: 'Abc-_'.padEnd(43, '0'), to: notices[0].to, notices, attempt: 1 }
}

/** People who know everybody, and what they were asked. */
export function peopleOf(recipients: readonly Recipient[] = RECIPIENTS.slice(0, 1), names = NAMES) {
  const asked = { users: [] as (readonly string[])[], tenants: [] as (readonly string[])[], recipients: [] as RecipientsQuery[] }
  const everybody: Named[] = Object.entries(names).map(([id, name]) => ({ id, name }))
  const none = () => ({ items: [], next: null })
  const people: People = {
    users(ids) {
      asked.users.push(ids)
      return everybody
    },
    tenants(ids) {
      asked.tenants.push(ids)
      return everybody
    },
    findUsers: none,
    findTenants: none,
    recipients(query) {
      asked.recipients.push(query)
      return recipients
    },
  }
  return { people, asked }
}

/** What a channel gets when it sends, with the recipients that it has recorded. */
export function contextOf(more: Partial<SendContext> = {}): SendContext & { readonly recorded: readonly string[] } {
  const recorded: string[] = []
  return {
    people: peopleOf().people,
    now: NOW,
    signal: new AbortController().signal,
    reached: [],
    recordReached: async (recipient) => void recorded.push(recipient),
    isClosed: () => false,
    ...more,
    recorded,
  }
}

/** The options of a host. */
export const OPTIONS = {
  from: 'Consentry <access@example.com>',
  link: ({ page, id }: { page: string; id: string | null }) => `https://app.example/consentry#/${page}/${id ?? ''}`,
}
