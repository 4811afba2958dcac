/** Builds the package before its tests, unless the build is newer than the sources, and packs it. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { npm, pack, root } from './programs.js'

declare module 'vitest' {
  interface ProvidedContext {
    tarball: string
  }
}

const timesOf = (...paths: readonly string[]): number[] => paths.map((path) => statSync(join(root, path)).mtimeMs)
const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /[jt]s$/.test(path))
    .map((path) => join(folder, path))

/** Called by vitest before the first test; what it returns is called after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const inputs = timesOf(...filesIn('src'), 'tsup.config.ts', 'tsconfig.json', 'package.json')
  const isFresh = existsSync(join(root, 'dist/index.d.ts')) && Math.max(...inputs) < Math.min(...timesOf(...filesIn('dist')))
  if (!isFresh) await npm(['run', 'build'], root)
  const folder = await mkdtemp(join(tmpdir(), 'consentry-'))
  project.provide('tarball', await pack(root, folder))
  return () => rm(folder, { recursive: true, force: true })
}
