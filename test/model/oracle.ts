/** The oracle: a naive implementation of SPEC 2 to 6 that folds all events again after each one. */

export type Method = 'access-request' | 'legacy-configure' | 'legacy-support'
export type Status = 'pending' | 'granted' | 'rejected' | 'withdrawn' | 'revoked' | 'expired' | 'lapsed'
type UserStatus = Status | 'removed'
type Permission = 'submit' | 'answer'

export interface OracleActor {
  user: string
  tenant: string
  permissions: readonly Permission[]
  impersonating: null | { tenant: string; method: Method }
}

/** The host's configuration, which may change between commands; durations in milliseconds. All tenants exist and are covered by facts. */
export interface World {
  members: Readonly<Record<string, readonly string[]>>
  askable: Readonly<Record<string, readonly string[]>>
  maxGrantMs?: number
  /** A tenant's own cap (SPEC 2.5). */
  maxGrantOf?: ReadonlyMap<string, number>
  answerWithinMs?: number
  /** SPEC 3.3a: the least number of letters and digits. */
  requireMessage?: Readonly<Partial<Record<'submit' | 'grant' | 'reject', number>>>
  maxTenants?: number
  maxPairs?: number
  maxUsersPerTenant?: number
  maxOpenRequests?: number
  legacy?: (user: string, tenant: string, method: Method, now: number) => unknown
}

/** `changed`: the tenant requests that got an event, in the order they were sent (recordDue: in the order they ran out); `each`: of many answers. */
export type Outcome =
  | { ok: true; changed: readonly string[]; each?: readonly Outcome[] }
  | { ok: false; code: string; issues?: readonly string[] }

export interface OracleDecision {
  allowed: boolean
  reason: string
  grantedBy?: readonly string[]
  changesAt?: number | null
}

/** Who made an event: a real person, or the clock (SPEC 8.2). */
type By = 'clock' | { user: string; tenant: string }

type OracleEvent = { at: number; by: By } & (
  | { type: 'access-request.submitted'; accessRequest: string; requestingTenant: string; name: string; message: string }
  | ({ tenantRequest: string; tenant: string } & Happened)
)

type Happened =
  | {
      type: 'tenant-request.received'
      accessRequest: string
      requestingTenant: string
      message: string
      users: readonly string[]
      answerBy: number | null
    }
  | { type: 'tenant-request.granted'; message: string; expiresAt: number | null; removedUsers: readonly string[] }
  | { type: 'tenant-request.expiry-set'; expiresAt: number }
  | { type: 'tenant-request.user-removed'; removed: string }
  | { type: 'tenant-request.withdrawn'; removed?: string }
  | { type: 'tenant-request.revoked'; message: string; removed?: string }
  | { type: 'tenant-request.rejected'; message: string }
  | { type: 'tenant-request.expired' | 'tenant-request.lapsed' }

/** One tenant request as its events leave it; `state` is what was recorded, not yet what it means at an instant. */
interface Folded {
  readonly id: string
  readonly accessRequest: string
  readonly requestingTenant: string
  readonly tenant: string
  readonly message: string
  readonly sentAt: number
  readonly sentUsers: readonly string[]
  readonly answerBy: number | null
  removals: { user: string; at: number }[]
  state: Status
  grantedAt: number
  answer: string
  expiresAt: number | null
  endedAt: number
  lastAt: number
  revision: number
  /** The number of its events that the tenant asked may see (SPEC 4.10). */
  tenantRevision: number
}

/** The input of a submission, which may be malformed. */
type Submission = { id: string; name: unknown; message?: unknown; associations: unknown }

/** The input of a command on one tenant request; each verb takes some of the fields. */
interface Input {
  message?: string
  expiresAt?: number | null
  ifRevision?: number
}

/** One of many answers (SPEC 4.12), which may be malformed. */
type ManyAnswer = { id: string; answer: 'grant' | 'reject' } & Input

const METHODS: readonly unknown[] = ['access-request', 'legacy-configure', 'legacy-support']
const PERMISSIONS: readonly unknown[] = ['submit', 'answer']

// SPEC 5.4 lists the ends in no order of rank; equal instants need one, or the order of the facts would matter (SPEC 5.7).
const ENDS: readonly UserStatus[] = ['expired', 'revoked', 'rejected', 'withdrawn', 'lapsed', 'removed']

// The furthest instant a JavaScript date can name, in milliseconds either side of 1970.
const FURTHEST = 8_640_000_000_000_000

const isRecord = <Key extends string>(value: unknown): value is { readonly [key in Key]?: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const hasOnly = (value: object, keys: readonly string[]): boolean => Object.keys(value).every((key) => keys.includes(key))

/** SPEC 3.5. */
const isId = (value: unknown): value is string => typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value)

