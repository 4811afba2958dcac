/** Schedules of interleaved transactions: three writers that save, commit and roll back, and a reader. */
import * as fc from 'fast-check'
import type pg from 'pg'
import type { PostgresRepository } from '../../src/adapters/postgres.js'
import { telling } from './ledger.js'
import type { Got, Reader } from './readers.js'
import { answererOf, ask, serviceOn } from './service.js'

const WRITERS = 3

/** One step of a writer or of the reader. */
export type Step = { readonly writer: number; readonly does: 'ask' | 'answer' | 'commit' | 'roll back' } | 'read'

/** Generates schedules. Every writer ends its last transaction at the end of the schedule. */
export const schedules: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: fc.constant<Step>('read') },
    {
      weight: 3,
      arbitrary: fc.record({
        writer: fc.nat(WRITERS - 1),
        does: fc.constantFrom<'ask' | 'answer' | 'commit' | 'roll back'>('ask', 'ask', 'answer', 'commit', 'roll back'),
      }),
    },
  ),
  { minLength: 10, maxLength: 18 },
)

/** The errors of a reader during a schedule, compared with the committed events. */
export interface Followed {
  readonly missed: readonly string[]
  /** Events received twice, before commit, or after a rollback. */
  readonly tooMuch: readonly string[]
  /** Requests with revisions out of order. */
  readonly disordered: readonly string[]
}

interface Request {
  readonly id: string
  readonly tenant: string
}

interface Writer {
  readonly client: pg.PoolClient
  open: boolean
  /** The events, unanswered requests and answers of the open transaction. */
  saved: string[]
  asked: Request[]
  taken: Request[]
}

/** Runs a schedule with a reader. */
export async function play(steps: readonly Step[], pool: pg.Pool, repository: PostgresRepository, read: Reader): Promise<Followed> {
  const committed = new Set<string>()
  const early: string[] = []
  const got: Got[] = []
  // Pending requests that no open transaction has changed.
  const free: Request[] = []
  const writers = await Promise.all(
    Array.from({ length: WRITERS }, async (): Promise<Writer> => {
      return { client: await pool.connect(), open: false, saved: [], asked: [], taken: [] }
    }),
  )
  let count = 0

  const reading = async () => {
    for (const one of await read()) {
      if (!committed.has(one.id)) early.push(one.id)
      got.push(one)
    }
  }
  const end = async (writer: Writer, commit: boolean) => {
    if (!writer.open) return
    await writer.client.query(commit ? 'commit' : 'rollback')
    for (const id of commit ? writer.saved : []) committed.add(id)
    free.push(...(commit ? writer.asked : writer.taken))
    Object.assign(writer, { open: false, saved: [], asked: [], taken: [] })
  }
  const save = async (writer: Writer, answering: boolean) => {
    if (!writer.open) await writer.client.query('begin')
    writer.open = true
    const inside = telling(repository.within(writer.client), (said) => said !== 'acknowledged' && writer.saved.push(...said.saving))
    const service = serviceOn(inside)
    const own = answering ? writer.asked.pop() : undefined
    const others = answering && own === undefined ? free.shift() : undefined
    if (others) writer.taken.push(others)
    const request = own ?? others
    if (request) {
      await service.grant(answererOf(request.tenant), request.id)
    } else {
      count += 1
      const tenant = `tenant-${count}`
      writer.asked.push({ tenant, id: await ask(service, tenant) })
    }
  }

  try {
    for (const step of steps) {
      const writer = step === 'read' ? undefined : writers[step.writer]
      if (step === 'read' || writer === undefined) await reading()
      else if (step.does === 'ask' || step.does === 'answer') await save(writer, step.does === 'answer')
      else await end(writer, step.does === 'commit')
    }
    for (const writer of writers) await end(writer, true)
    await reading()
  } finally {
    for (const { client, open } of writers) {
      if (open) await client.query('rollback')
      client.release()
    }
  }

  const ids = got.map(({ id }) => id)
  return {
    missed: [...committed].filter((id) => !ids.includes(id)),
    tooMuch: [...early, ...ids.filter((id, n) => ids.indexOf(id) !== n)],
    disordered: disorderedIn(got),
  }
}

function disorderedIn(got: readonly Got[]): string[] {
  const latest = new Map<string, number>()
  const wrong: string[] = []
  for (const { of, revision } of got) {
    if (of === undefined) continue
    if (revision !== (latest.get(of) ?? 0) + 1) wrong.push(of)
    latest.set(of, revision)
  }
  return wrong
}
