/** How a host's compiler meets the client: a method for each route, typed by the API's table. */
import { type ConsentryClient, consentryClient, isClientError, isConsentryError } from 'consentry/client'

export const client: ConsentryClient = consentryClient({ baseUrl: '/consentry', headers: async () => ({ authorization: 'Bearer x' }) })

export async function answerAll(until: Date): Promise<number> {
  for await (const row of client.listIncoming({ status: 'pending', order: 'newest', from: 0 })) {
    const message: string = row.message
    if (row.status !== 'granted') await client.grant(row.id, { expiresAt: until, message, ifRevision: row.revision })
    // @ts-expect-error a tenant sees no users
    row.users
  }
  const { items, next, names } = await client.listMyAccess({ status: ['granted', 'expired'], cursor: undefined })
  const first = items[0]
  const ends: number | null | undefined = first?.status === 'granted' ? first.expiresAt : undefined
  return (ends ?? 0) + (next === null ? 0 : 1) + (names?.tenants.length ?? 0)
}

export async function enter(signal: AbortSignal): Promise<string> {
  const session = await client.getSession({ signal })
  const { endsAt }: { endsAt: number } = session ?? (await client.startSession({ tenant: 'tom-sawyer', method: 'legacy-support' }))
  // @ts-expect-error the secret id of a session stays with the login
  session?.id
  return new Date(endsAt).toISOString()
}

export function why(error: unknown): string {
  if (isClientError(error, 'not-logged-in', 'cross-site')) return error.code
  if (isConsentryError(error, 'stale-revision')) return `${error.expected} ${error.actual}`
  return isClientError(error, 'unavailable') ? error.port : 'x'
}

// @ts-expect-error a grant says its end
client.grant('r1', {})
// @ts-expect-error a grant is of one request
client.grant({ expiresAt: null })
// @ts-expect-error there is no such status
client.listIncoming({ status: ['open'] })
// @ts-expect-error a question says from whom
client.decideMany({ questions: [{ user: 'c', tenant: 't', method: 'access-request' }] })
// @ts-expect-error a list takes no revision
client.listOutgoing({ ifRevision: 1 })
// @ts-expect-error there is no such route
client.recordDue()
// @ts-expect-error a client says where the API is
consentryClient({})
