/** The answers of a service to a command log, as lines that are equal for every correct adapter. */
import { isConsentryError } from '../../src/index.js'
import { type LoggedCommand, type LoggedSessionCommand, resolveSessionCommand, type StartedSession } from '../../src/testing/arbitraries.js'
import type { RepositoryFactory } from '../../src/testing/contract.js'
import { SMALL, Stage } from '../model/replay.js'
import { CAP, steadyRule } from '../model/session-model.js'
import { dueReading, type Reading, readingsOf } from './readings.js'
import { withSettledSessionIds } from './session-ids.js'

/** A command log and a session log, which are interleaved. */
export interface Play {
  readonly log: readonly LoggedCommand[]
  readonly visits: readonly LoggedSessionCommand[]
  /** Selects which queries are read, so that each play reads different ones. */
  readonly turn: number
}

/** The number of commands per query. */
const COMMANDS_PER_READING = 2
/** One of this many queries is read at the end. */
const READINGS_PER_SAMPLE = 12

/** Runs the logs and reads in between; returns one line per answer. */
export async function answersIn(make: RepositoryFactory, play: Play): Promise<readonly string[]> {
  const repository = await make()
  return withSettledSessionIds(() => new Playing(repository).run(play))
}

/** Generates ids whose order differs by alphabet, case, punctuation and bytes. */
class MixedStage extends Stage {
  #count = 0

  override newId(): string {
    this.#count += 1
    const digits = (Math.imul(this.#count, 0x9e3779b1) >>> 0).toString(8)
    return [...digits].map((digit) => 'aAbB_-~9'[Number(digit)]).join('')
  }
}

class Playing {
  readonly #lines: string[] = []
  readonly #stage: Stage
  readonly #sessions: StartedSession[] = []
  #turn = 0
  #count = 0

  constructor(repository: Awaited<ReturnType<RepositoryFactory>>) {
    this.#stage = new MixedStage({
      repository,
      policy: { ...SMALL, sessionCap: { seconds: CAP / 1000 } },
      legacy: steadyRule,
      through: (consentry) => this.#recorded(consentry),
    })
  }

  async run({ log, visits, turn }: Play): Promise<readonly string[]> {
    this.#turn = turn
    // Session commands advance the clock, so shift the command log by that time.
    let late = 0
    for (const [index, logged] of log.entries()) {
      const expiresAt = 'expiresAt' in logged && logged.expiresAt !== undefined ? { expiresAt: logged.expiresAt + late } : {}
      const command = { ...logged, ...expiresAt, at: logged.at + late }
      this.#record('command', command)
      await this.#stage.play(command)
      await this.#readOne()
      const [from, to] = [index, index + 1].map((count) => Math.floor((count * visits.length) / log.length))
      for (const visit of visits.slice(from, to)) {
        const before = this.#stage.now
        await this.#visit(visit)
        late += this.#stage.now - before
      }
    }
    const all = this.#all()
    await this.#take(all.filter((_, index) => mixed(turn, index) % READINGS_PER_SAMPLE === 0))
    return this.#lines
  }

  async #visit(logged: LoggedSessionCommand): Promise<void> {
    const { consentry, now, sent } = this.#stage
    const command = resolveSessionCommand(logged, { now, sessions: this.#sessions, requests: [...sent.values()] })
    this.#stage.now = command.at
    this.#record('visit', command)
    try {
      if (command.verb === 'startImpersonation') this.#sessions.push(await consentry.startImpersonation(command.actor, command.input))
      else await consentry[command.verb](command.actor, command.session)
    } catch (error) {
      refused(error)
    }
    await this.#readOne()
  }

  async #readOne(): Promise<void> {
    this.#count += 1
    const { now, sent } = this.#stage
    // Read at the instant of an expiry: 1 ms later every adapter answers the same.
    if ([...sent.values()].some((one) => 'expiresAt' in one && one.expiresAt === now)) await this.#take([dueReading(this.#stage)])
    if (this.#count % COMMANDS_PER_READING > 0) return
    const all = this.#all()
    const index = mixed(this.#turn, this.#count) % all.length
    await this.#take(all.slice(index, index + 1))
  }

  async #take(readings: readonly Reading[]): Promise<void> {
    for (const reading of readings) {
      for (const answer of await reading().catch(refused)) this.#record('reading', inOrder(answer))
    }
  }

  #all(): Reading[] {
    return readingsOf(
      this.#stage,
      this.#sessions.map(({ id }) => id),
    )
  }

  /** Wraps the service, and records every answer and refusal as a line. */
  #recorded<Service extends object>(service: Service): Service {
    const calls = Object.entries(service).map(([verb, call]) => {
      const recorded = async (...args: unknown[]) => {
        try {
          const answer = await call(...args)
          this.#record(verb, answer)
          return answer
        } catch (error) {
          // Errors of a store are recorded, because another store may not throw.
          if (isConsentryError(error)) this.#record(verb, { ...error, message: error.message, cause: String(error.cause) })
          throw error
        }
      }
      return [verb, recorded]
    })
    return Object.fromEntries(calls)
  }

  #record(what: string, answer: unknown): void {
    this.#lines.push(`${what} ${JSON.stringify(answer)}`)
  }
}

/** Ignores a refusal, which is already recorded; rethrows other errors. */
function refused(error: unknown): readonly unknown[] {
  if (!isConsentryError(error)) throw error
  return []
}

/** Returns a deterministic hash of two numbers. */
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
