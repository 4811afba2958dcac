/** The guard benchmark: cost per request, compared with the bare framework in the same run. */
import autocannon from 'autocannon'
import { inside } from './inside.js'
import { inRounds, type Measured, median, print, ratio } from './measure.js'
import { frameworks, ROUTES } from './served.js'

/** Measures every guard. */
export async function benchGuards(rounds: number, seconds: number): Promise<Measured[]> {
  const wiring = await inside()
  const all: Measured[] = []
  for (const [framework, start] of frameworks) {
    const { port, close } = await start(wiring)
    const url = `http://127.0.0.1:${port}`
    const costs = await inRounds(rounds, async () => {
      const round = { bare: 0, method: 0, session: 0 }
      for (const route of ROUTES) round[route] = await costOf(`${url}/${route}/${wiring.tenant}`, wiring.headers, seconds)
      return round
    })
    await close()
    for (const form of ['method', 'session'] as const) {
      const times = { 'µs a bare request': median(costs.bare), 'µs a guarded one': median(costs[form]) }
      const figures = { ...times, '× the bare framework': ratio(costs[form], costs.bare) }
      all.push(print({ what: `${framework}, by ${form}`, figures }))
    }
  }
  return all
}

/**
 * Returns how many microseconds a request keeps the server's event loop busy.
 * Requests per second would also measure the client, whose thread may share a core with the server.
 */
async function costOf(url: string, headers: Readonly<Record<string, string>>, duration: number): Promise<number> {
  const before = performance.eventLoopUtilization()
  const result = await autocannon({ url, headers, duration, connections: 16, workers: 1 })
  const { active } = performance.eventLoopUtilization(before)
  const failed = result.non2xx + result.errors + result.timeouts
  if (failed > 0) throw new Error(`${failed} requests to ${url} failed`)
  return (active * 1000) / result.requests.total
}
