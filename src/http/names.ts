/** Names of the users and tenants in an answer, asked of the host's `people` once for each answer. */
import * as z from 'zod'
import { callSafely } from '../domain/host-calls.js'
import type { Named, People } from '../ports/people.js'
import type { ApiSettings } from './api-options.js'
import { component, TenantIdText, UserIdText } from './wire-values.js'

const NamedOut = <Id extends z.ZodType>(id: Id) => z.object({ id, name: z.string() })

/** The names in an answer. An id without a name is left out: show the id. */
export const NamesOut = component('Names', z.object({ users: z.array(NamedOut(UserIdText)), tenants: z.array(NamedOut(TenantIdText)) }), {
  description: 'The names of users and tenants in the answer. An id without a name is shown as it is.',
})

/** The fields of answers that hold an id or a list of ids. A test compares them with the schemas. */
export const USER_FIELDS: ReadonlySet<string> = new Set(['user', 'users', 'sentBy', 'removedUser', 'removedUsers', 'endedBy'])
export const TENANT_FIELDS: ReadonlySet<string> = new Set(['tenant', 'tenants', 'requestingTenant'])

interface Ids {
  readonly users: Set<string>
  readonly tenants: Set<string>
}

/**
 * Returns the names of the users and tenants in an answer.
 *
 * Nothing depends on a name: a failure is told to `onError`, and the answer has none.
 */
export async function namesIn(
  answer: unknown,
  people: People,
  { onError }: Pick<ApiSettings, 'onError'>,
): Promise<z.output<typeof NamesOut>> {
  const ids: Ids = { users: new Set(), tenants: new Set() }
  collectIds(answer, ids)
  const ask = async (asked: ReadonlySet<string>, call: 'users' | 'tenants'): Promise<Named[]> => {
    if (asked.size === 0) return []
    try {
      return namedAmong(await people[call]([...asked]), asked)
    } catch (error) {
      callSafely(onError, error)
      return []
    }
  }
  const [users, tenants] = await Promise.all([ask(ids.users, 'users'), ask(ids.tenants, 'tenants')])
  return { users, tenants }
}

function collectIds(value: unknown, ids: Ids): void {
  if (Array.isArray(value)) for (const one of value) collectIds(one, ids)
  else if (typeof value === 'object' && value !== null)
    for (const [key, field] of Object.entries(value)) {
      const found = USER_FIELDS.has(key) ? ids.users : TENANT_FIELDS.has(key) ? ids.tenants : undefined
      for (const one of Array.isArray(field) ? field : [field]) {
        if (typeof one === 'string') found?.add(one)
        else collectIds(one, ids)
      }
    }
}

/** Returns the names that a host answered for these ids; other ids and fields are ignored. */
function namedAmong(answer: unknown, asked: ReadonlySet<string>): Named[] {
  const named = new Map(namedOf(answer).map(({ id, name }) => [id, name]))
  return [...asked].flatMap((id) => {
    const name = named.get(id)
    return name === undefined ? [] : [{ id, name }]
  })
}

/** Returns the names that a host answered. */
export function namedOf(answer: unknown): Named[] {
  if (!Array.isArray(answer)) throw new TypeError('`people` must answer a list of `{ id, name }`')
  return answer.map((one: unknown) => {
    const { id, name }: Partial<Named> = Object(one)
    if (typeof id !== 'string' || typeof name !== 'string')
      throw new TypeError('`people` must answer a list of `{ id, name }`, both strings')
    return { id, name }
  })
}
