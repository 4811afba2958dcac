/** What a file looks like from outside: its name and place, its first sentence, its length, and its words. */
import ts from 'typescript'
import { parse, type Tree } from './tree.js'

/** The ceiling of a source file, in lines. */
export const CEILING = 200

export function tooLong(tree: Tree): string[] {
  return [...tree].flatMap(([path, text]) => {
    const lines = text.trimEnd().split('\n').length
    return lines > CEILING ? `${path} has ${lines} lines` : []
  })
}

// Right before a declaration a comment would be that declaration's, not the file's.
const OPENING = /^\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n(\n|import\b|export \{|export type \{|'use strict'|$)/

export function withoutOpening(tree: Tree): string[] {
  return [...tree].filter(([, text]) => !OPENING.test(text)).map(([path]) => path)
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

export function misnamed(tree: Tree): string[] {
  const isKebab = (path: string) => path.split(/[/.]/).every((piece) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(piece))
  return [...tree.keys()].filter((path) => !isKebab(path) || path.split(/[/.-]/).some((word) => NOTHING_NAMES.has(word)))
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

/** What the top level of the repository may hold, besides what is ignored. */
const FOLDERS = 'src test examples .ci .git'
const CONFIGURATION = '.gitignore biome.json package.json package-lock.json tsconfig.json tsup.config.ts'
const PAPERS = 'README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE'
const INVITED = new Set([FOLDERS, CONFIGURATION, PAPERS].flatMap((names) => names.split(' ')))

/** Finds names that are neither allowed nor ignored. Reports lines of `.gitignore` other than names and `*`. */
export function uninvited(names: readonly string[], gitignore: string): string[] {
  const patterns = gitignore.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
  const unread = patterns.filter((pattern) => !/^[\w.*-]+\/?$/.test(pattern)).map((pattern) => `.gitignore: ${pattern}`)
  const ignored = patterns.map((pattern) => new RegExp(`^${pattern.replace(/\/$/, '').replaceAll('.', '\\.').replaceAll('*', '.*')}$`))
  return [...unread, ...names.filter((name) => !INVITED.has(name) && !ignored.some((pattern) => pattern.test(name)))]
}
