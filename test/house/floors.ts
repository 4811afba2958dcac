/** The import rules between layers: a folder imports only from lower ones; type imports count too. */

import ts from 'typescript'
import { type Import, importsOf, parse, type Tree } from './tree.js'

const PURE = ['access-index', 'domain']
const BELOW = ['ports', ...PURE]

/** For each layer, the other layers it may import from. */
const FLOORS: ReadonlyMap<string, readonly string[]> = new Map([
  ['index', ['consentry', 'live-access', 'service', ...BELOW]],
  ['decision', PURE],
  ['domain.ts', ['domain']],
  ['repository', ['ports', 'domain']],
  ['consentry', ['service', ...BELOW]],
  ['live-access', BELOW],
  ['guard', BELOW],
  ['http', BELOW],
  ['adapters', BELOW],
  ['testing', BELOW],
  ['service', BELOW],
  ['ports', ['domain']],
  ['access-index', ['domain']],
  ['domain', []],
])

/**
 * The framework of each guard. With `typesOnly`, the guard must not load it, because the host may not have it installed. Guards do not
 * import each other: shared code lies in files of its own.
 */
const FRAMEWORKS: ReadonlyMap<string, { readonly name: string; readonly typesOnly: boolean }> = new Map([
  ['guard/express.ts', { name: 'express', typesOnly: true }],
  ['guard/fastify.ts', { name: 'fastify', typesOnly: true }],
  ['guard/hono.ts', { name: 'hono', typesOnly: true }],
  ['guard/nest.ts', { name: '@nestjs/common', typesOnly: false }],
])

/** Finds imports that a layer may not make, files outside all layers, and imports of missing files. */
export function arrowsUp(tree: Tree): string[] {
  const homeless = [...tree.keys()].filter((path) => !FLOORS.has(roomOf(path))).map((path) => `${path} belongs to no layer`)
  const up = importsOf(tree).flatMap(({ from, target, specifier }) => {
    if (target === undefined) return []
    if (!tree.has(target)) return `${from} imports ${specifier}, which is not there`
    const [here, there] = [roomOf(from), roomOf(target)]
    const within = here === there ? !FRAMEWORKS.has(target) : FLOORS.get(here)?.includes(there)
    return within ? [] : `${from} may not import ${target}`
  })
  return [...homeless, ...up]
}

/** Finds import cycles, each with all its files; type imports count. */
export function circles(tree: Tree): string[] {
  const next = targetsByFile(importsOf(tree))
  const reach = new Map([...tree.keys()].map((path) => [path, reachableFrom([path], next)]))
  const circleOf = (path: string) => [...tree.keys()].filter((other) => reach.get(path)?.has(other) && reach.get(other)?.has(path))
  return [...new Set([...tree.keys()].map((path) => circleOf(path).join(' ↔ ')))].filter((circle) => circle !== '')
}

/** Finds imports of packages that a file may not import. */
export function strangers(tree: Tree): string[] {
  return importsOf(tree)
    .filter((one) => one.target === undefined && !mayImport(one))
    .map(({ from, specifier }) => `${from} imports ${specifier}`)
}

const AT_THE_EDGE = ['decision.ts', 'domain/decision.ts', 'access-index/access.ts']

/** Finds packages that a host of `consentry/decision` would have to install, and the files that load them. */
export function packagesAtTheEdge(tree: Tree): string[] {
  const loaded = importsOf(tree).filter(({ typeOnly }) => !typeOnly)
  const start = AT_THE_EDGE.filter((path) => tree.has(path))
  const reached = new Set([...start, ...reachableFrom(start, targetsByFile(loaded))])
  return loaded
    .filter(({ from, target }) => target === undefined && reached.has(from))
    .map(({ from, specifier }) => `${from} loads ${specifier}`)
}

/** Finds re-exporting files that are not entry points, entry points imported inside `src`, and `export *`. */
export function barrels(tree: Tree, doors: ReadonlySet<string>): string[] {
  const imported = new Set(importsOf(tree).map(({ target }) => target))
  return [...tree].flatMap(([path, text]) => {
    const { statements } = parse(path, text)
    const passesOn = statements.length > 0 && statements.every((one) => ts.isImportDeclaration(one) || ts.isExportDeclaration(one))
    const everything = statements.some(
      (one) => ts.isExportDeclaration(one) && one.moduleSpecifier && !(one.exportClause && ts.isNamedExports(one.exportClause)),
    )
    return [
      ...(passesOn && !doors.has(path) ? [`${path} is a barrel`] : []),
      ...(passesOn && doors.has(path) && imported.has(path) ? [`${path} is an entry point, and is imported inside src`] : []),
      ...(everything ? [`${path} exports everything of another file, without naming it`] : []),
      ...(path.endsWith('/index.ts') ? [`${path} is an index of a folder`] : []),
    ]
  })
}

/** Finds relative imports without the extension `.js`, which Node requires. */
export function withoutExtension(tree: Tree): string[] {
  return importsOf(tree)
    .filter(({ specifier }) => specifier.startsWith('.') && !specifier.endsWith('.js'))
    .map(({ from, specifier }) => `${from} imports ${specifier}`)
}

function roomOf(path: string): string {
  // The entry point `domain.ts` is a layer above the folder `domain`.
  return path === 'domain.ts' ? path : (path.replace(/\.ts$/, '').split('/')[0] ?? '')
}

function mayImport({ from, specifier, typeOnly }: Import): boolean {
  if (/^(zod|immer|date-fns)(\/|$)/.test(specifier)) return true
  if (specifier === 'fast-check') return /^testing\/arbitraries[./]/.test(from)
  const framework = FRAMEWORKS.get(from)
  if (specifier === framework?.name) return typeOnly || !framework.typesOnly
  return /^node:assert(\/strict)?$/.test(specifier) && /^testing\/contract[./]/.test(from)
}

function targetsByFile(imports: readonly Import[]): ReadonlyMap<string, readonly string[]> {
  const targets = new Map<string, string[]>()
  for (const { from, target } of imports) {
    if (target !== undefined) targets.set(from, [...(targets.get(from) ?? []), target])
  }
  return targets
}

// Excludes the start itself, unless a path leads back to it: that is a cycle.
function reachableFrom(start: readonly string[], next: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set<string>()
  const waiting = [...start]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    for (const target of next.get(path) ?? []) {
      if (!reached.has(target)) waiting.push(target)
      reached.add(target)
    }
  }
  return reached
}
