/** `npm run bench`: runs the benchmarks; `--only` selects some, `--json FILE` writes the figures. */
import { writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'

// Each part is loaded just before it runs, so that none is affected by the modules of another.
const PARTS: Readonly<Record<string, () => Promise<unknown>>> = {
  decisions: async () => (await import('./deciding.js')).benchDecisions(sizes, rounds),
  live: async () => ({
    latency: await (await import('./live-latency.js')).benchLatency(),
    filling: await (await import('./filling.js')).benchFilling(Math.max(...sizes)),
    updates: (await import('./updating.js')).benchUpdates(sizes, rounds),
    largeTenant: (await import('./updating.js')).benchLargeTenant(rounds),
  }),
  guards: async () => (await import('./guarding.js')).benchGuards(rounds, seconds),
  http: async () => (await import('./serving.js')).benchServing(rounds, seconds),
  notices: async () => (await import('./notifying.js')).benchNotices(Math.ceil(rounds / 2)),
  imports: async () => (await import('./importing.js')).benchImports(rounds),
  parties: async () => (await import('./crowding.js')).benchCrowding(Math.ceil(rounds / 2)),
  writes: async () => (await import('./writes.js')).benchWrites(rounds, seconds, values.beside),
  stores: async () => (await import('./storing.js')).benchStores(Math.ceil(rounds / 2)),
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: Object.keys(PARTS) },
    sizes: { type: 'string', default: '1000,100000,1000000' },
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '1' },
    json: { type: 'string' },
    beside: { type: 'string' },
  },
})
const only = values.only.flatMap((parts) => parts.split(','))
for (const part of only) if (!(part in PARTS)) throw new Error(`there is no part \`${part}\`, only ${Object.keys(PARTS).join(', ')}`)
const sizes = values.sizes.split(',').map(Number)
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)
const memory = `${Math.round(totalmem() / 2 ** 30)} GB`
const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model, memory, rounds, seconds }

const figures: Record<string, unknown> = {}
for (const [part, bench] of Object.entries(PARTS)) if (only.includes(part)) figures[part] = await bench()
console.log(`median of ${rounds} rounds of ${seconds} s, Node ${process.version}, ${machine.cpus} × ${machine.model}, ${memory}`)
console.log(`npx tsx test/bench/run.ts ${process.argv.slice(2).join(' ')}`.trimEnd())
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ machine, ...figures }, null, 2)}\n`)
process.exit()
