/** Runs the code of the README, the guides and the doc comments as printed, in a project with the packed package, and checks what it prints. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, posix } from 'node:path'
import ts from 'typescript'
import { beforeAll, describe, expect, it } from 'vitest'
import { attempt, install, manifest, papers, root, run } from './packed.js'
import { type Block, blocksOf, examplesIn, promisesOf } from './shown.js'

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))
/** The README, and the guide of each folder; `src/README.md` is for contributors, and shows no programs. */
const guides = papers.filter((page) => /^README\.md$|^src\/.+\/README\.md$/.test(page)).sort()
const textOf = (page: string) => readFileSync(join(root, page), 'utf8')
const ofLanguage = (page: string, ...languages: readonly string[]) =>
  blocksOf(textOf(page), page).filter(({ language }) => languages.includes(language))
const shown = guides.flatMap((guide) => ofLanguage(guide, 'ts', 'tsx', 'js'))
const documented = examplesIn(new Map(sources.map((path) => [`src/${path}`, readFileSync(join(root, 'src', path), 'utf8')])))
const programs = [...shown, ...documented]

let project = ''
let ranTogether: ReturnType<typeof runTogether>
beforeAll(async () => {
  const frameworks = ['express', '@types/express', 'fastify', 'hono', '@nestjs/common', 'reflect-metadata', 'rxjs']
  project = await install(
    ...frameworks,
    'fast-check',
    'lit',
    '@lit/react',
    'react',
    '@types/react',
    'jose',
    'standardwebhooks',
    'libsql',
    'nodemailer',
    '@electric-sql/pglite',
  )
  await Promise.all(programs.map(write))
  ranTogether = runTogether(documented)
  ranTogether.catch(() => {})
})

const nameOf = ({ where, language }: Block) => `${where.replace(/[^\w]+/g, '-')}.${language}`

async function write(block: Block): Promise<void> {
  await mkdir(join(project, 'shown'), { recursive: true })
  await writeFile(join(project, 'shown', nameOf(block)), block.code)
  // Without its types, it starts in a third of the time; the compiler has its own say about them below.
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    jsx: ts.JsxEmit.ReactJSX,
    experimentalDecorators: true,
  }
  const { outputText } = ts.transpileModule(block.code, { compilerOptions, fileName: nameOf(block) })
  await writeFile(join(project, 'shown', `${nameOf(block)}.mjs`), outputText)
}

async function linesOf(block: Block): Promise<string[]> {
  const { stdout } = await run(process.execPath, [join('shown', `${nameOf(block)}.mjs`)], project)
  return stdout.trimEnd().split('\n')
}

/** Runs blocks in one process, one after the other: a hundred processes would take a minute. */
async function runTogether(blocks: readonly Block[]): Promise<Record<string, { error?: string; lines?: string[] }>> {
  const program = `import { format } from 'node:util'
const results = {}
for (const name of ${JSON.stringify(blocks.map(nameOf))}) {
  const lines = []
  console.log = (...values) => lines.push(...format(...values).split('\\n'))
  results[name] = await import(\`./\${name}.mjs\`).then(() => ({ lines }), (error) => ({ error: String(error.stack) }))
}
process.stdout.write(JSON.stringify(results))
`
  await writeFile(join(project, 'shown', 'together.mjs'), program)
  const { stdout } = await run(process.execPath, [join('shown', 'together.mjs')], project)
  return JSON.parse(stdout)
}

function keepsPromises(block: Block, lines: readonly string[] | undefined): void {
  const promised = promisesOf(block)
  if (promised) expect(lines).toEqual(promised)
}

