/** One interface over the oracle, the pure functions and the service, for one table of cases. */
import type { Issue } from '../../src/domain/refusal.js'
import type { Directory, PolicyInput } from '../../src/index.js'
import type { Oracle, Outcome, World } from '../model/oracle.js'

type Awaitable<T> = T | Promise<T>
type Verb = 'grant' | 'reject' | 'setExpiry' | 'revoke' | 'withdraw' | 'removeUser' | 'recordDue'
type Question = 'decide' | 'governed' | 'tenantsFor' | 'usersFor'
type List = 'incoming' | 'outgoing' | 'myAccess'

/** The oracle's methods, for implementations that may be asynchronous. */
type Shared<Method extends keyof Oracle> = {
  [M in Method]: Oracle[M] extends (...args: infer Args) => infer Result ? (...args: Args) => Awaitable<Result> : never
}

export type SubmitInput = Parameters<Oracle['submit']>[1]
export type Actor = Parameters<Oracle['submit']>[0]

/** Commands and questions. A submission `A` creates the tenant requests `A-tom`, `A-hundred` and so on. */
export interface Subject extends Shared<Verb | Question> {
  submit(actor: Actor, input: SubmitInput, now: number): Awaitable<Outcome>
  eventCount(): Awaitable<number>
}

/** A subject that also has the lists of SPEC 6 and checks the form of every command. */
export interface ListingSubject extends Subject, Shared<List> {}

export type IncomingRow = Awaited<ReturnType<ListingSubject['incoming']>>[number]

export const idOf = (accessRequest: string, tenant: string): string => `${accessRequest}-${tenant}`

/** Ids for `newId`: numbered, except for the tenant requests of a submission. */
export function namedIds() {
  const planned: string[] = []
  let events = 0
  const eventId = () => `event-${++events}`
  return {
    next: () => planned.shift() ?? eventId(),
    /** Runs a submission, which takes the id of its own event, then for each tenant in order an event's and the tenant request's. */
    async during<T>({ id, associations }: SubmitInput, submission: () => Awaitable<T>): Promise<T> {
      const named = ([associations].flat() as ({ tenants?: string[] } | null | undefined)[]).flatMap((one) => one?.tenants ?? [])
      planned.push(eventId(), ...[...new Set(named)].sort().flatMap((tenant) => [eventId(), idOf(id, tenant)]))
      return Promise.resolve(submission()).finally(() => planned.splice(0))
    },
  }
}

/** A refusal in the oracle's terms, which has one code for all malformed input. */
export function refusedOutcome(code: string, issues: readonly Issue[]): Outcome {
  const codes = issues.map((issue) => (issue.code === 'missing' || issue.code === 'unknown-key' ? 'invalid' : issue.code))
  return code === 'invalid-input' ? { ok: false, code, issues: [...new Set(codes)].sort() } : { ok: false, code }
}

export const directoryOf = ({ members, askable, maxGrantOf }: World): Directory => ({
  members: (tenant, users) => users.filter((user) => members[tenant]?.includes(user)),
  askable: (tenant, tenants) => tenants.filter((asked) => askable[tenant]?.includes(asked)),
  maxGrant: (tenant) => durationOf(maxGrantOf?.get(tenant)),
})

const durationOf = (ms: number | undefined) => (ms === undefined ? null : { seconds: ms / 1000 })

export const policyOf = ({ maxGrantMs, answerWithinMs, ...world }: World): PolicyInput => {
  const { maxTenants, maxPairs, maxUsersPerTenant, maxOpenRequests, requireMessage } = world
  const limits = { maxTenants, maxPairs, maxUsersPerTenant, maxOpenRequests, requireMessage }
  return { ...limits, maxGrant: durationOf(maxGrantMs), answerWithin: durationOf(answerWithinMs) }
}
