/** A random sequence of commands of every kind, on its own requests and sessions. */
import type { Consentry } from '../../src/consentry.js'
import { answererOf, asking, caroline, elizabeth, STAFF } from './service.js'

const HOUR = 3_600_000
const WIDEST = 6

/** Returns a number from 0 to less than 1. */
export type Chance = () => number

/** Returns a function that runs the next command. Offices with different names use different tenants. */
export function busyOffice(name: string, service: Consentry, chance: Chance): () => Promise<void> {
  const pending: { readonly id: string; readonly tenant: string }[] = []
  const granted: { readonly id: string; readonly tenant: string }[] = []
  const sessions: string[] = []
  let count = 0
  const taken = <T>(from: T[]): T | undefined => from.splice(Math.floor(chance() * from.length), 1)[0]

  const submit = async () => {
    const tenants = Array.from({ length: 1 + Math.floor(chance() * WIDEST) }, () => {
      count += 1
      return `${name}-${count}`
    })
    pending.push(...(await service.submit(elizabeth, asking(tenants, STAFF, 'to look after you'))).sent)
  }
  const grant = async () => {
    const one = taken(pending)
    if (one === undefined) return submit()
    await service.grant(answererOf(one.tenant), one.id, { expiresAt: Date.now() + HOUR })
    granted.push(one)
  }
  const reject = async () => {
    const one = taken(pending)
    if (one === undefined) return submit()
    await service.reject(answererOf(one.tenant), one.id, { message: 'no' })
  }
  const setExpiry = async () => {
    const [one] = granted
    if (one === undefined) return grant()
    await service.setExpiry(answererOf(one.tenant), one.id, { expiresAt: Date.now() + 2 * HOUR })
  }
  const revoke = async () => {
    const one = taken(granted)
    if (one === undefined) return grant()
    await service.revoke(answererOf(one.tenant), one.id)
  }
  const removeUser = async () => {
    // Never removes Caroline, who starts the sessions. The next submission names the others again.
    await service.removeUser(elizabeth, chance() < 0.5 ? 'charlotte' : 'wickham')
  }
  const start = async () => {
    const [one] = granted
    if (one === undefined) return grant()
    sessions.push((await service.startImpersonation(caroline, { tenant: one.tenant, method: 'access-request' })).id)
  }
  const end = async () => {
    const id = taken(sessions)
    if (id === undefined) return start()
    await service.endImpersonation(caroline, id)
  }
  const commands = [submit, submit, grant, grant, reject, setExpiry, revoke, removeUser, start, end]
  return () => commands[Math.floor(chance() * commands.length)]?.() ?? submit()
}
