/** Builds the package before its tests, unless the build is newer than the sources. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { npm, root } from './programs.js'

const timesOf = (...paths: readonly string[]): number[] => paths.map((path) => statSync(join(root, path)).mtimeMs)
const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /[jt]s$/.test(path))
    .map((path) => join(folder, path))

/** Called by vitest before the first test. */
export async function setup(): Promise<void> {
  const inputs = timesOf(...filesIn('src'), 'tsup.config.ts', 'tsconfig.json', 'package.json')
  const isFresh = existsSync(join(root, 'dist/index.d.ts')) && Math.max(...inputs) < Math.min(...timesOf(...filesIn('dist')))
  if (!isFresh) await npm(['run', 'build'], root)
}
