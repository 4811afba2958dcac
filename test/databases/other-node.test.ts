/** What is asked of a process in another Node is answered by it, or rejects: nothing passes that was not run. */
import { afterAll, describe, expect, it } from 'vitest'
import { repositoryContract } from '../../src/testing/contract.js'
import { nodeSqlite } from './other-node.js'

const PATIENCE = 120_000
const lawNames = repositoryContract.map(({ name }) => name)

describe('the adapter in another Node', { timeout: PATIENCE }, () => {
  const { passes, close } = nodeSqlite()
  afterAll(close)

  it('rejects for a law that it does not know', () => expect(passes('no such law')).rejects.toThrow('there is no law `no such law`'))

  it('answers for a law, and starts again after it was closed, twice', async () => {
    await passes(lawNames[0] ?? '')
    await close()
    await close()
    await passes(lawNames[0] ?? '')
  })

  it('rejects what it was asked when it ends before it has answered', async () => {
    await close()
    const law = lawNames.find((name) => name.includes('1,000')) ?? ''
    const [first] = await Promise.allSettled([passes(law), close()])
    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'Node 24 ended with 0' } })
  })
})
