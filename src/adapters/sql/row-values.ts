/** The values of a row as drivers give them, and the error for those that no command could have written (SPEC 5.9). */
import { ConsentryError } from '../../domain/error.js'
import type { Issue } from '../../domain/refusal.js'

/** A row as a driver gives it: a number may come as a `bigint` or as digits, JSON as text or already read. */
export type Row = Readonly<Record<string, unknown>>

/** An integer of the database as a number; what is none comes back as it is, to be refused. */
export function toNumber(value: unknown): unknown {
  return typeof value === 'bigint' || (typeof value === 'string' && /^-?\d+$/.test(value)) ? Number(value) : value
}

/** What somebody wrote, without the full stop it is read behind. */
export function unprefixText(text: unknown): unknown {
  return typeof text === 'string' && text.startsWith('.') ? text.slice(1) : undefined
}

/** JSON as the database has it; text that is no JSON is as good as nothing: whoever checks it refuses it, and says where. */
export function parseJson(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}

/** What is thrown instead of a row that cannot be believed. */
export function corruptRow(table: string, key: unknown, issues: readonly Issue[]): ConsentryError {
  return new ConsentryError(`the row \`${String(key)}\` of \`${table}\` cannot be believed`, { code: 'corrupt', issues })
}
