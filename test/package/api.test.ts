/** The public names: none comes, goes or changes unseen, and none is without a word of explanation. */
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { emptyFolder, entryPoints, root } from './packed.js'
import { exportsOf, programOf, signaturesOf, undocumentedIn, valuesOf, withoutExampleIn } from './public-names.js'

/** The most names that `consentry` may export. A host reads this list to find the one it needs. */
const MOST_NAMES = 102

const require = createRequire(import.meta.url)
const declarationOf = (path: string) => join(root, 'dist', `${path}.d.ts`)
const sourceOf = (path: string) => join(root, 'src', `${path}.ts`)
const program = programOf(entryPoints.flatMap(({ path }) => [declarationOf(path), sourceOf(path)]))
const exported = new Set(entryPoints.flatMap(({ path }) => [...exportsOf(program, declarationOf(path)).values()]))

describe.each(entryPoints)('$specifier', ({ specifier, path }) => {
  it('exports what its snapshot says', async () => {
    const atRunTime = Object.keys(await import(join(root, 'dist', `${path}.js`))).sort()
    const text = [specifier, `at run time: ${atRunTime.join(', ')}`, ...signaturesOf(program, declarationOf(path), exported)].join('\n\n')
    await expect(`${text}\n`).toMatchFileSnapshot(join(root, 'test/package/api', `${path.replaceAll('/', '-')}.txt`))
  })

  it('declares what its source exports', () =>
    expect([...exportsOf(program, declarationOf(path)).keys()]).toEqual([...exportsOf(program, sourceOf(path)).keys()]))

  it('has at run time each value that it declares, no other, and no default, in both formats', async () => {
    const values = valuesOf(program, declarationOf(path))
    expect(values).not.toEqual([])
    expect(values).not.toContain('default')
    expect(Object.keys(await import(join(root, 'dist', `${path}.js`))).sort()).toEqual(values)
    expect(Object.keys(require(join(root, 'dist', `${path}.cjs`))).sort()).toEqual(values)
  })

  it('says of every name and member what it is', () => expect(undocumentedIn(program, sourceOf(path))).toEqual([]))

  it('shows how each function that a host calls is called', () => expect(withoutExampleIn(program, sourceOf(path))).toEqual([]))
})

it(`consentry exports at most ${MOST_NAMES} names, types included`, () => {
  const names = [...exportsOf(program, sourceOf('index')).keys()]
  expect(names).toContain('Consentry')
  expect(names).toContain('createConsentry')
  expect(names.length, names.join(', ')).toBeLessThanOrEqual(MOST_NAMES)
})

it('a name without a word, and a function without an example, are found', async () => {
  const file = join(await emptyFolder(), 'planted.ts')
  await writeFile(
    file,
    `/** Said. Its \`named\` is said here. */
export interface Said {
  named: string
  mute: string
  /** Said. */
  told: string
  call(): void
  tag: 'said'
}
export const bare = 1
/** Said. */
export type Both = string
export const Both = 'a'
/** Said. */
export class Thing {
  constructor() {}
  private own = 1
  #hidden = 1
  open = 2
  /** Said. */
  run() {}
}
export function unsaid() {}
/**
 * Said.
 * @example
 * shown()
 */
export function shown() {}
`,
  )
  expect(undocumentedIn(programOf([file]), file)).toEqual(['Said.mute', 'Said.call', 'Thing.open', 'bare', 'unsaid'])
  expect(withoutExampleIn(programOf([file]), file)).toEqual(['Said.call', 'unsaid'])
})
