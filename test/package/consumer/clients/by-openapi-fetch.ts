/** The client of openapi-fetch, by the types that openapi-typescript made of the document. */
import createClient from 'openapi-fetch'
import type { components, paths } from './schema.js'
import { type Client, type Outcome, play } from './story.js'

const [baseUrl = ''] = process.argv.slice(2)
const api = createClient<paths>({ baseUrl })
const as = (user: string, clock?: string) => ({ headers: { 'x-user': user, ...(clock !== undefined && { 'x-clock': clock }) } })

interface Answered<Data> {
  readonly data?: Data
  readonly error?: components['schemas']['Problem']
}
function dataOf<Data>({ data, error }: Answered<Data>): Data {
  if (data === undefined) throw new Error(`refused: ${error?.code}`)
  return data
}
const outcomeOf = ({ data, error }: Answered<components['schemas']['RequestSummary']>): Outcome =>
  data?.status ?? { refused: error?.code ?? '' }

const client: Client = {
  submit: async (user, body) => dataOf(await api.POST('/requests', { body, ...as(user) })).sent,
  incoming: async (user, status) => dataOf(await api.GET('/incoming', { params: { query: { status: [status] } }, ...as(user) })).items,
  outgoing: async (user) => {
    const { items, next } = dataOf(await api.GET('/outgoing', { params: { query: { limit: 2, order: 'newest' } }, ...as(user) }))
    const rest =
      next !== null && (await api.GET('/outgoing', { params: { query: { limit: 2, order: 'newest', cursor: next } }, ...as(user) }))
    return [...items, ...(rest ? dataOf(rest).items : [])]
  },
  grant: async (user, id, revision, expiresAt, clock) => {
    const params = { path: { id }, header: { 'If-Match': `"${revision}"` } }
    return outcomeOf(await api.POST('/incoming/{id}/grant', { params, body: { expiresAt, message: 'Welcome.' }, ...as(user, clock) }))
  },
  reject: async (user, id, message) =>
    outcomeOf(await api.POST('/incoming/{id}/rejection', { params: { path: { id } }, body: { message }, ...as(user) })),
  setExpiry: async (user, id, expiresAt, clock) =>
    outcomeOf(await api.PUT('/incoming/{id}/expiry', { params: { path: { id } }, body: { expiresAt }, ...as(user, clock) })),
  revoke: async (user, id, clock) =>
    outcomeOf(await api.POST('/incoming/{id}/revocation', { params: { path: { id } }, body: {}, ...as(user, clock) })),
  decide: async (questions) => dataOf(await api.POST('/decisions', { body: { questions: [...questions] }, ...as('becky') })).decisions,
  enter: async (user, tenant, clock) => {
    const { data, error } = await api.POST('/session', { body: { tenant, method: 'access-request' }, ...as(user, clock) })
    return data ? { tenant: data.tenant, method: data.method } : { refused: error.code }
  },
  inside: async (user) => dataOf(await api.GET('/me', as(user))).impersonating?.tenant ?? null,
  leave: async (user) => dataOf(await api.DELETE('/session', as(user))).cause,
  missing: async (user) => (await api.GET('/incoming/{id}', { params: { path: { id: 'none' } }, ...as(user) })).response.status,
}

export const mistakes = () => [
  // @ts-expect-error: the end of a grant must be said
  api.POST('/incoming/{id}/grant', { params: { path: { id: 'x' } }, body: {} }),
  // @ts-expect-error: the path has an id
  api.GET('/outgoing/{id}'),
  // @ts-expect-error: there is no such status
  api.GET('/incoming', { params: { query: { status: ['held'] } } }),
  // @ts-expect-error: there is no such route
  api.GET('/nowhere'),
  // @ts-expect-error: an incoming request has no users
  api.GET('/incoming').then(({ data }) => data?.items[0]?.users),
]

await play(client)
