/** Who may stand at the top level of the repository. */

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

/** Names that are neither invited nor ignored; of `.gitignore` it reads names and `*`, and reports what it cannot read. */
export function uninvited(names: readonly string[], gitignore: string): string[] {
  const patterns = gitignore.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const unread = patterns.filter((pattern) => !/^[\w.*-]+\/?$/.test(pattern)).map((pattern) => `.gitignore: ${pattern}`)
  const ignored = patterns.map((pattern) => new RegExp(`^${pattern.replace(/\/$/, '').replaceAll('.', '\\.').replaceAll('*', '.*')}$`))
  return [...unread, ...names.filter((name) => !INVITED.has(name) && !ignored.some((pattern) => pattern.test(name)))]
}
