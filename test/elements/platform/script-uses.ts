/** What scripts use of the platform: what the compiler's libraries declare, and syntax younger than ES2015. */
import ts from 'typescript'
import type { Use } from './support.js'
import { syntaxUses } from './syntax-uses.js'

/** Names of the compiler's own for what the language has under another one. */
const ALIASES: Readonly<Record<string, string>> = {
  ...{ CallableFunction: 'Function', NewableFunction: 'Function', TemplateStringsArray: 'Array', PromiseLike: 'Promise' },
  ...{ IteratorObject: 'Iterator', ReadonlySetLike: 'Set', RegExpExecArray: 'Array', RegExpMatchArray: 'Array' },
}

/** Returns what a file of a program uses. Types use nothing. */
export function scriptUses(program: ts.Program, file: ts.SourceFile): Use[] {
  const checker = program.getTypeChecker()
  const uses: Use[] = []
  visit(file)
  return uses

  function visit(node: ts.Node): void {
    if (isErased(node)) return
    uses.push(...syntaxUses(node))
    if (ts.isPropertyAccessExpression(node)) uses.push(...memberUses(node.expression, node.name.text))
    else if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
      uses.push(...memberUses(node.expression, node.argumentExpression.text))
    } else if (ts.isObjectBindingPattern(node)) {
      for (const { name, propertyName = name } of node.elements)
        if (ts.isIdentifier(propertyName)) uses.push(...memberUses(node, propertyName.text))
    } else if (ts.isIdentifier(node) && isReference(node)) uses.push(...globalUses(node))
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) uses.push(...callUses(node))
    ts.forEachChild(node, visit)
  }

  function declarationsOf(symbol: ts.Symbol | undefined): ts.Declaration[] {
    return (symbol?.declarations ?? []).filter((one) => program.isSourceFileDefaultLibrary(one.getSourceFile()))
  }

  function memberUses(receiver: ts.Node, name: string): Use[] {
    const type = checker.getApparentType(checker.getTypeAtLocation(receiver))
    // Every interface has a prototype.
    if (name === 'prototype') return []
    const symbol = checker.getPropertyOfType(checker.getNonNullableType(type), name)
    const owners = chainOf(type)
    return declarationsOf(symbol).map((declaration) => ({
      written: `${ownerOf(declaration) ?? 'globalThis'}.${name}`,
      keys: keysOf(declaration, name, owners),
      isDetail: !hasValue(declaration),
    }))
  }

  /** The names of a type and all that it inherits from. */
  function chainOf(type: ts.Type): string[] {
    if (type.isUnionOrIntersection()) return type.types.flatMap((one) => chainOf(checker.getApparentType(one)))
    const target = (type as ts.TypeReference).target ?? type
    const bases = target.isClassOrInterface() ? checker.getBaseTypes(target) : []
    return [type.symbol?.name ?? '', ...bases.flatMap(chainOf)].filter((name) => name !== '')
  }

  /** Whether what declares a member exists at run time; otherwise it only describes plain objects, or what several interfaces mix in. */
  function hasValue(declaration: ts.Declaration): boolean {
    const name = (declaration.parent as ts.InterfaceDeclaration).name
    const symbol = name && checker.getSymbolAtLocation(name)
    return symbol === undefined || (symbol.flags & ts.SymbolFlags.Value) !== 0
  }

  function globalUses(node: ts.Identifier): Use[] {
    const { text } = node
    const declarations = declarationsOf(checker.getSymbolAtLocation(node)).filter((one) => ownerOf(one) === undefined)
    return declarations.slice(0, 1).map((declaration) => ({ written: text, keys: keysOf(declaration, text, []) }))
  }

  /** The constructor that is called, the event that is listened to, and the options of the call. */
  function callUses(node: ts.CallExpression | ts.NewExpression): Use[] {
    const callee = node.expression
    const name = ts.isPropertyAccessExpression(callee) ? callee.name : callee
    const declaration = declarationsOf(checker.getSymbolAtLocation(name))[0]
    if (declaration === undefined || !ts.isIdentifier(name)) return []
    const { text } = name
    const receiver = ts.isPropertyAccessExpression(callee)
      ? chainOf(checker.getApparentType(checker.getTypeAtLocation(callee.expression)))
      : []
    const own = keysOf(declaration, text, receiver)
    const bases = ts.isNewExpression(node) ? own.map((key) => `${key}.${text}`) : own
    const made = ts.isNewExpression(node) ? [{ written: `new ${text}`, keys: bases, isDetail: true }] : []
    const [event] = node.arguments ?? []
    const isListening = text === 'addEventListener' && event !== undefined && ts.isStringLiteral(event) && !event.text.includes('-')
    const heard = isListening ? [{ written: `on ${event.text}`, keys: receiver.map((owner) => `api.${owner}.${event.text}_event`) }] : []
    const options = (node.arguments ?? []).flatMap(optionsOf).map(([option, value]) => ({
      written: `${text} with ${option}`,
      isDetail: true,
      keys: bases.flatMap((base) =>
        [`${base}.options_parameter`, base].map(
          (place) => `${place}.options_${option}_parameter${isExtended(option, value) ? '.extended_values' : ''}`,
        ),
      ),
    }))
    return [...made, ...heard, ...options]
  }

  /** The properties of an object that a call is given, and of the objects that it is spread from. */
  function optionsOf(argument: ts.Node): [string, string][] {
    if (ts.isAsExpression(argument) || ts.isSatisfiesExpression(argument)) return optionsOf(argument.expression)
    if (ts.isIdentifier(argument)) {
      const declaration = checker.getSymbolAtLocation(argument)?.valueDeclaration
      return declaration && ts.isVariableDeclaration(declaration) && declaration.initializer ? optionsOf(declaration.initializer) : []
    }
    if (!ts.isObjectLiteralExpression(argument)) return []
    return argument.properties.flatMap((property) => {
      if (ts.isSpreadAssignment(property)) return optionsOf(property.expression)
      const value = ts.isPropertyAssignment(property) && ts.isStringLiteralLike(property.initializer) ? property.initializer.text : ''
      return property.name && ts.isIdentifier(property.name) ? [[property.name.text, value] as [string, string]] : []
    })
  }
}

