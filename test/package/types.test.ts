/** The emitted declarations, read by the compilers that hosts have, in the module systems that hosts use, and emitted again by a host. */
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { attempt, emptyFolder, entryPoints, manifest, type Outcome, root, run, tarball, wantedVersion } from './packed.js'
import { programOf, valuesOf } from './public-names.js'

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

const textOf = (file: string) => readFileSync(join(root, 'test/package/consumer', file), 'utf8')
const [USES, GUARDS, STORES] = ['uses.mts', 'guards.mts', 'stores.mts'].map(textOf) as [string, string, string]
const [CLIENT, ELEMENTS, REACT] = ['client.mts', 'elements.mts', 'react.tsx'].map(textOf) as [string, string, string]
const NOTICES = textOf('notices.mts')
const DRIVERS = ['better-sqlite3', '@types/better-sqlite3', 'libsql', 'pg', '@types/pg', '@electric-sql/pglite']
/** Frameworks are about Node, and their own declarations are theirs to keep right. */
const FRAMEWORKS = ['express', '@types/express', 'fastify', 'hono', '@nestjs/common', 'reflect-metadata', 'rxjs', '@types/node']
const REACTS = ['@lit/react', 'react', '@types/react']
const BESIDES = ['fast-check', 'lit', 'nodemailer', ...REACTS, ...FRAMEWORKS, ...DRIVERS]
const MISTAKE = `${USES}\nexport const mistake: string = decide('caroline', 'tom-sawyer', 'access-request', 0, {} as TenantFacts)\n`
const UNNAMEABLE = `import { ImpersonationClaims } from 'consentry'\nexport const parsed = ImpersonationClaims.safeParse\n`

const declarations = entryPoints.map(({ path }) => join(root, 'dist', `${path}.d.ts`))
const program = programOf(declarations)
/** Programs that export every value of an entry point, as it is and without an annotation. */
const exporting = declarations.map((file, n) => {
  const values = valuesOf(program, file).map((name) => `export const ${name} = all.${name}\n`)
  return [`entry-${n}.mts`, `import * as all from '${entryPoints[n]?.specifier}'\n${values.join('')}export {}\n`]
})

const BESIDE_NODE = { module: 'nodenext', skipLibCheck: true, types: ['node'] }
const EMITTING = { ...BESIDE_NODE, noEmit: false, declaration: true, emitDeclarationOnly: true }

const JSX = { module: 'esnext', moduleResolution: 'bundler', jsx: 'react-jsx', skipLibCheck: true, lib: ['es2023', 'dom', 'dom.iterable'] }
const OLD_REACT = join(root, 'test/node_modules/types-react-18')

/** Hosts: what their compiler is told, and their files. The declarations themselves are checked once, where both formats are read. */
const HOSTS: Readonly<Record<string, { readonly options: object; readonly files: Readonly<Record<string, string>> }>> = {
  nodenext: { options: { module: 'nodenext', skipLibCheck: false }, files: { 'uses.mts': USES, 'uses.cts': USES } },
  bundler: { options: { module: 'esnext', moduleResolution: 'bundler', skipLibCheck: true }, files: { 'uses.ts': USES } },
  besides: {
    options: BESIDE_NODE,
    files: {
      'guards.mts': GUARDS,
      'guards.cts': GUARDS,
      'client.mts': CLIENT,
      'client.cts': CLIENT,
      'stores.mts': STORES,
      'stores.cts': STORES,
      'notices.mts': NOTICES,
      'notices.cts': NOTICES,
    },
  },
  // Before its version 10, the types of nodemailer are a package of their own.
  nodemailer: {
    options: { ...BESIDE_NODE, paths: { nodemailer: [join(root, 'test/node_modules/@types/nodemailer')] } },
    files: { 'notices.mts': NOTICES, 'notices.cts': NOTICES },
  },
  // The elements are for browsers, whose library the other hosts do without.
  pages: {
    options: { ...BESIDE_NODE, lib: ['es2023', 'dom', 'dom.iterable'] },
    files: { 'elements.mts': ELEMENTS, 'elements.cts': ELEMENTS },
  },
  react: { options: JSX, files: { 'react.tsx': REACT } },
  react18: { options: { ...JSX, paths: { react: [OLD_REACT], 'react/*': [`${OLD_REACT}/*`] } }, files: { 'react.tsx': REACT } },
  emitting: { options: EMITTING, files: { ...Object.fromEntries(exporting), 'declared.mts': textOf('declared.mts') } },
  unnameable: { options: EMITTING, files: { 'claims.mts': UNNAMEABLE } },
  mistaken: { options: { module: 'nodenext', skipLibCheck: true }, files: { 'uses.mts': MISTAKE, 'uses.cts': MISTAKE } },
}

/** A mistake for every entry point, which a compiler finds only where it has found the types. */
const EVERY_ENTRY = entryPoints
  .map(({ specifier }, n) => `import * as entry${n} from '${specifier}'\nexport const all${n}: number = entry${n}\n`)
  .join('')
const NODE10 = { module: 'commonjs', moduleResolution: 'node10', esModuleInterop: true, skipLibCheck: true, types: ['node'] }

/**
 * A project as pnpm installs it: the host can import only what its package.json names.
 * The store and the cache of pnpm are in a temporary folder, so that nothing outside the test changes.
 */
