/** For each route of the table: a request that succeeds, and one for each code that it refuses with. */
import type { Consentry } from '../../src/consentry.js'
import type { ApiOptions } from '../../src/http/api-options.js'
import type { ProblemCode } from '../../src/http/problem.js'
import { type Route, refusalsOf } from '../../src/http/route.js'
import { ROUTES } from '../../src/http/routes.js'
import { CLASSICS, TOM } from '../story/cast.js'
import { type AskedScene, askedScene, type Serve } from './scene.js'
import type { Answer, Sent } from './socket.js'

/** What a request asks, by whom. */
export type Asked = Omit<Sent, 'method'> & { readonly as: string }

interface Case {
  /** Changes the scene before the request. */
  readonly before?: (on: AskedScene) => unknown
  /** What differs from the request that succeeds. */
  readonly asked?: (on: AskedScene) => Partial<Asked>
  readonly scene?: (serveApi?: Serve) => Promise<AskedScene>
}

interface RouteCases {
  /** The request that succeeds, after `before`. */
  readonly asked: (on: AskedScene) => Asked
  readonly before?: (on: AskedScene) => unknown
  /** Methods of the repository whose failure is `unavailable`; by default any. */
  readonly breaks?: readonly string[]
  readonly refused?: { readonly [Code in ProblemCode]?: Case }
}

const EXPIRY_SOON = '2026-02-01T00:00:00.000Z'
const EXPIRY = '2026-03-01T00:00:00.000Z'
const LATER = '2026-04-01T00:00:00.000Z'
const associations = [{ users: ['caroline'], tenants: [TOM] }]
const submission = { name: 'SupportAccess', associations }
const becky = { user: 'becky', tenant: TOM, permissions: ['answer' as const], impersonating: null }
const caroline = { user: 'caroline', tenant: CLASSICS, permissions: [], impersonating: null }

export const INSIDE = { tenant: TOM, method: 'access-request' } as const
export const grants = (on: AskedScene) => on.consentry.grant(becky, on.request, { expiresAt: null })
const rejects = (on: AskedScene) => on.consentry.reject(becky, on.request)
export const enters = async (on: AskedScene): Promise<void> => {
  await grants(on)
  const session = await on.consentry.startImpersonation(caroline, INSIDE)
  on.kept.set('caroline', session.id)
  on.hash = session.hash
}
const starts = (on: AskedScene) => on.consentry.startImpersonation(caroline, INSIDE)
const capped = (serveApi?: Serve) => askedScene({}, { policy: { maxGrant: { days: 30 }, maxLiveSessions: 2 } }, serveApi)
const alone = (serveApi?: Serve) => askedScene({ people: undefined }, {}, serveApi)
const stale: Case = { asked: () => ({ headers: { 'if-match': '"7"' } }) }
const replaced: Case = { asked: () => ({ body: { ...submission, id: 'order-1', message: 'other' } }) }
const sentLike = (path: string): RouteCases => ({
  asked: () => ({ as: 'elizabeth', path, body: submission }),
  refused: { 'already-submitted': replaced },
})

