/** The size of the package where it is loaded, alone and in a host's bundle with zod inside, which holds no locale but English. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Options } from 'tsup'
import { describe, expect, it } from 'vitest'
import type { ConsoleFiles } from '../../src/http/console-files.js'
import { emptyFolder, entryPoints, root } from './packed.js'

const KB = 1024

type Bundle = { readonly text: string; readonly modules: readonly string[] }
type Input = { readonly bytesInOutput: number }
type Import = { readonly path: string; readonly external?: boolean }
type Metafile = {
  readonly outputs: Readonly<Record<string, { readonly inputs: Record<string, Input>; readonly imports: readonly Import[] }>>
}
type Chunk = { readonly code: string; readonly modules: Readonly<Record<string, { readonly renderedLength: number }>> }
type ConsoleModule = { readonly consoleFiles: () => Promise<ConsoleFiles> }
type ViteBuild = (config: object) => Promise<readonly { readonly output: readonly Chunk[] }[]>

/** Frameworks and Node's modules are the host's to bundle; what the package depends on is bundled with it. */
const OUTSIDE = /^(node:|@nestjs\/|express$|fastify$|fast-check$|hono$|lit$|@lit\/react$|react$)/
const WITH_DEPENDENCIES: Options = { platform: 'neutral', external: [OUTSIDE], noExternal: ['zod', 'immer', /^date-fns/] }

async function folderWith(program: string): Promise<string> {
  const folder = await emptyFolder()
  await writeFile(join(folder, 'program.js'), program)
  return folder
}

/** Bundles and minifies a program by esbuild; `packages` are those it still imports. */
async function byEsbuild(text: string, options = WITH_DEPENDENCIES): Promise<Bundle & { readonly packages: readonly string[] }> {
  const folder = await folderWith(text)
  await build({
    config: false,
    entry: { bundle: join(folder, 'program.js') },
    outDir: join(folder, 'out'),
    format: ['esm'],
    target: 'node20',
    minify: true,
    // What is loaded only when it is asked for, such as the scripts of the console page, is not counted.
    splitting: true,
    metafile: true,
    removeNodeProtocol: false,
    // As it is written, so that the words of a locale are found in it.
    esbuildOptions: (options) => void Object.assign(options, { charset: 'utf8' }),
    silent: true,
    ...options,
  })
  const { outputs }: Metafile = JSON.parse(await readFile(join(folder, 'out/metafile-esm.json'), 'utf8'))
  const modules = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs))
  const imports = Object.values(outputs).flatMap(({ imports }) => imports.filter(({ external }) => external))
  return {
    text: await readFile(join(folder, 'out/bundle.js'), 'utf8'),
    modules: modules.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path),
    packages: [...new Set(imports.map(({ path }) => path))].sort(),
  }
}

/** Bundles and minifies a program by Rolldown, as Vite does it; vitest brings both. */
async function byRolldown(text: string): Promise<Bundle> {
  const vite = createRequire(createRequire(import.meta.url).resolve('vitest/package.json')).resolve('vite')
  const { build }: { build: ViteBuild } = await import(pathToFileURL(vite).href)
  const folder = await folderWith(text)
  const lib = { entry: join(folder, 'program.js'), formats: ['es'] }
  const options = { write: false, minify: true, target: 'node20', lib, rolldownOptions: { external: (id: string) => OUTSIDE.test(id) } }
  const [result] = await build({ configFile: false, logLevel: 'error', root: folder, build: options })
  const [chunk] = result?.output ?? []
  if (chunk === undefined) throw new Error('Vite built nothing')
  const modules = Object.entries(chunk.modules).filter(([, { renderedLength }]) => renderedLength > 0)
  return { text: chunk.code, modules: modules.map(([path]) => path) }
}

const BUNDLERS = [
  { bundler: 'esbuild', bundle: byEsbuild, most: 190 },
  { bundler: 'Rolldown', bundle: byRolldown, most: 236 },
]

