/** The values of the wire: ids, texts and instants, and what the OpenAPI document says of them. */
import * as z from 'zod'
import { METHODS } from '../domain/decision-types.js'
import { Id, instantSchema } from '../domain/input.js'
import { Message } from '../domain/message.js'
import { sessionHashSchema } from '../domain/session-hash.js'

/** What the OpenAPI document says of a schema besides what zod knows; `id` makes it a component. */
export type WireMeta = { readonly id?: string } & Readonly<Record<string, unknown>>

/**
 * The schemas of the wire, with their names in the OpenAPI document.
 * It is a registry of this package: ids in the global one of zod would clash with a host's.
 */
export const wireRegistry = z.registry<WireMeta>()

/** Registers a schema under a name, and returns it. */
export function component<S extends z.ZodType>(id: string, schema: S, meta: WireMeta = {}): S {
  wireRegistry.add(schema, { id, ...meta } as never)
  return schema
}

/** Says what a schema without a name is for, and returns it. */
export function described<S extends z.ZodType>(schema: S, description: string): S {
  wireRegistry.add(schema, { description } as never)
  return schema
}

const ID_FORM = { pattern: '^[\\x21-\\x7e]{1,128}$', minLength: 1, maxLength: 128 }
const idSchema = (id: string, description: string) => component(id, Id.clone(), { description, ...ID_FORM })
// The schemas of the service that a body takes as they are: zod knows nothing of a check by a function.
wireRegistry.add(Id, ID_FORM as never)
wireRegistry.add(Message, { maxLength: 1_000 } as never)

export const UserIdText = idSchema('UserId', 'The id of a user.')
export const TenantIdText = idSchema('TenantId', 'The id of a tenant.')
export const AccessRequestIdText = idSchema('AccessRequestId', 'The id of an access request; unique in the requesting tenant.')
export const TenantRequestIdText = idSchema('TenantRequestId', "The id of one tenant's own copy of a request.")
export const EventIdText = idSchema('EventId', 'The id of an entry of the history.')

/** The public hash of a session: no secret, and of no use but to end it. */
export const SessionHashText = component('SessionHash', sessionHashSchema.clone(), {
  description: 'The public hash of a session. It is no secret.',
})

const INSTANT_FORM = { format: 'date-time', pattern: '^.+T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$' }

/** An instant in an answer: milliseconds to the service, RFC 3339 in UTC on the wire. */
export const InstantOut = component(
  'Instant',
  z.codec(z.string(), z.number(), { decode: (text) => Date.parse(text), encode: (ms) => new Date(ms).toISOString() }),
  { description: 'An instant in UTC, with milliseconds.', ...INSTANT_FORM },
)

/** An instant in a problem, which is written already. */
export const WrittenInstant = component('WrittenInstant', z.string(), {
  description: 'An instant in UTC, with milliseconds.',
  ...INSTANT_FORM,
})

declare const instant: unique symbol
/** The type of an instant in a body or a query: text in RFC 3339. */
export type InstantText = string & { readonly [instant]: true }

/** An instant in a body or a query: a text, never a number. The service reads it again. */
export const InstantIn = component(
  'InstantInput',
  z
    .string('must be an instant as text: RFC 3339, such as `2026-12-01T10:00:00.000Z`')
    .refine(
      (text) => instantSchema.safeParse(text).success,
      'must be an instant in RFC 3339, with seconds and a zone, such as `2026-12-01T10:00:00.000Z`',
    ),
  {
    description: 'An instant in RFC 3339 with seconds. A zone is required. What is beyond milliseconds is cut off.',
    format: 'date-time',
    pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})$',
  },
) as unknown as z.ZodType<string, InstantText>

/** A message in a body; the service counts what the policy requires. */
export const MessageIn = component('MessageInput', Message.clone(), {
  description: 'Up to 1,000 characters, without control characters other than line feed and tab.',
  maxLength: 1_000,
})

/** A text that a person wrote, in an answer: show it as text, isolated, and never as HTML. */
export const WrittenText = component('WrittenText', z.string(), {
  description: 'A text that a person wrote, exactly as it was typed; empty for none. Show it as text, never as HTML.',
})

/** By whom something was done or ended. */
export const ByWhom = z.enum(['tenant', 'requester', 'clock'])

/** A short tag of a tenant request, which both parties see. */
export const TagText = component('Tag', z.string(), { description: 'A short tag of a request, such as `482-915`. It is not unique.' })

/** The number of events that the reader may see. */
export const RevisionOut = component('Revision', z.int().min(1), {
  description: 'The revision that the own party sees: the value for `If-Match`.',
})

export const MethodName = component(
  'AccessMethod',
  z.enum(METHODS, `must be one of ${METHODS.map((method) => `\`${method}\``).join(', ')}`),
  { description: 'How a user enters a tenant.' },
)

/** Returns the schema of one of these values. */
export function oneOfValues<const T extends string>(values: readonly [T, ...T[]]) {
  return z.enum(values, `must be one of ${values.map((value) => `\`${value}\``).join(', ')}`)
}
