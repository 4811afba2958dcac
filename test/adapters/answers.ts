/** The answers of a service to a command log, as lines that are equal for every correct adapter. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { isConsentryError } from '../../src/index.js'
import { type LoggedSessionCommand, resolveSessionCommand, type StartedSession } from '../../src/testing/arbitraries.js'
import type { RepositoryFactory } from '../../src/testing/contract.js'
import { type LoggedCommand, SMALL, Stage } from '../model/replay.js'
import { CAP, steadyRule } from '../model/session-model.js'
import { dueReading, grantedReading, type Reading, readingsOf } from './readings.js'

export interface Play {
  readonly log: readonly LoggedCommand[]
  readonly visits: readonly LoggedSessionCommand[]
  /** Selects which queries are read between commands, so that each play reads different ones. At the end, all are read. */
  readonly turn: number
}

const COMMANDS_PER_READING = 2

const counting = new AsyncLocalStorage<{ count: number }>()
const byChance = crypto.getRandomValues.bind(crypto)
/** The number of random bytes of a session id, which only the service requests. */
const SESSION_ID_BYTES = 32

/** Generates ids whose order differs by alphabet, case, punctuation and bytes. */
class MixedStage extends Stage {
  #count = 0

  override newId(): string {
    this.#count += 1
    const digits = (Math.imul(this.#count, 0x9e3779b1) >>> 0).toString(8)
    return [...digits].map((digit) => 'aAbB_-~9'[Number(digit)]).join('')
  }
}

/** In every second play, requests lapse after this time. */
export const ANSWER_WITHIN_MS = 1000

/** Runs the logs and reads in between; returns one line per answer. */
export async function answersIn(make: RepositoryFactory, play: Play): Promise<readonly string[]> {
  const repository = await make()
  return withSettledSessionIds(() => linesOf(repository, play))
}

async function linesOf(repository: Awaited<ReturnType<RepositoryFactory>>, { log, visits, turn }: Play): Promise<readonly string[]> {
  const lines: string[] = []
  const sessions: StartedSession[] = []
  let count = 0
  const record = (what: string, answer: unknown) => lines.push(`${what} ${JSON.stringify(answer)}`)
  const recorded = <Service extends object>(service: Service): Service => {
    const calls = Object.entries(service).map(([verb, call]) => {
      const recordedCall = async (...args: unknown[]) => {
        try {
          const answer = await call(...args)
          record(verb, answer)
          return answer
        } catch (error) {
          // Errors of a store are recorded, because another store may not throw.
          if (isConsentryError(error)) record(verb, { ...error, message: error.message, cause: String(error.cause) })
          throw error
        }
      }
      return [verb, recordedCall]
    })
    return Object.fromEntries(calls)
  }
  const answerWithin = turn % 2 > 0 ? { seconds: ANSWER_WITHIN_MS / 1000 } : null
  const policy = { ...SMALL, answerWithin, sessionCap: { seconds: CAP / 1000 }, maxLiveSessions: turn % 3 > 0 ? 20 : 1 }
  const stage = new MixedStage({ repository, policy, legacy: steadyRule, through: recorded })
  const readings = () => readingsOf(stage, sessions)
  const take = async (some: readonly Reading[]) => {
    for (const reading of some) record('reading', inOrder(await reading().catch(refused)))
  }
  const readOne = async () => {
    count += 1
    // Read at the instant of an expiry: 1 ms later every adapter answers the same.
    const expiring = [...stage.sent.values()].find((one) => 'expiresAt' in one && one.expiresAt === stage.now)
    if (expiring) await take([dueReading(stage), grantedReading(stage, expiring.tenant)])
    if (count % COMMANDS_PER_READING > 0) return
    const all = readings()
    const index = mixed(turn, count) % all.length
    await take(all.slice(index, index + 1))
  }
  const visit = async (logged: LoggedSessionCommand) => {
    const command = resolveSessionCommand(logged, { now: stage.now, sessions, requests: [...stage.sent.values()] })
    stage.now = command.at
    record('visit', command)
    const { consentry } = stage
    if (command.verb === 'startImpersonation')
      await consentry.startImpersonation(command.actor, command.input).then((session) => sessions.push(session), refused)
    else if (command.verb === 'resume') await consentry.resume(command.login).catch(refused)
    else await consentry[command.verb](command.actor, command.session).catch(refused)
    await readOne()
  }

  // Session commands advance the clock, so shift the command log by that time.
  let late = 0
  for (const [index, logged] of log.entries()) {
    const expiresAt = 'expiresAt' in logged && logged.expiresAt !== undefined ? { expiresAt: logged.expiresAt + late } : {}
    const command = { ...logged, ...expiresAt, at: logged.at + late }
    record('command', command)
    await stage.play(command)
    await readOne()
    const [from, to] = [index, index + 1].map((count) => Math.floor((count * visits.length) / log.length))
    for (const one of visits.slice(from, to)) {
      const before = stage.now
      await visit(one)
      late += stage.now - before
    }
  }
  await take(readings())
  return lines
}

/** Ignores a refusal, which is already recorded; rethrows other errors. */
function refused(error: unknown): void {
  if (!isConsentryError(error)) throw error
}

function mixed(a: number, b: number): number {
  const bits = Math.imul((Math.imul(a + 1, 0x9e3779b1) ^ (b + 1)) >>> 0, 0x85ebca6b)
  return (bits ^ (bits >>> 15)) >>> 0
}

/** Returns the value with sorted keys: the port promises equal values, not their key order. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return { fields: fields.map(([key, one]) => [key, inOrder(one)]) }
}

function drawn(array: Uint8Array): Uint8Array {
  const play = counting.getStore()
  if (play === undefined || array.length !== SESSION_ID_BYTES) return byChance(array)
  play.count += 1
  array.set(createHash('sha256').update(`session ${play.count}`).digest())
  return array
}

/** Runs the work with the same session ids in every run: random ones would change the order of lists and every cursor. */
function withSettledSessionIds<T>(play: () => Promise<T>): Promise<T> {
  Object.defineProperty(crypto, 'getRandomValues', { value: drawn, configurable: true, writable: true })
  return counting.run({ count: 0 }, play)
}
