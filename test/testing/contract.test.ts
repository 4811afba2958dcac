/** Every faulty repository breaks the law that names its fault; that every adapter keeps every law stands beside the adapters' tests. */
import { AssertionError } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { Repository } from '../../src/ports/repository.js'
import { type RepositoryFactory, repositoryContract } from '../../src/testing/contract.js'
import { adapters, KINDS } from '../databases/adapters.js'
import { faultyRepositories, liberalRepository } from './faulty-repositories.js'

/** Milliseconds; a database on a busy machine takes its time for a fan-out to a thousand. */
const PATIENCE = 60_000

describe('the laws', () => {
  it.each(KINDS)('are checked in every adapter of the kind %s', (kind) => {
    expect(adapters.filter((one) => one.kind === kind)).not.toEqual([])
    expect(existsSync(new URL(`../adapters/contract-${kind}.test.ts`, import.meta.url))).toBe(true)
  })

  it('are at least 60, each with a name of its own', () => {
    expect(repositoryContract.length).toBeGreaterThanOrEqual(60)
    expect(new Set(repositoryContract.map(({ name }) => name)).size).toBe(repositoryContract.length)
  })

  it('reject with an assertion error that says what was promised, where the repository answers something else', async () => {
    const { name, check } = lawNamed('an empty list of changes returns `saved` and saves nothing')
    const error = await brokenBy(check, { ...memoryRepository(), saveChanges: async () => 'conflict' })
    expect(error).toBeInstanceOf(AssertionError)
    expect(error).toMatchObject({ message: expect.stringContaining(`promised: ${name}`), actual: 'conflict', expected: 'saved' })
  })

  it('reject with an assertion error that says what was promised, where the repository fails, and why', async () => {
    const { name, check } = lawNamed('an empty list of changes returns `saved` and saves nothing')
    const failure = new Error('the disk is full')
    const error = await brokenBy(check, { ...memoryRepository(), saveChanges: () => Promise.reject(failure) })
    expect(error).toBeInstanceOf(AssertionError)
    expect(error).toMatchObject({ message: `promised: ${name}\nthe disk is full`, cause: failure })
  })
})

describe('a repository that does only what the port leaves open', () => {
  it(
    'keeps every law, and each makes one: strict about values, late, in copies, facts in another order and without other users',
    async () => {
      for (const { check } of repositoryContract) {
        let made = 0
        await check(async () => {
          made += 1
          return liberalRepository()
        })
        expect(made).toBeGreaterThan(0)
      }
    },
    PATIENCE,
  )
})

/** Whether each faulty repository is tried by every law, or by its own and one law in eight, which falls to another repository each time. */
const WHOLE = process.env['CONSENTRY_CROSS'] === 'whole'

describe('a repository that', () => {
  for (const [turn, { fault, make, breaks }] of faultyRepositories.entries()) {
    it(
      `${fault}: breaks the law that says so, and at most two more`,
      async () => {
        expect(breaks.length).toBeLessThanOrEqual(3)
        const tried = repositoryContract.filter(({ name }, n) => WHOLE || n % 8 === turn % 8 || breaks.includes(name))
        expect(await lawsBrokenBy(make, tried)).toEqual(new Set(breaks))
      },
      PATIENCE,
    )
  }

  it('is one of many', () => {
    console.log(
      `faulty repositories: ${faultyRepositories.length} tried by ${WHOLE ? 'all' : 'an eighth'} of ${repositoryContract.length} laws`,
    )
    expect(faultyRepositories.length).toBeGreaterThanOrEqual(30)
  })
})

function lawNamed(name: string) {
  const law = repositoryContract.find((one) => one.name === name)
  if (law === undefined) throw new Error(`there is no law \`${name}\``)
  return law
}

function brokenBy(check: (make: RepositoryFactory) => Promise<void>, repository: Repository): Promise<unknown> {
  return check(() => repository).then(
    () => undefined,
    (error: unknown) => error,
  )
}

async function lawsBrokenBy(make: RepositoryFactory, laws: typeof repositoryContract): Promise<ReadonlySet<string>> {
  const broken = new Set<string>()
  for (const { name, check } of laws) await check(make).catch(() => broken.add(name))
  return broken
}
