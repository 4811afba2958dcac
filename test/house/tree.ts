/** A tree of source files in memory, and the imports of its files. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'

/** Source texts by path, relative to the tree's root, with forward slashes. */
export type Tree = ReadonlyMap<string, string>

export function readTree(root: string): Tree {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.[cm]?[jt]s$/.test(path) && !/(^|[\\/])node_modules[\\/]/.test(path))
    .map((path) => path.replaceAll('\\', '/'))
  return new Map(paths.sort().map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}

export function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true)
}

/** Returns a node and all below it, in the order of its text. */
export function nodesOf(node: ts.Node): ts.Node[] {
  const nodes = [node]
  ts.forEachChild(node, (child) => void nodes.push(...nodesOf(child)))
  return nodes
}

/** An import, with the path of a relative specifier in the tree. */
export type Import = ReturnType<typeof importsOf>[number]

/** Several rules look at the imports of one tree, and to parse all of it takes a second. */
const known = new WeakMap<Tree, ReturnType<typeof findImports>>()

/** Returns all imports, re-exports, dynamic imports and import types of a tree. */
export function importsOf(tree: Tree) {
  const imports = known.get(tree) ?? findImports(tree)
  known.set(tree, imports)
  return imports
}

function findImports(tree: Tree) {
  return [...tree].flatMap(([from, text]) =>
    nodesOf(parse(from, text)).flatMap((node) => {
      const named = specifierOf(node)
      if (named === undefined) return []
      const isRelative = named.specifier.startsWith('.')
      const target = isRelative ? posix.join(posix.dirname(from), named.specifier).replace(/\.js$/, '.ts') : undefined
      return [{ from, target, ...named }]
    }),
  )
}

// `import { type A }` is not `typeOnly`: with `verbatimModuleSyntax` the module is still loaded.
function specifierOf(node: ts.Node): { specifier: string; typeOnly: boolean } | undefined {
  const named = (expression: ts.Node | undefined, typeOnly: boolean) =>
    expression && ts.isStringLiteralLike(expression) ? { specifier: expression.text, typeOnly } : undefined
  if (ts.isImportDeclaration(node)) return named(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword)
  if (ts.isExportDeclaration(node)) return named(node.moduleSpecifier, node.isTypeOnly)
  if (ts.isExternalModuleReference(node)) return named(node.expression, false)
  if (ts.isImportTypeNode(node)) return named(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true)
  const loads =
    ts.isCallExpression(node) &&
    (node.expression.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(node.expression) && node.expression.text === 'require'))
  return loads ? named(node.arguments[0], false) : undefined
}
