/** The loading benchmark: a live access with a million grants, and its memory after a day of changes. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startPostgres } from '../databases/postgres-server.js'
import type { FillingTold } from './filling-process.js'
import { grantAll, idOf, openStore, revokeAll } from './filling-store.js'

const PROGRAM = fileURLToPath(new URL('filling-process.ts', import.meta.url))
const USERS = 10
/** The daily changes: the percentage of tenants that revoke, are asked again, and grant. */
const CHANGED = 10

/** The figures of one store. */
export interface FillingFigure {
  readonly store: string
  readonly grants: number
  readonly milliseconds: number
  readonly grantsPerSecond: number
  readonly bytesPerGrant: number
  readonly peakMegabytes: number
  readonly longestTurnMilliseconds: number
  /** The memory after one and after two days of changes, relative to the memory after the load. */
  readonly afterADay: number
  readonly afterTwo: number
}

/** Measures both databases; calls `print` with each figure. */
export async function benchFilling(grants: number, print: (line: string) => void): Promise<readonly FillingFigure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'consentry-'))
  const server = await startPostgres()
  try {
    const figures: FillingFigure[] = []
    for (const [store, url] of [
      ['SQLite', `sqlite:${join(folder, 'filling.db')}`],
      ['PostgreSQL', server.connectionString],
    ] as const) {
      const figure = await filled(store, url, grants)
      figures.push(figure)
      print(
        `${store}, a live access of ${grants.toLocaleString('en-US')} grants: filled in ${(figure.milliseconds / 1000).toFixed(1)} s, ${Math.round(figure.grantsPerSecond).toLocaleString('en-US')} grants a second, ${figure.bytesPerGrant.toFixed(1)} bytes a grant, at most ${figure.peakMegabytes.toFixed(0)} MB in all, no turn longer than ${figure.longestTurnMilliseconds.toFixed(0)} ms; after a day's changes ${figure.afterADay.toFixed(2)} ×, after two ${figure.afterTwo.toFixed(2)} × the weight`,
      )
    }
    return figures
  } finally {
    await server.stop()
    await rm(folder, { recursive: true })
  }
}

async function filled(store: string, url: string, grants: number): Promise<FillingFigure> {
  const { repository, close } = await openStore(url)
  const tenants = Array.from({ length: grants / USERS }, (_, n) => idOf('tenant', n))
  const teams = Math.max(1, grants / 50 / USERS)
  // One request names a thousand tenants and a team of ten.
  for (let start = 0; start < tenants.length; start += 1_000) {
    await grantAll(repository, tenants.slice(start, start + 1_000), teamOf((start / 1_000) % teams))
  }
  const changed = tenants.slice(0, (tenants.length * CHANGED) / 100)
  const child = fork(PROGRAM, [url], { execArgv: [...process.execArgv, '--expose-gc'], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  try {
    const first = await heard(child)
    const days: number[] = []
    for (let day = 0; day < 2; day++) {
      await revokeAll(repository, changed)
      for (let start = 0; start < changed.length; start += 1_000) {
        await grantAll(repository, changed.slice(start, start + 1_000), teamOf((start / 1_000) % teams))
      }
      child.send('weigh')
      days.push((await heard(child)).bytes / first.bytes)
    }
    return {
      store,
      grants,
      milliseconds: first.milliseconds,
      grantsPerSecond: (grants * 1000) / first.milliseconds,
      bytesPerGrant: first.bytes / grants,
      peakMegabytes: first.peak / 2 ** 20,
      longestTurnMilliseconds: first.longestTurn,
      afterADay: days[0] ?? Number.NaN,
      afterTwo: days[1] ?? Number.NaN,
    }
  } finally {
    child.kill('SIGKILL')
    await close()
  }
}

function teamOf(team: number): string[] {
  return Array.from({ length: USERS }, (_, n) => idOf('user', team * USERS + n))
}

async function heard(child: ChildProcess): Promise<FillingTold> {
  const [told] = (await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [{ error: 'the process is gone' }])])) as [
    FillingTold | { readonly error: string },
  ]
  if ('error' in told) throw new Error(told.error)
  return told
}
