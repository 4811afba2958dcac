/** The guard benchmark: cost per request, compared with the bare framework in the same run. */
import autocannon from 'autocannon'
import { inside } from './inside.js'
import { median } from './median.js'
import { frameworks, ROUTES, urlOf } from './served.js'

/** The cost of one form of a guard in one framework. */
export interface GuardFigure {
  readonly framework: string
  readonly guardedBy: string
  readonly bareMicroseconds: number
  readonly guardedMicroseconds: number
  readonly ratio: number
}

/** Measures every guard; calls `print` with each figure. */
export async function benchGuards(rounds: number, seconds: number, print: (line: string) => void): Promise<GuardFigure[]> {
  const wiring = await inside()
  const cost = (url: string) => costOf(url, wiring.headers, seconds)
  const figures: GuardFigure[] = []
  for (const [framework, start] of frameworks) {
    const server = await start(wiring)
    const measured = ROUTES.map((route) => ({ route, url: `${urlOf(server)}/${route}/${wiring.tenant}`, costs: [] as number[] }))
    for (const { url } of measured) await cost(url) // until the code is compiled
    for (let round = 0; round < rounds; round++) {
      for (const one of measured) one.costs.push(await cost(one.url))
    }
    server.close()
    const bare = measured[0]?.costs ?? []
    for (const { route, costs } of measured.slice(1)) {
      const figure = {
        framework,
        guardedBy: route,
        bareMicroseconds: median(bare),
        guardedMicroseconds: median(costs),
        ratio: median(costs.map((one, round) => one / (bare[round] ?? Number.NaN))),
      }
      figures.push(figure)
      const { bareMicroseconds, guardedMicroseconds, ratio } = figure
      print(
        `${framework}, by ${route}: ${bareMicroseconds.toFixed(1)} → ${guardedMicroseconds.toFixed(1)} µs a request, ${ratio.toFixed(2)} × the bare framework`,
      )
    }
  }
  return figures
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
