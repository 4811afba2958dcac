/** The loads of the bench of writes: grants, session starts and small submissions, by so many clients at once. */
import { randomUUID } from 'node:crypto'
import type { Actor, Consentry } from 'consentry'
import { answererOf, requester } from './host.js'

/** Does one command. A load is refilled between measurements. */
export interface Load {
  readonly refill: (needed: number) => Promise<void>
  readonly command: () => Promise<unknown>
}

/** More commands a second than any store answers here. */
const MOST_A_SECOND = 12_000
const AT_ONCE = 5_000
const USERS_OF_A_REQUEST = 1_000
const STARTS_OF_A_USER = 10

export const ids = (count: number) => Array.from({ length: count }, () => randomUUID())

/** Returns how many commands a second so many clients get answered. */
export async function commandsASecond({ refill, command }: Load, clients: number, seconds: number): Promise<number> {
  await refill(seconds * MOST_A_SECOND)
  let done = 0
  const started = performance.now()
  const until = started + seconds * 1_000
  const client = async () => {
    for (; performance.now() < until; done++) await command()
  }
  await Promise.all(Array.from({ length: clients }, client))
  return (done * 1_000) / (performance.now() - started)
}

/** Grants of requests that each name one user. */
export function grants(consentry: Consentry): Load {
  const pending: { readonly id: string; readonly tenant: string }[] = []
  return {
    async refill(needed) {
      while (pending.length < needed) {
        const associations = [{ users: ids(1), tenants: ids(AT_ONCE) }]
        pending.push(...(await consentry.submit(requester, { name: 'Grants', associations })).sent)
      }
    },
    command() {
      const { id, tenant } = taken(pending)
      return consentry.grant(answererOf(tenant), id, { expiresAt: null })
    },
  }
}

/** Starts of sessions of many users, none of whom has many. */
export function starts(consentry: Consentry): Load {
  const waiting: { readonly actor: Actor; readonly tenant: string }[] = []
  return {
    async refill(needed) {
      while (waiting.length < needed) {
        const users = ids(USERS_OF_A_REQUEST)
        const { sent } = await consentry.submit(requester, { name: 'Starts', associations: [{ users, tenants: ids(1) }] })
        for (const { id, tenant } of sent) {
          await consentry.grant(answererOf(tenant), id, { expiresAt: null })
          const actors = users.map((user): Actor => ({ user, tenant: requester.tenant, permissions: [], impersonating: null }))
          for (let n = 0; n < STARTS_OF_A_USER; n++) waiting.push(...actors.map((actor) => ({ actor, tenant })))
        }
      }
    },
    command() {
      const { actor, tenant } = taken(waiting)
      return consentry.startImpersonation(actor, { tenant, method: 'access-request' })
    },
  }
}

/** Submissions of two users and one tenant, each of another requesting tenant, or all of one. */
export function submissions(consentry: Consentry, vendors: 'of many' | 'of one'): Load {
  return {
    refill: async () => {},
    command() {
      const actor = vendors === 'of one' ? requester : { ...requester, tenant: randomUUID() }
      return consentry.submit(actor, { name: 'Small', associations: [{ users: ids(2), tenants: ids(1) }] })
    },
  }
}

function taken<One>(from: One[]): One {
  const one = from.pop()
  if (one === undefined) throw new Error('more commands were answered than were prepared')
  return one
}
