/** What runs in a page: the sources of the elements and the client, and those of Lit, which its source maps hold. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { importsOf, readTree } from '../../house/tree.js'
import { cssUses } from './css-uses.js'
import { scriptUses } from './script-uses.js'
import type { Use } from './support.js'
import { templateUses } from './template-uses.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const src = join(root, 'src')

/** What a page loads; what these import for their types alone is not. */
const ENTRIES = ['elements.ts', 'elements/react.ts', 'elements/console-script.ts', 'client.ts']
const LIT = [
  ...['lit-html/lit-html', 'lit-html/is-server', 'lit-element/lit-element', '@lit/react/create-component'],
  ...['@lit/reactive-element/reactive-element', '@lit/reactive-element/css-tag'],
]

/** A program over what runs in a page, and the files of it that do. */
export interface PageProgram {
  readonly program: ts.Program
  readonly files: readonly ts.SourceFile[]
}

/** Compiles what runs in a page together with files that a test plants, for an engine that has everything. */
export function pageProgram(planted: Readonly<Record<string, string>>): PageProgram {
  const virtual = new Map([...LIT.map(litSource), ...Object.entries(planted).map(([name, text]) => [join(src, name), text] as const)])
  const options: ts.CompilerOptions = {
    ...{ target: ts.ScriptTarget.ESNext, lib: ['lib.esnext.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts', 'lib.dom.asynciterable.d.ts'] },
    ...{ module: ts.ModuleKind.NodeNext, types: [], strict: true, skipLibCheck: true, noEmit: true, experimentalDecorators: true },
  }
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (path) => virtual.has(path) || fileExists(path)
  host.readFile = (path) => virtual.get(path) ?? readFile(path)
  host.getSourceFile = (path, version, ...more) => {
    const text = virtual.get(path)
    return text === undefined ? getSourceFile(path, version, ...more) : ts.createSourceFile(path, text, version, true)
  }
  const paths = [...[...loaded()].map((path) => join(src, path)), ...virtual.keys()]
  const program = ts.createProgram(paths, options, host)
  return { program, files: paths.flatMap((path) => program.getSourceFile(path) ?? []) }
}

/** Returns what files use: their script, and the style sheets and templates in it. */
export function usesOf({ program, files }: PageProgram): Use[] {
  return files.flatMap((file) => [
    ...scriptUses(program, file),
    ...taggedIn(file, 'css').flatMap(cssUses),
    ...taggedIn(file, 'html').flatMap(templateUses),
    ...taggedIn(file, 'svg').flatMap((text) => templateUses(`<svg>${text}</svg>`)),
  ])
}

function litSource(module: string): readonly [path: string, text: string] {
  const built = join(root, 'node_modules', `${module}.js`)
  const { sources, sourcesContent } = JSON.parse(readFileSync(`${built}.map`, 'utf8'))
  return [join(dirname(built), sources[0]), sourcesContent[0]]
}

function loaded(): ReadonlySet<string> {
  const imports = importsOf(readTree(src)).filter(({ typeOnly }) => !typeOnly)
  const paths = new Set(ENTRIES)
  for (const path of paths) for (const { from, target } of imports) if (from === path && target !== undefined) paths.add(target)
  return paths
}

/** The texts of the templates with a tag, with a letter in the place of each expression. */
function taggedIn(file: ts.SourceFile, tag: string): string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText(file) === tag) found.push(textOf(node.template))
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

function textOf(template: ts.TemplateLiteral): string {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text
  return [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)].join('x')
}
