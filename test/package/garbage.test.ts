/** A decision leaves nothing to collect: between two collections that are forced, a million of them cause none. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root, run } from './packed.js'

// With so little room for what is new that a single byte a decision would not fit.
const FLAGS = ['--expose-gc', '--trace-gc', '--max-semi-space-size=1']

it('a million decisions cause no collection; if each makes an object they cause many; and nothing outlives `close`', async () => {
  const { stdout } = await run(process.execPath, [...FLAGS, join(root, 'test/package/consumer/garbage.mjs')], root)
  const lines = stdout.split('\n').filter((line) => / ms: \S/.test(line))
  const forced = lines.flatMap((line, n) => (/Mark-Compact .* testing;/.test(line) ? n : []))
  expect(forced).toHaveLength(4)
  const [access, live, wasteful] = forced.slice(1).map((end, n) => lines.slice((forced[n] ?? end) + 1, end))
  expect({ access, live }).toEqual({ access: [], live: [] })
  expect(wasteful?.filter((line) => line.includes('Scavenge')).length).toBeGreaterThan(10)
  // The program has ended by itself, and only if all three had allowed as many.
  expect(stdout).toMatch(/^allowed: [1-9]\d*$/m)
})
