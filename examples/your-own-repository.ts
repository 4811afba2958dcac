/** A custom repository, checked by the contract tests: one that passes, and one with a subtle mistake. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Actor, createConsentry, type Repository } from 'consentry'
import { memoryRepository } from 'consentry/adapters/memory'
import { type RepositoryFactory, repositoryContract } from 'consentry/testing/contract'
import { jsonFileRepository } from './json-file/repository.js'

/** Returns the names of the tests that fail, up to as many as `most`. */
async function failedTests(makeRepository: RepositoryFactory, most = Infinity): Promise<string[]> {
  const failures: string[] = []
  for (const { name, check } of repositoryContract) {
    if (failures.length < most) await check(makeRepository).catch(() => failures.push(name))
  }
  return failures
}

const folder = await mkdtemp(join(tmpdir(), 'consentry-'))
let files = 0
const inNewFile = () => jsonFileRepository(join(folder, `${++files}.json`))

const failed = await failedTests(inNewFile)
console.log(`${repositoryContract.length - failed.length} of ${repositoryContract.length} contract tests pass for the JSON file`)
assert.deepEqual(failed, [])

// The mistake: it computes `governed` from this user's requests, instead of storing it for every user, permanently.
function faultyRepository(): Repository {
  const repository = memoryRepository()
  const factsFor: Repository['factsFor'] = async (query) => {
    const facts = await repository.factsFor(query)
    return { ...facts, governed: facts.requests.some((request) => 'grantedAt' in request) }
  }
  return { ...repository, factsFor }
}

const [caught] = await failedTests(faultyRepository, 1)
console.log('the faulty repository fails:', caught)
assert.ok(caught)

const path = join(folder, 'consentry.json')
const directory = {
  members: (vendor: string) => (vendor === 'classics' ? ['caroline'] : []),
  askable: (vendor: string) => (vendor === 'classics' ? ['tom-sawyer'] : []),
}
const elizabeth: Actor = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null }
const tomAdmin: Actor = { user: 'tom', tenant: 'tom-sawyer', permissions: ['answer'], impersonating: null }

const before = createConsentry({ repository: jsonFileRepository(path), directory })
const associations = [{ users: ['caroline'], tenants: ['tom-sawyer'] }]
const { sent } = await before.submit(elizabeth, { name: 'SupportAccess', associations })
await before.grant(tomAdmin, sent[0]?.id ?? '', { expiresAt: null, message: 'Welcome.' })

const afterRestart = createConsentry({ repository: jsonFileRepository(path), directory })
console.log('after a restart:', await afterRestart.tenantsFor({ user: 'caroline', from: 'classics' }))
assert.deepEqual(await afterRestart.tenantsFor({ user: 'caroline', from: 'classics' }), ['tom-sawyer'])

await rm(folder, { recursive: true })
