/** What the domain and the access index may not do: look at a clock, throw dice, touch the process, or swallow a case. */
import ts from 'typescript'
import { nodesOf, parse, type Tree } from './tree.js'

const WORLD = new Set(
  'performance process globalThis setTimeout setInterval setImmediate queueMicrotask requestAnimationFrame fetch console'.split(' '),
)

/** Where the domain reads a clock, a source of chance, or the process it runs in. */
export function impurities(tree: Tree): string[] {
  return find(tree, isPure, (node) => clockOf(node) ?? worldOf(node))
}

/** Who may make ids and hashes: `consentry.ts`, which hands ids to whoever needs them, and the file that makes the secret ones. */
const MAKERS = ['consentry.ts', 'service/session-id.ts']

/** Where ids or hashes are made elsewhere. */
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

/** Switches of the domain with a `default:`, which would take in silence the case that is added next. */
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

// A property or a member that happens to have the name is nobody's global.
function isFree(node: ts.Node): node is ts.Identifier {
  if (!ts.isIdentifier(node)) return false
  const { parent } = node
  const isMember = ts.isPropertyAccessExpression(parent) || ts.isMethodDeclaration(parent) || ts.isPropertyAssignment(parent)
  return !((isMember || ts.isTypeElement(parent) || ts.isClassElement(parent)) && parent.name === node)
}
