/** Benchmarks in processes of their own: the parent asks questions, and the child answers them. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

type Answer = { readonly value: unknown } | { readonly error: string }

/** A running process. */
export type Child = ReturnType<typeof startChild>

/** Starts a program of this folder. */
export function startChild(program: string, args: readonly string[], execArgv: readonly string[] = []) {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), args, {
    execArgv: [...process.execArgv, ...execArgv],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const waiting = new Map<number, (answer: Answer) => void>()
  let [asked, complaint] = [0, '']
  child.stderr?.on('data', (text) => {
    complaint = `${complaint}${text}`.slice(-10_000)
  })
  child.on('message', ({ id, answer }: { id: number; answer: Answer }) => waiting.get(id)?.(answer))
  const closed = once(child, 'close').then(() => {
    for (const settle of waiting.values()) settle({ error: `a process has ended: ${complaint}` })
  })
  /** Asks a question. Rejects if the process fails, ends or does not answer in time. */
  const ask = async <Value>(question: unknown, seconds = 600): Promise<Value> => {
    const id = asked++
    const answer = await new Promise<Answer>((resolve) => {
      const timer = setTimeout(() => resolve({ error: `not ready within ${seconds} s` }), seconds * 1_000)
      waiting.set(id, (answer) => {
        clearTimeout(timer)
        resolve(answer)
      })
      child.send({ id, question }, (error) => error && waiting.get(id)?.({ error: `${error}: ${complaint}` }))
    })
    waiting.delete(id)
    if ('error' in answer) throw new Error(answer.error)
    return answer.value as Value
  }
  const stop = async () => {
    child.kill('SIGKILL')
    await closed
  }
  return { ask, stop }
}

/** Answers the questions of the parent, and exits with it. */
export function answerParent<Question>(answerOf: (question: Question) => unknown): void {
  const send = (id: number, answer: Answer) => {
    // Ignores a closed channel: the parent may have exited.
    if (process.connected) process.send?.({ id, answer }, undefined, undefined, () => {})
  }
  process.on('disconnect', () => process.exit())
  process.on('message', async ({ id, question }: { id: number; question: Question }) => {
    try {
      send(id, { value: await answerOf(question) })
    } catch (error) {
      send(id, { error: error instanceof Error ? `${error.stack}` : String(error) })
    }
  })
}
