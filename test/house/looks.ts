/** What a file looks like from outside: its name, its first sentence, its length, and that nothing in it is nameless. */
import ts from 'typescript'
import { nodesOf, parse, type Tree } from './tree.js'

/** The ceiling of a source file, in lines. */
export const CEILING = 200

/** Files above the ceiling. */
export function tooLong(tree: Tree): string[] {
  return [...tree]
    .map(([path, text]) => ({ path, lines: text.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > CEILING)
    .map(({ path, lines }) => `${path} has ${lines} lines`)
}

/** Files that do not open with a doc comment of their own. */
export function withoutOpening(tree: Tree): string[] {
  return [...tree].filter(([, text]) => openingOf(text) === undefined).map(([path]) => path)
}

/** How long the first line of a doc comment may be, in characters. */
export const FIRST_LINE = 100

/** Doc comments whose first line is too long to be read at a glance. */
export function longFirstLines(tree: Tree): string[] {
  return [...tree].flatMap(([path, text]) =>
    [...text.matchAll(/\/\*\* ?(?:\n[ \t]*\* ?)?([^\n]*?)(?= ?\*\/|$)/gm)].flatMap(({ index, 1: line = '' }) =>
      line.length > FIRST_LINE ? `${path}:${text.slice(0, index).split('\n').length} has ${line.length} characters` : [],
    ),
  )
}

const FORBIDDEN = /\b(whoever|anew|of (?:its|their) own accord|where absent|hears? of|he|his|him|himself)\b/gi

/** Words that the project's prose does without: archaic ones, and pronouns that guess who somebody is. */
export function forbiddenWords(tree: Tree): string[] {
  return [...tree].flatMap(([path, text]) =>
    [...text.matchAll(FORBIDDEN)].map(({ index, 0: word }) => `${path}:${text.slice(0, index).split('\n').length} ${word}`),
  )
}

const NOTHING_NAMES = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'lib', 'libs'])

/** Names of files and folders that say nothing. */
export function emptyNames(tree: Tree): string[] {
  return [...tree.keys()].filter((path) => path.split(/[/.-]/).some((word) => NOTHING_NAMES.has(word.toLowerCase())))
}

/** Names of files and folders that are not kebab-case. */
export function notKebab(tree: Tree): string[] {
  return [...tree.keys()].filter((path) => !path.split(/[/.]/).every((piece) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(piece)))
}

/** Files with an export that has no name but `default`. */
export function defaultExports(tree: Tree): string[] {
  return [...tree].filter(([path, text]) => nodesOf(parse(path, text)).some(isDefaultExport)).map(([path]) => path)
}

/** Functions of one name at the top of two files, but for the guard that every framework's entry point exports. */
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

// Right before a declaration a comment would be that declaration's, not the file's.
function openingOf(text: string): string | undefined {
  const [, comment, rest = ''] = /^\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n([\s\S]*)$/.exec(text) ?? []
  if (comment === undefined || !/^(\n|import\b|export \{|export type \{|'use strict'|$)/.test(rest)) return undefined
  return comment.replace(/\n \*/g, '\n').replace(/\s+/g, ' ').trim()
}
