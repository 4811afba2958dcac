/** Runs in its own process: loads a live access from a store, and weighs it. */
import { setImmediate } from 'node:timers/promises'
import { createLiveAccess, type LiveAccess } from 'consentry'
import { obey } from '../databases/orders.js'
import { bytes } from './measure.js'
import { openStore, type Places } from './stores.js'

const [store, place = ''] = process.argv.slice(2)
const { repository } = await openStore(store as keyof Places, place)
const empty = await bytes()
const onError = (error: unknown) => {
  console.error(error)
  process.exit(1)
}
let live: LiveAccess

/** Loads: the bytes of heap and external memory after a collection, the peak of the process, and times in milliseconds. */
async function load() {
  let [filling, longestTurn, turned] = [true, 0, performance.now()]
  const turns = async () => {
    while (filling) {
      await setImmediate()
      longestTurn = Math.max(longestTurn, performance.now() - turned)
      turned = performance.now()
    }
  }
  const started = performance.now()
  live = createLiveAccess({ repository, timeoutMs: 120_000, onError })
  const turning = turns()
  await live.ready()
  filling = false
  const milliseconds = performance.now() - started
  await turning
  return { milliseconds, bytes: await weigh(), peak: process.resourceUsage().maxRSS * 1024, longestTurn }
}

/** Returns the memory after all changes were consumed, in bytes. */
async function weigh(): Promise<number> {
  await live.caughtUp()
  return (await bytes()) - empty
}

const orders = { load, weigh }

export type Filling = typeof orders

obey(orders)
