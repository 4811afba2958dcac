/** The adapter in another Node passes a contract test only if the child process ran it. */
import { afterAll, describe, expect, it } from 'vitest'
import { repositoryContract } from '../../src/testing/contract.js'
import { nodeSqlite } from './other-node.js'

describe('the adapter in another Node', { timeout: 120_000 }, () => {
  const { passes, close } = nodeSqlite()
  const [first = expect.unreachable('there are no contract tests')] = repositoryContract
  afterAll(close)

  it('rejects an unknown contract test', () =>
    expect(passes({ ...first, name: 'no such test' })).rejects.toThrow('there is no contract test `no such test`'))
})