async function installByPnpm(): Promise<string> {
  const [project, kept] = [await emptyFolder(), await emptyFolder()]
  const versions = BESIDES.map((name) => [name, wantedVersion(name).slice(name.length + 1)])
  const dependencies = { consentry: `file:${tarball}`, ...Object.fromEntries(versions) }
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'host', private: true, type: 'module', dependencies }))
  const pnpm = join(createRequire(import.meta.url).resolve('pnpm'), '../bin/pnpm.cjs')
  const homes = { PNPM_HOME: kept, XDG_CACHE_HOME: kept, XDG_DATA_HOME: kept, XDG_STATE_HOME: kept }
  await run(process.execPath, [pnpm, 'install', '--ignore-scripts', '--store-dir', join(kept, 'store')], project, homes)
  return project
}

const OLD_FILES = { 'uses.ts': USES, 'guards.ts': GUARDS, 'stores.ts': STORES }

/** The hosts of a compiler. */
function hostsOf({ node10 }: (typeof COMPILERS)[number]): typeof HOSTS {
  if (node10 === undefined) return HOSTS
  const options = { ...NODE10, ...node10 }
  return { ...HOSTS, node10: { options, files: OLD_FILES }, 'node10-mistaken': { options, files: { 'every.ts': EVERY_ENTRY } } }
}

const codeIn = (line: string) => /error TS\d+/.exec(line)?.[0]

let project = ''
beforeAll(async () => {
  project = await installByPnpm()
  for (const compiler of COMPILERS)
    for (const [host, { options, files }] of Object.entries(hostsOf(compiler))) {
      const folder = join(project, compiler.version, host)
      await mkdir(folder, { recursive: true })
      const all = Object.entries({ ...files, 'platform.d.ts': PLATFORM })
      for (const [name, text] of all) await writeFile(join(folder, name), text)
      const compilerOptions = { ...STRICT, ...ALONE, ...options, outDir: 'out' }
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: all.map(([name]) => name) }))
    }
})

it('nothing but the package and what the host named is at the top of node_modules', () => {
  const found = readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))
  expect(found.sort()).toEqual([...new Set([manifest.name, ...BESIDES].map((name) => name.split('/')[0] ?? ''))].sort())
})

describe.each(COMPILERS)('TypeScript $version', (compiler) => {
  const { version, folder, node10 } = compiler
  const hosts = Object.keys(hostsOf(compiler))
  let compiled: Outcome

  /** All hosts in one process, which reads the declarations that they have in common once. */
  beforeAll(async () => {
    const tsc = join(root, 'test/node_modules', folder, 'bin/tsc')
    compiled = await attempt(process.execPath, [tsc, '--build', '--verbose', ...hosts.map((host) => join(version, host))], project)
  })

  /** What it says about the files of a host. What it says about no file is about every host. */
  function saidOf(host: string): string[] {
    const lines = compiled.stdout.split('\n').filter((line) => line.includes('error TS'))
    return lines.filter((line) => !hosts.some((other) => other !== host && line.startsWith(`${version}/${other}/`)))
  }
  const accepts = (host: string) => expect(saidOf(host)).toEqual([])

  it('is the version it is said to be', () =>
    expect(JSON.parse(readFileSync(join(root, 'test/node_modules', folder, 'package.json'), 'utf8')).version).toMatch(`${version}.`))
  it('compiles every host, and ends as it does after a mistake', () => {
    expect(compiled).toMatchObject({ ended: 'badly', stderr: '' })
    const built = [...compiled.stdout.matchAll(/Building project '(.*)'/g)].map(([, path]) => basename(dirname(path ?? '')))
    expect(built.sort()).toEqual(hosts.toSorted())
  })
  it.each([
    ['what is right and refuses what is wrong, in .mts and .cts', 'nodenext'],
    ['what is right and refuses what is wrong, for a bundler', 'bundler'],
    [
      'every guard beside its framework, every driver of a store and a transport of mails, and refuses wrong wirings, in .mts and .cts',
      'besides',
    ],
    ['mails by the older types of nodemailer, and refuses wrong wirings', 'nodemailer'],
    ['a page with the elements, and refuses wrong texts, in .mts and .cts', 'pages'],
    ['a page in React, and refuses wrong props and handlers', 'react'],
    ['a page in React 18, and refuses the same', 'react18'],
  ])('accepts %s', (_, host) => accepts(host))
  if (node10 !== undefined) {
    it('finds the types of every entry point by `moduleResolution: node10`', () => {
      accepts('node10')
      expect(saidOf('node10-mistaken').map(codeIn)).toEqual(entryPoints.map(() => 'error TS2322'))
    })
  }
  it('finds a mistake, in either format', () => {
    const found = saidOf('mistaken').map((line) => `${/uses\.[cm]ts/.exec(line)}: ${codeIn(line)}`)
    expect(found.sort()).toEqual(['uses.cts: error TS2322', 'uses.mts: error TS2322'])
  })
  it('emits declarations of a host that exports every value of every entry point', () => {
    accepts('emitting')
    const out = join(project, version, 'emitting/out')
    const names = readdirSync(out).filter((name) => name.endsWith('.d.mts'))
    const emitted = names.map((name) => readFileSync(join(out, name), 'utf8'))
    expect(emitted).toHaveLength(entryPoints.length + 1)
    expect(emitted.filter((text) => /\.pnpm|node_modules|['"]zod/.test(text))).toEqual([])
  })
  it('refuses a host that exports what only zod can name', () => expect(saidOf('unnameable').join('\n')).toMatch(/error TS(2742|2883)/))
})

it('no entry point is left out', () =>
  expect(
    entryPoints.filter(({ specifier }) => !(USES + GUARDS + STORES + CLIENT + NOTICES + ELEMENTS + REACT).includes(`'${specifier}'`)),
  ).toEqual([]))
