/** What it costs to load the package: processes that import it, by turns with processes that import what it needs at least. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { inRounds, type Measured, print, ratio, timed } from './measure.js'

const root = new URL('../..', import.meta.url)
const PACKAGES = ['zod/index.js', 'immer/dist/immer.mjs', 'date-fns/milliseconds.js', 'date-fns/parseISO.js'].map(
  (path) => `node_modules/${path}`,
)
const importing = (...files: readonly string[]) => files.map((file) => `import ${JSON.stringify(new URL(file, root).href)}\n`).join('')

export async function benchImports(rounds: number): Promise<Measured[]> {
  return [
    await measure('import of consentry/decision', importing('dist/decision.js'), 'export {}\n', 'an empty module', rounds),
    await measure('import of consentry', importing('dist/index.js'), importing(...PACKAGES), 'its packages', rounds),
  ]
}

async function measure(what: string, program: string, beside: string, other: string, rounds: number): Promise<Measured> {
  const runs = (text: string) =>
    timed(() => execFileSync(process.execPath, ['--input-type=module', '--eval', text], { cwd: fileURLToPath(root) }))
  const { ours, theirs } = await inRounds(rounds, async () => ({ ours: await runs(program), theirs: await runs(beside) }))
  return print(what, { [`× ${other}`]: ratio(ours, theirs) })
}
