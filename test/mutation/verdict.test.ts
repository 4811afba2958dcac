/** The verdict on a mutation run, and every way in which a gate must fail. */
import { describe, expect, it } from 'vitest'
import { EQUIVALENTS } from './equivalents.js'
import { GATES } from './gates.js'
import { type Equivalent, type Gate, judge, type Mutation, type Outcome } from './verdict.js'

const inFile = { file: 'a.ts' }
const canary: Mutation = {
  ...inFile,
  mutator: 'EqualityOperator',
  line: 'if (now < end)',
  original: 'now < end',
  replacement: 'now <= end',
}
const other: Mutation = { ...inFile, mutator: 'BlockStatement', line: 'function f() {', original: '{ g() }', replacement: '{}' }
const gate: Gate = { files: ['a.ts'], least: 100, canaries: [canary] }
const listed: Equivalent = { ...other, reason: 'g does nothing' }

const outcome = (mutation: Mutation, status = 'Killed'): Outcome => ({ ...mutation, status, at: 'src/domain/a.ts:1' })
const faults = (outcomes: readonly Outcome[], equivalents: readonly Equivalent[] = [], of: Gate = gate) =>
  judge(outcomes, of, equivalents).faults

const FEW = '50.00 % killed, at least 100 % demanded'
const OTHER = 'BlockStatement in `function f() {`: `{ g() }` → `{}`'
const CANARY = 'a.ts EqualityOperator in `if (now < end)`: `now < end` → `now <= end`'

describe('a mutation gate', () => {
  it('passes if every mutation is killed or listed', () => {
    const passed = (killed: number, equivalent: number) => {
      const rows = ['a.ts', 'all'].map((file) => ({ file, mutants: 2, killed, equivalent, survived: 0, score: 100 }))
      return { rows, survivors: [], faults: [] }
    }
    expect(judge([outcome(canary), outcome(other)], gate, [])).toEqual(passed(2, 0))
    expect(judge([outcome(canary), outcome(other, 'Survived')], gate, [listed])).toEqual(passed(1, 1))
  })

  it('fails if one survives, for any reason', () => {
    for (const status of ['Survived', 'NoCoverage', 'Timeout', 'RuntimeError', 'CompileError', 'Ignored', 'Pending']) {
      const verdict = judge([outcome(canary), outcome(other, status)], gate, [])
      expect(verdict.faults).toEqual([FEW])
      expect(verdict.survivors).toEqual([`src/domain/a.ts:1 ${status}: ${OTHER}`])
    }
  })

  it('fails if more survive than are listed', () => {
    const twice = [outcome(canary), outcome(other, 'Survived'), outcome(other, 'Survived')]
    expect(faults(twice, [listed])).toEqual([`listed as equivalent 1 times, but lives 2 times: a.ts ${OTHER}`, FEW])
    expect(faults(twice, [{ ...listed, times: 2 }])).toEqual([])
  })

  it('fails if a listed mutation was killed, or is no longer made', () => {
    const rotten = [`listed as equivalent 1 times, but lives 0 times: a.ts ${OTHER}`]
    expect(faults([outcome(canary), outcome(other)], [listed])).toEqual(rotten)
    expect(faults([outcome(canary)], [listed])).toEqual(rotten)
    for (const key of ['mutator', 'line', 'original', 'replacement'] as const) {
      expect(faults([outcome(canary), outcome({ ...other, [key]: 'another' }, 'Survived')], [listed])).toEqual([...rotten, FEW])
    }
  })

  it('ignores listed mutations of other files', () => {
    expect(faults([outcome(canary)], [{ ...listed, file: 'b.ts' }])).toEqual([])
  })

  it('fails if the canary survives or was not made', () => {
    expect(faults([outcome(canary, 'Survived'), outcome(other)])).toEqual([`the canary lives: ${CANARY}`, FEW])
    const excused = faults([outcome(canary, 'Timeout')], [{ ...canary, reason: 'none' }], { ...gate, least: 0 })
    expect(excused).toContain(`the canary lives: ${CANARY}`)
    expect(faults([outcome(other)])).toEqual([`the canary was not made: ${CANARY}`])
  })

  it('fails if a file has no mutations', () => {
    expect(faults([outcome(canary)], [], { ...gate, files: ['a.ts', 'b.ts'] })).toEqual(['no mutation of b.ts was made'])
    expect(faults([], [], { ...gate, canaries: [], least: 0 })).toContain('no mutation of a.ts was made')
  })

  it('may require less than 100 %', () => {
    const half = [outcome(canary), outcome(other, 'Survived')]
    expect(faults(half, [], { ...gate, least: 50 })).toEqual([])
    expect(faults(half, [], { ...gate, least: 50.1 })).toEqual(['50.00 % killed, at least 50.1 % demanded'])
  })
})

describe('the mutations listed as equivalent', () => {
  it('are of files of the widest gate, so that outdated entries are found', () => {
    const files = GATES.get('domain')?.files ?? []
    expect(EQUIVALENTS.map(({ file }) => file).filter((file) => !files.includes(file))).toEqual([])
    expect([...GATES.values()].flatMap((one) => one.files).filter((file) => !files.includes(file))).toEqual([])
  })

  it('each have a reason, and include no canary', () => {
    const canaries = [...GATES.values()].flatMap((one) => one.canaries)
    for (const { reason, line, original, replacement } of EQUIVALENTS) {
      expect(reason.length).toBeGreaterThan(20)
      expect(canaries).not.toContainEqual(expect.objectContaining({ line, original, replacement }))
    }
  })
})