/** The links of a page that lead to no file of the installed package, or to no heading of that file. Code holds no links. */
function brokenLinks(page: string, text = textOf(page)): string[] {
  const found = withoutBlocks(text)
    .replaceAll(/`[^`\n]*`/g, '')
    .matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)/gm)
  const links = [...found].map(([, inline, reference]) => inline ?? reference ?? '')
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false
    const [path = '', heading] = link.split('#')
    const target = path === '' ? page : posix.join(posix.dirname(page), path)
    return !existsSync(join(project, 'node_modules/consentry', target)) || (heading !== undefined && !anchorsOf(target).includes(heading))
  })
}

function anchorsOf(page: string): string[] {
  const headings = [...withoutBlocks(textOf(page)).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase())
  return headings.map((heading) => heading.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-'))
}

const withoutBlocks = (text: string) => text.replaceAll(/^( *)```[\s\S]*?^\1```/gm, '')

/** What the compiler has against the programs: the quickest one, since all are tried elsewhere. They may use Node's own modules. */
async function complaints(folder: string): Promise<string> {
  const types = dirname(dirname(createRequire(import.meta.url).resolve('@types/node/package.json')))
  const strict = { strict: true, exactOptionalPropertyTypes: true, experimentalDecorators: true }
  const options = { ...strict, noEmit: true, target: 'es2022', module: 'nodenext', jsx: 'react-jsx', skipLibCheck: true }
  const config = { compilerOptions: { ...options, lib: ['es2023'], types: ['node'], typeRoots: [types] }, include: ['*.ts', '*.tsx'] }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config))
  return (await attempt(process.execPath, [join(root, 'test/node_modules/typescript-7/bin/tsc'), '-p', folder], folder)).stdout
}

describe.concurrent('the README and the guides', () => {
  it.each(guides)('%s shows programs', (guide) => expect(ofLanguage(guide, 'ts').length).toBeGreaterThan(0))
  it.each(shown)('$where runs and prints what it promises', async (block) => keepsPromises(block, await linesOf(block)))

  it.each(papers)('%s names only scripts and files there are', (page) => {
    const commands = ofLanguage(page, 'sh', 'bash', 'shell').flatMap(({ code }) => [
      ...code.matchAll(/npm (?:run ([\w:-]+)|(test|start)\b)/g),
    ])
    const scripts = commands.map(([, named, short]) => named ?? short ?? '')
    expect(scripts.filter((script) => !(script in manifest.scripts))).toEqual([])
    const files = [...textOf(page).matchAll(/\b(?:src|test|examples)\/[\w./-]*\w/g)].map(([path]) => path)
    expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  it.each(papers)('%s links only to files of the package and to headings there are', (page) => expect(brokenLinks(page)).toEqual([]))
})

describe.concurrent('the doc comments', () => {
  it('hold their examples where the compiler finds them', () => {
    const marks = sources.flatMap((path) => readFileSync(join(root, 'src', path), 'utf8').match(/^\s*\/?\*+ @example\b/gm) ?? [])
    expect(documented).toHaveLength(marks.length)
  })
  it.each(documented)('$where runs and prints what it promises', async (block) => {
    const { error, lines } = (await ranTogether)[nameOf(block)] ?? { error: 'did not run' }
    expect(error).toBeUndefined()
    keepsPromises(block, lines)
  })
})

it('every program shown is well typed', async () => expect(await complaints(join(project, 'shown'))).toBe(''))

it('the changelog has an entry for this version', () => {
  const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8')
  expect(changelog).toMatch(new RegExp(`^## \\[?v?${manifest.version.replaceAll('.', '\\.')}\\b`, 'm'))
})

describe('a block that lies is found', () => {
  const block = (code: string): Block => ({ where: `planted:${code.length}`, language: 'ts', code })
  const planted =
    "import { METHODS } from 'consentry'\nconsole.log(METHODS.length > 1) // true\nconsole.log(METHODS.length > 9) // => true\n"

  it('where it prints something else', async () => {
    await write(block(planted))
    expect(promisesOf(block(planted))).toEqual(['true', 'true'])
    expect(await linesOf(block(planted))).toEqual(['true', 'false'])
  })
  it('where it does not run', async () => {
    const failing = block("import { METHODS } from 'consentry'\nMETHODS.at.nothing.at.all\n")
    await write(failing)
    await expect(linesOf(failing)).rejects.toThrow('TypeError')
  })
  it('where it does not compile', async () => {
    const folder = join(project, 'planted')
    await mkdir(folder)
    await writeFile(join(folder, 'planted.ts'), "import { METHODS } from 'consentry'\nexport const text: string = METHODS\n")
    expect(await complaints(folder)).toContain('TS2322')
  })
  it('where a promise stands beside nothing that prints, or a print beside no promise', () => {
    expect(() => promisesOf(block('const a = 1 // => 1\n'))).toThrow('beside no console.log')
    expect(() => promisesOf(block('console.log(1) // 1\nconsole.log(2)\n'))).toThrow('others do not')
    expect(promisesOf(block('console.log(1)\n'))).toBeUndefined()
  })
})

it('a link that leads nowhere is found', () => {
  const links = '[a](../README.md) [b](nowhere.md) [c](SPEC.md#1-words) [d](SPEC.md#nowhere) [e](https://example.com/nowhere)'
  const more = '[f](index.ts) `[g](g)`\n```ts\nh[0](h)\n```\n[i]: gone.md\n'
  expect(brokenLinks('src/README.md', `${links} ${more}`)).toEqual(['nowhere.md', 'SPEC.md#nowhere', 'index.ts', 'gone.md'])
  expect(brokenLinks('src/SPEC.md', '[a](#1-words) [b](#nowhere)')).toEqual(['#nowhere'])
})

describe('blocks', () => {
  it('are found with their language and line', () =>
    expect(blocksOf('a\n```ts\nx\n```\n- b\n  ```sh\n  npm test\n  ```\n', 'R.md')).toEqual([
      { where: 'R.md:2', language: 'ts', code: 'x\n' },
      { where: 'R.md:6', language: 'sh', code: 'npm test\n' },
    ]))
  it('in doc comments are refused if they continue nothing', () =>
    expect(() => examplesIn(new Map([['f.ts', '/**\n * @example Continues g\n * f(1)\n */\nexport const f = 1\n']]))).toThrow(
      'no example at `g`',
    ))
})
