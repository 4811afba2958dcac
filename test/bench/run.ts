/** `npm run bench`: runs the benchmarks; `--only` selects some, `--json FILE` writes the figures. */
import { writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'

const PARTS = ['decisions', 'live', 'guards', 'stores']

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: PARTS },
    sizes: { type: 'string', default: '1000,100000,1000000' },
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
})
const only = values.only.flatMap((parts) => parts.split(','))
for (const part of only) if (!PARTS.includes(part)) throw new Error(`there is no part \`${part}\`, only ${PARTS.join(', ')}`)
const sizes = values.sizes.split(',').map(Number)
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)
const memory = `${Math.round(totalmem() / 2 ** 30)} GB`
const machine = { node: process.version, cpus: cpus().length, model: cpus()[0]?.model, memory, rounds, seconds }

// Each part is loaded just before it runs, so that none is affected by the modules of another.
const figures: Record<string, unknown> = {}
const tables: string[] = []
if (only.includes('decisions')) {
  const { benchDecisions } = await import('./deciding.js')
  const { tableOf } = await import('./deciding-table.js')
  const decisions = await benchDecisions(sizes, rounds, console.log)
  figures['decisions'] = decisions
  tables.push(tableOf(decisions))
}
if (only.includes('live')) {
  const { benchLatency } = await import('./live-latency.js')
  const { benchFilling } = await import('./filling.js')
  const { benchUpdates } = await import('./updating.js')
  const latency = await benchLatency(console.log)
  figures['live'] = {
    latency,
    filling: await benchFilling(Math.max(...sizes), console.log),
    updates: benchUpdates(sizes, rounds, console.log),
  }
}
if (only.includes('guards')) {
  const { benchGuards } = await import('./guarding.js')
  figures['guards'] = await benchGuards(rounds, seconds, console.log)
}
if (only.includes('stores')) {
  const { benchStores } = await import('./storing.js')
  figures['stores'] = await benchStores(Math.ceil(rounds / 2), console.log)
}
for (const table of tables) console.log(`\n${table}\n`)
console.log(`median of ${rounds} rounds of ${seconds} s, Node ${process.version}, ${machine.cpus} × ${machine.model}, ${memory}`)
console.log(`npx tsx test/bench/run.ts ${process.argv.slice(2).join(' ')}`.trimEnd())
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify({ machine, ...figures }, null, 2)}\n`)
process.exit()
