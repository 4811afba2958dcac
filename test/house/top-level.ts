/** The files and folders allowed at the top level of the repository. */

const INVITED = new Set([
  'src',
  'test',
  'examples',
  'package.json',
  'tsconfig.json',
  'tsup.config.ts',
  'README.md',
  'CHANGELOG.md',
  'package-lock.json',
  'LICENSE',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'biome.json',
  '.gitignore',
  '.ci',
  '.git',
])

/** Finds names that are neither allowed nor ignored. Reports lines of `.gitignore` other than names and `*`. */
export function uninvited(names: readonly string[], gitignore: string): string[] {
  const patterns = gitignore.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const unread = patterns.filter((pattern) => !/^[\w.*-]+\/?$/.test(pattern)).map((pattern) => `.gitignore: ${pattern}`)
  const ignored = patterns.map((pattern) => new RegExp(`^${pattern.replace(/\/$/, '').replaceAll('.', '\\.').replaceAll('*', '.*')}$`))
  return [...unread, ...names.filter((name) => !INVITED.has(name) && !ignored.some((pattern) => pattern.test(name)))]
}
