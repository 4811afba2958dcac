/** What only a later Node has, in a process of that Node: it is asked, and answers for itself. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Play } from '../adapters/answers.js'
import { nodeOf } from '../package/nodes.js'
import { withTsx } from '../package/programs.js'

/** What is asked of the other process. */
export type Asked = { readonly law: string } | { readonly play: Play }

/** What it answers: what it did and in which Node, or why it could not. */
export type Answered =
  | { readonly kept: string; readonly node: string }
  | { readonly answers: readonly string[]; readonly node: string }
  | { readonly error: { readonly name: string; readonly message: string; readonly stack: string | undefined } }

const MAJOR = 24
const PROGRAM = fileURLToPath(new URL('in-other-node.ts', import.meta.url))

/** The adapter over `node:sqlite`. The process starts with the first question, and ends with `close` or with this one. */
export function nodeSqlite() {
  let starting: ReturnType<typeof start> | undefined

  async function ask(asked: Asked): Promise<Exclude<Answered, { error: unknown }>> {
    starting ??= start()
    const { answer } = await starting
    const answered = await answer(asked)
    if ('error' in answered) throw Object.assign(new Error(answered.error.message), answered.error)
    if (!answered.node.startsWith(`v${MAJOR}.`)) throw new Error(`asked of Node ${MAJOR}, answered by ${answered.node}`)
    return answered
  }

  return {
    passes: async (law: string): Promise<void> => {
      const answered = await ask({ law })
      if (!('kept' in answered) || answered.kept !== law) throw new Error(`asked for \`${law}\`, answered \`${JSON.stringify(answered)}\``)
    },
    answers: async (play: Play): Promise<readonly string[]> => {
      const answered = await ask({ play })
      if (!('answers' in answered)) throw new Error(`asked for answers, answered \`${JSON.stringify(answered)}\``)
      return answered.answers
    },
    close: async (): Promise<void> => {
      const ending = starting
      starting = undefined
      const { child } = (await ending) ?? {}
      if (!child?.connected) return
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}

async function start() {
  const child = fork(PROGRAM, [], {
    execPath: await nodeOf(MAJOR),
    execArgv: ['--disable-warning=ExperimentalWarning', ...withTsx],
    serialization: 'advanced',
  })
  return { child, answer: conversation(child) }
}

/** Questions and answers are told apart by their numbers; whoever still waits when the process ends hears of it. */
function conversation(child: ChildProcess) {
  const waiting = new Map<number, { resolve: (answered: Answered) => void; reject: (error: Error) => void }>()
  let count = 0
  let over: Error | undefined
  const end = (error: Error) => {
    over ??= error
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }
  child.on('message', ([number, answered]: [number, Answered]) => {
    waiting.get(number)?.resolve(answered)
    waiting.delete(number)
  })
  child.on('error', end)
  child.on('exit', (code, signal) => end(new Error(`Node ${MAJOR} ended with ${signal ?? code}`)))
  return (asked: Asked) =>
    new Promise<Answered>((resolve, reject) => {
      if (over) return reject(over)
      count += 1
      waiting.set(count, { resolve, reject })
      child.send([count, asked], (error) => error && end(error))
    })
}
