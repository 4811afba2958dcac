/** Several processes that write and read the feed, and compare themselves with the database at the end. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Child, Program } from '../databases/programs.js'
import { totalOf } from './findings.js'
import type { Reader, Report } from './multi-process-reader.js'

export type Setting = Readonly<{ connectionString: string; schema: string; subscribes: boolean; pollIntervalMs: number }>

interface Crew {
  /** Resolves after that many more accepted commands, or when the work is done. */
  readonly progress: (commands: number) => Promise<void>
  /** Starts one more process without commands, and resolves when it is loaded. */
  readonly join: (setting: Setting) => Promise<void>
  readonly stop: () => void
}

/** Starts processes that run that many commands in total, does something meanwhile, and returns their combined findings. */
export async function crewReport(program: Program, settings: Setting[], commands: number, meanwhile: (crew: Crew) => Promise<unknown>) {
  const members: Child<Reader>[] = []
  let working = true
  const join = async (setting: Setting) => {
    const member = await program.start<Reader>([JSON.stringify(setting)])
    members.push(member)
    await member.call('ready')
  }
  const stop = () => {
    for (const member of members) void member.call('stop').catch(() => {})
  }
  const accepted = async () => totalOf(await Promise.all(members.map((member) => member.call('count')))).accepted
  const progress = async (more: number) => {
    for (const goal = (await accepted()) + more; working && (await accepted()) < goal; ) await sleep(20)
  }
  try {
    await Promise.all(settings.map(join))
    const work = Promise.all(members.map((member) => member.call('work', Math.ceil(commands / settings.length)))).finally(() => {
      working = false
    })
    await Promise.all([work, meanwhile({ progress, join, stop })])
    return totalOf(await Promise.all(members.map((member) => member.call('compare'))))
  } finally {
    await Promise.all(members.map((member) => member.end()))
  }
}

export function inWords({ ends, allowed, answers, differences }: Report): string {
  return `${ends} ends looked at, ${allowed.length} still allowed, ${answers} answers compared, ${differences.length} differences`
}
