/** One consent over HTTP, asked by three people: Elizabeth submits, Tom grants, Caroline enters. */
import { equal } from 'node:assert/strict'
import { consentryClient, isClientError } from 'consentry/client'

/** Where the API is, who asks, and with which `fetch`. */
export interface Asked {
  readonly baseUrl: string
  /** The bearer token of each person, as the login of the lesson gave it to them. */
  readonly tokens: Readonly<Record<'elizabeth' | 'tom' | 'caroline', string>>
  /** Another `fetch`, for a lesson that serves no socket. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined
}

/** Plays the consent, checks each answer, and returns it in words. */
export async function playConsent({ baseUrl, tokens, fetch }: Asked): Promise<string> {
  const clientOf = (token: string) => consentryClient({ baseUrl, headers: { authorization: `Bearer ${token}` }, fetch })
  const [elizabeth, tom, caroline] = [clientOf(tokens.elizabeth), clientOf(tokens.tom), clientOf(tokens.caroline)]
  const codeOf = (error: unknown) => (isClientError(error) ? error.code : error)

  equal(await clientOf('guessed').getMe().catch(codeOf), 'not-logged-in')
  equal(await caroline.startSession({ tenant: 'tom-sawyer', method: 'access-request' }).catch(codeOf), 'access-denied')

  const associations = [{ users: ['caroline'], tenants: ['tom-sawyer'] }]
  const { sent } = await elizabeth.submit({ name: 'SupportAccess', message: 'Caroline looks after your account.', associations })
  const { items } = await tom.listIncoming({ status: 'pending' })
  equal(items[0]?.id, sent[0]?.id)
  const inAnHour = Date.now() + 3_600_000
  const granted = await tom.grant(items[0]?.id ?? '', { expiresAt: inAnHour, message: 'Welcome.' })
  await tom.setExpiry(granted.id, { expiresAt: inAnHour + 1 })
  const row = await tom.getIncoming(granted.id)
  equal(row.status === 'granted' && row.expiresAt, inAnHour + 1)

  const { tenant, method } = await caroline.startSession({ tenant: 'tom-sawyer', method: 'access-request' })
  return `${row.status}: caroline may enter ${tenant} by ${method}`
}
