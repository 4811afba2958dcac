/** Schedules of interleaved transactions: three writers that save, commit and roll back, and a reader. */
import * as fc from 'fast-check'
import type { Place, Transaction } from '../databases/places.js'
import { telling } from './ledger.js'
import type { Got, Reader } from './readers.js'
import { answererOf, ask, serviceOn, vendorOf } from './service.js'

const WRITERS = [0, 1, 2] as const
const VERBS = ['asks', 'answers', 'commits', 'rolls back'] as const

/** One step of a writer or of the reader. A writer without a transaction begins one. */
export type Step = `${(typeof WRITERS)[number]} ${(typeof VERBS)[number]}` | 'reads'

const writing = fc
  .tuple(fc.constantFrom(...WRITERS), fc.constantFrom(...VERBS, 'asks' as const))
  .map(([writer, verb]): Step => `${writer} ${verb}`)

export const schedules: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof({ weight: 1, arbitrary: fc.constant<Step>('reads') }, { weight: 3, arbitrary: writing }),
  { minLength: 10, maxLength: 18 },
)

type Request = Readonly<Record<'id' | 'tenant', string>>

/** A writer, with the events, the unanswered requests and the answered ones of its open transaction. */
class Writer {
  transaction: Transaction | undefined = undefined
  saved: string[] = []
  asked: Request[] = []
  taken: Request[] = []
}

/** Runs a schedule with a reader. In the end every writer commits its last transaction, and the reader reads. */
export async function play(steps: readonly Step[], place: Place, read: Reader) {
  const committed = new Set<string>()
  const early: string[] = []
  const got: Got[] = []
  const reads: string[][] = []
  const tenants = new Map<string, string>()
  // Pending requests that no open transaction has changed.
  const free: Request[] = []
  const writers = WRITERS.map(() => new Writer())

  const reading = async () => {
    const some = await read()
    early.push(...some.map(({ id }) => id).filter((id) => !committed.has(id)))
    got.push(...some)
    reads.push(some.flatMap(({ of, revision }) => (of === undefined ? [] : [`${tenants.get(of)} ${revision}`])))
  }
  const end = async (writer: Writer, how: 'commit' | 'rollback') => {
    await writer.transaction?.end(how)
    for (const id of how === 'commit' ? writer.saved : []) committed.add(id)
    free.push(...(how === 'commit' ? writer.asked : writer.taken))
    Object.assign(writer, new Writer())
  }
  const save = async (writer: Writer, answers: boolean) => {
    writer.transaction ??= await place.begin()
    const { repository } = writer.transaction
    const service = serviceOn(telling(repository, (said) => said !== 'acknowledged' && writer.saved.push(...said.saving)))
    const own = answers ? writer.asked.pop() : undefined
    const others = answers && own === undefined ? free.shift() : undefined
    if (others) writer.taken.push(others)
    const request = own ?? others
    if (request) {
      await service.grant(answererOf(request.tenant), request.id, { expiresAt: null })
    } else {
      const tenant = `tenant-${tenants.size + 1}`
      const id = await ask(service, tenant, ['caroline'], vendorOf(`writer-${writers.indexOf(writer)}`))
      tenants.set(id, tenant)
      writer.asked.push({ tenant, id })
    }
  }

  try {
    for (const step of steps) {
      const writer = writers[Number(step[0])]
      const verb = step.slice(2)
      if (writer === undefined) await reading()
      else if (verb === 'asks' || verb === 'answers') await save(writer, verb === 'answers')
      else await end(writer, verb === 'commits' ? 'commit' : 'rollback')
    }
    for (const writer of writers) await end(writer, 'commit')
    await reading()
  } finally {
    for (const { transaction } of writers) await transaction?.end('rollback')
  }

  const ids = got.map(({ id }) => id)
  return {
    /** By read, the events of requests as `tenant revision`; the tenants are numbered as they are asked. */
    reads,
    missed: [...committed].filter((id) => !ids.includes(id)),
    /** Events received twice, before commit, or after a rollback. */
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
