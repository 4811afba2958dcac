/** Declarations that a host emits: each export of the package has a type that the host can name. */
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { attempt, type EntryPoint, emptyFolder, entryPoints, hand, manifest, root, run, tarball, wantedVersion } from './packed.js'
import { programOf, valuesOf } from './public-names.js'

const COMPILERS = ['typescript-5.9', 'typescript', 'typescript-7']
const BESIDES = ['express', '@types/express', 'fastify', 'hono', '@nestjs/common', 'reflect-metadata', 'rxjs', 'fast-check', '@types/node']

const declarationOf = ({ path }: EntryPoint) => join(root, 'dist', `${path}.d.ts`)
const program = programOf(entryPoints.map(declarationOf))

/** A host that exports every value of an entry point, as it is and without an annotation. */
const exportingAllOf = (entry: EntryPoint) =>
  [
    `import * as all from '${entry.specifier}'`,
    ...valuesOf(program, declarationOf(entry)).map((name) => `export const ${name} = all.${name}`),
    'export {}\n',
  ].join('\n')

/**
 * A project as pnpm installs it: the host can import only what its package.json names.
 *
 * The store and the cache of pnpm are in a temporary folder, so that nothing outside the test changes.
 */
async function installByPnpm(): Promise<string> {
  const project = await emptyFolder()
  const kept = await emptyFolder()
  const versions = BESIDES.map((name) => [name, wantedVersion(name).slice(name.length + 1)])
  const dependencies = { consentry: `file:${tarball}`, ...Object.fromEntries(versions) }
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'host', private: true, type: 'module', dependencies }))
  const pnpm = join(createRequire(import.meta.url).resolve('pnpm'), '../bin/pnpm.cjs')
  const homes = { PNPM_HOME: kept, XDG_CACHE_HOME: kept, XDG_DATA_HOME: kept, XDG_STATE_HOME: kept }
  await run(process.execPath, [pnpm, 'install', '--ignore-scripts', '--store-dir', join(kept, 'store')], project, homes)
  return project
}

let project = ''
beforeAll(async () => {
  project = await installByPnpm()
  const hosts = {
    sound: entryPoints.map(exportingAllOf),
    broken: [`import { ImpersonationClaims } from 'consentry'\nexport const parsed = ImpersonationClaims.safeParse\n`],
  }
  for (const [host, texts] of Object.entries(hosts)) {
    await mkdir(join(project, host))
    for (const [n, text] of texts.entries()) await writeFile(join(project, host, `entry-${n}.mts`), text)
  }
  await hand(join(project, 'sound'), 'declared.mts')
})

/** Compiles a host, and says what the compiler has against it. */
async function emit(compiler: string, host: string): Promise<string> {
  const options = { strict: true, exactOptionalPropertyTypes: true, target: 'es2022', lib: ['es2023'], module: 'nodenext', types: ['node'] }
  const emitting = { declaration: true, emitDeclarationOnly: true, skipLibCheck: true, rootDir: host, outDir: `${compiler}-${host}` }
  const config = `${compiler}-${host}.json`
  await writeFile(join(project, config), JSON.stringify({ compilerOptions: { ...options, ...emitting }, include: [host] }))
  return (await attempt(process.execPath, [join(root, 'test/node_modules', compiler, 'bin/tsc'), '-p', config], project)).stdout
}

it('nothing but the package and what the host named is at the top of node_modules', () => {
  const found = readdirSync(join(project, 'node_modules'), { recursive: false, encoding: 'utf8' }).filter((name) => !name.startsWith('.'))
  expect(found.sort()).toEqual([...new Set([manifest.name, ...BESIDES].map((name) => name.split('/')[0] ?? ''))].sort())
})

describe.concurrent.each(COMPILERS)('%s', (compiler) => {
  it('emits declarations of a host that exports every value of every entry point', async () => {
    expect(await emit(compiler, 'sound')).toBe('')
    const out = join(project, `${compiler}-sound`)
    const emitted = readdirSync(out).map((name) => readFileSync(join(out, name), 'utf8'))
    expect(emitted).toHaveLength(entryPoints.length + 1)
    expect(emitted.filter((text) => /\.pnpm|node_modules|['"]zod/.test(text))).toEqual([])
  })

  it('refuses a host that exports what only zod can name', async () =>
    expect(await emit(compiler, 'broken')).toMatch(/error TS(2742|2883)/))
})
