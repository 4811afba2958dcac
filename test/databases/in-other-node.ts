/** A program for a Node with `node:sqlite`: runs contract tests and plays logs for its parent process. */
import { noticeContract, repositoryContract } from '../../src/testing/contract.js'
import { answersIn, type Play } from '../adapters/answers.js'
import { obey } from './orders.js'
import { type OpenDatabase, sqliteFiles } from './sqlite-files.js'

// The types are those of the oldest supported Node, which has no `node:sqlite`.
const { DatabaseSync } = process.getBuiltinModule('node:sqlite') as unknown as { DatabaseSync: new (path: string) => OpenDatabase }
const { make, close } = sqliteFiles((path) => new DatabaseSync(path))

const orders = {
  version: () => process.version,
  test: async (name: string) => {
    const test = [...repositoryContract, ...noticeContract].find((one) => one.name === name)
    if (test === undefined) throw new Error(`there is no contract test \`${name}\``)
    await test.check(make)
    return test.name
  },
  play: (play: Play) => answersIn(make, play),
}

export type InOtherNode = typeof orders

obey(orders, close)
