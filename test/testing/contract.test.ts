/** Every faulty repository fails the contract test of its fault, and a correct one passes all. */
import { AssertionError } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { Repository } from '../../src/ports/repository.js'
import { repositoryContract } from '../../src/testing/contract.js'
import { adapters, KINDS } from '../databases/adapters.js'
import { faultyRepositories } from './faulty-repositories.js'
import { liberalRepository } from './liberal-repository.js'

/** The timeout of a test, in milliseconds. A fan-out to 1,000 tenants is slow on a busy machine. */
const TIMEOUT_MS = 60_000

describe('the contract tests', () => {
  it.each(KINDS)('run on an adapter of the kind %s', (kind) => {
    expect(adapters.filter((one) => one.kind === kind)).not.toEqual([])
    expect(existsSync(new URL(`../adapters/contract-${kind}.test.ts`, import.meta.url))).toBe(true)
  })

  it('are at least 60, with unique names', () => {
    expect(repositoryContract.length).toBeGreaterThanOrEqual(60)
    expect(new Set(repositoryContract.map(({ name }) => name)).size).toBe(repositoryContract.length)
  })

  const name = 'an empty list of changes returns `saved` and saves nothing'
  const promise = `promised: ${name}`
  const failure = new Error('the disk is full')
  it.each<[string, Repository['saveChanges'], object]>([
    ['a result is wrong', async () => 'conflict', { message: expect.stringContaining(promise), actual: 'conflict', expected: 'saved' }],
    ['the repository rejects', () => Promise.reject(failure), { message: `${promise}\nthe disk is full`, cause: failure }],
  ])('reject with an assertion error that states the promise if %s', async (_, saveChanges, error) => {
    const { check } = repositoryContract.find((one) => one.name === name) ?? expect.unreachable(`there is no contract test \`${name}\``)
    const rejection = await check(() => ({ ...memoryRepository(), saveChanges })).catch((thrown: unknown) => thrown)
    expect(rejection).toBeInstanceOf(AssertionError)
    expect(rejection).toMatchObject(error)
  })
})

const LIBERAL = 'a correct repository that uses every freedom of the port'
it(`${LIBERAL} passes every contract test, and each one creates a repository`, { timeout: TIMEOUT_MS }, async () => {
  for (const { check } of repositoryContract) {
    const make = vi.fn(liberalRepository)
    await check(make)
    expect(make).toHaveBeenCalled()
  }
})

/** Whether each faulty repository runs all contract tests, or only those it must fail and a rotating share of the others. */
const RUN_ALL = process.env['CONSENTRY_CROSS'] === 'whole'
/** The share of the others is one in this many: each of them runs on several faulty repositories, since there are a hundred. */
const SHARES = 20

describe('a repository that', () => {
  for (const [turn, { fault, make, breaks }] of faultyRepositories.entries()) {
    it(`${fault}: fails the contract test of that fault, and at most four more`, { timeout: TIMEOUT_MS }, async () => {
      expect(breaks.length).toBeLessThanOrEqual(5)
      const tried = repositoryContract.filter(({ name }, n) => RUN_ALL || n % SHARES === turn % SHARES || breaks.includes(name))
      const broken = new Set<string>()
      for (const { name, check } of tried) await check(make).catch(() => broken.add(name))
      expect(broken).toEqual(new Set(breaks))
    })
  }

  it('is one of at least 30', () => {
    const share = `${RUN_ALL ? 'all' : 'a rotating twentieth'} of ${repositoryContract.length} contract tests`
    console.log(`faulty repositories: ${faultyRepositories.length} checked by ${share}`)
    expect(faultyRepositories.length).toBeGreaterThanOrEqual(30)
  })
})
