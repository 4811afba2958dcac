/** Every faulty store of readers and notices fails the contract test of its fault, and a correct one passes all. */
import { describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { noticeContract, repositoryContract } from '../../src/testing/contract.js'
import type { NoticeChange } from './faulty/notice-faults.js'
import { outcomeFaults } from './faulty/notice-outcomes.js'
import { noticeFaults } from './faulty/notices.js'
import { readerFaults } from './faulty/readers.js'
import { liberalNotices } from './liberal-notices.js'

vi.setConfig({ testTimeout: 60_000 })

const FAULTS = Object.entries({ ...readerFaults, ...noticeFaults, ...outcomeFaults })

function faulty(change: NoticeChange) {
  const inner = memoryRepository()
  const { readers, notices } = change(inner)
  return { ...inner, readers: { ...inner.readers, ...readers }, notices: { ...inner.notices, ...notices } }
}

describe('the contract tests of readers and notices', () => {
  it('are at least 35, with names that no other contract test has', () => {
    expect(noticeContract.length).toBeGreaterThanOrEqual(35)
    const names = [...repositoryContract, ...noticeContract].map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it('can each fail: a faulty store breaks each promise', () => {
    const broken = new Set(FAULTS.flatMap(([, { breaks }]) => breaks))
    expect(new Set(noticeContract.map(({ name }) => name))).toEqual(broken)
  })

  it('state the promise if they fail', async () => {
    const [first] = noticeContract
    const repository = memoryRepository()
    const hold = () => Promise.reject(new Error('the disk is full'))
    const rejection = first?.check(() => ({ ...repository, readers: { ...repository.readers, hold } }))
    await expect(rejection).rejects.toThrow(`promised: ${first?.name}\nthe disk is full`)
  })
})

it('a correct store that uses every freedom of the port passes every contract test', async () => {
  for (const { check } of noticeContract) await check(liberalNotices)
})

/** Whether each faulty store runs all contract tests, or only those it must fail and a rotating share of the others. */
const RUN_ALL = process.env['CONSENTRY_CROSS'] === 'whole'
/** The share of the others is one in this many. */
const SHARES = 4

describe('a store that', () => {
  for (const [turn, [fault, { change, breaks }]] of FAULTS.entries()) {
    it.concurrent(`${fault}: fails the contract test of that fault, and few more`, async ({ expect }) => {
      expect(breaks.length).toBeLessThanOrEqual(13)
      const tried = noticeContract.filter(({ name }, n) => RUN_ALL || n % SHARES === turn % SHARES || breaks.includes(name))
      const broken = new Set<string>()
      for (const { name, check } of tried) await check(() => faulty(change)).catch(() => broken.add(name))
      expect(broken).toEqual(new Set(breaks))
    })
  }
})
