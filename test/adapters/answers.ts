/** What a service over an adapter answers to a log of commands and visits, as texts that are the same for every adapter that is right. */
import { isConsentryError } from '../../src/index.js'
import { type LoggedCommand, type LoggedSessionCommand, resolveSessionCommand, type StartedSession } from '../../src/testing/arbitraries.js'
import type { RepositoryFactory } from '../../src/testing/contract.js'
import { SMALL, Stage } from '../model/replay.js'
import { CAP, steadyRule } from '../model/session-model.js'
import { dueReading, type Reading, readingsOf } from './readings.js'
import { withSettledSessionIds } from './session-ids.js'

/** What is played: the visits come between the commands. */
export interface Play {
  readonly log: readonly LoggedCommand[]
  readonly visits: readonly LoggedSessionCommand[]
  /** What is read first: all that can be read is a lot, and every play reads something else. */
  readonly turn: number
}

/** How many commands there are to a reading. */
const PAUSE = 2
/** Of how many readings one is taken at the end. */
const SHARE = 12

/** Plays, and reads again and again; every answer is a line. */
export async function answersIn(make: RepositoryFactory, play: Play): Promise<readonly string[]> {
  const repository = await make()
  return withSettledSessionIds(() => new Playing(repository).run(play))
}

/** Ids whose order is another by letters, by case, by punctuation and by bytes. */
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
      through: (consentry) => this.#heard(consentry),
    })
  }

  async run({ log, visits, turn }: Play): Promise<readonly string[]> {
    this.#turn = turn
    // The commands of a log know nothing of the time that visits take.
    let late = 0
    for (const [index, logged] of log.entries()) {
      const expiresAt = 'expiresAt' in logged && logged.expiresAt !== undefined ? { expiresAt: logged.expiresAt + late } : {}
      const command = { ...logged, ...expiresAt, at: logged.at + late }
      this.#say('command', command)
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
    await this.#take(all.filter((_, index) => mixed(turn, index) % SHARE === 0))
    return this.#lines
  }

  async #visit(logged: LoggedSessionCommand): Promise<void> {
    const { consentry, now, sent } = this.#stage
    const command = resolveSessionCommand(logged, { now, sessions: this.#sessions, requests: [...sent.values()] })
    this.#stage.now = command.at
    this.#say('visit', command)
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
    // At the very instant, since a moment later every answer is the same again.
    if ([...sent.values()].some((one) => 'expiresAt' in one && one.expiresAt === now)) await this.#take([dueReading(this.#stage)])
    if (this.#count % PAUSE > 0) return
    const all = this.#all()
    const index = mixed(this.#turn, this.#count) % all.length
    await this.#take(all.slice(index, index + 1))
  }

  async #take(readings: readonly Reading[]): Promise<void> {
    for (const reading of readings) {
      for (const answer of await reading().catch(refused)) this.#say('reading', inOrder(answer))
    }
  }

  #all(): Reading[] {
    return readingsOf(
      this.#stage,
      this.#sessions.map(({ id }) => id),
    )
  }

  /** The service, all of whose answers and refusals are lines of their own. */
  #heard<Service extends object>(service: Service): Service {
    const calls = Object.entries(service).map(([verb, call]) => {
      const heard = async (...args: unknown[]) => {
        try {
          const answer = await call(...args)
          this.#say(verb, answer)
          return answer
        } catch (error) {
          // What a store threw is not ours to compare, but to know: another has not thrown at all.
          if (isConsentryError(error)) this.#say(verb, { ...error, message: error.message, cause: String(error.cause) })
          throw error
        }
      }
      return [verb, heard]
    })
    return Object.fromEntries(calls)
  }

  #say(what: string, answer: unknown): void {
    this.#lines.push(`${what} ${JSON.stringify(answer)}`)
  }
}

/** A refusal has been heard already; whatever else is thrown is nobody's answer. */
function refused(error: unknown): readonly unknown[] {
  if (!isConsentryError(error)) throw error
  return []
}

/** A number from two, in no order, and the same in every run. */
function mixed(a: number, b: number): number {
  const bits = Math.imul((Math.imul(a + 1, 0x9e3779b1) ^ (b + 1)) >>> 0, 0x85ebca6b)
  return (bits ^ (bits >>> 15)) >>> 0
}

/** The same with its keys in order: a repository gives back what is equal to what was saved, no more. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return { fields: fields.map(([key, one]) => [key, inOrder(one)]) }
}
