/** Benchmarks in processes of their own, which obey the orders of this one. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { FromChild, Orders, ToChild } from '../databases/orders.js'

/** Starts a program of this folder. An order rejects if it fails, if the process ends, or after so many seconds. */
export function startChild<O extends Orders>(program: string, args: readonly string[], seconds = 600, execArgv: readonly string[] = []) {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), args, {
    execArgv: [...process.execArgv, ...execArgv],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const waiting = new Map<number, (answer: FromChild) => void>()
  let [count, complaint] = [0, '']
  child.stderr?.on('data', (text) => {
    complaint = `${complaint}${text}`.slice(-10_000)
  })
  child.on('message', (answer: FromChild) => waiting.get(answer.number)?.(answer))
  const closed = once(child, 'close')
  const fails = async (when: Promise<unknown>, why: () => string): Promise<never> => {
    await when
    throw new Error(why())
  }
  const call = async <Name extends keyof O & string>(name: Name, ...args: Parameters<O[Name]>): Promise<Awaited<ReturnType<O[Name]>>> => {
    const number = count++
    const answered = new Promise<FromChild>((resolve) => waiting.set(number, resolve))
    // Sending fails only if the process has ended.
    child.send({ number, name, args } satisfies ToChild, () => {})
    const ended = fails(closed, () => `a process has ended: ${complaint}`)
    const late = fails(sleep(seconds * 1_000, undefined, { ref: false }), () => `not ready within ${seconds} s`)
    const answer = await Promise.race([answered, ended, late])
    waiting.delete(number)
    if ('error' in answer) throw new Error(answer.error.stack)
    return answer.result as Awaited<ReturnType<O[Name]>>
  }
  const stop = async () => {
    child.kill('SIGKILL')
    await closed
  }
  return { call, stop }
}
