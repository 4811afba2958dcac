/** The package as a host gets it: packed, and installed into a project that has nothing else. */
import { readFileSync } from 'node:fs'
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll } from 'vitest'
import { npm, root } from './programs.js'

export { attempt, root, run, withTsx } from './programs.js'

/** How long a test may wait for the programs it starts, in milliseconds: minutes where the machine is busy, seconds where it is not. */
export const PATIENCE = 300_000

/** What stands in package.json. */
export const manifest: {
  readonly name: string
  readonly version: string
  readonly files: readonly string[]
  readonly exports: Readonly<Record<string, unknown>>
  readonly scripts: Readonly<Record<string, string>>
  readonly typesVersions: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>
  readonly peerDependencies: Readonly<Record<string, string>>
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean }>>
} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** One way into the package: its name in package.json, as a host imports it, and the file's path in `src` and `dist` without its extension. */
export interface EntryPoint {
  readonly subpath: string
  readonly specifier: string
  readonly path: string
}

/** All that package.json exports and that is code. */
export const entryPoints: readonly EntryPoint[] = Object.keys(manifest.exports)
  .filter((subpath) => !subpath.endsWith('.json'))
  .map((subpath) => ({
    subpath,
    specifier: manifest.name + subpath.slice(1),
    path: subpath === '.' ? 'index' : subpath.slice(2),
  }))

/** The versions that the repository itself tests with, by package. */
const tested: Readonly<Record<string, string>> = Object.assign(
  {},
  ...['package.json', 'test/package.json', 'examples/package.json'].map((path) => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(readFileSync(join(root, path), 'utf8'))
    return { ...dependencies, ...devDependencies, ...optionalDependencies }
  }),
)

const made: string[] = []
afterAll(async () => {
  for (const folder of made) await rm(folder, { recursive: true, force: true })
})

/** An empty folder outside the repository, gone after the tests of this file. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'consentry-'))
  made.push(folder)
  return folder
}

/** The package, packed; the tarball's path. Without scripts: `prepack` would build again while other tests read the build. */
export async function pack(source = root): Promise<string> {
  const folder = await emptyFolder()
  await npm(['pack', '--ignore-scripts', '--pack-destination', folder], source)
  const [tarball] = await readdir(folder)
  if (tarball === undefined) throw new Error('npm pack made nothing')
  return join(folder, tarball)
}

/** What npm is asked for: `name@version` as it stands, a bare name at the version the repository itself tests with. */
export const wantedVersion = (name: string): string => (name.includes('@', 1) ? name : `${name}@${tested[name] ?? 'latest'}`)

/** An empty project with the tarball and its dependencies installed, and with `packages`, each as `wantedVersion` says. */
export async function install(tarball: string, ...packages: readonly string[]): Promise<string> {
  const project = await emptyFolder()
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'host', private: true, type: 'module' }))
  const wanted = packages.map(wantedVersion)
  await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', tarball, ...wanted], project)
  return project
}

/** Copies files of `consumer/` into a project. */
export async function hand(project: string, ...files: readonly string[]): Promise<void> {
  for (const file of files) await cp(join(root, 'test/package/consumer', file), join(project, basename(file)))
}
