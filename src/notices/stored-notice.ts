/** Notices as deliveries: their ids, their queues, and what is stored of them. */
import * as z from 'zod'
import { unwrap } from '../domain/error.js'
import { askHost } from '../domain/host-calls.js'
import { Id, read, StoredInstant } from '../domain/input.js'
import type { Instant } from '../domain/instant.js'
import type { DeadDelivery, NewDelivery } from '../ports/notice-store.js'
import type { NoticeChannel } from './channel.js'
import { NOTICES, type Notice, type NoticeKind, type NoticeParty, type NoticeRole } from './notice.js'
import type { Told } from './told.js'

/** A notice to deliver. */
export interface PlannedNotice extends Told {
  readonly at: Instant
  /** What its id is made of, with the reader, the party and the kind: the event, or the reminder. */
  readonly source: readonly (string | number)[]
  /** The request or session within which order is kept. */
  readonly subject: string
  /** The tenant request of a reminder, looked at again before it is sent; `null` for what has happened. */
  readonly reminderOf: string | null
  /** The instant until which it must not be planned again, in milliseconds. */
  readonly keepUntil: Instant | null
}

/** How deliveries are planned. */
export interface DeliveryPlan {
  readonly reader: string
  readonly channels: readonly NoticeChannel[]
  /** The interval of the requester's digests in milliseconds; `null` without them. */
  readonly digestMs: number | null
  readonly now: Instant
}

const Id43 = z.string().regex(/^[\w-]{43}$/)
const Party = z.union([
  z.strictObject({ role: z.enum(['requester', 'tenant']), tenant: Id }).readonly(),
  z.strictObject({ role: z.literal('user'), tenant: Id, user: Id }).readonly(),
])
const Stored = z.strictObject({
  id: Id43,
  kind: z.enum(Object.keys(NOTICES) as [NoticeKind, ...NoticeKind[]]),
  at: StoredInstant,
  to: Party,
  facts: z.unknown(),
  reminderOf: Id.nullable(),
})

/** A notice as it is stored. */
export interface StoredNotice {
  readonly notice: Notice
  readonly reminderOf: string | null
}

/**
 * Parses a stored notice, and its facts by the table.
 * @throws `invalid-input` for what no reader of the feed writes.
 */
export function parseStoredNotice(value: unknown): StoredNotice {
  const { reminderOf, ...stored } = unwrap(read(Stored, value, 'notice'))
  const facts = unwrap(read(factsSchema(stored.kind, stored.to.role), stored.facts, 'notice', 'facts'))
  return { notice: { ...stored, facts } as Notice, reminderOf }
}

/** A delivery that was given up. Instants are in milliseconds. */
export type DeadNotice = Omit<DeadDelivery, 'notice'> & {
  /** The notice; `null` if what is stored of it cannot be read. */
  readonly notice: Notice | null
}

/** Returns a dead delivery with its notice. */
export function deadNotice(delivery: DeadDelivery): DeadNotice {
  return { ...delivery, notice: (askHost(() => parseStoredNotice(delivery.notice).notice) as Notice | undefined) ?? null }
}

/** Returns the deliveries of these notices, in their order: one for each channel that serves the role. */
export async function deliveriesOf(planned: readonly PlannedNotice[], plan: DeliveryPlan): Promise<readonly NewDelivery[]> {
  const deliveries = await Promise.all(planned.map((one) => deliveriesOfOne(one, plan)))
  return deliveries.flat()
}

async function deliveriesOfOne(planned: PlannedNotice, plan: DeliveryPlan): Promise<readonly NewDelivery[]> {
  const { reader, channels, digestMs, now } = plan
  const { kind, to, at, facts, source, subject, reminderOf, keepUntil } = planned
  const party = partyKey(to)
  const id = await hashOf([reader, party, kind, ...source])
  // Parsed as it will be when it is read back: what is not of the table never enters it.
  const notice = { id, kind, at, to, facts: unwrap(read(factsSchema(kind, to.role), facts, 'facts')), reminderOf }
  return channels
    .filter(({ roles }) => roles.includes(to.role))
    .map(({ name, digests }) => {
      // Only the requester's: one over many tenants would tell a tenant of others. A reminder would come too late.
      const bundled = digests && digestMs !== null && to.role === 'requester' && reminderOf === null
      const dueAt = bundled ? (Math.floor(now / digestMs) + 1) * digestMs : now
      return { id, channel: name, party, queue: bundled ? `${party} digest` : `${party} ${subject}`, bundled, dueAt, keepUntil, notice }
    })
}

/** Returns the party as one text. Ids contain no space (SPEC 3.5). */
export function partyKey(to: NoticeParty): string {
  return to.role === 'user' ? `user ${to.tenant} ${to.user}` : `${to.role} ${to.tenant}`
}

function factsSchema(kind: NoticeKind, role: NoticeRole): z.ZodType {
  const key = `${kind} ${role}`
  const known = factsSchemas.get(key)
  if (known) return known
  const cell = (NOTICES[kind] as Partial<Record<NoticeRole, z.ZodRawShape>>)[role]
  const schema = cell === undefined ? z.never('is of no notice') : z.strictObject(cell).readonly()
  factsSchemas.set(key, schema)
  return schema
}

const factsSchemas = new Map<string, z.ZodType>()

async function hashOf(parts: readonly unknown[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(parts)))
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}