/** SPEC 3.3 and 4.8: absent, or at most 1,000 code points without lone surrogates or control characters other than line feed and tab. */
function isMessage(value: unknown): value is string | undefined {
  if (value === undefined) return true
  if (typeof value !== 'string') return false
  let length = 0
  for (const character of value) {
    length += 1
    if (/\p{Cs}/u.test(character)) return false
    if (/\p{Cc}/u.test(character) && character !== '\n' && character !== '\t') return false
  }
  return length <= 1000
}

/** SPEC 3.3a and 15: the letters and digits of a message, by Unicode's classes. */
const lettersIn = (message: string | undefined): number => [...(message ?? '')].filter((one) => /[\p{L}\p{Nd}]/u.test(one)).length

/** SPEC 3.2: the name in NFC, or nothing when it is none. */
function nameOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const name = value.normalize('NFC')
  if (!/^[\p{L}\p{Nd}][\p{L}\p{M}\p{Nd}]*$/u.test(name)) return undefined
  return [...name].length <= 64 ? name : undefined
}

const isInstant = (value: unknown): value is number => Number.isSafeInteger(value) && Math.abs(value as number) <= FURTHEST

const isRevision = (value: unknown): boolean => value === undefined || Number.isSafeInteger(value)

/** SPEC 2.1: a missing `impersonating` is a malformed actor, never one who is not impersonating. */
function isActor(actor: OracleActor): boolean {
  if (!isId(actor.user) || !isId(actor.tenant)) return false
  if (!Array.isArray(actor.permissions) || !actor.permissions.every((permission) => PERMISSIONS.includes(permission))) return false
  const inside: unknown = actor.impersonating
  return inside === null || (isRecord<'tenant' | 'method'>(inside) && isId(inside.tenant) && METHODS.includes(inside.method))
}

/** SPEC 3.4 and 3.7: each tenant once, with the users of every association that names it; nothing when the form is wrong. */
function usersByTenant(associations: unknown): Map<string, Set<string>> | undefined {
  if (!Array.isArray(associations) || associations.length === 0) return undefined
  const asked = new Map<string, Set<string>>()
  for (const association of associations as unknown[]) {
    if (!isRecord<'users' | 'tenants'>(association) || !hasOnly(association, ['users', 'tenants'])) return undefined
    const users = association.users
    const tenants = association.tenants
    if (!Array.isArray(users) || users.length === 0 || !users.every(isId)) return undefined
    if (!Array.isArray(tenants) || tenants.length === 0 || !tenants.every(isId)) return undefined
    for (const tenant of tenants) {
      const together = asked.get(tenant) ?? new Set<string>()
      for (const user of users) together.add(user)
      asked.set(tenant, together)
    }
  }
  return asked
}

/** SPEC 2.5: own keys only, so that `__proto__` and `constructor` are ids like any other (SPEC 3.5). */
const listed = (lists: Readonly<Record<string, readonly string[]>>, tenant: string, who: string): boolean =>
  Object.hasOwn(lists, tenant) && (lists[tenant] ?? []).includes(who)

const refuse = (code: string) => ({ ok: false, code }) as const
const invalid = (...issues: string[]) => ({ ok: false, code: 'invalid-input', issues: [...new Set(issues)].sort() }) as const

const byOf = ({ user, tenant }: OracleActor): By => ({ user, tenant })

/** The first checks of every command (SPEC 4.7): the actor's form, impersonation (SPEC 2.2), the permission, the rest of the form. */
function refusalAtFirst(actor: OracleActor, formed: boolean, needed: readonly Permission[]) {
  if (!isActor(actor)) return invalid('invalid')
  if (actor.impersonating !== null) return refuse('impersonating')
  if (!needed.some((permission) => actor.permissions.includes(permission))) return refuse('not-permitted')
  return formed ? undefined : invalid('invalid')
}

/** SPEC 3.4: the pairs of a user and a tenant, counted as often as they are named. */
function pairsNamed(associations: unknown): number {
  let pairs = 0
  for (const { users, tenants } of associations as { users: unknown[]; tenants: unknown[] }[]) pairs += users.length * tenants.length
  return pairs
}

/** SPEC 4.2, 4.3 and 4.9: a recorded end counts at every instant; an expiry or a lapse that is not recorded, from its instant on. */
function statusOf(request: Folded, now: number): Status {
  if (request.state === 'pending' && request.answerBy !== null && request.answerBy <= now) return 'lapsed'
  if (request.state !== 'granted') return request.state
  if (now < request.grantedAt) return 'pending'
  if (request.expiresAt === null || now < request.expiresAt) return 'granted'
  return 'expired'
}

const removalOf = (request: Folded, user: string): number | undefined => request.removals.find((removal) => removal.user === user)?.at

