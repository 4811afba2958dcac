/** What the two pages load: the style sheet, and the scripts that a bundler makes. Your application has its own way. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** A file, with its content type. */
type Asset = readonly [body: string, type: string]

/** Returns the files by their paths. */
export async function bundleAssets(): Promise<ReadonlyMap<string, Asset>> {
  const entryPoints = [file('plain.ts'), file('react.tsx')]
  const { outputFiles } = await build({
    entryPoints,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    outdir: '/',
    write: false,
  })
  const scripts = outputFiles.map(({ path, text }): [string, Asset] => [`/${path.replace(/^.*[\\/]/, '')}`, [text, 'text/javascript']])
  return new Map([...scripts, ['/theme.css', [await readFile(file('theme.css'), 'utf8'), 'text/css']]])
}

/** Returns a page with this script and this content. */
export function pageOf(script: string, content: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Fences</title><link rel="stylesheet" href="/theme.css"><script type="module" src="/${script}.js"></script>
<header><h1>Fences and Galleries</h1></header><main>${content}</main></html>`
}
