/** Runs in its own process: listens for changes on many connections, as many processes would. */
import { obey } from '../databases/orders.js'
import { loadBuild, openOnPostgres } from './builds.js'

const [folder = '', connectionString = '', count = '0'] = process.argv.slice(2)
const build = await loadBuild(folder)
const { repository } = await openOnPostgres(build, connectionString, { max: Number(count) + 1 })
const listeners = Array.from({ length: Number(count) }, () => ({ heard: 0 }))

const orders = {
  listen: async () => {
    for (const listener of listeners) {
      await build.subscribe(repository, () => {
        listener.heard++
      })
    }
  },
  /** Returns how often the listener that heard least has heard of a change. */
  heard: () => Math.min(...listeners.map(({ heard }) => heard)),
}

export type ListeningOrders = typeof orders

obey(orders)