/** The cases of each route, by its id. */
export const CASES: Readonly<Record<string, RouteCases>> = {
  submit: sentLike('/requests'),
  previewSubmission: sentLike('/requests/preview'),
  listRequests: { asked: () => ({ as: 'elizabeth', path: '/requests?users=caroline&name=Supp&limit=1' }) },
  getRequest: {
    asked: () => ({ as: 'elizabeth', path: '/requests/one?id=order-1' }),
    refused: { 'not-found': { asked: (on) => ({ path: `/requests/one?id=${on.foreignRequest}` }) } },
  },
  withdrawRequest: {
    asked: () => ({ as: 'elizabeth', path: '/withdrawals', body: { accessRequest: 'order-1' } }),
    refused: { 'not-found': { asked: (on) => ({ body: { accessRequest: on.foreignRequest } }) } },
  },
  removeUser: { asked: () => ({ as: 'elizabeth', path: '/removals', body: { user: 'caroline' } }) },
  endAll: { before: enters, asked: () => ({ as: 'becky', path: '/endings', body: { with: CLASSICS, message: 'It is over.' } }) },
  listOutgoing: {
    before: grants,
    asked: () => ({ as: 'elizabeth', path: `/outgoing?status=granted&status=pending&tenants=${TOM}&from=2026-01-01T00:00:00Z` }),
  },
  getOutgoing: { asked: (on) => ({ as: 'elizabeth', path: `/outgoing/${on.request}` }) },
  draftRenewal: {
    before: grants,
    asked: (on) => ({ as: 'elizabeth', path: `/outgoing/${on.request}/renewal` }),
    refused: { 'not-active': { before: () => {} } },
  },
  withdrawOutgoing: {
    asked: (on) => ({ as: 'elizabeth', path: `/outgoing/${on.request}/withdrawal`, headers: { 'if-match': '"1"' }, body: {} }),
    refused: { 'not-pending': { before: rejects, asked: () => ({ headers: {} }) }, 'stale-revision': stale },
  },
  revokeOutgoing: {
    before: grants,
    asked: (on) => ({
      as: 'elizabeth',
      path: `/outgoing/${on.request}/revocation`,
      headers: { 'if-match': '"2"' },
      body: { message: 'Done.' },
    }),
    refused: { 'not-active': { before: () => {}, asked: () => ({ headers: {} }) }, 'stale-revision': stale },
  },
  listIncoming: { asked: () => ({ as: 'becky', path: `/incoming?requestingTenants=${CLASSICS}&order=newest` }) },
  answerMany: {
    asked: (on) => ({
      as: 'becky',
      path: '/incoming/answers',
      body: { answers: [{ id: on.request, answer: 'grant', expiresAt: EXPIRY, ifRevision: 1 }] },
    }),
  },
  getIncoming: { asked: (on) => ({ as: 'becky', path: `/incoming/${on.request}` }) },
  previewAnswer: {
    asked: (on) => ({ as: 'becky', path: `/incoming/${on.request}/preview` }),
    refused: { 'not-pending': { before: grants } },
  },
  grant: {
    asked: (on) => ({
      as: 'becky',
      path: `/incoming/${on.request}/grant`,
      headers: { 'if-match': '"1"' },
      body: { expiresAt: EXPIRY, message: 'Welcome.' },
    }),
    refused: {
      'requester-may-not-answer': { asked: () => ({ as: 'wickham' }) },
      'not-pending': { before: rejects, asked: () => ({ headers: {} }) },
      'stale-revision': stale,
      'expiry-required': { scene: capped, asked: () => ({ body: { expiresAt: null } }) },
      'expires-too-soon': { asked: () => ({ body: { expiresAt: '2026-01-01T00:00:00+01:00' } }) },
      'expires-too-late': { scene: capped, asked: () => ({ body: { expiresAt: LATER } }) },
      'not-grantable': { before: (on) => void on.left.add('caroline') },
    },
  },
  reject: {
    asked: (on) => ({ as: 'becky', path: `/incoming/${on.request}/rejection`, headers: { 'if-match': '"1"' }, body: { message: 'No.' } }),
    refused: { 'not-pending': { before: grants, asked: () => ({ headers: {} }) }, 'stale-revision': stale },
  },
  revokeIncoming: {
    before: grants,
    asked: (on) => ({ as: 'becky', path: `/incoming/${on.request}/revocation`, headers: { 'if-match': '"2"' }, body: {} }),
    refused: { 'not-active': { before: () => {}, asked: () => ({ headers: {} }) }, 'stale-revision': stale },
  },
  setExpiry: {
    before: grants,
    asked: (on) => ({ as: 'becky', path: `/incoming/${on.request}/expiry`, headers: { 'if-match': '"2"' }, body: { expiresAt: EXPIRY } }),
    refused: {
      'requester-may-not-answer': { asked: () => ({ as: 'wickham' }) },
      'not-active': { before: () => {}, asked: () => ({ headers: {} }) },
      'stale-revision': stale,
      'expires-too-soon': { asked: () => ({ body: { expiresAt: '2026-01-15T09:00:00.000Z' } }) },
      'expires-too-late': {
        scene: capped,
        before: (on) => on.consentry.grant(becky, on.request, { expiresAt: EXPIRY_SOON }),
        asked: () => ({ body: { expiresAt: LATER } }),
      },
    },
  },
  startSession: {
    before: grants,
    asked: () => ({ as: 'caroline', path: '/session', body: { ...INSIDE, reason: 'ticket 7' } }),
    breaks: ['saveSessionChanges'],
    refused: {
      'access-denied': { before: () => {} },
      'too-many-sessions': {
        before: async (on) => {
          await grants(on)
          await starts(on)
          await starts(on)
        },
      },
    },
  },
  getSession: { before: enters, asked: () => ({ as: 'caroline', path: '/session' }) },
  leaveSession: {
    before: enters,
    asked: () => ({ as: 'caroline', path: '/session' }),
    breaks: ['saveSessionChanges'],
    refused: { 'not-found': { asked: () => ({ as: 'charlotte' }) } },
  },
  listSessions: {
    before: enters,
    asked: () => ({ as: 'elizabeth', path: `/sessions?status=live&methods=access-request&users=caroline&tenants=${TOM}` }),
  },
  endSession: {
    before: enters,
    asked: ({ hash }) => ({ as: 'becky', path: '/sessions/end', body: { hash } }),
    refused: { 'not-found': { asked: () => ({ as: 'rabbit' }) } },
  },
  listMyAccess: { before: grants, asked: () => ({ as: 'caroline', path: '/my-access?status=granted&order=expiring' }) },
  listHistory: { before: enters, asked: () => ({ as: 'elizabeth', path: '/history?limit=200&types=impersonation.started' }) },
  listAccess: {
    before: grants,
    asked: () => ({ as: 'elizabeth', path: `/access?from=2026-01-01T00:00:00Z&to=2030-01-01T00:00:00Z&tenant=${TOM}&limit=1` }),
  },
  countRows: {
    asked: () => ({ as: 'becky', path: '/counts?list=incoming' }),
    refused: { 'not-permitted': { asked: () => ({ path: '/counts?list=outgoing' }) } },
  },
  decideMany: {
    before: grants,
    asked: () => ({
      as: 'becky',
      path: '/decisions',
      body: { questions: [{ user: 'caroline', ...INSIDE, from: CLASSICS, at: EXPIRY }, { user: '' }] },
    }),
    refused: { 'not-permitted': { asked: () => ({ as: 'huck' }) } },
  },
  getMe: { before: enters, asked: () => ({ as: 'caroline', path: '/me' }) },
  searchUsers: {
    asked: () => ({ as: 'elizabeth', path: '/directory/users?search=c&limit=10' }),
    breaks: ['people'],
    refused: { 'not-found': { scene: alone } },
  },
  searchTenants: {
    asked: () => ({ as: 'elizabeth', path: '/directory/tenants' }),
    breaks: ['people'],
    refused: { 'not-found': { scene: alone } },
  },
  getOpenApi: { asked: () => ({ as: 'nobody', path: '/openapi.json' }) },
}