/** Types, and imports of types, of which nothing is left at run time. */
function isErased(node: ts.Node): boolean {
  if (ts.isExpressionWithTypeArguments(node))
    return ts.isHeritageClause(node.parent) && node.parent.token === ts.SyntaxKind.ImplementsKeyword
  const isDeclared = ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) === true
  return (
    ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isImportDeclaration(node) || isDeclared
  )
}

/** Whether an identifier stands for a value, and not for the name of what is declared or accessed. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node
  const named = (parent as { readonly name?: ts.Node }).name
  return named !== node || ts.isShorthandPropertyAssignment(parent)
}

/** The interface, or the variable with a type of its own, that has a member; `undefined` for what is global. */
function ownerOf({ parent }: ts.Declaration): string | undefined {
  if (ts.isInterfaceDeclaration(parent)) return parent.name.text
  if (ts.isTypeLiteralNode(parent) && ts.isVariableDeclaration(parent.parent) && ts.isIdentifier(parent.parent.name))
    return parent.parent.name.text
  return undefined
}

function isInIntl({ parent }: ts.Declaration): boolean {
  for (let node: ts.Node = parent; node; node = node.parent) if (ts.isModuleDeclaration(node)) return node.name.text === 'Intl'
  return false
}

const isDom = (declaration: ts.Declaration) => declaration.getSourceFile().fileName.includes('lib.dom')

/** The keys that a declaration may have; `owners` are what inherits a member that is declared for several. */
function keysOf(declaration: ts.Declaration, name: string, owners: readonly string[]): string[] {
  const owner = ownerOf(declaration)
  if (isDom(declaration)) {
    if (owner === undefined) return [`api.${name}`, `api.Window.${name}`, `api.EventTarget.${name}`]
    const suffix = ts.isInterfaceDeclaration(declaration.parent) ? '' : '_static'
    return [owner, ...owners].map((one) => `api.${one}.${name}${suffix}`)
  }
  const plain = owner && (ALIASES[owner] ?? owner.replace(/Constructor$|^Readonly/, ''))
  return [['javascript.builtins', ...(isInIntl(declaration) ? ['Intl'] : []), ...(plain ? [plain] : []), name].join('.')]
}

/** Names of time zones that came later than `short` and `long`. */
const isExtended = (option: string, value: string) => option === 'timeZoneName' && /Offset$|Generic$/.test(value)
