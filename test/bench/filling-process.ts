/** Runs in its own process: loads a live access from a store, and reports time and memory on request. */
import { setImmediate } from 'node:timers/promises'
import { createLiveAccess } from 'consentry'
import { openStore } from './filling-store.js'
import { bytes } from './weighing.js'

/** The messages: figures of the load, then the memory after each consumed batch of changes. */
export interface FillingTold {
  readonly milliseconds: number
  /** The heap and external memory after a collection, in bytes. */
  readonly bytes: number
  /** The peak memory of the process, in bytes. */
  readonly peak: number
  /** The longest block of the event loop during the load, in milliseconds. */
  readonly longestTurn: number
}

const [url = ''] = process.argv.slice(2)
const { repository } = await openStore(url)
const empty = await bytes()
let longestTurn = 0
let turned = performance.now()
let filling = true
const turns = async () => {
  while (filling) {
    await setImmediate()
    longestTurn = Math.max(longestTurn, performance.now() - turned)
    turned = performance.now()
  }
}
const started = performance.now()
const live = createLiveAccess({ repository, timeoutMs: 120_000, onError: (error) => process.send?.({ error: String(error) }) })
const turning = turns()
await live.ready()
filling = false
const milliseconds = performance.now() - started
await turning
const told = async (): Promise<FillingTold> => ({
  milliseconds,
  bytes: (await bytes()) - empty,
  peak: process.resourceUsage().maxRSS * 1024,
  longestTurn,
})
process.on('disconnect', () => process.exit())
process.on('message', async () => {
  await live.caughtUp()
  process.send?.(await told())
})
process.send?.(await told())
