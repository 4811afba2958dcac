/** Run by a Node that has `node:sqlite`: checks laws and plays logs in it, as its parent asks. */
import { repositoryContract } from '../../src/testing/contract.js'
import { answersIn } from '../adapters/answers.js'
import type { Answered, Asked } from './other-node.js'
import { type OpenDatabase, sqliteFiles } from './sqlite-files.js'

// The types are those of the oldest Node supported, which does not have it.
const { DatabaseSync } = process.getBuiltinModule('node:sqlite') as unknown as { DatabaseSync: new (path: string) => OpenDatabase }
const { make, close } = sqliteFiles((path) => new DatabaseSync(path))

async function answerTo(asked: Asked): Promise<Answered> {
  const node = process.version
  if ('play' in asked) return { answers: await answersIn(make, asked.play), node }
  const law = repositoryContract.find(({ name }) => name === asked.law)
  if (law === undefined) throw new Error(`there is no law \`${asked.law}\``)
  await law.check(make)
  return { kept: law.name, node }
}

function failed(error: Error): Answered {
  const cause = error.cause instanceof Error ? `\n${error.cause.stack}` : ''
  return { error: { name: error.name, message: error.message, stack: `${error.stack}${cause}` } }
}

process.on('message', async ([number, asked]: [number, Asked]) => {
  const answered = await answerTo(asked).catch(failed)
  // Whoever asked may be gone, and nobody need hear of that.
  if (process.connected) process.send?.([number, answered], undefined, undefined, () => {})
})
process.on('disconnect', () => close().finally(() => process.exit()))
