/** The purity rules of domain and access index: no clock, randomness, process or `default:` case. */
import ts from 'typescript'
import { nodesOf, parse, type Tree } from './tree.js'

const WORLD = new Set(
  'performance process globalThis setTimeout setInterval setImmediate queueMicrotask requestAnimationFrame fetch console'.split(' '),
)

const isPure = (path: string) => /^(domain|access-index)\//.test(path)

export function impurities(tree: Tree): string[] {
  return find(tree, isPure, (node) => (isFree(node) && (WORLD.has(node.text) || isClock(node)) ? node.text : undefined))
}

/** The files that may create ids and hashes: the default `newId`, session ids, a client's submissions, readers, notices and their signatures. */
const MAKERS = [
  ...['consentry.ts', 'service/session-id.ts', 'client/fresh-id.ts'],
  ...['feed/kept-reader.ts', 'notices/stored-notice.ts', 'notices/signature.ts'],
]

export function cryptoElsewhere(tree: Tree): string[] {
  const isElsewhere = (path: string) => !MAKERS.includes(path)
  return find(tree, isElsewhere, (node) =>
    (ts.isStringLiteral(node) || isFree(node)) && /^(node:)?crypto$/.test(node.text) ? node.text : undefined,
  )
}

/** Finds switches with a `default:`, which would silently accept a case that is added later. */
export function swallowingDefaults(tree: Tree): string[] {
  return find(tree, isPure, (node) => (ts.isDefaultClause(node) ? 'default:' : undefined))
}

// The type `Date`, a date of a given instant and a check of a value read no clock; of `Math`, only `random` is no function of its input.
const HARMLESS = /^(new Date\([^)]|Date\.(prototype|UTC)\b|Math\.(?!random\b)|.* instanceof Date$)/s

function isClock({ text, parent }: ts.Identifier): boolean {
  return ['Date', 'Math'].includes(text) && !ts.isTypeReferenceNode(parent) && !HARMLESS.test(parent.getText())
}

function find(tree: Tree, looksAt: (path: string) => boolean, what: (node: ts.Node) => string | undefined): string[] {
  return [...tree]
    .filter(([path]) => looksAt(path))
    .flatMap(([path, text]) => {
      const file = parse(path, text)
      return nodesOf(file).flatMap((node) => {
        const found = what(node)
        return found === undefined ? [] : `${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${found}`
      })
    })
}

// A property or member with the same name is not the global.
function isFree(node: ts.Node): node is ts.Identifier {
  if (!ts.isIdentifier(node)) return false
  const { parent } = node
  const isMember = ts.isPropertyAccessExpression(parent) || ts.isMethodDeclaration(parent) || ts.isPropertyAssignment(parent)
  return !((isMember || ts.isTypeElement(parent) || ts.isClassElement(parent)) && parent.name === node)
}
