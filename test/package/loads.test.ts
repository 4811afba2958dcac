/** The packages that Node loads when an entry point of the build is imported, and when it is required. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { emptyFolder, PATIENCE, root, run } from './packed.js'

const DEPENDENCIES = ['date-fns', 'immer', 'zod']

/** A module hook that prints each URL it loads. It writes synchronously: its thread may end before a console is flushed. */
const HOOK = `
  import { writeSync } from 'node:fs'
  export async function load(url, context, next) {
    writeSync(1, url + '\\n')
    return next(url, context)
  }
`

/** By format, a program that prints every file it loads besides itself. */
const PROGRAMS = {
  esm: (path: string) => `
    import { register } from 'node:module'
    register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(HOOK)}`)})
    await import(${JSON.stringify(`file://${join(root, 'dist', `${path}.js`)}`)})
  `,
  cjs: (path: string) => `
    import { createRequire } from 'node:module'
    const require = createRequire(import.meta.url)
    require(${JSON.stringify(join(root, 'dist', `${path}.cjs`))})
    console.log(Object.keys(require.cache).join('\\n'))
  `,
}

/** The packages that an entry point loads, by name. */
async function packagesOf(path: string, format: keyof typeof PROGRAMS): Promise<string[]> {
  const program = join(await emptyFolder(), 'program.mjs')
  await writeFile(program, PROGRAMS[format](path))
  const files = (await run(process.execPath, [program], root)).stdout.split('\n')
  // Without this, a program that printed nothing would pass as one that loads no package.
  expect(files.filter((file) => file.includes(`/dist/${path}.`))).toHaveLength(1)
  const packages = files.flatMap((file) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [])
  return [...new Set(packages)].sort()
}

describe.concurrent.each(['esm', 'cjs'] as const)('%s', { timeout: PATIENCE }, (format) => {
  it('consentry/decision loads no package', async () => expect(await packagesOf('decision', format)).toEqual([]))

  it.each(['index', 'domain', 'repository'])('%s loads no package besides zod, immer and date-fns', async (path) => {
    const packages = await packagesOf(path, format)
    expect(packages.filter((name) => !DEPENDENCIES.includes(name))).toEqual([])
    expect(packages).toContain('zod')
  })

  it('a framework that is loaded is found', async () => {
    expect(await packagesOf('guard/nest', format)).toContain('@nestjs/common')
    expect(await packagesOf('testing/arbitraries', format)).toContain('fast-check')
  })
})
