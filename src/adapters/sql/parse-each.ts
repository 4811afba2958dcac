/** The parsing of many rows, in turns of the event loop. */
import { yieldToEventLoop } from '../../ports/event-loop.js'
import type { Row } from './row-values.js'

/** The work of one turn of the event loop, in ids; a row costs as much as some ids. */
const [IDS_PER_TURN, IDS_PER_ROW] = [5_000, 20]

/** Parses the rows, and yields to the event loop after some. */
export async function parseEach<T>(found: readonly Row[], parse: (row: Row) => T): Promise<T[]> {
  const parsed: T[] = []
  let work = 0
  for (const row of found) {
    work += IDS_PER_ROW + Number(row['user_count'] ?? row['ids'] ?? 0)
    if (work > IDS_PER_TURN) {
      await yieldToEventLoop()
      work = 0
    }
    parsed.push(parse(row))
  }
  return parsed
}
