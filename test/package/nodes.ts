/** Other versions of Node than the one that runs the tests. */
import { programFromNpm } from './npm-programs.js'
import { root, run } from './programs.js'

/** The Node of a major version: this process's own, or one from npm. */
export async function nodeOf(major: number): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath
  const windows = process.platform === 'win32'
  const name = `node-${windows ? 'win' : process.platform}-${process.arch}`
  const binary = await programFromNpm({ name, version: major, path: windows ? 'bin/node.exe' : 'bin/node' })
  const { stdout } = await run(binary, ['--version'], root)
  if (!stdout.startsWith(`v${major}.`)) throw new Error(`${binary} is ${stdout.trim()}, not Node ${major}`)
  return binary
}
