/** What is shown to readers as code, in the README and in doc comments, and what it promises to print. */
import ts from 'typescript'
import { nodesOf, parse } from '../house/tree.js'

/** A block of code, and where it is shown: the file and the line it begins in. */
export interface Block {
  readonly where: string
  readonly language: string
  readonly code: string
}

/** The fenced blocks of a Markdown text, in their order. */
export function blocksOf(markdown: string, file: string): Block[] {
  const fences = markdown.matchAll(/^([ \t]*)(`{3,})(\w*)[^\n]*\n([\s\S]*?)^[ \t]*\2[ \t]*$/gm)
  return [...fences].map(({ index, 1: indent = '', 3: language = '', 4: code = '' }) => ({
    where: `${file}:${markdown.slice(0, index).split('\n').length}`,
    language,
    code: code.replace(new RegExp(`^${indent}`, 'gm'), ''),
  }))
}

/** The `@example`s of a source file's doc comments, each one fenced block of TypeScript, or nothing but the code itself. */
export function examplesIn(text: string, file: string): Block[] {
  const source = parse(file, text)
  const tags = new Set(nodesOf(source).flatMap((node) => ts.getJSDocTags(node).filter(({ tagName }) => tagName.text === 'example')))
  return [...tags].map(({ comment, pos }) => {
    const said = ts.getTextOfJSDocComment(comment) ?? ''
    const [fenced] = blocksOf(said, file)
    const where = `${file}:${source.getLineAndCharacterOfPosition(pos).line + 1}`
    return { where, language: 'ts', code: `${(fenced?.code ?? said).trim()}\n` }
  })
}

/**
 * The lines a program promises to print, in order: `console.log(x) // value` promises exactly `value`, and `// => value` the same.
 * One promise makes all of its output a promise: where a call has none beside it, or a `// =>` stands beside no call, it throws.
 * A program without any may print what it likes.
 */
export function promisesOf({ code, where }: Block): string[] | undefined {
  const calls = nodesOf(parse('shown.ts', code)).filter((node) => ts.isCallExpression(node))
  const prints = calls.filter(({ expression }) => expression.getText() === 'console.log').sort((a, b) => a.end - b.end)
  const promises = prints.map(({ end }) => commentAfter(code, end))
  const kept = promises.filter((promise) => promise !== undefined)
  if (code.split('// =>').length - 1 > promises.filter((promise) => promise?.startsWith('=>')).length) {
    throw new Error(`${where}: a promise \`// =>\` stands beside no console.log, and is never kept`)
  }
  if (kept.length === 0) return undefined
  if (kept.length < promises.length) throw new Error(`${where}: some calls of console.log promise what they print, and others do not`)
  return kept.map((promise) => promise.replace(/^=> ?/, ''))
}

function commentAfter(code: string, end: number): string | undefined {
  return /^[ \t;,)}]*\/\/ ?(.*)$/m.exec(code.slice(end).split('\n', 1)[0] ?? '')?.[1]?.trimEnd()
}