/** What some of zod's locales say of a wrong input. English is zod's default, and stays. */
const FOREIGN = ['Ungültige Eingabe', 'Entrée invalide', '無効な入力', 'Неверный ввод', 'Entrada inválida', '无效输入']
const foreignWordsIn = ({ text }: Bundle) => FOREIGN.filter((words) => text.includes(words))
const modulesIn = ({ modules }: Bundle, path: RegExp) => modules.filter((module) => path.test(module.replaceAll('\\', '/')))
const localesIn = (bundle: Bundle) => modulesIn(bundle, /zod\/v4\/locales\/(?!en\.js)/)

const built = (path: string) => JSON.stringify(join(root, 'dist', `${path}.js`))

describe.each(BUNDLERS)('bundled by $bundler', ({ bundler, bundle, most }) => {
  it(`createConsentry takes at most ${most} KB, zod included`, async () => {
    const bundled = await bundle(`import { createConsentry } from ${built('index')}\nglobalThis.createConsentry = createConsentry\n`)
    const size = Buffer.byteLength(bundled.text)
    console.log(`createConsentry, with its dependencies, by ${bundler}: ${(size / KB).toFixed(1)} KB minified`)
    expect(modulesIn(bundled, /zod\/v4\/core\//)).not.toEqual([])
    expect(size).toBeLessThanOrEqual(most * KB)
    expect(size).toBeGreaterThan(100 * KB)
  })

  it.each(entryPoints)('$specifier, all of it, holds no locale of zod but English', async ({ path }) => {
    const bundled = await bundle(`export * from ${built(path)}\n`)
    expect({ words: foreignWordsIn(bundled), locales: localesIn(bundled) }).toEqual({ words: [], locales: [] })
  })

  it('a program that keeps the locales is found', async () => {
    const zod = JSON.stringify(join(root, 'node_modules/zod/index.js'))
    const bundled = await bundle(`import * as z from ${zod}\nglobalThis.locales = z.locales\n`)
    expect(foreignWordsIn(bundled)).toEqual(FOREIGN)
    expect(localesIn(bundled).length).toBeGreaterThan(40)
  })
})

// The plain decision takes 3 of them, and the packed index under `accessFrom` takes the rest. Of those of `consentry`, messages that say
// what to do about a malformed input take 2.4, and the commands about many requests, the ends of sessions and the lapses 3.
it.each([
  { specifier: 'consentry/decision', path: 'decision', most: 5.7, needs: [] },
  { specifier: 'consentry', path: 'index', most: 35, needs: ['date-fns/milliseconds', 'date-fns/parseISO', 'immer', 'zod'] },
  // A third of it is the schemas of the answers, by which they are encoded and described.
  { specifier: 'consentry/http', path: 'http', most: 21, needs: ['date-fns/parseISO', 'zod'] },
  // The API is handed to a mount, so that a mount holds nothing of it.
  { specifier: 'consentry/http/express', path: 'http/express', most: 1.5, needs: [] },
  // A fifth of it is the addresses of the routes, and a fourth the error class that the whole package shares.
  { specifier: 'consentry/client', path: 'client', most: 2.5, needs: [] },
  { specifier: 'consentry/http/fastify', path: 'http/fastify', most: 1.7, needs: [] },
  { specifier: 'consentry/feed', path: 'feed', most: 8, needs: ['date-fns/parseISO', 'zod'] },
  {
    specifier: 'consentry/notices',
    path: 'notices',
    // A third of it is the texts of mails in both languages.
    most: 27,
    needs: ['date-fns/milliseconds', 'date-fns/parseISO', 'node:crypto', 'node:dns', 'node:http', 'node:https', 'node:net', 'zod'],
  },
  // A fifth of it is styles, and a third the texts in both languages.
  { specifier: 'consentry/elements', path: 'elements', most: 77.5, needs: ['lit'] },
  // The elements without their registration and their texts.
  { specifier: 'consentry/elements/react', path: 'elements/react', most: 60, needs: ['@lit/react', 'lit', 'react'] },
])('$specifier is at most $most KB gzipped, besides $needs', async ({ specifier, path, most, needs }) => {
  const { text, packages } = await byEsbuild(`export * from ${built(path)}\n`, { external: [/^[^./]/] })
  const size = gzipSync(text, { level: 9 }).length
  console.log(`${specifier}: ${(size / KB).toFixed(2)} KB gzipped, besides ${packages.join(', ') || 'no package'}`)
  expect(packages).toEqual(needs)
  expect(size).toBeLessThanOrEqual(most * KB)
  expect(size).toBeGreaterThan(KB)
})

/** What a page loads for all elements, with Lit, the client and one language. */
const PAGE_KB = 75.5

it(`all elements in a page are at most ${PAGE_KB} KB gzipped, with Lit, the client and English`, async () => {
  const used = `globalThis.used = [consentryClient, defineElements, en]`
  const program = `import { consentryClient } from ${built('client')}\nimport { defineElements, en } from ${built('elements')}\n${used}\n`
  const { text, packages, modules } = await byEsbuild(program, { platform: 'browser', noExternal: [/^lit/, /^@lit/] })
  const size = gzipSync(text, { level: 9 }).length
  console.log(`all elements in a page: ${(size / KB).toFixed(2)} KB gzipped`)
  expect(packages).toEqual([])
  expect(modules.filter((path) => /lit-html|reactive-element/.test(path))).not.toEqual([])
  expect(modules.filter((path) => /zod|immer|date-fns/.test(path))).toEqual([])
  expect(text).toContain('Granting closes')
  expect(text).not.toContain('Accorder')
  expect(size).toBeLessThanOrEqual(PAGE_KB * KB)
})

/** What the console page loads for its first screen, and for all of it, in one language; a quarter of the first is Lit. */
const FIRST_KB = 26
const CONSOLE_KB = 79.5

it(`the console's first screen takes at most ${FIRST_KB} KB gzipped, and all of it ${CONSOLE_KB} KB`, async () => {
  const [path] = (await readdir(join(root, 'dist'))).filter((name) => /^console-files-\w+\.js$/.test(name))
  const { consoleFiles }: ConsoleModule = await import(pathToFileURL(join(root, 'dist', path ?? '')).href)
  const { start, first, texts } = await consoleFiles()
  const sizeOf = (names: Iterable<string>) => [...names].reduce((sum, name) => sum + gzipSync(texts[name] ?? '', { level: 9 }).length, 0)
  const named = (wanted: string) => Object.keys(texts).filter((name) => name.startsWith(`${wanted}-`))
  // With all that these import at once.
  const loaded = (names: readonly string[]) => {
    const all = new Set(names)
    for (const name of all)
      for (const [, imported = ''] of (texts[name] ?? '').matchAll(/(?:from|import)"\.\/([\w-]+\.js)"/g)) all.add(imported)
    return all
  }
  const begins = loaded([start, ...first, ...named('first-en')])
  const [screen, all] = [sizeOf(begins), sizeOf(loaded([...begins, ...named('en'), ...named('define-elements')]))]
  console.log(`the console: ${(screen / KB).toFixed(2)} KB gzipped for the first screen, ${(all / KB).toFixed(2)} KB for all`)
  expect(['en', 'fr', 'first-en', 'first-fr', 'define-elements'].map((name) => named(name).length)).toEqual([1, 1, 1, 1, 1])
  expect(begins.size).toBeGreaterThan(3)
  expect(screen).toBeGreaterThan(10 * KB)
  expect(screen).toBeLessThanOrEqual(FIRST_KB * KB)
  expect(all).toBeLessThanOrEqual(CONSOLE_KB * KB)
})
