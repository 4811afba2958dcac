/** The scene of a law: a repository, and beside it all that was saved there, from which the domain says what must come back. */
import { type AccessRequest, type Submitted, submit } from '../../domain/access-request.js'
import type { Association, Event, SessionHash } from '../../domain/event.js'
import { fanOut } from '../../domain/fan-out.js'
import type { AccessRequestId, TenantId, TenantRequestId, UserId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import type { Over } from '../../domain/session.js'
import type { OpenSession, Session } from '../../domain/session-state.js'
import type { TenantRequest } from '../../domain/tenant-request-state.js'
import type { Change, Repository, SessionChange } from '../../repository.js'
import { same, the } from './asserting.js'
import { must, requesterOf, type Verb } from './verbs.js'
import { ending, hashSource, starting, type Visit } from './visits.js'

/** The story's names (SPEC §10), for scenes in which nothing hangs on the ids. */
export const CLASSICS = 'classics'
export const TOM = 'tom-sawyer'
export const HUNDRED = 'hundred-acre'
export const CAROLINE = 'caroline'
export const CHARLOTTE = 'charlotte'

/** What to submit; by Classics for Caroline at 1,000 ms unless it says otherwise. `associations` stand in for `users` × `tenants`. */
export interface Order {
  readonly tenants?: readonly TenantId[]
  readonly users?: readonly UserId[]
  readonly associations?: readonly Association[]
  readonly by?: TenantId
  readonly id?: AccessRequestId
  readonly at?: Instant
  readonly name?: string
  readonly message?: string
}

/** A repository under law and what it must know. Values are handed over as copies, so that nothing it does to them reaches the scene. */
export class Scene {
  readonly newId = idSource()
  readonly newHash = hashSource()
  readonly accessRequests: AccessRequest[] = []
  readonly events: Event[] = []
  private readonly current = new Map<TenantRequestId, TenantRequest>()
  private readonly inside = new Map<SessionHash, Session>()

  constructor(readonly repository: Repository) {}

  /** Every tenant request saved, as it was saved last. */
  get requests(): TenantRequest[] {
    return [...this.current.values()]
  }

  /** Every session saved, as it was saved last. */
  get sessions(): Session[] {
    return [...this.inside.values()]
  }

  /** The request as it was saved last. */
  now(request: TenantRequest): TenantRequest {
    return this.current.get(request.id) ?? request
  }

  /** Whether a grant was ever saved for the tenant. */
  governs(tenant: TenantId): boolean {
    return this.events.some((event) => event.type === 'tenant-request.granted' && event.tenant === tenant)
  }

  /** What submitting the order would save. Nothing is saved yet. */
  prepare(order: Order): Submitted {
    const { tenants = [TOM], users = [CAROLINE], by = CLASSICS, at = 1_000, name = 'SupportAccess', message = '' } = order
    const associations = order.associations ?? [{ users, tenants }]
    const directory = {
      members: new Set(associations.flatMap((association) => association.users)),
      askable: new Set(associations.flatMap((association) => association.tenants)),
    }
    const usersByTenant = must(fanOut(associations, { maxTenants: Infinity, maxPairs: Infinity }))
    const submission = { id: order.id, name, message, associations }
    return must(submit(submission, usersByTenant, { actor: requesterOf(by), now: at, newId: this.newId, directory }))
  }

  /** Submits the order, which must be saved, and gives the tenant requests, in the order of their tenants' ids. */
  async send(order: Order): Promise<readonly TenantRequest[]> {
    const submitted = this.prepare(order)
    same(await this.repository.submit(structuredClone(submitted)), null, 'the answer to a submission')
    this.submitted(submitted)
    return submitted.tenantRequests
  }

  /** Submits an order to one tenant. */
  async ask(tenant: TenantId, order: Order = {}): Promise<TenantRequest> {
    const [request] = await this.send({ ...order, tenants: [tenant] })
    return the(request, 'request')
  }

  /** The changes the verb would make to the requests as they were saved last. Nothing is saved yet. */
  changes(requests: readonly TenantRequest[], verb: Verb): Change[] {
    return requests.map((request) => verb(this.now(request), this.newId))
  }

  /** Saves the verb's changes of all the requests in one step, which must be saved. */
  async batch(requests: readonly TenantRequest[], verb: Verb): Promise<void> {
    const changes = this.changes(requests, verb)
    same(await this.repository.save(structuredClone(changes)), true, 'the answer to changes')
    this.saved(changes)
  }

  /** Lets the request live through the verbs, each saved by itself, and gives what has become of it. */
  async live(request: TenantRequest, ...verbs: readonly Verb[]): Promise<TenantRequest> {
    for (const verb of verbs) await this.batch([request], verb)
    return this.now(request)
  }

  /** What the visit's start would save: by Caroline of Classics to Tom Sawyer, at 2,000 ms for an hour, unless it says otherwise. */
  start(visit: Partial<Visit> = {}): SessionChange & { readonly session: OpenSession } {
    const { at = 2_000, endsAt = at + 3_600_000, hash = this.newHash() } = visit
    const anyone = { user: CAROLINE, by: CLASSICS, tenant: TOM, grantedBy: [], reason: '' }
    return starting({ ...anyone, ...visit, at, endsAt, hash }, this.newId)
  }

  /** What the ends of these sessions would save. */
  end(sessions: readonly OpenSession[], over: Over): SessionChange[] {
    return sessions.map((session) => ending(session, over, this.newId))
  }

  /** Starts all these sessions in one step, which must be saved. */
  async enter(...visits: readonly Partial<Visit>[]): Promise<OpenSession[]> {
    const changes = visits.map((visit) => this.start(visit))
    await this.pass(changes)
    return changes.map(({ session }) => session)
  }

  /** Starts one session. */
  async visit(visit: Partial<Visit> = {}): Promise<OpenSession> {
    return the((await this.enter(visit))[0], 'session')
  }

  /** Ends all these sessions in one step, which must be saved. */
  async leave(sessions: readonly OpenSession[], over: Over): Promise<void> {
    await this.pass(this.end(sessions, over))
  }

  /** Saves these starts and ends in one step, which must be saved. */
  async pass(changes: readonly SessionChange[]): Promise<void> {
    same(await this.repository.saveSessions(structuredClone(changes)), true, 'the answer to starts and ends of sessions')
    this.passed(changes)
  }

  /** Remembers a submission that the repository has saved. */
  submitted({ request, tenantRequests, events }: Submitted): void {
    this.accessRequests.push(request)
    for (const one of tenantRequests) this.current.set(one.id, one)
    this.events.push(...events)
  }

  /** Remembers changes that the repository has saved. */
  saved(changes: readonly Change[]): void {
    for (const { request, event } of changes) {
      this.current.set(request.id, request)
      this.events.push(event)
    }
  }

  /** Remembers starts and ends that the repository has saved. */
  passed(changes: readonly SessionChange[]): void {
    for (const { session, event } of changes) {
      this.inside.set(session.hash, session)
      this.events.push(event)
    }
  }
}

/** Unique ids in no order and of mixed case, the same in every run: a store that sorts or compares by a locale's rules is found out. */
function idSource(): () => string {
  let count = 0
  return () => {
    count += 1
    const bits = scattered(count)
    return Array.from({ length: 6 }, (_, digit) => ALPHABET[Math.floor(bits / 64 ** digit) % 64]).join('')
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

// One to one over 32 bits, so that no two counts give the same id.
function scattered(count: number): number {
  let bits = Math.imul(count, 0x9e3779b1)
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
