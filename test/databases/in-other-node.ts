/** A program for a Node with `node:sqlite`: runs contract tests and plays logs for its parent process. */
import { repositoryContract } from '../../src/testing/contract.js'
import { answersIn } from '../adapters/answers.js'
import type { Answered, Asked } from './other-node.js'
import { type OpenDatabase, sqliteFiles } from './sqlite-files.js'

// The types are those of the oldest supported Node, which has no `node:sqlite`.
const { DatabaseSync } = process.getBuiltinModule('node:sqlite') as unknown as { DatabaseSync: new (path: string) => OpenDatabase }
const { make, close } = sqliteFiles((path) => new DatabaseSync(path))

async function answerTo(asked: Asked): Promise<Answered> {
  const node = process.version
  if ('play' in asked) return { answers: await answersIn(make, asked.play), node }
  const test = repositoryContract.find(({ name }) => name === asked.test)
  if (test === undefined) throw new Error(`there is no contract test \`${asked.test}\``)
  await test.check(make)
  return { passed: test.name, node }
}

function failed(error: Error): Answered {
  const cause = error.cause instanceof Error ? `\n${error.cause.stack}` : ''
  return { error: { name: error.name, message: error.message, stack: `${error.stack}${cause}` } }
}

process.on('message', async ([number, asked]: [number, Asked]) => {
  const answered = await answerTo(asked).catch(failed)
  // The parent may have disconnected; ignore the send error.
  if (process.connected) process.send?.([number, answered], undefined, undefined, () => {})
})
process.on('disconnect', () => close().finally(() => process.exit()))
