/** Other versions of Node than the one that runs the tests. */
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { npm, root, run } from './programs.js'

/** The Node of a major version: this process's own, or one from npm, kept in `test/node_modules/.cache` for the next time. */
export async function nodeOf(major: number): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath
  const windows = process.platform === 'win32'
  const name = `node-${windows ? 'win' : process.platform}-${process.arch}`
  const folder = join(root, 'test/node_modules/.cache/consentry', `node-${major}`)
  const binary = join(folder, windows ? 'node.exe' : 'node')
  if (!existsSync(binary)) await fetchNode(`${name}@${major}`, name, folder, binary)
  const { stdout } = await run(binary, ['--version'], folder)
  if (!stdout.startsWith(`v${major}.`)) throw new Error(`${binary} is ${stdout.trim()}, not Node ${major}`)
  return binary
}

async function fetchNode(wanted: string, name: string, folder: string, binary: string): Promise<void> {
  const partial = `${folder}.${process.pid}`
  await mkdir(partial, { recursive: true })
  try {
    await npm(['install', '--prefix', partial, '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', wanted], partial)
    // Another process may have been faster; its Node is as good, and maybe running.
    if (!existsSync(binary)) {
      await rm(folder, { recursive: true, force: true })
      await rename(join(partial, 'node_modules', name, 'bin'), folder)
    }
  } catch (cause) {
    throw new Error(`there is no ${wanted} to be had from npm, and the package must be tried with that Node on this platform`, { cause })
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
}
