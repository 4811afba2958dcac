/** The size of a host's bundle with zod inside: no locale of zod but English is in it. */
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'tsup'
import { describe, expect, it } from 'vitest'
import { emptyFolder, entryPoints, PATIENCE, root } from './packed.js'

const KB = 1024

interface Bundle {
  readonly text: string
  readonly modules: readonly string[]
}

interface Metafile {
  readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>>
}

interface Chunk {
  readonly code: string
  readonly modules: Readonly<Record<string, { readonly renderedLength: number }>>
}

type ViteBuild = (config: object) => Promise<readonly { readonly output: readonly Chunk[] }[]>

/** Frameworks and Node's modules are the host's to bundle; what the package depends on is bundled with it. */
const outside = (id: string) => /^(node:|@nestjs\/|express$|fastify$|fast-check$|hono$)/.test(id)

async function programIn(folder: string, text: string): Promise<string> {
  const path = join(folder, 'program.js')
  await writeFile(path, text)
  return path
}

/** A program, bundled and minified by esbuild. */
async function byEsbuild(text: string): Promise<Bundle> {
  const folder = await emptyFolder()
  await build({
    config: false,
    entry: { bundle: await programIn(folder, text) },
    outDir: join(folder, 'out'),
    format: ['esm'],
    target: 'node20',
    platform: 'neutral',
    external: [/^(node:|@nestjs\/)/, 'express', 'fastify', 'fast-check', 'hono'],
    noExternal: ['zod', 'immer', /^date-fns/],
    minify: true,
    splitting: false,
    metafile: true,
    // As it is written, so that the words of a locale are found in it.
    esbuildOptions: (options) => void Object.assign(options, { charset: 'utf8' }),
    silent: true,
  })
  const { outputs }: Metafile = JSON.parse(await readFile(join(folder, 'out/metafile-esm.json'), 'utf8'))
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs))
  return {
    text: await readFile(join(folder, 'out/bundle.js'), 'utf8'),
    modules: inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path),
  }
}

/** A program, bundled and minified by Rolldown, as Vite does it; vitest brings both. */
async function byRolldown(text: string): Promise<Bundle> {
  const vite = createRequire(createRequire(import.meta.url).resolve('vitest/package.json')).resolve('vite')
  const { build }: { build: ViteBuild } = await import(pathToFileURL(vite).href)
  const folder = await emptyFolder()
  const [result] = await build({
    configFile: false,
    logLevel: 'error',
    root: folder,
    build: {
      write: false,
      minify: true,
      target: 'node20',
      lib: { entry: await programIn(folder, text), formats: ['es'] },
      rolldownOptions: { external: outside },
    },
  })
  const [chunk] = result?.output ?? []
  if (chunk === undefined) throw new Error('Vite built nothing')
  const modules = Object.entries(chunk.modules).filter(([, { renderedLength }]) => renderedLength > 0)
  return { text: chunk.code, modules: modules.map(([path]) => path) }
}

const BUNDLERS = [
  { bundler: 'esbuild', bundle: byEsbuild, most: 150 },
  { bundler: 'Rolldown', bundle: byRolldown, most: 185 },
]

/** What some of zod's locales say of a wrong input. English is zod's default, and stays. */
const FOREIGN = ['Ungültige Eingabe', 'Entrée invalide', '無効な入力', 'Неверный ввод', 'Entrada inválida', '无效输入']
const foreignWordsIn = ({ text }: Bundle) => FOREIGN.filter((words) => text.includes(words))
const localesIn = ({ modules }: Bundle) => modules.filter((path) => /zod\/v4\/locales\/(?!en\.js)/.test(path.replaceAll('\\', '/')))

const importing = (path: string) => JSON.stringify(join(root, 'dist', `${path}.js`))
const hasZod = ({ modules }: Bundle) => modules.some((path) => /zod\/v4\/core\//.test(path.replaceAll('\\', '/')))

describe.each(BUNDLERS)('bundled by $bundler', ({ bundler, bundle, most }) => {
  it(`createConsentry takes at most ${most} KB, zod included, and holds no locale of zod but English`, { timeout: PATIENCE }, async () => {
    const bundled = await bundle(`import { createConsentry } from ${importing('index')}\nglobalThis.createConsentry = createConsentry\n`)
    const size = Buffer.byteLength(bundled.text)
    console.log(`createConsentry, with its dependencies, by ${bundler}: ${(size / KB).toFixed(1)} KB minified`)
    expect(hasZod(bundled)).toBe(true)
    expect({ words: foreignWordsIn(bundled), locales: localesIn(bundled) }).toEqual({ words: [], locales: [] })
    expect(size).toBeLessThanOrEqual(most * KB)
    expect(size).toBeGreaterThan(100 * KB)
  })

  it.each(entryPoints)('$specifier, all of it, holds no locale of zod but English', { timeout: PATIENCE }, async ({ path }) => {
    const bundled = await bundle(`export * from ${importing(path)}\n`)
    expect({ words: foreignWordsIn(bundled), locales: localesIn(bundled) }).toEqual({ words: [], locales: [] })
  })

  it('a program that keeps the locales is found', { timeout: PATIENCE }, async () => {
    const zod = JSON.stringify(join(root, 'node_modules/zod/index.js'))
    const bundled = await bundle(`import * as z from ${zod}\nglobalThis.locales = z.locales\n`)
    expect(foreignWordsIn(bundled)).toEqual(FOREIGN)
    expect(localesIn(bundled).length).toBeGreaterThan(40)
  })
})
