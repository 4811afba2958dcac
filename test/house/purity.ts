/** The purity rules of domain and access index: no clock, randomness, process or `default:` case. */
import ts from 'typescript'
import { nodesOf, parse, type Tree } from './tree.js'

const WORLD = new Set(
  'performance process globalThis setTimeout setInterval setImmediate queueMicrotask requestAnimationFrame fetch console'.split(' '),
)

/** Finds uses of a clock, of randomness, or of the process in pure code. */
export function impurities(tree: Tree): string[] {
  return find(tree, isPure, (node) => clockOf(node) ?? worldOf(node))
}

/** The files that may create ids and hashes: the default `newId`, and the secret session ids. */
const MAKERS = ['consentry.ts', 'service/session-id.ts']

/** Finds uses of crypto in other files. */
export function cryptoElsewhere(tree: Tree): string[] {
  return find(
    tree,
    (path) => !MAKERS.includes(path),
    (node) => {
      if (ts.isStringLiteral(node) && /^(node:)?crypto$/.test(node.text)) return node.text
      return isFree(node) && node.text === 'crypto' ? 'crypto' : undefined
    },
  )
}

/** Finds switches with a `default:`, which would silently accept a case that is added later. */
export function swallowingDefaults(tree: Tree): string[] {
  return find(tree, isPure, (node) => (ts.isDefaultClause(node) ? 'default:' : undefined))
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

function isPure(path: string): boolean {
  return /^(domain|access-index)\//.test(path)
}

function clockOf(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node) && isNamed(node.expression, 'Date') && !node.arguments?.length) return 'new Date()'
  if (ts.isCallExpression(node) && isNamed(node.expression, 'Date')) return 'Date()'
  const member = memberOf(node)
  return member === 'Date.now' || member === 'Math.random' ? member : undefined
}

function memberOf(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node)) return `${node.expression.getText()}.${node.name.text}`
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return `${node.expression.getText()}.${node.argumentExpression.text}`
  }
  // const { now } = Date
  if (ts.isBindingElement(node) && ts.isVariableDeclaration(node.parent.parent)) {
    return `${node.parent.parent.initializer?.getText()}.${(node.propertyName ?? node.name).getText()}`
  }
  return undefined
}

function worldOf(node: ts.Node): string | undefined {
  return isFree(node) && WORLD.has(node.text) ? node.text : undefined
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name
}

// A property or member with the same name is not the global.
function isFree(node: ts.Node): node is ts.Identifier {
  if (!ts.isIdentifier(node)) return false
  const { parent } = node
  const isMember = ts.isPropertyAccessExpression(parent) || ts.isMethodDeclaration(parent) || ts.isPropertyAssignment(parent)
  return !((isMember || ts.isTypeElement(parent) || ts.isClassElement(parent)) && parent.name === node)
}
