/** A decision leaves nothing to collect, and one of a live access no more than a reading of the clock. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { root, run } from './packed.js'

// With so little room for what is new that a single byte a decision would not fit.
// What is compiled beside the program is ready at another instant in each run, and can then be compiled in another way.
const FLAGS = ['--expose-gc', '--trace-gc', '--max-semi-space-size=1', '--no-concurrent-recompilation']

it('a million decisions cause no collection, of a live access a few; if each makes an object they cause many; and nothing outlives `close`', async () => {
  const { stdout } = await run(process.execPath, [...FLAGS, join(root, 'test/package/consumer/garbage.mjs')], root)
  const lines = stdout.split('\n').filter((line) => / ms: \S/.test(line))
  const forced = lines.flatMap((line, n) => (/Mark-Compact .* testing;/.test(line) ? n : []))
  expect(forced).toHaveLength(4)
  const [access, live, wasteful] = forced.slice(1).map((end, n) => lines.slice((forced[n] ?? end) + 1, end))
  expect(access).toEqual([])
  // A live access looks at the clock for each answer: a number of 16 bytes, so 16 collections of a megabyte.
  expect(live?.filter((line) => !line.includes('Scavenge'))).toEqual([])
  expect(live?.length).toBeLessThanOrEqual(17)
  expect(wasteful?.filter((line) => line.includes('Scavenge')).length).toBeGreaterThan(20)
  // The program has ended by itself, and only if all three had allowed as many.
  expect(stdout).toMatch(/^allowed: [1-9]\d*$/m)
})
