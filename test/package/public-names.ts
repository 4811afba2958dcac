/** The public names of an entry point, as the compiler sees them: their signatures in the declarations, their doc comments in the sources. */
import ts from 'typescript'
import { nodesOf } from '../house/tree.js'

/** A program over these files, read as a host on Node would read them. */
export function programOf(files: readonly string[]): ts.Program {
  const node = { target: ts.ScriptTarget.ES2022, lib: ['lib.es2023.d.ts'], types: ['node'], module: ts.ModuleKind.NodeNext }
  return ts.createProgram([...files], { ...node, strict: true, exactOptionalPropertyTypes: true, skipLibCheck: true, noEmit: true })
}

/** What a file exports, by name; a name that is passed on stands for what it was declared as. */
export function exportsOf(program: ts.Program, file: string): ReadonlyMap<string, ts.Symbol> {
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(file)
  const module = source && checker.getSymbolAtLocation(source)
  if (module === undefined) throw new Error(`${file} is no module`)
  const exported = checker.getExportsOfModule(module)
  return new Map(exported.map((symbol) => [symbol.name, declaredAs(checker, symbol)] as const).sort(([a], [b]) => (a < b ? -1 : 1)))
}

export function valuesOf(program: ts.Program, file: string): string[] {
  return [...exportsOf(program, file)].filter(([, { flags }]) => flags & ts.SymbolFlags.Value).map(([name]) => name)
}

/**
 * Every public name of a declaration file with its signature, without comments; then the names these are made of, as far as no entry
 * point exports them (`exported` are all that one does): who changes `METHODS` changes what `Method` is.
 */
export function signaturesOf(program: ts.Program, file: string, exported: ReadonlySet<ts.Symbol>): string[] {
  const names = exportsOf(program, file)
  const symbols = new Set(names.values())
  for (const symbol of symbols) for (const part of partsOf(program, symbol)) if (!exported.has(part)) symbols.add(part)
  const hidden = [...symbols].filter((symbol) => !exported.has(symbol))
  return [
    ...[...names].map(([name, symbol]) => signatureOf(name, symbol)),
    ...hidden.map((symbol) => signatureOf(`(${symbol.name})`, symbol)).sort(),
  ]
}

function signatureOf(name: string, symbol: ts.Symbol): string {
  const printer = ts.createPrinter({ removeComments: true })
  const print = (node: ts.Node) => printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile())
  const declarations = (symbol.declarations ?? []).map((one) => print(statementOf(one)).replace(/^(export )?(declare )?/, ''))
  return [`# ${name}`, ...declarations].join('\n')
}

/** The names that a declaration is made of and that are declared at the top of one of our own files. */
function partsOf(program: ts.Program, symbol: ts.Symbol): ts.Symbol[] {
  const checker = program.getTypeChecker()
  const nodes = (symbol.declarations ?? []).flatMap(nodesOf)
  const parts = nodes.flatMap((node) => (ts.isIdentifier(node) ? (checker.getSymbolAtLocation(node) ?? []) : []))
  const isForeign = (file: ts.SourceFile) => program.isSourceFileFromExternalLibrary(file) || program.isSourceFileDefaultLibrary(file)
  return parts
    .map((part) => declaredAs(checker, part))
    .filter(({ declarations = [] }) => declarations.some((one) => isTopLevel(one) && !isForeign(one.getSourceFile())))
}

function declaredAs(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
}

// A constant is declared within a statement, which is what says that it is one.
function statementOf(node: ts.Declaration): ts.Node {
  return ts.isVariableDeclaration(node) ? node.parent.parent : node
}

function isTopLevel(node: ts.Declaration): boolean {
  return ts.isSourceFile(statementOf(node).parent ?? node)
}

/**
 * The public names of a source file that have no doc comment: `name`, or `name.member` of an interface or a class. A member may be
 * spoken of in its owner's comment, in backticks; one that has a single value, as a union's tag has, speaks for itself.
 */
export function undocumentedIn(program: ts.Program, file: string): string[] {
  const checker = program.getTypeChecker()
  const textOf = (symbol: ts.Symbol) => ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim()
  return [...exportsOf(program, file)].flatMap(([name, symbol]) => {
    const said = textOf(symbol)
    const members = membersOf(symbol).filter(
      (member) =>
        textOf(member) === '' && !said.includes(`\`${member.name}\``) && !(checker.getTypeOfSymbol(member).flags & ts.TypeFlags.Unit),
    )
    return [...(said === '' ? [name] : []), ...members.map((member) => `${name}.${member.name}`)]
  })
}

/** What a host passes in or implements, and never calls. */
const NOT_CALLED = /[\\/](?:ports[\\/][\w-]+|drivers|guard[\\/]options|notices[\\/](?:channel|mail-options))\.ts$/

/** The functions and methods of a source file's exports that a host calls and whose doc comment has no `@example`. */
export function withoutExampleIn(program: ts.Program, file: string): string[] {
  const checker = program.getTypeChecker()
  const lacksOne = (symbol: ts.Symbol) => !symbol.getJsDocTags(checker).some(({ name }) => name === 'example')
  const isCalled = (symbol: ts.Symbol) =>
    (symbol.declarations ?? []).every((one) => {
      const source = one.getSourceFile()
      return !NOT_CALLED.test(source.fileName) && !program.isSourceFileFromExternalLibrary(source)
    })
  return [...exportsOf(program, file)].flatMap(([name, symbol]) => {
    if (symbol.flags & (ts.SymbolFlags.Function | ts.SymbolFlags.Variable)) {
      const isFunction = checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0
      return isFunction && lacksOne(symbol) ? [name] : []
    }
    if (!(symbol.flags & ts.SymbolFlags.Interface) || !isCalled(symbol)) return []
    const methods = checker
      .getDeclaredTypeOfSymbol(symbol)
      .getProperties()
      .filter(({ flags }) => flags & ts.SymbolFlags.Method)
    return methods.filter((method) => isCalled(method) && lacksOne(method)).map((method) => `${name}.${method.name}`)
  })
}

/** Private and protected members, and those whose name begins with `#`. */
function isHidden(member: ts.Declaration): boolean {
  const name = ts.getNameOfDeclaration(member)
  const modifiers = ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)
  return modifiers !== 0 || (name !== undefined && ts.isPrivateIdentifier(name))
}

/** The members of an interface or a class that are written down there and that a host can see. */
function membersOf(symbol: ts.Symbol): ts.Symbol[] {
  if (!(symbol.flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class))) return []
  return [...(symbol.members?.values() ?? [])].filter(({ flags, declarations }) => {
    const hidden = declarations?.some(isHidden)
    return Boolean(flags & (ts.SymbolFlags.Property | ts.SymbolFlags.Method | ts.SymbolFlags.Accessor)) && !hidden
  })
}
