/** Commands a second of two builds: by 1, 10 and 50 clients, on two disks, with and without listeners. */
import type { Consentry } from 'consentry'
import { openOnPostgres, openOnSqlite } from './builds.js'
import { startChild } from './child.js'
import { compare, type Line, ofEach, type Pair } from './compared.js'
import type { ListeningOrders } from './listening-process.js'
import type { Compared } from './writes.js'
import { commandsASecond, grants, type Load, starts, submissions } from './writing-load.js'

const CLIENTS = [1, 10, 50]
const LISTENERS = 200
const DISKS = {
  'this disk': {},
  // The leader of a group commit waits so long before it flushes, as if the flush took longer.
  'a disk of 3 ms': { options: '-c commit_delay=3000 -c commit_siblings=0' },
}
const LOADS: Readonly<Record<string, (consentry: Consentry) => Load>> = {
  grants,
  'session starts': starts,
  'small submissions of many vendors': (consentry) => submissions(consentry, 'of many'),
  'small submissions of one vendor': (consentry) => submissions(consentry, 'of one'),
}
const TARGETS: Readonly<Record<string, string>> = {
  'PostgreSQL, this disk, grants, 1': '≥ 1.4 × before',
  'PostgreSQL, this disk, grants, 50': '≥ 4 × before',
  'PostgreSQL, a disk of 3 ms, grants, 50': '≥ 6 × before',
  'SQLite, grants, 1': '≥ 0.97 × before',
  'SQLite, grants, 10': '≥ 2 × before',
  'SQLite, grants, 50': '≥ 3 × before',
}

type Opened = Pick<Awaited<ReturnType<typeof openOnPostgres>>, 'consentry' | 'close'>

export async function compareOnSqlite(places: Pair<Compared>, rounds: number, seconds: number): Promise<Line[]> {
  const opened = await ofEach(places, ({ build, sqlitePath }) => openOnSqlite(build, sqlitePath))
  const lines = await compareLoad('SQLite', 'grants', opened, rounds, seconds)
  await ofEach(opened, ({ close }) => close())
  return lines
}

/** Measures all commands without listeners, and grants with them, too. */
export async function compareOnPostgres(places: Pair<Compared>, rounds: number, seconds: number): Promise<Line[]> {
  const lines: Line[] = []
  for (const [disk, options] of Object.entries(DISKS)) {
    const opened = await ofEach(places, async ({ build, connectionString }) => {
      const one = await openOnPostgres(build, connectionString, options)
      // A server does it by itself within a minute of many changes.
      await one.pool.query('analyze')
      return one
    })
    for (const load of Object.keys(LOADS)) lines.push(...(await compareLoad(`PostgreSQL, ${disk}`, load, opened, rounds, seconds)))
    const listening = await ofEach(places, startListening)
    lines.push(...(await compareLoad(`PostgreSQL, ${disk}, ${LISTENERS} listening`, 'grants', opened, rounds, seconds)))
    await ofEach(listening, async ({ call, stop }) => {
      if ((await call('heard')) === 0) throw new Error('a listener heard nothing')
      await stop()
    })
    await ofEach(opened, ({ close }) => close())
  }
  return lines
}

async function compareLoad(where: string, load: string, opened: Pair<Opened>, rounds: number, seconds: number): Promise<Line[]> {
  const loads = await ofEach(opened, async ({ consentry }) => LOADS[load]?.(consentry) as Load)
  const lines: Line[] = []
  for (const clients of CLIENTS) {
    const what = `${where}, ${load}, ${clients}`
    const measure = (one: Load) => commandsASecond(one, clients, seconds / 2)
    lines.push(await compare(`${what} at once, a second`, loads, measure, { rounds: Math.ceil(rounds / 2), target: TARGETS[what] }))
  }
  return lines
}

async function startListening({ build, connectionString }: Compared) {
  const child = startChild<ListeningOrders>('listening-process.ts', [build.folder, connectionString, String(LISTENERS)])
  await child.call('listen')
  return child
}
