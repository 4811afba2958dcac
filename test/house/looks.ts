/** The rules for a file's form: its name, opening comment, length and exports. */
import ts from 'typescript'
import { nodesOf, parse, type Tree } from './tree.js'

/** The maximum length of a source file, in lines. */
export const CEILING = 200

/** Finds files that are too long. */
export function tooLong(tree: Tree): string[] {
  return [...tree]
    .map(([path, text]) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > CEILING)
    .map(({ path, lines }) => `${path} has ${lines} lines`)
}

/** Finds files that do not open with a doc comment of their own. */
export function withoutOpening(tree: Tree): string[] {
  return [...tree].filter(([, text]) => openingOf(text) === undefined).map(([path]) => path)
}

/** Finds files whose opening is not one sentence. */
export function longWinded(tree: Tree): string[] {
  return [...tree].flatMap(([path, text]) => {
    const opening = openingOf(text)
    return opening === undefined || isOneSentence(opening) ? [] : `${path}: ${opening}`
  })
}

const NOTHING_NAMES = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'lib', 'libs'])

/** Finds files and folders with meaningless names. */
export function emptyNames(tree: Tree): string[] {
  return [...tree.keys()].filter((path) => path.split(/[/.-]/).some((word) => NOTHING_NAMES.has(word.toLowerCase())))
}

/** Finds files and folders that are not in kebab-case. */
export function notKebab(tree: Tree): string[] {
  return [...tree.keys()].filter((path) => !path.split(/[/.]/).every((piece) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(piece)))
}

/** Finds files with a default export. */
export function defaultExports(tree: Tree): string[] {
  return [...tree].filter(([path, text]) => nodesOf(parse(path, text)).some(isDefaultExport)).map(([path]) => path)
}

/** Finds top-level functions with the same name in two files, except each framework's `consentryGuard`. */
export function sharedNames(tree: Tree): string[] {
  const files = new Map<string, string[]>()
  for (const [path, text] of tree) {
    const names = parse(path, text).statements.flatMap((one) => (ts.isFunctionDeclaration(one) && one.name ? [one.name.text] : []))
    for (const name of new Set(names)) files.set(name, [...(files.get(name) ?? []), path])
  }
  return [...files].flatMap(([name, paths]) =>
    paths.length < 2 || name === 'consentryGuard' ? [] : [`${name} is a function of ${paths.join(' and ')}`],
  )
}

function isDefaultExport(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true
  if (ts.isExportSpecifier(node)) return node.name.text === 'default'
  return ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false)
}

// A comment directly before a declaration belongs to the declaration, not to the file.
function openingOf(text: string): string | undefined {
  const [, comment, rest = ''] = /^\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n([\s\S]*)$/.exec(text) ?? []
  if (comment === undefined || !/^(\n|import\b|export \{|export type \{|'use strict'|$)/.test(rest)) return undefined
  return comment.replace(/\n \*/g, '\n').replace(/\s+/g, ' ').trim()
}

function isOneSentence(text: string): boolean {
  return /^[^.?!]*[.?!]$/.test(text.replace(/`[^`]*`/g, 'code').replace(/[.?!](?=[\p{L}\p{Nd}])/gu, ','))
}
