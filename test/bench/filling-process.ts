/** Run in a process of its own: fills a live access from a store, and says what that took, and what the access weighs whenever it is asked. */
import { setImmediate } from 'node:timers/promises'
import { createLiveAccess } from 'consentry'
import { openStore } from './filling-store.js'
import { bytes } from './weighing.js'

/** What the process tells: how filling went, and what it all weighs; then what it weighs after it has taken in what was saved since. */
export interface FillingTold {
  readonly milliseconds: number
  /** What the process has in the heap and beside it, after a collection. */
  readonly bytes: number
  /** The most memory the process ever had, in bytes. */
  readonly peak: number
  /** The longest that the process answered nobody while it filled, in milliseconds. */
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
