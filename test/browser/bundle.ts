/** The script of a page, as a host's bundler makes it. */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Bundles a script for browsers. */
export async function bundleForBrowsers(script: URL): Promise<string> {
  const entryPoints = [fileURLToPath(script)]
  const { outputFiles } = await build({
    entryPoints,
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    minify: true,
  })
  return outputFiles.map(({ text }) => text).join('')
}
