/** Your own repository is right when it keeps every law of the port: check one in a JSON file, see a subtle mistake caught, then use it. */
import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Actor, createConsentry, type Repository } from 'consentry'
import { memoryRepository } from 'consentry/adapters/memory'
import { type RepositoryFactory, repositoryContract } from 'consentry/testing/contract'
import { jsonFileRepository } from './json-file/repository.js'

async function brokenLaws(makeRepository: RepositoryFactory): Promise<string[]> {
  const broken: string[] = []
  for (const law of repositoryContract) await law.check(makeRepository).catch(() => broken.push(law.name))
  return broken
}

const folder = await mkdtemp(join(tmpdir(), 'consentry-'))
let files = 0
const inAFreshFile = () => jsonFileRepository(join(folder, `${++files}.json`))

const broken = await brokenLaws(inAFreshFile)
console.log(`${repositoryContract.length - broken.length} of ${repositoryContract.length} laws hold for the JSON file`)
assert.deepEqual(broken, [])

// The mistake: a tenant is called governed while the user asked about has a grant there, instead of for good and for everybody.
function forgetful(): Repository {
  const repository = memoryRepository()
  const factsFor: Repository['factsFor'] = async (tenant, user) => {
    const facts = await repository.factsFor(tenant, user)
    return { ...facts, governed: facts.requests.some((request) => 'grantedAt' in request) }
  }
  return { ...repository, factsFor }
}

const caught = await brokenLaws(forgetful)
console.log('laws the forgetful one breaks:')
for (const name of caught) console.log(`- ${name}`)
assert.notEqual(caught.length, 0)

const path = join(folder, 'consentry.json')
const directory = { members: () => ['caroline'], askable: () => ['tom-sawyer'] }
const elizabeth: Actor = { user: 'elizabeth', tenant: 'classics', permissions: ['submit'], impersonating: null }
const tomAdmin: Actor = { user: 'tom', tenant: 'tom-sawyer', permissions: ['answer'], impersonating: null }

const before = createConsentry({ repository: jsonFileRepository(path), directory })
const associations = [{ users: ['caroline'], tenants: ['tom-sawyer'] }]
const { sent } = await before.submit(elizabeth, { name: 'SupportAccess', associations })
await before.grant(tomAdmin, sent[0]?.id ?? '', { message: 'Welcome.' })

const afterRestart = createConsentry({ repository: jsonFileRepository(path), directory })
console.log('after a restart:', await afterRestart.tenantsFor({ user: 'caroline' }))
assert.deepEqual(await afterRestart.tenantsFor({ user: 'caroline' }), ['tom-sawyer'])

await rm(folder, { recursive: true })
