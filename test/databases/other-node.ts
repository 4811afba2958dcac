/** The `node:sqlite` adapter in a child process of a later Node. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Play } from '../adapters/answers.js'
import { nodeOf } from '../package/nodes.js'
import { withTsx } from '../package/programs.js'

/** A request to the child process. */
export type Asked = { readonly test: string } | { readonly play: Play }

/** A response of the child process: the result and its Node version, or an error. */
export type Answered =
  | { readonly passed: string; readonly node: string }
  | { readonly answers: readonly string[]; readonly node: string }
  | { readonly error: { readonly name: string; readonly message: string; readonly stack: string | undefined } }

const MAJOR = 24
const PROGRAM = fileURLToPath(new URL('in-other-node.ts', import.meta.url))

/** Returns the `node:sqlite` adapter. The child starts with the first request, and ends with `close` or its parent. */
export function nodeSqlite() {
  let starting: ReturnType<typeof start> | undefined

  async function ask(asked: Asked): Promise<Exclude<Answered, { error: unknown }>> {
    starting ??= start()
    const { answer } = await starting
    const answered = await answer(asked)
    if ('error' in answered) throw Object.assign(new Error(answered.error.message), answered.error)
    if (!answered.node.startsWith(`v${MAJOR}.`)) throw new Error(`expected Node ${MAJOR}, but ${answered.node} answered`)
    return answered
  }

  return {
    passes: async (test: string): Promise<void> => {
      const answered = await ask({ test })
      if (!('passed' in answered) || answered.passed !== test) throw new Error(`asked for \`${test}\`, got \`${JSON.stringify(answered)}\``)
    },
    answers: async (play: Play): Promise<readonly string[]> => {
      const answered = await ask({ play })
      if (!('answers' in answered)) throw new Error(`asked for answers, got \`${JSON.stringify(answered)}\``)
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

/** Matches responses to requests by number. Pending requests reject when the child ends. */
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
