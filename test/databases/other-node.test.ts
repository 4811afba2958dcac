/** The adapter in another Node passes a contract test only if the child process ran it. */
import { afterAll, describe, expect, it } from 'vitest'
import { repositoryContract } from '../../src/testing/contract.js'
import { nodeSqlite } from './other-node.js'

const PATIENCE = 120_000
const testNames = repositoryContract.map(({ name }) => name)

describe('the adapter in another Node', { timeout: PATIENCE }, () => {
  const { passes, close } = nodeSqlite()
  afterAll(close)

  it('rejects an unknown contract test', () => expect(passes('no such test')).rejects.toThrow('there is no contract test `no such test`'))

  it('runs a contract test, and restarts after it was closed twice', async () => {
    await passes(testNames[0] ?? '')
    await close()
    await close()
    await passes(testNames[0] ?? '')
  })

  it('rejects pending requests when the child ends', async () => {
    await close()
    const test = testNames.find((name) => name.includes('1,000')) ?? ''
    const [first] = await Promise.allSettled([passes(test), close()])
    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'Node 24 ended with 0' } })
  })
})
