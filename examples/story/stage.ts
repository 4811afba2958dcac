/** The stage: one service with a clock of our own, the matrix of its decisions, and the table's rows checked against them. */
import assert from 'node:assert/strict'
import { type AccessMethod, accessFrom, type Consentry, createConsentry, type Decision, isConsentryError, type Repository } from 'consentry'
import { AT, directory, HUNDRED_ACRE, labelOf, legacy, TOM_SAWYER, USERS } from './cast.js'
import { bad, bold, columns, dim, good, line, moment, pad } from './screen.js'
import { type Answer, answerOf, METHODS, questionOf, questionsOf, refusalOf } from './table.js'

/** One telling of the story, over one repository. */
export class Stage {
  /** The instant it is now, in milliseconds. */
  now = AT.start
  /** The numbers of the table's rows that were checked. */
  readonly checked = new Set<number>()
  readonly consentry: Consentry

  constructor(repository: Repository) {
    let ids = 0
    // A story reads the same every time it is told. A host leaves `newId` alone: its ids must be random, so that none tells of another.
    this.consentry = createConsentry({ repository, directory, legacy, clock: () => this.now, newId: () => `story-${++ids}` })
  }

  /** Prints who may enter at `at`, every user into every tenant by every method, with the reasons. */
  async matrix(at: number): Promise<void> {
    line(`${bold(`Who may enter at ${labelOf(at)}`)}  ${dim(moment(at))}`)
    const rows = [['', '', ...METHODS].map(dim)]
    for (const tenant of [TOM_SAWYER, HUNDRED_ACRE]) {
      for (const user of USERS) {
        const decisions = await Promise.all(METHODS.map((method) => this.decide(user, tenant, method, at)))
        rows.push([user === USERS[0] ? tenant : '', user, ...decisions.map(cellOf)])
      }
    }
    columns(rows, [14, 11, 24, 24, 24])
  }

  /** Asks what the table's row asks, asserts its answer, and prints both; `grant` where the row says which grant lets the user in. */
  async row(number: number, grant?: { readonly id: string; readonly words: string }): Promise<void> {
    for (const question of questionsOf(number)) {
      for (const user of question.users) {
        for (const method of question.methods) {
          const decision = await this.decide(user, question.tenant, method, question.at)
          assert.deepEqual(asPromised(decision, question.answer), question.answer, `row ${number}, ${user} by ${method}`)
          if (grant) assert.deepEqual('grantedBy' in decision && decision.grantedBy, [grant.id], `row ${number}, by ${grant.words}`)
        }
      }
      this.print(number, questionOf(question), `${answerOf(question.answer)}${grant ? ` by ${grant.words}` : ''}`)
    }
  }

  /** Runs the command that the table's row says is refused, asserts the refusal's code, and prints it with its message. */
  async refusal(number: number, words: string, command: () => Promise<unknown>): Promise<void> {
    const code = refusalOf(number)
    const error = await command().then(
      () => undefined,
      (refusal: unknown) => refusal,
    )
    assert(isConsentryError(error, code), `row ${number} says refused \`${code}\`, not ${error ?? 'done'}`)
    this.print(number, words, `refused ${code}`)
    line(`       ${dim(error.message)}`)
  }

  // Asked twice, of the service and of the pure access over its facts: the two must agree on every question.
  private async decide(user: string, tenant: string, method: AccessMethod, at: number | Date): Promise<Decision> {
    const decision = await this.consentry.decide({ user, tenant, method, at })
    const access = accessFrom([await this.consentry.facts(tenant)], { legacy })
    assert.deepEqual(access.decide(user, tenant, method, at), decision)
    assert.equal(access.canImpersonate(user, tenant, method, at), decision.allowed)
    return decision
  }

  private print(number: number, question: string, answer: string): void {
    this.checked.add(number)
    line(`${dim(`row ${String(number).padStart(2)}`)} ${pad(question, 61)} ${answer.startsWith('allow') ? good(answer) : bad(answer)}`)
  }
}

// Only what the row speaks of: most rows say nothing of `changesAt`.
function asPromised(decision: Decision, promised: Answer): Answer {
  return {
    allowed: decision.allowed,
    ...(promised.reason !== undefined && { reason: decision.reason }),
    ...(promised.changesAt !== undefined && 'changesAt' in decision && { changesAt: decision.changesAt }),
  }
}

function cellOf({ allowed, reason }: Decision): string {
  return allowed ? good(`✓ ${reason}`) : bad(`✗ ${reason}`)
}
