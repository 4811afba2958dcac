/** The emitted declarations, read by the compilers hosts have, in the module systems hosts use, from a project that has nothing else. */
import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { attempt, entryPoints, install, root } from './packed.js'

/** The compilers, and in `node10` what each needs besides for `moduleResolution: node10`; TypeScript 7 has removed it. */
const COMPILERS = [
  { version: '5.9', folder: 'typescript-5.9', node10: {} },
  { version: '6.0', folder: 'typescript', node10: { ignoreDeprecations: '6.0' } },
  { version: '7.0', folder: 'typescript-7', node10: undefined },
]

/** zod's declarations name `URL`, which every platform has and no `lib` of the language; ours need nothing besides the language. */
const PLATFORM = 'declare interface URL {}\n'

const STRICT = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true }
const ALONE = { noEmit: true, target: 'es2022', lib: ['es2023'], types: [] }

const USES = readFileSync(join(root, 'test/package/consumer/uses.mts'), 'utf8')
const GUARDS = readFileSync(join(root, 'test/package/consumer/guards.mts'), 'utf8')
const STORES = readFileSync(join(root, 'test/package/consumer/stores.mts'), 'utf8')
const DRIVERS = ['better-sqlite3', '@types/better-sqlite3', 'libsql', 'pg', '@types/pg', '@electric-sql/pglite']
/** Frameworks are about Node, and their own declarations are theirs to keep right. */
const FRAMEWORKS = ['express', '@types/express', 'fastify', 'hono', '@nestjs/common', 'reflect-metadata', 'rxjs', '@types/node']
const MISTAKE = `${USES}\nexport const mistake: string = decide('caroline', 'tom-sawyer', 'access-request', 0, {} as TenantFacts)\n`

/** Hosts: what their compiler is told, and their files. The declarations themselves are checked once, where both formats are read. */
const HOSTS: Readonly<Record<string, { readonly options: object; readonly files: Readonly<Record<string, string>> }>> = {
  nodenext: { options: { module: 'nodenext', skipLibCheck: false }, files: { 'uses.mts': USES, 'uses.cts': USES } },
  bundler: { options: { module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true }, files: { 'uses.ts': USES } },
  besides: {
    options: { module: 'nodenext', skipLibCheck: true, types: ['node'] },
    files: { 'guards.mts': GUARDS, 'guards.cts': GUARDS, 'stores.mts': STORES, 'stores.cts': STORES },
  },
  mistaken: { options: { module: 'nodenext', skipLibCheck: true }, files: { 'uses.mts': MISTAKE, 'uses.cts': MISTAKE } },
}

/** A mistake for every entry point, which a compiler finds only where it has found the types. */
const EVERY_ENTRY = entryPoints
  .map(({ specifier }, n) => `import * as entry${n} from '${specifier}'\nexport const all${n}: number = entry${n}\n`)
  .join('')
const NODE10 = { module: 'commonjs', moduleResolution: 'node10', esModuleInterop: true, skipLibCheck: true, types: ['node'] }

let project = ''
beforeAll(async () => {
  project = await install('fast-check', ...FRAMEWORKS, ...DRIVERS)
  const old = COMPILERS.flatMap(({ version, node10 }) => {
    if (node10 === undefined) return []
    const options = { ...NODE10, ...node10 }
    return [
      [`node10-${version}`, { options, files: { 'uses.ts': USES, 'guards.ts': GUARDS, 'stores.ts': STORES } }],
      [`node10-mistaken-${version}`, { options, files: { 'every.ts': EVERY_ENTRY } }],
    ] as const
  })
  for (const [host, { options, files }] of [...Object.entries(HOSTS), ...old]) {
    await mkdir(join(project, host))
    const all = Object.entries({ ...files, 'platform.d.ts': PLATFORM })
    for (const [name, text] of all) await writeFile(join(project, host, name), text)
    const config = { compilerOptions: { ...STRICT, ...ALONE, ...options }, files: all.map(([name]) => name) }
    await writeFile(join(project, host, 'tsconfig.json'), JSON.stringify(config))
  }
})

describe.concurrent.each(COMPILERS)('TypeScript $version', ({ version, folder, node10 }) => {
  const compiler = join(root, 'test/node_modules', folder)
  const compile = (host: string) => attempt(process.execPath, [join(compiler, 'bin/tsc'), '-p', host], project)
  const accepts = async (host: string) => expect(await compile(host)).toMatchObject({ ended: 'well', stdout: '' })

  it('is the version it is said to be', () =>
    expect(JSON.parse(readFileSync(join(compiler, 'package.json'), 'utf8')).version).toMatch(`${version}.`))
  it.each([
    ['what is right and refuses what is wrong, in .mts and .cts', 'nodenext'],
    ['what is right and refuses what is wrong, for a bundler', 'bundler'],
    ['every guard beside its framework and every driver of a store, and refuses wrong wirings, in .mts and .cts', 'besides'],
  ])('accepts %s', (_, host) => accepts(host))
  if (node10 !== undefined) {
    it('finds the types of every entry point by `moduleResolution: node10`', async () => {
      await accepts(`node10-${version}`)
      const { stdout } = await compile(`node10-mistaken-${version}`)
      expect(stdout.match(/error TS\d+/g)).toEqual(entryPoints.map(() => 'error TS2322'))
    })
  }
  it('finds a mistake, in either format', async () => {
    const { ended, stdout } = await compile('mistaken')
    const found = stdout.match(/uses\.[cm]ts.*error TS\d+/g) ?? []
    expect(ended).toBe('badly')
    expect(found.map((line) => line.replace(/\(.*\)/, '')).sort()).toEqual(['uses.cts: error TS2322', 'uses.mts: error TS2322'])
  })
})

it('no entry point is left out', () => {
  expect(entryPoints.filter(({ specifier }) => !(USES + GUARDS + STORES).includes(`'${specifier}'`))).toEqual([])
})
