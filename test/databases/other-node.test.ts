/** The adapter in another Node passes a contract test only if the child process ran it. */
import { afterAll, expect, it } from 'vitest'
import { repositoryContract } from '../../src/testing/contract.js'
import { nodeSqlite } from './other-node.js'

const { passes, close } = nodeSqlite()
const [first = expect.unreachable('there are no contract tests')] = repositoryContract
afterAll(close)

it('the adapter in another Node rejects an unknown contract test', { timeout: 120_000 }, () =>
  expect(passes({ ...first, name: 'no such test' })).rejects.toThrow('there is no contract test `no such test`'),
)
