/** What is shown to readers as code, in the README and in doc comments, and what it promises to print. */
import ts from 'typescript'
import { nodesOf, parse } from '../house/tree.js'

/** A block of code, and where it is shown: the file and the line it begins in. */
export interface Block {
  readonly where: string
  readonly language: string
  readonly code: string
}

export function blocksOf(markdown: string, file: string): Block[] {
  const fences = markdown.matchAll(/^([ \t]*)(`{3,})(\w*)[^\n]*\n([\s\S]*?)^[ \t]*\2[ \t]*$/gm)
  return [...fences].map(({ index, 1: indent = '', 3: language = '', 4: code = '' }) => ({
    where: `${file}:${markdown.slice(0, index).split('\n').length}`,
    language,
    code: code.replace(new RegExp(`^${indent}`, 'gm'), ''),
  }))
}

/** An example of a doc comment: the declaration it stands at, and the one whose example it continues. */
interface Example extends Block {
  readonly name: string
  readonly continues: string | undefined
}

/**
 * The programs that the `@example`s of source files show, by path: each is a fenced block, or nothing but the code itself.
 * `@example Continues submit` runs after the example at `submit` of the same file, or at `Interface.submit` of any file.
 */
export function examplesIn(texts: ReadonlyMap<string, string>): Block[] {
  const examples = [...texts].flatMap(([file, text]) => examplesOf(text, file))
  const codeOf = ({ where, code, continues }: Example): string => {
    if (continues === undefined) return code
    const file = where.replace(/\d+$/, '')
    const here = examples.filter((one) => one.where.startsWith(file) && `.${one.name}`.endsWith(`.${continues}`))
    const [before] = [...here, ...examples.filter(({ name }) => name === continues)]
    if (before === undefined) throw new Error(`${where}: there is no example at \`${continues}\` to continue`)
    return `${codeOf(before)}${code}`
  }
  return examples.map((example) => ({ where: example.where, language: 'ts', code: codeOf(example) }))
}

function examplesOf(text: string, file: string): Example[] {
  const source = parse(file, text)
  return nodesOf(source).flatMap((node) => {
    if (nameOf(node) === '') return []
    const tags = ts.getJSDocTags(node).filter(({ tagName }) => tagName.text === 'example')
    return tags.map(({ comment, pos }) => {
      const said = ts.getTextOfJSDocComment(comment) ?? ''
      const [fenced] = blocksOf(said, file)
      const where = `${file}:${source.getLineAndCharacterOfPosition(pos).line + 1}`
      const name = `${ts.isInterfaceDeclaration(node.parent) ? `${nameOf(node.parent)}.` : ''}${nameOf(node)}`
      const continues = /^Continues ([\w.]+)$/m.exec(said)?.[1]
      return { name, where, continues, language: 'ts', code: `${(fenced?.code ?? said).trim()}\n` }
    })
  })
}

/** The name of a declaration that examples stand at; `''` for anything else. */
function nameOf(node: ts.Node): string {
  const isSignature = ts.isInterfaceDeclaration(node) || ts.isMethodSignature(node)
  const isNamed = isSignature || ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node) || ts.isClassDeclaration(node)
  return isNamed ? (node.name?.getText() ?? '') : ''
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
