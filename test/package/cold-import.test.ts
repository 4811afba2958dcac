/** What it costs to load the package: processes that import it, by turns with processes that import what it needs at least. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { inRounds, ratio, timed } from '../bench/measure.js'
import { root, run } from './packed.js'

const ROUNDS = 5
const EMPTY = 'export {}\n'

/** How many times as long a process takes that runs `program`, next to one that runs `beside`. */
async function ratioOf(program: string, beside: string): Promise<number> {
  const runs = (text: string) => timed(() => run(process.execPath, ['--input-type=module', '--eval', text], root))
  const { ours, theirs } = await inRounds(ROUNDS, async () => ({ ours: await runs(program), theirs: await runs(beside) }))
  return ratio(ours, theirs)
}

const importing = (...files: readonly string[]) => files.map((file) => `import ${JSON.stringify(`file://${join(root, file)}`)}\n`).join('')
const PACKAGES = ['zod/index.js', 'immer/dist/immer.mjs', 'date-fns/milliseconds.js', 'date-fns/parseISO.js'].map(
  (path) => `node_modules/${path}`,
)

it.each([
  { specifier: 'consentry/decision', file: 'dist/decision.js', beside: EMPTY, what: 'an empty module' },
  { specifier: 'consentry', file: 'dist/index.js', beside: importing(...PACKAGES), what: 'its packages' },
])('$specifier loads in at most one and a half times what $what takes', async ({ specifier, file, beside, what }) => {
  const times = await ratioOf(importing(file), beside)
  console.log(`cold import of ${specifier}: ${times.toFixed(2)} × that of ${what}`)
  expect(times).toBeLessThanOrEqual(1.5)
})

it('a slow import is found', async () => {
  expect(await ratioOf(importing('dist/index.js'), EMPTY)).toBeGreaterThan(1.5)
})
