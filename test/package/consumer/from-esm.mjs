/** The story, told by an ES module that imports every entry point with nothing to install. */
import * as consentry from 'consentry'
import * as memory from 'consentry/adapters/memory'
import * as decision from 'consentry/decision'
import * as laws from 'consentry/testing/laws'
import { scenario } from './scenario.cjs'

await scenario({ consentry, decision, memory, laws })
await assertMissing(() => import('consentry/testing/arbitraries'))
process.stdout.write('told\n')

/** Only the generators need fast-check, and say so by name. */
async function assertMissing(load) {
  const failure = await load().then(
    () => undefined,
    (error) => error,
  )
  if (!/fast-check/.test(failure?.message)) throw new Error('the arbitraries load without fast-check', { cause: failure })
}