const huge = (body: unknown) => JSON.stringify(body).replace('{', `{${' '.repeat(1_048_576)}`)

/** How any route is made to refuse with the codes that follow from what it reads. */
const COMMON: { readonly [Code in ProblemCode]?: (on: AskedScene, asked: Asked, cases: RouteCases) => Asked } = {
  internal: (_, asked) => ({ ...asked, headers: { ...asked.headers, 'x-fail': 'yes' } }),
  'cross-site': (_, asked) => ({ ...asked, headers: { ...asked.headers, cookie: 'theme=dark' } }),
  'unsupported-media-type': (_, asked) => ({ ...asked, headers: { ...asked.headers, 'content-type': 'text/plain' } }),
  'not-logged-in': (_, asked) => ({ ...asked, as: 'nobody' }),
  impersonating: (_, asked) => ({ ...asked, headers: { ...asked.headers, 'x-inside': 'yes' } }),
  'not-permitted': (_, asked) => ({ ...asked, as: 'huck' }),
  'too-large': (_, asked) => ({ ...asked, body: huge(asked.body), headers: { ...asked.headers, 'content-type': 'application/json' } }),
  'invalid-input': (_, asked) => ({ ...asked, path: `${asked.path}${asked.path.includes('?') ? '&' : '?'}unknown=1` }),
  'not-found': (on, asked) => ({ ...asked, path: asked.path.replace(on.request, on.foreign) }),
  'facts-unavailable': (on, asked) => {
    on.kept.set(asked.as, 'f'.repeat(64))
    on.failAll = true
    return asked
  },
  unavailable: (on, asked, { breaks }) => {
    for (const method of breaks ?? []) on.broken.add(method)
    on.failAll = breaks === undefined
    return asked
  },
}

export const routeOf = (id: string): Route => {
  const found = ROUTES.find((route) => route.id === id)
  if (found === undefined) throw new Error(`there is no route ${id}`)
  return found
}

/** Each route with each of its codes that has a case; `ok` is its success. */
export const ALL_CASES: readonly { readonly id: string; readonly code: ProblemCode | 'ok' }[] = ROUTES.flatMap((route) => {
  const known = refusalsOf(route).filter((code) => CASES[route.id]?.refused?.[code] ?? COMMON[code])
  return CASES[route.id] ? (['ok', ...known] as const).map((code) => ({ id: route.id, code })) : []
})

/** A scene at which the request of a case is yet to be sent. */
export async function prepared(
  id: string,
  code: ProblemCode | 'ok',
  host: Partial<ApiOptions> = {},
  serveApi?: Serve,
  seenAs?: (consentry: Consentry) => Consentry,
): Promise<{ on: AskedScene; asked: Asked & { readonly method: string } }> {
  const cases = CASES[id]
  if (cases === undefined) throw new Error(`there are no cases of ${id}`)
  const own = code === 'ok' ? undefined : cases.refused?.[code]
  const on = await (own?.scene ? own.scene(serveApi) : askedScene(host, {}, serveApi, seenAs))
  const before = own?.before ?? cases.before
  await before?.(on)
  const { method } = routeOf(id)
  const usual = cases.asked(on)
  const changed = { ...usual, ...own?.asked?.(on) }
  const asked = own === undefined && code !== 'ok' ? (COMMON[code]?.(on, usual, cases) ?? usual) : changed
  return { on, asked: { ...asked, method } }
}

/** Sends the request of a case. */
export function ask(on: AskedScene, { as, ...sent }: Asked & { readonly method: string }): Promise<Answer> {
  return on.as(as, sent)
}
