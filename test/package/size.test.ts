/** What the package weighs where it is loaded: minified into one file, gzipped, and without the packages it leaves to be installed. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'tsup'
import { expect, it } from 'vitest'
import { emptyFolder, root } from './packed.js'

const KB = 1024

interface Weight {
  readonly bytes: number
  readonly packages: readonly string[]
}

interface Metafile {
  readonly outputs: Readonly<Record<string, { readonly imports: readonly { readonly path: string; readonly external?: boolean }[] }>>
}

/** Bundles what an entry of the build loads into one minified file: its size gzipped, and the packages it would still import. */
async function weigh(entry: string): Promise<Weight> {
  const outDir = await emptyFolder()
  await build({
    config: false,
    entry: { bundle: join(root, 'dist', `${entry}.js`) },
    outDir,
    format: ['esm'],
    target: 'node20',
    external: [/^[^./]/],
    minify: true,
    splitting: false,
    metafile: true,
    silent: true,
  })
  const { outputs }: Metafile = JSON.parse(await readFile(join(outDir, 'metafile-esm.json'), 'utf8'))
  const packages = Object.values(outputs).flatMap(({ imports }) => imports.filter(({ external }) => external).map(({ path }) => path))
  return { bytes: gzipSync(await readFile(join(outDir, 'bundle.js')), { level: 9 }).length, packages: [...new Set(packages)].sort() }
}

function tell(specifier: string, { bytes, packages }: Weight): void {
  console.log(
    `${specifier}: ${(bytes / KB).toFixed(2)} KB gzipped, ${packages.length === 0 ? 'no package' : `besides ${packages.join(', ')}`}`,
  )
}

// Of the 4 KB that were hoped for, the plain decision takes three; the packed index under `accessFrom` takes two more.
it('consentry/decision is at most 5 KB and needs nothing installed', async () => {
  const weight = await weigh('decision')
  tell('consentry/decision', weight)
  expect(weight.packages).toEqual([])
  expect(weight.bytes).toBeLessThanOrEqual(5 * KB)
  expect(weight.bytes).toBeGreaterThan(KB)
})

// Of the 15 KB that were hoped for, it would take as much without the packed index and the live access.
it('consentry is at most 20 KB besides zod, immer and date-fns', async () => {
  const weight = await weigh('index')
  tell('consentry', weight)
  expect(weight.packages).toEqual(['date-fns/milliseconds', 'date-fns/parseISO', 'immer', 'zod'])
  expect(weight.bytes).toBeLessThanOrEqual(20 * KB)
})
