/** `npm run bench`: what a guard costs a request and what a store costs, each next to the bare thing in one run; `--json FILE` writes the figures. */
import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { inside } from './inside.js'
import { median } from './median.js'
import { frameworks, ROUTES, urlOf } from './served.js'
import { benchStores } from './storing.js'

const { values } = parseArgs({
  options: { json: { type: 'string' }, rounds: { type: 'string', default: '9' }, seconds: { type: 'string', default: '1' } },
})
const rounds = Number(values.rounds)
const duration = Number(values.seconds)

const wiring = await inside()
const { headers, tenant } = wiring

/**
 * For how many microseconds a request keeps the server's event loop busy. Requests a second would measure the client as well, which has a
 * thread of its own and is not always on a core of its own.
 */
async function cost(url: string): Promise<number> {
  const before = performance.eventLoopUtilization()
  const result = await autocannon({ url, headers, duration, connections: 16, workers: 1 })
  const { active } = performance.eventLoopUtilization(before)
  const failed = result.non2xx + result.errors + result.timeouts
  if (failed > 0) throw new Error(`${failed} requests to ${url} failed`)
  return (active * 1000) / result.requests.total
}

const figures = []
for (const [framework, start] of frameworks) {
  const server = await start(wiring)
  const measured = ROUTES.map((route) => ({ route, url: `${urlOf(server)}/${route}/${tenant}`, costs: [] as number[] }))
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
    console.log(
      `${framework}, by ${route}: ${bareMicroseconds.toFixed(1)} → ${guardedMicroseconds.toFixed(1)} µs a request, ${ratio.toFixed(2)} × the bare framework`,
    )
  }
}
const stores = await benchStores(Math.ceil(rounds / 2), console.log)
const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model, rounds, seconds: duration }
console.log(`median of ${rounds} rounds of ${duration} s, Node ${process.version}, ${machine.cpus} × ${machine.model}`)
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ machine, guards: figures, stores }, null, 2)}\n`)
process.exit()
