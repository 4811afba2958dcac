/** The stage: a service with a controlled clock, its decision matrix, and checks of the table's rows. */
import assert from 'node:assert/strict'
import { type AccessMethod, accessFrom, type Consentry, createConsentry, type Decision, isConsentryError, type Repository } from 'consentry'
import { AT, directory, HUNDRED_ACRE, isAskable, labelOf, legacy, TOM_SAWYER, USERS } from './cast.js'
import { bad, bold, columns, dim, good, line, moment, pad } from './screen.js'
import { answerOf, decisionOf, type Grant, METHODS, questionOf, questionsOf, refusalOf } from './table.js'

/** One run of the story over one repository. */
export class Stage {
  /** The current instant, in milliseconds. */
  now = AT.start
  /** The ids of the tenant requests that the rows name. */
  readonly ids: Record<Grant, string> = { tom: '', hundred: '', again: '' }
  /** The numbers of the checked rows. */
  readonly checked = new Set<number>()
  readonly consentry: Consentry

  constructor(repository: Repository) {
    let ids = 0
    // Fixed ids give the same output in each run. A real host omits `newId`: ids must be random (SPEC 6.2).
    this.consentry = createConsentry({ repository, directory, legacy, clock: () => this.now, newId: () => `story-${++ids}` })
  }

  /** Prints the decisions at `at` for every user, tenant and method, with reasons. */
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

  /** Asks a row's questions, asserts and prints the answers. */
  async row(number: number): Promise<void> {
    for (const question of questionsOf(number)) {
      for (const user of question.users) {
        for (const method of question.methods) {
          const decision = await this.decide(user, question.tenant, method, question.at, question.from)
          assert.deepEqual(decision, decisionOf(question.answer, this.ids), `row ${number}, ${user} by ${method}`)
        }
      }
      this.print(number, questionOf(question), answerOf(question.answer))
    }
  }

  /** Runs a row's command, asserts the code of its refusal, and prints it with its message. */
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

  // Asks the service and the pure access over its facts: both must agree.
  private async decide(user: string, tenant: string, method: AccessMethod, at: number | Date, from?: string): Promise<Decision> {
    const decision = await this.consentry.decide({ user, tenant, method, at, from })
    const access = accessFrom([await this.consentry.facts(tenant)], { legacy, isAskable })
    assert.deepEqual(access.decide(user, tenant, method, at, from), decision)
    assert.equal(access.canImpersonate(user, tenant, method, at, from), decision.allowed)
    return decision
  }

  private print(number: number, question: string, answer: string): void {
    this.checked.add(number)
    line(`${dim(`row ${String(number).padStart(2)}`)} ${pad(question, 63)} ${answer.startsWith('allow') ? good(answer) : bad(answer)}`)
  }
}

function cellOf({ allowed, reason }: Decision): string {
  return allowed ? good(`✓ ${reason}`) : bad(`✗ ${reason}`)
}
