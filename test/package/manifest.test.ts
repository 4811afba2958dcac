/** What package.json promises is what the tarball holds, for every entry point and every way of resolving it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, open, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { beforeAll, describe, expect, it } from 'vitest'
import { emptyFolder, entryPoints, manifest, PATIENCE, pack, root, run } from './packed.js'

/** node10 knows no `exports` and so sees only the main entry; no Node that the package runs in resolves like that. */
const RESOLUTIONS = ['node16-cjs', 'node16-esm', 'bundler']

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
  readonly problems: readonly { readonly kind: string; readonly resolutionKind?: string; readonly resolutionOption?: string }[]
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

const problemsOf = ({ problems }: Analysis) =>
  problems.filter(({ resolutionKind, resolutionOption }) => resolutionKind !== 'node10' && resolutionOption !== 'node10')

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

it(
  'the tarball holds the build and the papers, nothing else',
  async () => {
    const { stdout } = await run('tar', ['-tzf', sound], dirname(sound))
    const paths = stdout
      .trim()
      .split('\n')
      .map((path) => path.replace(/^package\//, ''))
    const papers = ['README.md', 'LICENSE', 'package.json', ...manifest.files.filter((name) => name.endsWith('.md'))]
    const built = /^dist\/([\w-]+\/)?[\w-]+(\.d)?\.c?[jt]s$/
    expect(paths.filter((path) => !built.test(path)).sort()).toEqual(papers.sort())
  },
  PATIENCE,
)

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