/** SPEC 4.5: removed users stay removed in every state of the request. */
const userStatusOf = (request: Folded, user: string, now: number): UserStatus =>
  removalOf(request, user) === undefined ? statusOf(request, now) : 'removed'

const remaining = (request: Folded): string[] => request.sentUsers.filter((user) => removalOf(request, user) === undefined)

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0)

/** SPEC 6.5: newest first, equal instants by id descending. */
const newestFirst = (left: Folded, right: Folded): number => right.sentAt - left.sentAt || compare(right.id, left.id)

/** SPEC 2.7: where a question says `from`, only the requests that this tenant sent. */
const sentBy = (from: string | null, requests: readonly Folded[]): readonly Folded[] =>
  requests.filter((request) => from === null || request.requestingTenant === from)

/** SPEC 4.3 and 4.9: when the clock alone ends what is not ended; nothing for what has an end by somebody. */
const dueAt = (request: Folded): number => {
  if (request.state === 'granted') return endOfGrant(request)
  return request.state === 'pending' ? (request.answerBy ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY
}

const endOfGrant = (request: Folded): number => request.expiresAt ?? Number.POSITIVE_INFINITY

/** SPEC 5.4 and 5.6: latest end first, then latest granted, then the smaller id. */
function byLatestEnd(left: Folded, right: Folded): number {
  if (endOfGrant(left) !== endOfGrant(right)) return endOfGrant(left) > endOfGrant(right) ? -1 : 1
  if (left.grantedAt !== right.grantedAt) return right.grantedAt - left.grantedAt
  return compare(left.id, right.id)
}

/** SPEC 4.2 and 5.3.2: the requests whose grant holds for this user at `now`. */
const holding = (requests: readonly Folded[], user: string, now: number): Folded[] =>
  requests.filter((request) => request.sentUsers.includes(user) && userStatusOf(request, user, now) === 'granted').sort(byLatestEnd)

/** SPEC 5.4: one function for decisions and lists. */
function statusAmong(requests: readonly Folded[], user: string, now: number): UserStatus | 'not-associated' {
  const named = requests.filter((request) => request.sentUsers.includes(user))
  if (named.length === 0) return 'not-associated'
  const statuses = named.map((request) => userStatusOf(request, user, now))
  if (statuses.includes('granted')) return 'granted'
  if (statuses.includes('pending')) return 'pending'
  // All have ended: the last end wins.
  let last: UserStatus = 'removed'
  let lastAt = Number.NEGATIVE_INFINITY
  for (const [index, request] of named.entries()) {
    const status = statuses[index] ?? 'removed'
    const byClock = status === 'expired' ? endOfGrant(request) : status === 'lapsed' ? request.answerBy : null
    const at = removalOf(request, user) ?? byClock ?? request.endedAt
    if (at > lastAt || (at === lastAt && ENDS.indexOf(status) < ENDS.indexOf(last))) {
      last = status
      lastAt = at
    }
  }
  return last
}

/** SPEC 5.4: the one that gave a user this last status; of several that ended at one instant, the greater id. */
function lastEnded(requests: readonly Folded[], user: string, status: UserStatus, now: number): Folded | undefined {
  const endedAt = (request: Folded) => {
    const byClock = status === 'expired' ? endOfGrant(request) : status === 'lapsed' ? (request.answerBy ?? 0) : request.endedAt
    return removalOf(request, user) ?? byClock
  }
  return requests
    .filter((request) => userStatusOf(request, user, now) === status)
    .sort((left, right) => endedAt(right) - endedAt(left) || compare(right.id, left.id))[0]
}

/** SPEC 6.3. */
interface MyAccessRow {
  tenant: string
  requestingTenant: string
  tenantRequest: string | undefined
  status: UserStatus
  message?: string
  grantedAt?: number
  expiresAt?: number | null
  renewalPending?: boolean
}

/** SPEC 5.3.1: the instant in milliseconds, NaN for anything else; never throws. */
function instantOf(now: unknown): number {
  if (typeof now === 'number') return now
  try {
    return now instanceof Date ? Date.prototype.getTime.call(now) : Number.NaN
  } catch {
    return Number.NaN
  }
}

const sameSet = (left: ReadonlySet<string>, right: readonly string[]): boolean =>
  left.size === right.length && right.every((one) => left.has(one))

/** The specification as slow, direct code. */
export class Oracle {
  readonly #world: World
  readonly #log: OracleEvent[]
  /** What the log folds to, by the tenant asked, until the next event: one log is asked many questions. */
  readonly #folded = new Map<string | undefined, readonly Folded[]>()

  constructor(world: World, log: readonly OracleEvent[] = []) {
    this.#world = world
    this.#log = [...log]
  }

  get events(): readonly OracleEvent[] {
    return this.#log
  }

  /** SPEC 8.1: the whole log folded into tenant requests, in the order they were sent; one asked tenant's only, where one is named. */
  requests(tenant?: string): Folded[] {
    const known = this.#folded.get(tenant)
    if (known !== undefined) return [...known]
    const requests: Folded[] = []
    for (const event of this.#log) {
      if (event.type === 'access-request.submitted') continue
      if (tenant !== undefined && event.tenant !== tenant) continue
      const { at, tenantRequest: id } = event
      if (event.type === 'tenant-request.received') {
        const { accessRequest, requestingTenant, message, users: sentUsers, answerBy } = event
        const sent = { id, accessRequest, requestingTenant, tenant: event.tenant, message, sentAt: at, sentUsers, answerBy, removals: [] }
        const none = { grantedAt: Number.NaN, answer: '', expiresAt: null, endedAt: Number.NaN }
        requests.push({ ...sent, ...none, state: 'pending', lastAt: at, revision: 1, tenantRevision: 1 })
        continue
      }
      const request = requests.find((one) => one.id === id)
      if (request === undefined) throw new Error(`the log speaks of \`${id}\` before it was received`)
      request.lastAt = at
      request.revision += 1
      // SPEC 6.2 and 6.6: a removal is about users, whom the tenant asked does not see.
      if (event.type !== 'tenant-request.user-removed') request.tenantRevision += 1
      if ('removed' in event && event.removed !== undefined) request.removals.push({ user: event.removed, at })
      if (event.type === 'tenant-request.expiry-set') request.expiresAt = event.expiresAt
      else if (event.type === 'tenant-request.granted') {
        for (const user of event.removedUsers) request.removals.push({ user, at })
        Object.assign(request, { state: 'granted', grantedAt: at, answer: event.message, expiresAt: event.expiresAt })
      } else if (event.type !== 'tenant-request.user-removed') {
        Object.assign(request, { state: event.type.slice('tenant-request.'.length), endedAt: at })
      }
    }
    this.#folded.set(tenant, requests)
    return [...requests]
  }

  /** SPEC 3. */
  submit(actor: OracleActor, input: Submission, now: number, idFor: (tenant: string) => string): Outcome {
    const refusal = refusalAtFirst(actor, true, ['submit']) // SPEC 3.1
    if (refusal) return refusal
    // SPEC 3.6: the form first, all its issues together.
    const issues: string[] = []
    const name = nameOf(input.name)
    const asked = usersByTenant(input.associations)
    if (!isId(input.id) || !hasOnly(input, ['id', 'name', 'message', 'associations'])) issues.push('invalid')
    if (name === undefined || !isMessage(input.message) || asked === undefined) issues.push('invalid')
    else if (this.#isShort('submit', input.message)) issues.push('invalid')
    if (asked !== undefined) {
      // SPEC 3.4.
      let pairs = 0
      for (const users of asked.values()) pairs += users.size
      const { maxTenants = 10_000, maxPairs = 100_000, maxUsersPerTenant = 1_000 } = this.#world
      const crowded = [...asked.values()].some((users) => users.size > maxUsersPerTenant)
      const repeated = pairsNamed(input.associations) > 10 * maxPairs
      if (asked.size > maxTenants || pairs > maxPairs || crowded || repeated) issues.push('too-many')
    }
    if (issues.length > 0 || name === undefined || asked === undefined) return invalid(...issues)
    const message = typeof input.message === 'string' ? input.message : ''

    // SPEC 3.9: the same id and content again sends nothing; the users compared are those once sent, not those still left.
    const before = this.#submitted(actor.tenant, input.id)
    if (before !== undefined) {
      const sent = this.#sent(actor.tenant, input.id)
      const samePairs =
        sent.length === asked.size && sent.every((request) => sameSet(asked.get(request.tenant) ?? new Set(), request.sentUsers))
      const same = before.name === name && before.message === message && samePairs
      return same ? { ok: true, changed: [] } : refuse('already-submitted')
    }

    // SPEC 3.6: then the directory, all its issues together.
    for (const [tenant, users] of asked) {
      if (tenant === actor.tenant) issues.push('own-tenant')
      else if (!listed(this.#world.askable, actor.tenant, tenant)) issues.push('unknown-tenant')
      for (const user of users) if (!listed(this.#world.members, actor.tenant, user)) issues.push('unknown-user')
    }
    if (issues.length > 0) return invalid(...issues)

    // SPEC 3.4a: of this vendor's in each tenant, what is pending or holds; an expiry counts without a record.
    for (const tenant of asked.keys()) {
      const open = this.requests(tenant).filter((request) => ['pending', 'granted'].includes(statusOf(request, now)))
      const own = open.filter(({ requestingTenant }) => requestingTenant === actor.tenant)
      if (own.length >= (this.#world.maxOpenRequests ?? 100)) issues.push('too-many-open')
    }
    if (issues.length > 0) return invalid(...issues)

    // SPEC 3.7 and 8.1: one event for the request, one for each tenant.
    const by = byOf(actor)
    const request = { accessRequest: input.id, requestingTenant: actor.tenant, message }
    this.#record({ type: 'access-request.submitted', at: now, by, name, ...request })
    // SPEC 4.9: fixed when it is sent.
    const answerBy = this.#world.answerWithinMs === undefined ? null : now + this.#world.answerWithinMs
    const changed: string[] = []
    for (const [tenant, users] of asked) {
      const id = idFor(tenant)
      this.#record({ type: 'tenant-request.received', at: now, by, tenantRequest: id, tenant, users: [...users], answerBy, ...request })
      changed.push(id)
    }
    return { ok: true, changed }
  }

  /** SPEC 4, first row; `#change` takes off who is no longer a member (SPEC 2.6). */
  grant(actor: OracleActor, id: string, input: Input, now: number): Outcome {
    const { expiresAt } = input
    const formed = hasOnly(input, ['message', 'expiresAt', 'ifRevision']) && (expiresAt === null || isInstant(expiresAt)) // SPEC 4.4
    const event = { type: 'tenant-request.granted', message: input.message ?? '', expiresAt: expiresAt ?? null, removedUsers: [] } as const
    return this.#change(actor, id, input, now, { formed, least: 'grant', who: ['answer'], from: 'pending', widens: true, event })
  }

  /** SPEC 4, second row; a member of the requesting tenant may: it only narrows (SPEC 2.4). */
  reject(actor: OracleActor, id: string, input: Input, now: number): Outcome {
    const formed = hasOnly(input, ['message', 'ifRevision'])
    const event = { type: 'tenant-request.rejected', message: input.message ?? '' } as const
    return this.#change(actor, id, input, now, { formed, least: 'reject', who: ['answer'], from: 'pending', event })
  }

  /** SPEC 4, fourth row. */
  setExpiry(actor: OracleActor, id: string, input: Input & { expiresAt: number }, now: number): Outcome {
    const formed = hasOnly(input, ['expiresAt', 'ifRevision']) && isInstant(input.expiresAt)
    const event = { type: 'tenant-request.expiry-set', expiresAt: input.expiresAt } as const
    return this.#change(actor, id, input, now, { formed, who: ['answer'], from: 'granted', widens: true, event })
  }

  /** SPEC 4, fifth row: the tenant takes it back, or the requester gives it up. */
  revoke(actor: OracleActor, id: string, input: Input, now: number): Outcome {
    const formed = hasOnly(input, ['message', 'ifRevision'])
    const event = { type: 'tenant-request.revoked', message: input.message ?? '' } as const
    return this.#change(actor, id, input, now, { formed, who: ['answer', 'submit'], from: 'granted', event })
  }

  /** SPEC 4, third row: one tenant's request, or all of an access request that are still pending. */
  withdraw(actor: OracleActor, target: { tenantRequest: string; ifRevision?: number } | { accessRequest: string }, now: number): Outcome {
    if ('tenantRequest' in target) {
      const { tenantRequest, ...input } = target
      const formed = hasOnly(input, ['ifRevision'])
      const event = { type: 'tenant-request.withdrawn' } as const
      return this.#change(actor, tenantRequest, input, now, { formed, who: ['submit'], from: 'pending', event })
    }
    const refusal = refusalAtFirst(actor, isId(target.accessRequest) && hasOnly(target, ['accessRequest']), ['submit'])
    if (refusal) return refusal
    const sent = this.#sent(actor.tenant, target.accessRequest)
    if (sent.length === 0) return refuse('not-found') // SPEC 6.4
    const changed: string[] = []
    for (const request of sent) {
      const at = Math.max(now, request.lastAt) // SPEC 4.8
      if (statusOf(request, at) !== 'pending') continue
      this.#append(request, at, byOf(actor), { type: 'tenant-request.withdrawn' })
      changed.push(request.id)
    }
    return { ok: true, changed }
  }

  /** SPEC 4.5: the user leaves what is pending or holds; what has ended stays as it ended. */
  removeUser(actor: OracleActor, user: string, now: number): Outcome {
    const refusal = refusalAtFirst(actor, isId(user), ['submit'])
    if (refusal) return refusal
    const changed: string[] = []
    for (const request of this.requests()) {
      if (request.requestingTenant !== actor.tenant || !remaining(request).includes(user)) continue
      const at = Math.max(now, request.lastAt) // SPEC 4.8
      const status = statusOf(request, at)
      if (status !== 'pending' && status !== 'granted') continue
      // One change, one event (SPEC 8.1): the last user's leaving is the request's end.
      const by = byOf(actor)
      if (remaining(request).length > 1) this.#append(request, at, by, { type: 'tenant-request.user-removed', removed: user })
      else if (status === 'pending') this.#append(request, at, by, { type: 'tenant-request.withdrawn', removed: user })
      else this.#append(request, at, by, { type: 'tenant-request.revoked', message: '', removed: user })
      changed.push(request.id)
    }
    return { ok: true, changed }
  }

  /** SPEC 4.12: each answer by itself, once all have their form; the outcomes in the order of the answers. */
  answerMany(actor: OracleActor, answers: readonly ManyAnswer[], now: number): Outcome {
    const formed = answers.length <= 100 && answers.every((one) => this.#isAnswer(one))
    const refusal = refusalAtFirst(actor, formed, ['answer'])
    if (refusal) return refusal
    const each = answers.map(({ id, answer, ...input }) => this[answer](actor, id, input, now))
    return { ok: true, changed: each.flatMap((one) => (one.ok ? one.changed : [])), each }
  }

  /** SPEC 4.11, of requests: as the tenant what `with` sent here, as the requester what was sent there. */
  endAll(actor: OracleActor, input: { with?: unknown; message?: string }, now: number): Outcome {
    const formed = hasOnly(input, ['with', 'message']) && isId(input.with) && isMessage(input.message)
    const refusal = refusalAtFirst(actor, formed, ['answer', 'submit'])
    if (refusal) return refusal
    const message = input.message ?? ''
    const changed: string[] = []
    for (const request of this.requests()) {
      const asTenant = request.tenant === actor.tenant && request.requestingTenant === input.with && actor.permissions.includes('answer')
      const asRequester = request.requestingTenant === actor.tenant && request.tenant === input.with && actor.permissions.includes('submit')
      if (!asTenant && !asRequester) continue
      const at = Math.max(now, request.lastAt) // SPEC 4.8
      const status = statusOf(request, at)
      if (status === 'granted') this.#append(request, at, byOf(actor), { type: 'tenant-request.revoked', message })
      else if (status !== 'pending') continue
      else if (asTenant) this.#append(request, at, byOf(actor), { type: 'tenant-request.rejected', message })
      else this.#append(request, at, byOf(actor), { type: 'tenant-request.withdrawn' })
      changed.push(request.id)
    }
    return { ok: true, changed }
  }

  /** SPEC 4.12: the form of one of many answers. */
  #isAnswer({ id, answer, ...input }: ManyAnswer): boolean {
    if (!isId(id) || (answer !== 'grant' && answer !== 'reject')) return false
    if (!isMessage(input.message) || this.#isShort(answer, input.message) || !isRevision(input.ifRevision)) return false
    if (answer === 'reject') return hasOnly(input, ['message', 'ifRevision'])
    return hasOnly(input, ['message', 'expiresAt', 'ifRevision']) && (input.expiresAt === null || isInstant(input.expiresAt))
  }

  /** SPEC 4.3 and 4.9: bookkeeping, once for each grant or request that ran out, dated at the instant it did. */
  recordDue(now: number, limit: number): Outcome {
    const due = this.requests()
      .filter((request) => dueAt(request) <= now)
      .sort((left, right) => dueAt(left) - dueAt(right) || compare(left.id, right.id))
      .slice(0, limit)
    for (const request of due) {
      const type = request.state === 'granted' ? 'tenant-request.expired' : 'tenant-request.lapsed'
      this.#append(request, dueAt(request), 'clock', { type })
    }
    return { ok: true, changed: due.map((request) => request.id) }
  }

  /** SPEC 5.3, in its order; `from` is the user's own tenant, or nothing (SPEC 2.7). */
  decide(user: unknown, tenant: unknown, method: unknown, now: unknown, from: unknown = null): OracleDecision {
    const at = instantOf(now)
    // SPEC 5.3.1
    if (!Number.isFinite(at) || !METHODS.includes(method) || !isId(user) || !isId(tenant) || (from !== null && !isId(from))) {
      return { allowed: false, reason: 'invalid-question', changesAt: null }
    }
    const requests = sentBy(from, this.requests(tenant))
    const governed = this.governed(tenant)

    // SPEC 5.3.2, 5.3.3 and 5.3.5 at an instant; nothing where it is for the host to say (5.3.6).
    const reasonAt = (instant: number): string | undefined => {
      if (holding(requests, user, instant).length > 0) return 'granted'
      if (method === 'access-request') return statusAmong(requests, user, instant)
      return governed ? 'legacy-closed' : undefined
    }

    const reason = reasonAt(at)
    if (reason === undefined) return this.#askHost(user, tenant, method as Method, at, from)

    // SPEC 5.6: only where a grant begins or ends, or a request lapses, can the clock change an answer; the first that differs is the instant asked for.
    const instants = requests
      .flatMap((request) => [...(request.state === 'granted' ? [request.grantedAt] : []), dueAt(request)])
      .filter((instant) => instant > at && Number.isFinite(instant))
      .sort((left, right) => left - right)
    const changesAt = instants.find((instant) => reasonAt(instant) !== reason) ?? null

    if (reason !== 'granted') return { allowed: false, reason, changesAt }
    return { allowed: true, reason, grantedBy: holding(requests, user, at).map((request) => request.id), changesAt }
  }

  /** SPEC 5.3.6: exactly `true` permits, where the user's tenant may ask this one; anything else, a throw and a promise included, does not. */
  #askHost(user: string, tenant: string, method: Method, now: number, from: string | null): OracleDecision {
    const rule = this.#world.legacy
    const asked = from === null || listed(this.#world.askable, from, tenant)
    if (rule === undefined || !asked) return { allowed: false, reason: 'legacy-not-permitted', changesAt: null }
    let answer: unknown
    try {
      answer = rule(user, tenant, method, now)
    } catch {
      answer = false
    }
    // An unhandled rejection would end the process.
    if (answer instanceof Promise) answer.catch(() => undefined)
    return answer === true ? { allowed: true, reason: 'legacy-permitted' } : { allowed: false, reason: 'legacy-not-permitted' }
  }

  /** SPEC 5.4. */
  status(user: string, tenant: string, now: number): UserStatus | 'not-associated' {
    return statusAmong(this.requests(tenant), user, now)
  }

  /** SPEC 5.2: from the tenant's first grant on, at every instant, past ones included. */
  governed(tenant: string): boolean {
    return this.#log.some((event) => event.type === 'tenant-request.granted' && event.tenant === tenant)
  }

  /** SPEC 5.8: the filter of the forward decision. */
  tenantsFor(user: string, now: number, from: string | null = null): string[] {
    const tenants = new Set(this.requests().map((request) => request.tenant))
    return [...tenants].filter((tenant) => this.decide(user, tenant, 'access-request', now, from).allowed).sort(compare)
  }

  /** SPEC 5.8: the filter of the forward decision. */
  usersFor(tenant: string, now: number, from: string | null = null): string[] {
    const users = new Set(this.requests(tenant).flatMap((request) => request.sentUsers))
    return [...users].filter((user) => this.decide(user, tenant, 'access-request', now, from).allowed).sort(compare)
  }

  /** SPEC 6.2: no name, no users, no other tenant. */
  incoming(tenant: string, status: Status | undefined, now: number) {
    const rows = this.requests(tenant)
      .sort(newestFirst)
      .map((request) => {
        const { id, requestingTenant, message, sentAt, expiresAt, tenantRevision: revision } = request
        return { id, requestingTenant, message, sentAt, status: statusOf(request, now), expiresAt, revision }
      })
    return rows.filter((row) => status === undefined || row.status === status)
  }

  /** SPEC 6.1; the users are those still named. */
  outgoing(requestingTenant: string, status: Status | undefined, now: number) {
    const rows = this.requests()
      .filter((request) => request.requestingTenant === requestingTenant)
      .sort(newestFirst)
      .map((request) => {
        const { id, tenant, accessRequest, revision } = request
        const users = remaining(request).sort(compare)
        const name = this.#submitted(requestingTenant, accessRequest)?.name
        return { id, tenant, accessRequest, name, users, status: statusOf(request, now), revision }
      })
    return rows.filter((row) => status === undefined || row.status === status)
  }

  /** SPEC 6.3: one row for each tenant, by the requests of the user's own, with the grant that decides when there is one. */
  myAccess(user: string, own: string, status: UserStatus | undefined, now: number) {
    const named = sentBy(own, this.requests()).filter((request) => request.sentUsers.includes(user))
    const firstSent = new Map<string, number>()
    for (const { tenant, sentAt } of named) firstSent.set(tenant, Math.min(sentAt, firstSent.get(tenant) ?? sentAt))
    const rows: MyAccessRow[] = []
    for (const [tenant] of [...firstSent].sort((left, right) => right[1] - left[1] || compare(right[0], left[0]))) {
      const there = named.filter((request) => request.tenant === tenant)
      const is = statusAmong(there, user, now)
      if (is === 'not-associated' || (status !== undefined && is !== status)) continue
      const waiting = there.filter((request) => userStatusOf(request, user, now) === 'pending').sort(newestFirst)
      const [grant] = holding(there, user, now)
      if (grant === undefined) {
        const tenantRequest = (is === 'pending' ? waiting[0] : lastEnded(there, user, is, now))?.id
        rows.push({ tenant, requestingTenant: own, tenantRequest, status: is })
        continue
      }
      const { id, answer: message, expiresAt, grantedAt } = grant
      const renewalPending = waiting.length > 0
      rows.push({ tenant, requestingTenant: own, tenantRequest: id, status: is, message, grantedAt, expiresAt, renewalPending })
    }
    return rows
  }

  /** A command on one tenant request, by a holder of one of the permissions (SPEC 4.7). */
  #change(
    actor: OracleActor,
    id: string,
    { message, ifRevision }: Input,
    now: number,
    rule: {
      formed: boolean
      least?: 'grant' | 'reject'
      who: readonly Permission[]
      from: 'pending' | 'granted'
      widens?: true
      event: Happened
    },
  ): Outcome {
    const { who, from, event } = rule
    const formed = rule.formed && isMessage(message) && isId(id) && isRevision(ifRevision)
    const refusal = refusalAtFirst(actor, formed && !(rule.least && this.#isShort(rule.least, message)), who)
    if (refusal) return refusal

    const request = this.requests().find((one) => one.id === id)
    // The tenant asked answers, the requesting tenant submits.
    const asOf: Permission | undefined =
      request?.tenant === actor.tenant ? 'answer' : request?.requestingTenant === actor.tenant ? 'submit' : undefined
    if (request === undefined || asOf === undefined) return refuse('not-found') // SPEC 6.4
    if (!who.includes(asOf)) return refuse('wrong-party')
    // Either party may revoke, each with its own permission.
    if (!actor.permissions.includes(asOf)) return refuse('not-permitted')
    // SPEC 2.4
    if (rule.widens && listed(this.#world.members, request.requestingTenant, actor.user)) return refuse('requester-may-not-answer')
    // SPEC 4.6 and 4.10
    const revision = asOf === 'answer' ? request.tenantRevision : request.revision
    if (ifRevision !== undefined && ifRevision !== revision) return refuse('stale-revision')

    const at = Math.max(now, request.lastAt) // SPEC 4.8
    if (statusOf(request, at) !== from) return refuse(from === 'pending' ? 'not-pending' : 'not-active') // SPEC 4.1 and 4.6
    const wrong =
      'expiresAt' in event && this.#wrongExpiry(request.tenant, event.expiresAt, at, from === 'pending' ? at : request.grantedAt)
    if (wrong) return refuse(wrong)
    if (event.type !== 'tenant-request.granted') return this.#append(request, at, byOf(actor), event)
    // SPEC 2.6: the directory is asked again, after everything else.
    const { requestingTenant, tenant } = request
    const removedUsers = remaining(request).filter((user) => !listed(this.#world.members, requestingTenant, user))
    const grantable = removedUsers.length < remaining(request).length && listed(this.#world.askable, requestingTenant, tenant)
    return grantable ? this.#append(request, at, byOf(actor), { ...event, removedUsers }) : refuse('not-grantable')
  }

  /** SPEC 4 and 4.4: the code of what is wrong with an expiry, or nothing. */
  #wrongExpiry(tenant: string, expiresAt: number | null, at: number, grantedAt: number): string | undefined {
    // SPEC 2.5: the tenant's own cap only narrows.
    const longest = Math.min(
      this.#world.maxGrantMs ?? Number.POSITIVE_INFINITY,
      this.#world.maxGrantOf?.get(tenant) ?? Number.POSITIVE_INFINITY,
    )
    if (expiresAt === null) return longest === Number.POSITIVE_INFINITY ? undefined : 'expiry-required'
    if (expiresAt <= at) return 'expires-too-soon'
    if (expiresAt > grantedAt + longest) return 'expires-too-late'
    return undefined
  }

  /** SPEC 3.3a. */
  #isShort(what: 'submit' | 'grant' | 'reject', message: string | undefined): boolean {
    return lettersIn(message) < (this.#world.requireMessage?.[what] ?? 0)
  }

  #record(event: OracleEvent): void {
    this.#log.push(event)
    this.#folded.clear()
  }

  #append({ id, tenant }: Folded, at: number, by: By, event: Happened): Outcome {
    this.#record({ at, by, tenantRequest: id, tenant, ...event })
    return { ok: true, changed: [id] }
  }

  #sent(requestingTenant: string, accessRequest: string): Folded[] {
    return this.requests().filter((one) => one.requestingTenant === requestingTenant && one.accessRequest === accessRequest)
  }

  #submitted(requestingTenant: string, id: string) {
    const all = this.#log.flatMap((event) => (event.type === 'access-request.submitted' ? [event] : []))
    return all.find((event) => event.requestingTenant === requestingTenant && event.accessRequest === id)
  }
}
