/** What package.json promises is what the tarball holds, for every entry point and every way of resolving it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { cp, open, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, posix } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { beforeAll, describe, expect, it } from 'vitest'
import { emptyFolder, entryPoints, manifest, PATIENCE, pack, root, run } from './packed.js'

const RESOLUTIONS = ['node10', 'node16-cjs', 'node16-esm', 'bundler']

const papersIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => posix.join(folder, path.replaceAll('\\', '/')))
    .filter((path) => path.endsWith('.md') && !path.includes('node_modules'))

/** The texts for readers that the package ships. */
const PAPERS = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'test/bench/README.md',
  ...papersIn('src'),
  ...papersIn('examples'),
]

/** The package, and beside it one that lacks files it promises. */
let sound = ''
let broken = ''

beforeAll(async () => {
  sound = await pack()
  const copy = await emptyFolder()
  for (const name of ['dist', 'package.json']) await cp(join(root, name), join(copy, name), { recursive: true })
  await rm(join(copy, 'dist/decision.d.cts'))
  await rm(join(copy, 'dist/decision.cjs'))
  broken = await pack(copy)
}, PATIENCE)

/** All that publint says of a packed package: errors, warnings and suggestions. */
async function lint(tarball: string): Promise<string[]> {
  const bytes = await readFile(tarball)
  const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer }, level: 'suggestion', strict: true })
  return messages.map((message) => `${message.type}: ${formatMessage(message, pkg, { color: false })}`)
}

interface Analysis {
  readonly entrypoints: Readonly<Record<string, { readonly resolutions: Readonly<Record<string, { readonly resolution?: object }>> }>>
  readonly problems: readonly { readonly kind: string }[]
}

/** What attw finds in a packed package. It ends badly where it finds a problem; what it printed says which. */
async function analyse(tarball: string): Promise<Analysis> {
  const cli = join(dirname(createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json')), 'dist/index.js')
  // Into a file: it ends without waiting for a pipe to take all of what it says.
  const file = join(await emptyFolder(), 'analysis.json')
  const out = await open(file, 'w')
  const running = spawn(process.execPath, [cli, tarball, '--format', 'json'], { stdio: ['ignore', out.fd, 'inherit'] })
  await once(running, 'exit')
  await out.close()
  return JSON.parse(await readFile(file, 'utf8')).analysis
}

const problemsOf = ({ problems }: Analysis) => problems

/** Where the links of a text lead, in the order they stand in; code is none. */
function linksOf(markdown: string): string[] {
  const text = markdown.replace(/^( *)```[\s\S]*?^\1```/gm, '').replace(/`[^`\n]*`/g, '``')
  return [...text.matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)/gm)].map(([, inline, reference]) => inline ?? reference ?? '')
}

/** The names by which the headings of a text are linked to. */
function anchorsOf(markdown: string): string[] {
  const headings = [...markdown.replace(/^( *)```[\s\S]*?^\1```/gm, '').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading ?? '')
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** The links of a paper that lead to no file of the package and to no heading of the paper. */
function deadLinks(markdown: string, paper: string, files: readonly string[]): string[] {
  return linksOf(markdown).filter((link) => {
    if (/^[a-z]+:/.test(link)) return false
    if (link.startsWith('#')) return !anchorsOf(markdown).includes(link.slice(1))
    return !files.includes(posix.join(posix.dirname(paper), link.split('#')[0] ?? ''))
  })
}

describe('publint', () => {
  it('has nothing to say, not even a suggestion', async () => expect(await lint(sound)).toEqual([]), PATIENCE)
  it(
    'names what a broken package lacks',
    async () => expect(await lint(broken)).toEqual([expect.stringContaining('decision.d.cts'), expect.stringContaining('decision.cjs')]),
    PATIENCE,
  )
})

describe('attw', () => {
  it(
    'finds the types of every entry point, in every resolution',
    async () => {
      const analysis = await analyse(sound)
      expect(problemsOf(analysis)).toEqual([])
      for (const { subpath } of entryPoints) {
        for (const resolution of RESOLUTIONS) {
          expect(analysis.entrypoints[subpath]?.resolutions[resolution]?.resolution, `${subpath} in ${resolution}`).toBeTruthy()
        }
      }
    },
    PATIENCE,
  )
  it('finds what is wrong with a broken package', async () => expect(problemsOf(await analyse(broken))).not.toEqual([]), PATIENCE)
})

/** The files of a packed package. */
async function filesOf(tarball: string): Promise<string[]> {
  const { stdout } = await run('tar', ['-tzf', tarball], dirname(tarball))
  return stdout
    .trim()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''))
}

it(
  'the tarball holds the build, the papers and the examples, nothing else',
  async () => {
    const paths = await filesOf(sound)
    const built = /^dist\/([\w-]+\/)?[\w-]+(\.d)?\.c?[jt]s$/
    const lessons = /^examples\/([\w-]+\/)?[\w-]+\.ts$/
    expect(paths.filter((path) => !built.test(path) && !lessons.test(path)).sort()).toEqual([...PAPERS, 'LICENSE', 'package.json'].sort())
  },
  PATIENCE,
)

describe('the links of the papers', () => {
  const README = readFileSync(join(root, 'README.md'), 'utf8')

  it.each(PAPERS)('of %s lead to files of the tarball and to headings', { timeout: PATIENCE }, async (paper) => {
    expect(deadLinks(readFileSync(join(root, paper), 'utf8'), paper, await filesOf(sound))).toEqual([])
  })
  it('are there to be looked at', () => expect(linksOf(README).length).toBeGreaterThan(2))
  it('are found where they lead nowhere', () => {
    const planted =
      '# A `b` c!\n[a](#a-b-c) [b](#b) [c](src/a.ts) [d](./src/b.md#e) [e](https://e.example)\n```ts\nf[0](f)\n# none\n```\n[g]: gone.md\n'
    expect(deadLinks(planted, 'docs/README.md', ['docs/src/b.md'])).toEqual(['#b', 'src/a.ts', 'gone.md'])
  })
})

it('TypeScript without `exports` finds the types of every entry point', () => {
  const found = Object.entries(manifest.typesVersions['*'] ?? {}).map(([subpath, targets]) => [`./${subpath}`, targets])
  const wanted = entryPoints.filter(({ path }) => path !== 'index').map(({ subpath, path }) => [subpath, [`./dist/${path}.d.ts`]])
  expect(found).toEqual(wanted)
})

describe('every entry point', () => {
  it.each(entryPoints)('$specifier exports names only, the same in both formats', async ({ path }) => {
    const esm = await import(join(root, 'dist', `${path}.js`))
    const cjs = createRequire(import.meta.url)(join(root, 'dist', `${path}.cjs`))
    expect(Object.keys(esm).length).toBeGreaterThan(0)
    expect(Object.keys(esm)).not.toContain('default')
    expect(Object.keys(cjs).sort()).toEqual(Object.keys(esm).sort())
  })

  it('is built from a source of its own', async () => {
    const sources = await Promise.all(entryPoints.map(({ path }) => readFile(join(root, 'src', `${path}.ts`), 'utf8')))
    expect(sources).toHaveLength(Object.keys(manifest.exports).length - 1)
  })
})
