/**
 * The files of the console page.
 *
 * In a checkout they are bundled when they are first asked for. The build puts what it has bundled into the place of this module.
 */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** The scripts by their names, which hold a hash of what is in them. */
export interface ConsoleFiles {
  /** The name of the script that the page loads. */
  readonly start: string
  /** The names of those that the first screen needs besides. */
  readonly first: readonly string[]
  readonly texts: Readonly<Record<string, string>>
}

let bundled: Promise<ConsoleFiles> | undefined

/** Returns the files. */
export function consoleFiles(): Promise<ConsoleFiles> {
  bundled ??= bundleConsole()
  return bundled
}

async function bundleConsole(): Promise<ConsoleFiles> {
  const { outputFiles, metafile } = await build({
    entryPoints: { console: fileURLToPath(new URL('../elements/console-script.ts', import.meta.url)) },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    outdir: 'console',
    write: false,
    metafile: true,
    logLevel: 'error',
  })
  const nameOf = (path: string) => path.replace(/^.*[\\/]/, '')
  const [start] = Object.entries(metafile.outputs).filter(([, { entryPoint }]) => entryPoint?.endsWith('console-script.ts'))
  if (start === undefined) throw new Error('esbuild has bundled no console')
  const [path, { imports }] = start
  return {
    start: nameOf(path),
    first: imports.filter(({ kind }) => kind === 'import-statement').map((one) => nameOf(one.path)),
    texts: Object.fromEntries(outputFiles.map(({ path, text }) => [nameOf(path), text])),
  }
}
