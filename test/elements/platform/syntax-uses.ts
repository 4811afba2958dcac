/** Syntax younger than ES2015, which a bundler leaves as it is. */
import ts from 'typescript'
import type { Use } from './support.js'

const { SyntaxKind } = ts

const OPERATORS: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [SyntaxKind.QuestionQuestionToken]: 'nullish_coalescing',
  [SyntaxKind.QuestionQuestionEqualsToken]: 'nullish_coalescing_assignment',
  [SyntaxKind.BarBarEqualsToken]: 'logical_or_assignment',
  [SyntaxKind.AmpersandAmpersandEqualsToken]: 'logical_and_assignment',
  [SyntaxKind.QuestionDotToken]: 'optional_chaining',
  [SyntaxKind.AsteriskAsteriskToken]: 'exponentiation',
}

const FLAGS: Readonly<Record<string, string>> = { d: 'hasIndices', s: 'dotAll', u: 'unicode', v: 'unicodeSets', y: 'sticky' }

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/\(\?<[^=!]/, 'named_capturing_group'],
  [/\(\?<[=!]/, 'lookbehind_assertion'],
  [/\\p\{/i, 'unicode_character_class_escape'],
  [/\(\?[ims]*-?[ims]+:/, 'modifier'],
]

/** Returns what one node uses, without those below it. */
export function syntaxUses(node: ts.Node): Use[] {
  return keysOf(node).map((key) => ({ written: key.replace('javascript.', ''), keys: [key] }))
}

function keysOf(node: ts.Node): string[] {
  const operator = OPERATORS[node.kind]
  if (operator !== undefined) return [`javascript.operators.${operator}`]
  if (ts.isClassStaticBlockDeclaration(node)) return ['javascript.classes.static.initialization_blocks']
  if (ts.isPropertyDeclaration(node)) return fieldKeys(node)
  if (ts.isMethodDeclaration(node) || ts.isAccessor(node)) return isPrivate(node) ? ['javascript.classes.private_class_methods'] : []
  if (ts.isBinaryExpression(node) && ts.isPrivateIdentifier(node.left)) return ['javascript.classes.private_class_fields_in']
  if (ts.isForOfStatement(node) && node.awaitModifier) return ['javascript.statements.for_await_of']
  if (ts.isAwaitExpression(node)) return [`javascript.operators.await${isAtTop(node) ? '.top_level' : ''}`]
  if (ts.isCatchClause(node)) return node.variableDeclaration ? [] : ['javascript.statements.try_catch.optional_catch_binding']
  if (ts.isSpreadAssignment(node)) return ['javascript.operators.spread.spread_in_object_literals']
  if (ts.isBigIntLiteral(node)) return ['javascript.builtins.BigInt']
  if (ts.isNumericLiteral(node)) return node.getText().includes('_') ? ['javascript.grammar.numeric_separators'] : []
  if (ts.isMetaProperty(node)) return node.keywordToken === SyntaxKind.ImportKeyword ? ['javascript.operators.import_meta'] : []
  if (ts.isCallExpression(node)) return node.expression.kind === SyntaxKind.ImportKeyword ? ['javascript.operators.import'] : []
  if (ts.isVariableDeclarationList(node)) return node.flags & ts.NodeFlags.Using ? usingKeys(node) : []
  return ts.isRegularExpressionLiteral(node) ? patternKeys(node.text) : []
}

const isPrivate = ({ name }: ts.ClassElement) => name !== undefined && ts.isPrivateIdentifier(name)

function fieldKeys(node: ts.PropertyDeclaration): string[] {
  if (isPrivate(node)) return ['javascript.classes.private_class_fields']
  const isStatic = node.modifiers?.some(({ kind }) => kind === SyntaxKind.StaticKeyword)
  return [isStatic ? 'javascript.classes.static.class_fields' : 'javascript.classes.public_class_fields']
}

function isAtTop(node: ts.Node): boolean {
  for (let outer = node.parent; outer; outer = outer.parent) if (ts.isFunctionLike(outer)) return false
  return true
}

/** `await using` has the bits of `using` and of `const`. */
function usingKeys({ flags }: ts.Node): string[] {
  const isAwaited = (flags & ts.NodeFlags.BlockScoped) === ts.NodeFlags.AwaitUsing
  return [`javascript.statements.${isAwaited ? 'await_using' : 'using'}`]
}

function patternKeys(literal: string): string[] {
  const flags = literal.slice(literal.lastIndexOf('/') + 1)
  const ofFlags = [...flags].flatMap((flag) => (FLAGS[flag] === undefined ? [] : [`javascript.builtins.RegExp.${FLAGS[flag]}`]))
  const found = PATTERNS.filter(([pattern]) => pattern.test(literal))
  return [...ofFlags, ...found.map(([, name]) => `javascript.regular_expressions.${name}`)]
}
