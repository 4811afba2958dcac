/** What package.json promises is what the tarball holds, for every entry point and every way of resolving it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, open, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { beforeAll, describe, expect, it } from 'vitest'
import { emptyFolder, entryPoints, manifest, pack, papers, root, run, tarball } from './packed.js'

const RESOLUTIONS = ['node10', 'node16-cjs', 'node16-esm', 'bundler']

let broken = ''
beforeAll(async () => {
  const copy = await emptyFolder()
  for (const name of ['dist', 'package.json']) await cp(join(root, name), join(copy, name), { recursive: true })
  await rm(join(copy, 'dist/decision.d.cts'))
  await rm(join(copy, 'dist/decision.cjs'))
  broken = await pack(copy, await emptyFolder())
})

/** All that publint says of a packed package: errors, warnings and suggestions. */
async function lint(packed: string): Promise<string[]> {
  const bytes = await readFile(packed)
  const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(bytes).buffer }, level: 'suggestion', strict: true })
  return messages.map((message) => `${message.type}: ${formatMessage(message, pkg, { color: false })}`)
}

type Resolutions = Readonly<Record<string, { readonly resolution?: object }>>
type Analysis = {
  readonly entrypoints: Readonly<Record<string, { readonly resolutions: Resolutions }>>
  readonly problems: readonly object[]
}

/** What attw finds in a packed package; a JSON document has no types. It ends badly where it finds a problem; what it printed says which. */
async function analyse(packed: string): Promise<Analysis> {
  const cli = join(dirname(createRequire(import.meta.url).resolve('@arethetypeswrong/cli/package.json')), 'dist/index.js')
  // Into a file: it ends without waiting for a pipe to take all of what it says.
  const file = join(await emptyFolder(), 'analysis.json')
  const out = await open(file, 'w')
  const running = spawn(process.execPath, [cli, packed, '--format', 'json', '--exclude-entrypoints', './openapi.json'], {
    stdio: ['ignore', out.fd, 'inherit'],
  })
  await once(running, 'exit')
  await out.close()
  return JSON.parse(await readFile(file, 'utf8')).analysis
}

describe('publint', () => {
  it('has nothing to say, not even a suggestion', async () => expect(await lint(tarball)).toEqual([]))
  it('names what a broken package lacks', async () =>
    expect(await lint(broken)).toEqual([expect.stringContaining('decision.d.cts'), expect.stringContaining('decision.cjs')]))
})

describe('attw', () => {
  it('finds the types of every entry point, in every resolution', async () => {
    const analysis = await analyse(tarball)
    expect(analysis.problems).toEqual([])
    for (const { subpath } of entryPoints)
      for (const resolution of RESOLUTIONS)
        expect(analysis.entrypoints[subpath]?.resolutions[resolution]?.resolution, `${subpath} in ${resolution}`).toBeTruthy()
  })
  it('finds what is wrong with a broken package', async () => expect((await analyse(broken)).problems).not.toEqual([]))
})

it('the tarball holds the build, the papers and the examples, nothing else', async () => {
  const { stdout } = await run('tar', ['-tzf', tarball], dirname(tarball))
  const paths = stdout
    .trim()
    .replaceAll(/^package\//gm, '')
    .split('\n')
  const built = /^dist\/([\w-]+\/)?[\w-]+(\.d)?\.c?[jt]s$/
  const lessons = /^examples\/([\w-]+\/)*[\w-]+\.(ts|js|css)$/
  const others = [...papers, 'LICENSE', 'dist/openapi.json', 'package.json']
  expect(paths.filter((path) => !built.test(path) && !lessons.test(path)).sort()).toEqual(others.sort())
})

it('TypeScript without `exports` finds the types of every entry point', () => {
  const found = Object.entries(manifest.typesVersions['*'] ?? {}).map(([subpath, targets]) => [`./${subpath}`, targets])
  const wanted = entryPoints.filter(({ path }) => path !== 'index').map(({ subpath, path }) => [subpath, [`./dist/${path}.d.ts`]])
  expect(found).toEqual(wanted)
})
