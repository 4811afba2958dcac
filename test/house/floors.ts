/** Who may lean on whom: folders are floors, a floor looks down only, and a type is a weight like any other. */
import ts from 'typescript'
import { type Import, importsOf, parse, type Tree } from './tree.js'

const PURE = ['access-index', 'domain']
const BELOW = ['ports', ...PURE]

/** For each room, the rooms it may import from besides itself. Rooms of one floor never lean on each other. */
const FLOORS: ReadonlyMap<string, readonly string[]> = new Map([
  ['index', ['consentry', 'live-access', 'service', ...BELOW]],
  ['decision', PURE],
  ['domain.ts', ['domain']],
  ['repository', ['ports', 'domain']],
  ['consentry', ['service', ...BELOW]],
  ['client', BELOW],
  ['elements', ['client']],
  ...['guard', 'http', 'adapters', 'testing', 'service', 'feed'].map((room) => [room, BELOW] as const),
  ['live-access', ['feed', ...BELOW]],
  ['notices', ['feed', 'ports', 'domain']],
  ['ports', ['domain']],
  ['access-index', ['domain']],
  ['domain', []],
])

/**
 * Rooms of which a room may name types, and no more. The API names the service's, which its host hands it; the client names those of the
 * API's table, and loads nothing of it.
 */
const MAY_NAME: Readonly<Record<string, string>> = { http: 'consentry', client: 'http', notices: 'consentry' }

/**
 * The framework of each guard, of each mount and of the elements' components, which its host has installed or not; where types are enough, nothing of it is loaded. `null` is the platform
 * alone. What two of a room need lies beside them: neither is the other's to import.
 */
const FRAMEWORKS: ReadonlyMap<string, { readonly name: string | null; readonly typesOnly: boolean }> = new Map([
  ['guard/express.ts', { name: 'express', typesOnly: true }],
  ['guard/fastify.ts', { name: 'fastify', typesOnly: true }],
  ['guard/hono.ts', { name: 'hono', typesOnly: true }],
  ['guard/nest.ts', { name: '@nestjs/common', typesOnly: false }],
  ['guard/web.ts', { name: null, typesOnly: true }],
  ['http/express.ts', { name: 'express', typesOnly: true }],
  ['http/fastify.ts', { name: 'fastify', typesOnly: true }],
  ['http/nest.ts', { name: '@nestjs/common', typesOnly: false }],
  ['elements/react.ts', { name: 'react', typesOnly: false }],
])

/** What of Node a file of the notices may load: webhooks need the network and signatures. */
const OF_NODE: Readonly<Record<string, readonly string[]>> = {
  'notices/public-address.ts': ['node:net'],
  'notices/signature.ts': ['node:crypto'],
  'notices/webhook-network.ts': ['node:dns', 'node:http', 'node:https', 'node:net'],
}

/** Imports that look up or sideways, and files without a room. */
export function arrowsUp(tree: Tree): string[] {
  const homeless = [...tree.keys()].filter((path) => !FLOORS.has(roomOf(path))).map((path) => `${path} is in no room of the house`)
  const up = importsOf(tree).flatMap(({ from, target, typeOnly }) => {
    if (target === undefined) return []
    const [here, there] = [roomOf(from), roomOf(target)]
    const within = here === there ? !FRAMEWORKS.has(target) : FLOORS.get(here)?.includes(there)
    const names = typeOnly && MAY_NAME[here] === there
    return within || names ? [] : `${from} looks up or sideways to ${target}`
  })
  return [...homeless, ...up]
}

/** The circles among files, each with all that belong to it; a type is enough to close one. */
export function circles(tree: Tree): string[] {
  const imports = importsOf(tree)
  const targets = new Map<string, string[]>()
  for (const { from, target } of imports) if (target !== undefined) targets.set(from, [...(targets.get(from) ?? []), target])
  const next = (path: string) => targets.get(path) ?? []
  const reach = new Map([...tree.keys()].map((path) => [path, reachableFrom(path, next)]))
  const circleOf = (path: string) => [...tree.keys()].filter((other) => reach.get(path)?.has(other) && reach.get(other)?.has(path))
  return [...new Set([...tree.keys()].map((path) => circleOf(path).join(' ↔ ')))].filter((circle) => circle !== '')
}

export function strangers(tree: Tree): string[] {
  return importsOf(tree)
    .filter((one) => one.target === undefined && !mayImport(one))
    .map(({ from, specifier }) => `${from} imports ${specifier}`)
}

/** Files that only pass on what others declare, unless they are doors of the package that nobody inside uses; and `export *`. */
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
      ...(passesOn && doors.has(path) && imported.has(path) ? [`${path} is a door, and used from inside`] : []),
      ...(everything ? [`${path} exports everything of another file, named by nobody`] : []),
      ...(path.endsWith('/index.ts') ? [`${path} is an index of a folder`] : []),
    ]
  })
}

function roomOf(path: string): string {
  // The door `domain.ts` stands above the folder of that name.
  return path === 'domain.ts' ? path : (path.replace(/\.ts$/, '').split('/')[0] ?? '')
}

function mayImport({ from, specifier, typeOnly }: Import): boolean {
  // The elements run in pages, and bring no package but Lit.
  if (/^(zod|immer|date-fns)(\/|$)/.test(specifier)) return !from.startsWith('elements/')
  if (specifier === 'fast-check') return /^testing\/arbitraries[./]/.test(from)
  if (specifier === 'lit') return from.startsWith('elements/')
  if (/^(@lit\/)?react$/.test(specifier)) return /^elements\/react(-component)?\.ts$/.test(from)
  // In a checkout alone: the build puts what it has bundled into the place of this file.
  if (specifier === 'esbuild' || specifier === 'node:url') return from === 'http/console-files.ts'
  if (OF_NODE[from]?.includes(specifier)) return true
  const framework = FRAMEWORKS.get(from)
  if (specifier === framework?.name) return typeOnly || !framework.typesOnly
  return /^node:assert(\/strict)?$/.test(specifier) && /^testing\/contract[./]/.test(from)
}

// Without the start itself, unless a way leads back to it: that is what a circle is.
function reachableFrom(start: string, next: (path: string) => readonly string[]): ReadonlySet<string> {
  const reached = new Set(next(start))
  for (const path of reached) for (const target of next(path)) reached.add(target)
  return reached
}
