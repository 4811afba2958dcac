/** What it costs to load the package: whole processes that import it, each next to one that imports what it could not do without. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { median } from '../bench/measure.js'
import { emptyFolder, PATIENCE, root, run } from './packed.js'

const ROUNDS = 5

/** How many times as long a process takes that runs `program`, next to one that runs `beside`: by turns, and by the medians. */
async function ratioOf(program: string, beside: string): Promise<number> {
  const folder = await emptyFolder()
  const programs = [
    { path: join(folder, 'program.mjs'), text: program, took: [] as number[] },
    { path: join(folder, 'beside.mjs'), text: beside, took: [] as number[] },
  ]
  for (const { path, text } of programs) await writeFile(path, text)
  for (let round = 0; round < ROUNDS; round++) {
    for (const { path, took } of programs) {
      const before = performance.now()
      await run(process.execPath, [path], root)
      took.push(performance.now() - before)
    }
  }
  const [ours, theirs] = programs.map(({ took }) => median(took))
  return (ours ?? Number.NaN) / (theirs ?? Number.NaN)
}

const importing = (...files: readonly string[]) => files.map((file) => `import ${JSON.stringify(`file://${join(root, file)}`)}\n`).join('')
const ZOD = 'node_modules/zod/index.js'
const OTHERS = ['node_modules/immer/dist/immer.mjs', 'node_modules/date-fns/milliseconds.js', 'node_modules/date-fns/parseISO.js']

it('consentry/decision is loaded in at most one and a half times what an empty module takes', { timeout: PATIENCE }, async () => {
  const ratio = await ratioOf(importing('dist/decision.js'), 'export {}\n')
  console.log(`cold import of consentry/decision: ${ratio.toFixed(2)} × an empty module's`)
  expect(ratio).toBeLessThanOrEqual(1.5)
})

it('consentry is loaded in at most one and a half times what the packages it stands on take', { timeout: PATIENCE }, async () => {
  const ratio = await ratioOf(importing('dist/index.js'), importing(ZOD, ...OTHERS))
  console.log(`cold import of consentry: ${ratio.toFixed(2)} × that of zod, immer and what it needs of date-fns`)
  expect(ratio).toBeLessThanOrEqual(1.5)
})

it('what is loaded slowly is found out', { timeout: PATIENCE }, async () => {
  expect(await ratioOf(importing('dist/index.js'), 'export {}\n')).toBeGreaterThan(1.5)
})
