/** What the lists of the elements have in common: reading by pages, counting by status, and searching. */
import type { CallOptions, Names } from '../client/client-types.js'
import { NameTable } from './requests.js'

/** How many rows are shown at first, and how many more by each wish for more. */
export const PAGE = 25
/** How many rows are read for a search: the API has no search of its own. */
export const SEARCHED = 1_000
/** The most rows of one answer of the API. */
const MOST_AT_ONCE = 200

/** How many rows have a status, and whether there are more than were counted. */
export interface Count {
  readonly count: number
  readonly more: boolean
}

/** A page of a list, as the API answers it. */
interface RowPage<Row> {
  readonly items: readonly Row[]
  readonly next: string | null
  readonly names?: Names | undefined
}

/** Which page is asked for. */
interface PageQuery extends CallOptions {
  readonly limit: number
  readonly cursor: string | undefined
}

type AskPage<Row> = (query: PageQuery) => PromiseLike<RowPage<Row>>

interface Reading {
  /** How many rows are wanted at most. */
  readonly wanted: number
  readonly signal: AbortSignal
}

/** Reads the pages of a list. The client's own iteration has no names. */
export async function* listPages<Row>(ask: AskPage<Row>, { wanted, signal }: Reading): AsyncGenerator<RowPage<Row>> {
  let cursor: string | undefined
  let count = 0
  do {
    const page = await ask({ limit: Math.min(wanted - count, MOST_AT_ONCE), cursor, signal })
    yield page
    count += page.items.length
    cursor = page.next ?? undefined
  } while (cursor !== undefined && count < wanted)
}

/** Reads rows of a list, as many as are wanted, and their names. */
export async function readRows<Row>(
  ask: AskPage<Row>,
  reading: Reading,
): Promise<{ readonly rows: readonly Row[]; readonly names: NameTable; readonly hasMore: boolean }> {
  const names = new NameTable(undefined)
  const rows: Row[] = []
  let hasMore = false
  for await (const page of listPages(ask, reading)) {
    names.add(page.names)
    rows.push(...page.items)
    hasMore = page.next !== null
  }
  return { rows, names, hasMore }
}

/** Returns how many rows have one of the statuses; without any, how many there are. */
export function sumOf(counts: Readonly<Record<string, Count | undefined>>, statuses: readonly string[] = Object.keys(counts)): Count {
  const each = statuses.map((status) => counts[status] ?? { count: 0, more: false })
  return { count: each.reduce((total, { count }) => total + count, 0), more: each.some(({ more }) => more) }
}

const plain = (text: string) => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()

/** Returns the rows whose text has every word of a search, whatever the case and the accents. */
export function rowsWith<Row>(rows: readonly Row[], search: string, textOf: (row: Row) => string): readonly Row[] {
  const words = plain(search).split(/\s+/).filter(Boolean)
  if (words.length === 0) return rows
  return rows.filter((row) => {
    const text = plain(textOf(row))
    return words.every((word) => text.includes(word))
  })
}
