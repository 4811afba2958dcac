/** The package as a host gets it: packed, and installed into a project that has nothing else. */
import { readdirSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, posix } from 'node:path'
import { afterAll, inject } from 'vitest'
import { npm, root } from './programs.js'

export { attempt, type Env, type Outcome, pack, root, run, serveProgram, withTsx } from './programs.js'

type Named<Value> = Readonly<Record<string, Value>>
interface Manifest extends Readonly<Record<'exports' | 'scripts' | 'peerDependencies', Named<unknown>>> {
  readonly name: string
  readonly version: string
  readonly typesVersions: Named<Named<readonly string[]>>
  readonly peerDependenciesMeta: Named<{ readonly optional?: boolean }>
}

const packageJson = (folder: string) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))

export const manifest: Manifest = packageJson('.')

export const tarball = inject('tarball')

/**
 * All that package.json exports and that is code: its name there, as a host imports it, and the file's path in `src` and `dist` without
 * its extension.
 */
export const entryPoints = Object.keys(manifest.exports)
  .filter((subpath) => !subpath.endsWith('.json'))
  .map((subpath) => ({ subpath, specifier: manifest.name + subpath.slice(1), path: subpath === '.' ? 'index' : subpath.slice(2) }))

const papersIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => posix.join(folder, path.replaceAll('\\', '/')))
    .filter((path) => path.endsWith('.md') && !path.includes('node_modules'))

/** The texts for readers that the package ships. */
export const papers: readonly string[] = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'test/bench/README.md'],
  ...['src', 'examples'].flatMap(papersIn),
]

/** The versions that the repository itself tests with, by package. */
const tested: Readonly<Record<string, string>> = Object.assign(
  {},
  ...['.', 'test', 'examples'].map(packageJson).flatMap((one) => [one.dependencies, one.devDependencies, one.optionalDependencies]),
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

/** What npm is asked for: `name@version` as it stands, a bare name at the version the repository itself tests with. */
export const wantedVersion = (name: string): string => (name.includes('@', 1) ? name : `${name}@${tested[name] ?? 'latest'}`)

/** An empty project with the package and its dependencies installed, and with `packages`, each as `wantedVersion` says. */
export async function install(...packages: readonly string[]): Promise<string> {
  const project = await emptyFolder()
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'host', private: true, type: 'module' }))
  const wanted = packages.map(wantedVersion)
  await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', tarball, ...wanted], project)
  return project
}

export async function hand(project: string, ...files: readonly string[]): Promise<void> {
  for (const file of files) await cp(join(root, 'test/package/consumer', file), join(project, basename(file)))
}
