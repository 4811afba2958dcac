/** Several processes that write and read the feed, and compare themselves with the database at the end. */

import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Position } from '../../src/ports/event-feed.js'
import type { Compared } from './live-comparison.js'
import type { Ended } from './multi-process-commands.js'
import type { Program } from './programs.js'

/** The configuration of a process. */
export interface Setting {
  readonly connectionString: string
  readonly schema: string
  readonly seed: number
  readonly reads: 'soundly' | 'naively'
  /** Whether it subscribes to changes; otherwise it only polls. */
  readonly subscribes: boolean
  readonly pollIntervalMs: number
  /** The share of its commands that run inside an open host transaction, from 0 to 1. */
  readonly held: number
}

/** A message to a process. */
export type Order =
  | { readonly kind: 'work'; readonly commands: number }
  | { readonly kind: 'stop' }
  | { readonly kind: 'check'; readonly ended: readonly Ended[]; readonly position: Position }
  | { readonly kind: 'compare' }

/** The findings of a process: its commands, its live access, and ended access that was allowed. */
export interface Report extends Compared {
  readonly accepted: number
  readonly refused: number
  readonly unknown: readonly string[]
  /** The number of ends it checked. */
  readonly ends: number
  readonly allowed: readonly string[]
  /** The status messages of the live access. */
  readonly errors: readonly string[]
}

/** A message from a process. */
export type Told =
  | { readonly kind: 'ready' }
  | { readonly kind: 'ended'; readonly ended: readonly Ended[]; readonly position: Position }
  | { readonly kind: 'worked' }
  | ({ readonly kind: 'compared' } & Report)

/** Running processes. */
export interface Crew {
  /** Starts the commands; resolves after that many in total, or when stopped. */
  readonly work: (commands: number) => Promise<void>
  readonly stop: () => void
  /** Resolves after that many more commands ended access, or at the end. */
  readonly progress: (commands: number) => Promise<void>
  /** Starts one more process without commands, and resolves when it is loaded. */
  readonly join: (setting: Setting) => Promise<void>
  /** Returns the combined findings. */
  readonly compare: () => Promise<Report>
  readonly close: () => Promise<void>
}

/** Starts the processes, and resolves when each is loaded. */
export async function crewOf(program: Program, settings: readonly Setting[]): Promise<Crew> {
  const members: ChildProcess[] = []
  let endings = 0
  let working = false
  const start = (setting: Setting) => {
    const member = program.start(JSON.stringify(setting))
    member.on('message', (told: Told) => {
      if (told.kind !== 'ended') return
      endings += 1
      for (const other of members) if (other !== member) give(other, { ...told, kind: 'check' })
    })
    members.push(member)
    return heard(member, 'ready')
  }
  const all = async <K extends Told['kind']>(kind: K, order: Order) => {
    const told = Promise.all(members.map((member) => heard(member, kind)))
    for (const member of members) give(member, order)
    return told
  }
  const close = async () => {
    const alive = members.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)
    const gone = alive.map((member) => once(member, 'exit'))
    for (const member of alive) member.disconnect()
    await Promise.all(gone)
  }
  try {
    await Promise.all(settings.map(start))
  } catch (error) {
    await close()
    throw error
  }
  return {
    work: async (commands) => {
      working = true
      await all('worked', { kind: 'work', commands: Math.ceil(commands / members.length) }).finally(() => {
        working = false
      })
    },
    stop: () => {
      for (const member of members) give(member, { kind: 'stop' })
    },
    progress: async (commands) => {
      const goal = endings + commands
      while (working && endings < goal) await sleep(20)
    },
    join: async (setting) => void (await start(setting)),
    compare: async () => (await all('compared', { kind: 'compare' })).reduce<Report>(together, NOTHING),
    close,
  }
}

const NOTHING: Report = { accepted: 0, refused: 0, unknown: [], ends: 0, allowed: [], errors: [], answers: 0, differences: [] }

function together(a: Report, b: Report): Report {
  return {
    accepted: a.accepted + b.accepted,
    refused: a.refused + b.refused,
    unknown: [...a.unknown, ...b.unknown],
    ends: a.ends + b.ends,
    allowed: [...a.allowed, ...b.allowed],
    errors: [...a.errors, ...b.errors],
    answers: a.answers + b.answers,
    differences: [...a.differences, ...b.differences],
  }
}

function give(member: ChildProcess, order: Order): void {
  member.send(order)
}

/** Returns the next message of that kind; rejects if the process ends. */
function heard<K extends Told['kind']>(member: ChildProcess, kind: K): Promise<Extract<Told, { kind: K }>> {
  return new Promise((resolve, reject) => {
    const hear = (told: Told) => {
      if (told.kind !== kind) return
      member.off('message', hear)
      member.off('exit', gone)
      resolve(told as Extract<Told, { kind: K }>)
    }
    const gone = (code: number | null, signal: string | null) => reject(new Error(`a process ended: ${signal ?? code}`))
    member.on('message', hear)
    member.on('exit', gone)
  })
}
