/** The guard benchmark: cost per request, compared with the bare framework in the same run. */
import autocannon from 'autocannon'
import { expressHost, fastifyHost, honoHost } from '../guard/hosts/frameworks.js'
import { nestOnExpress } from '../guard/hosts/nest.js'
import { inside } from './inside.js'
import { inRounds, type Measured, median, print, ratio } from './measure.js'

const HOSTS = { Express: expressHost, Fastify: fastifyHost, Hono: honoHost, 'Nest on Express': nestOnExpress }

export async function benchGuards(rounds: number, seconds: number): Promise<Measured[]> {
  const { served, tenant, headers } = await inside()
  const all: Measured[] = []
  for (const [framework, { start }] of Object.entries(HOSTS)) {
    const { port, close } = await start(served)
    const cost = (route: string) => costOf(`http://127.0.0.1:${port}/${route}/${tenant}`, headers, seconds)
    const costs = await inRounds(rounds, async () => {
      return {
        bare: await cost('bare'),
        method: await cost('by-method'),
        session: await cost('by-session'),
        login: await cost('by-login'),
      }
    })
    await close()
    for (const form of ['method', 'session', 'login'] as const) {
      const times = { 'µs a bare request': median(costs.bare), 'µs a guarded one': median(costs[form]) }
      all.push(print(`${framework}, by ${form}`, { ...times, '× the bare framework': ratio(costs[form], costs.bare) }))
    }
  }
  return all
}

/**
 * Returns how many microseconds a request keeps the server's event loop busy.
 * Requests per second would also measure the client, whose thread may share a core with the server.
 */
export async function costOf(
  url: string,
  headers: Readonly<Record<string, string>>,
  duration: number,
  { status = 200, ...sent }: { readonly method?: 'GET' | 'POST'; readonly body?: string; readonly status?: number } = {},
): Promise<number> {
  const before = performance.eventLoopUtilization()
  const result = await autocannon({ ...sent, url, headers, duration, connections: 16, workers: 1 })
  const { active } = performance.eventLoopUtilization(before)
  const failed = result.requests.total - (result.statusCodeStats?.[`${status}`]?.count ?? 0) + result.errors + result.timeouts
  if (failed > 0) throw new Error(`${failed} requests to ${url} were not answered with ${status}`)
  return (active * 1000) / result.requests.total
}
