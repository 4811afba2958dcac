/** The client that @hey-api/openapi-ts made of the document. */
import { createClient } from './sdk/client/index.js'
import * as sdk from './sdk/index.js'
import { type Client, type Outcome, play } from './story.js'

const [baseUrl = ''] = process.argv.slice(2)
const client = createClient({ baseUrl })
const as = (user: string, clock?: string) => ({ client, headers: { 'x-user': user, ...(clock !== undefined && { 'x-clock': clock }) } })

interface Answered<Data> {
  readonly data: Data | undefined
  readonly error: sdk.Problem | undefined
}
function dataOf<Data>({ data, error }: Answered<Data>): Data {
  if (data === undefined) throw new Error(`refused: ${error?.code}`)
  return data
}
const outcomeOf = ({ data, error }: Answered<sdk.RequestSummary>): Outcome => data?.status ?? { refused: error?.code ?? '' }

const api: Client = {
  submit: async (user, body) => dataOf(await sdk.submit({ body, ...as(user) })).sent,
  incoming: async (user, status) => dataOf(await sdk.listIncoming({ query: { status: [status] }, ...as(user) })).items,
  outgoing: async (user) => {
    const { items, next } = dataOf(await sdk.listOutgoing({ query: { limit: 2, order: 'newest' }, ...as(user) }))
    const rest = next !== null && (await sdk.listOutgoing({ query: { limit: 2, order: 'newest', cursor: next }, ...as(user) }))
    return [...items, ...(rest ? dataOf(rest).items : [])]
  },
  grant: async (user, id, revision, expiresAt, clock) => {
    const { headers } = as(user, clock)
    const given = { client, path: { id }, headers: { ...headers, 'If-Match': `"${revision}"` } }
    return outcomeOf(await sdk.grant({ ...given, body: { expiresAt, message: 'Welcome.' } }))
  },
  reject: async (user, id, message) => outcomeOf(await sdk.reject({ path: { id }, body: { message }, ...as(user) })),
  setExpiry: async (user, id, expiresAt, clock) =>
    outcomeOf(await sdk.setExpiry({ path: { id }, body: { expiresAt }, ...as(user, clock) })),
  revoke: async (user, id, clock) => outcomeOf(await sdk.revokeIncoming({ path: { id }, body: {}, ...as(user, clock) })),
  decide: async (questions) => dataOf(await sdk.decideMany({ body: { questions: [...questions] }, ...as('becky') })).decisions,
  enter: async (user, tenant, clock) => {
    const { data, error } = await sdk.startSession({ body: { tenant, method: 'access-request' }, ...as(user, clock) })
    return data ? { tenant: data.tenant, method: data.method } : { refused: error.code }
  },
  inside: async (user) => dataOf(await sdk.getMe(as(user))).impersonating?.tenant ?? null,
  leave: async (user) => dataOf(await sdk.leaveSession(as(user))).cause,
  missing: async (user) => (await sdk.getIncoming({ path: { id: 'none' }, ...as(user) })).response?.status ?? 0,
}

export const mistakes = () => [
  // @ts-expect-error: the end of a grant must be said
  sdk.grant({ path: { id: 'x' }, body: {} }),
  // @ts-expect-error: the path has an id
  sdk.getOutgoing({}),
  // @ts-expect-error: there is no such status
  sdk.listIncoming({ query: { status: ['held'] } }),
  // @ts-expect-error: an incoming request has no users
  sdk.listIncoming().then(({ data }) => data?.items[0]?.users),
]

await play(api)
