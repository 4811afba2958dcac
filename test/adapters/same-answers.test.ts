/** Law 28: a service gives the same answers with every adapter. */
import * as fc from 'fast-check'
import { afterAll, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { sessionLog } from '../../src/testing/arbitraries.js'
import { adapters } from '../databases/adapters.js'
import { commandLog } from '../model/replay.js'
import { faultyRepositories } from '../testing/faulty-repositories.js'
import { ANSWER_WITHIN_MS, answersIn, type Play } from './answers.js'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const LOGS = Number(process.env['CONSENTRY_LOGS'] ?? 2)
const SEED = Number(process.env['CONSENTRY_SEED'] ?? 20_260_101)

const playsOf = (seed: number, numRuns: number): readonly Play[] =>
  fc
    .sample(fc.record({ log: commandLog({ length: 30, answerWithinMs: ANSWER_WITHIN_MS }), visits: sessionLog({ length: 20 }) }), {
      numRuns,
      seed,
    })
    .map((play, turn) => ({ ...play, turn }))

/** Fixed plays, as many as a default run has: they must find every fault. */
const control = playsOf(20_260_101, 40)

/** What a correct repository answers in each of these plays: every control compares with it. */
let right: Promise<readonly (readonly string[])[]> | undefined
const answersInMemory = () => (right ??= Promise.all(control.map((play) => answersIn(memoryRepository, play))))

function difference(expected: readonly string[], actual: readonly string[]): string | undefined {
  const line = Array.from({ length: Math.max(expected.length, actual.length) }).findIndex((_, index) => expected[index] !== actual[index])
  if (line < 0) return undefined
  const before = expected.slice(0, line + 1).findLast((one) => /^(command|visit) /.test(one))
  return `line ${line}, after ${before}\n  memory: ${expected[line]}\n  it:     ${actual[line]}`
}

afterAll(() => Promise.all(adapters.map(({ close }) => close())))

it(`law 28: what a service answers is byte for byte the same with every adapter, in ${LOGS} logs`, { timeout: 1e9 }, async () => {
  const others = adapters.filter(({ kind }) => kind !== 'memory')
  const started = performance.now()
  const differences: string[] = []
  let lines = 0
  for (const play of playsOf(SEED, LOGS)) {
    const expected = await answersIn(memoryRepository, play)
    lines += expected.length
    const found = await Promise.all(
      others.map(async ({ name, answers }) => {
        const different = difference(expected, await answers(play))
        return different === undefined ? [] : [`${name}, log ${play.turn}: ${different}`]
      }),
    )
    differences.push(...found.flat())
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(
    `logs: ${LOGS} logs x ${others.length} adapters, ${differences.length} differences; ${lines} answers each, in ${seconds} s, seed ${SEED}`,
  )
  expect(differences.slice(0, others.length), 'the first differences').toEqual([])
})

it('law 28: the plays reach every command and query', async () => {
  const reached = new Set<string>()
  for (const answers of await answersInMemory())
    for (const line of answers) {
      const [, verb, answer = ''] = /^(\S*) (.*)/.exec(line) ?? []
      if (answer.includes('"code":"too-many-sessions"')) reached.add('too-many-sessions')
      if (!/^\{[^{}]*"code":/.test(answer)) reached.add(`${verb}${answer.includes('"next":"') ? ' and on' : ''}`)
    }
  const commands = ['submit', 'grant', 'reject', 'setExpiry', 'revoke', 'withdraw', 'removeUser', 'answerMany', 'endAll', 'recordDue']
  const inside = ['startImpersonation', 'checkImpersonation', 'endImpersonation', 'endSession', 'resume', 'too-many-sessions']
  const lists = ['incoming', 'outgoing', 'myAccess', 'history', 'sessions'].map((list) => `${list} and on`)
  const all = [...commands, ...inside, ...lists, 'decide', 'decideMany', 'tenantsFor', 'usersFor', 'reading']
  expect(all.filter((what) => !reached.has(what))).toEqual([])
})

it.each([
  'orders ids by locale rules',
  'finds tenants case-insensitively',
  'ignores `from` in the facts for many queries',
  'shows a grant 1 ms too long in a list',
  "begins the next page of my access at the tenant's latest request instead of its key",
  'drops the event of a withdrawal caused by removing the last user',
  'computes `governedSince` only from the requests that name the user of the session',
])('law 28, negative control: a repository that %s is found', async (fault) => {
  const { make } = faultyRepositories.find((one) => one.fault === fault) ?? expect.unreachable('there is no such faulty repository')
  const expected = await answersInMemory()
  for (const [n, play] of control.entries()) if (difference(expected[n] ?? [], await answersIn(make, play)) !== undefined) return
  expect.unreachable('40 logs, and no difference')
})
