/** An office whose notices are caught: a vendor, two tenants, a clock, and a channel that keeps what it is given. */
import { type Consentry, createConsentry, type PolicyInput } from 'consentry'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { NoticeChannel, NoticeDelivery, NoticesOptions, SendContext } from '../../src/notices.js'
import { type Notices, startNotices } from '../../src/notices.js'
import type { NoticeRepository } from '../../src/ports/notice-store.js'

export const DAY = 86_400_000
export const START = Date.parse('2026-03-02T09:00:00Z')
const VENDOR = 'classics'
const USERS = ['caroline', 'charlotte']
const TENANTS = ['tom-sawyer', 'hundred-acre', 'green-gables']

const actor = (user: string, tenant: string, ...permissions: ('submit' | 'answer')[]) => ({
  user,
  tenant,
  permissions,
  impersonating: null,
})
export const elizabeth = actor('elizabeth', VENDOR, 'submit')
export const caroline = actor('caroline', VENDOR)
export const tom = actor('tom', 'tom-sawyer', 'answer')
export const pooh = actor('pooh', 'hundred-acre', 'answer')

/** A channel that keeps each delivery. It fails as long as `fails` says so. */
export class CatchingChannel implements NoticeChannel {
  readonly name: string = 'caught'
  readonly roles = ['requester', 'user', 'tenant'] as const
  digests = false
  readonly caught: NoticeDelivery[] = []
  fails: (delivery: NoticeDelivery) => unknown = () => undefined

  async send(delivery: NoticeDelivery, _context: SendContext): Promise<void> {
    const failure = await this.fails(delivery)
    if (failure !== undefined) throw failure
    this.caught.push(delivery)
  }

  /** Returns what was caught since the last call, by party, without ids. */
  take() {
    return this.caught.splice(0).flatMap(({ notices }) => notices.map(({ kind, to, facts }) => ({ kind, to: partyOf(to), facts })))
  }
}

function partyOf(to: NoticeDelivery['to']): string {
  return to.role === 'user' ? to.user : to.role === 'tenant' ? to.tenant : `${to.tenant}, the requester`
}

/** An office over a repository, with a clock that its test sets. */
export class Office {
  now = START
  readonly channel = new CatchingChannel()
  members: readonly string[] = USERS
  readonly consentry: Consentry
  readonly errors: unknown[] = []

  constructor(
    readonly repository: NoticeRepository<never> = memoryRepository() as NoticeRepository<never>,
    policy: PolicyInput = {},
  ) {
    const directory = {
      members: (_vendor: string, users: readonly string[]) => users.filter((user) => this.members.includes(user)),
      askable: (_vendor: string, tenants: readonly string[]) => tenants.filter((tenant) => TENANTS.includes(tenant)),
    }
    this.consentry = createConsentry({ repository, directory, policy, clock: () => this.now })
  }

  /** Starts notices that work by hand. */
  start(options: Partial<NoticesOptions<never>> = {}): Promise<Notices> {
    const { consentry, repository, channel, errors } = this
    const clock = () => this.now
    const onError = (error: unknown) => void errors.push(error)
    return startNotices({ consentry, repository, deliver: [channel], background: false, clock, onError, ...options })
  }

  /** Submits a request of both users to one tenant, and returns the id of its tenant request. */
  async ask(tenant = 'tom-sawyer', users: readonly string[] = USERS, name = 'SupportAccess', message = 'Please.') {
    const { sent } = await this.consentry.submit(elizabeth, { name, message, associations: [{ users, tenants: [tenant] }] })
    const [one] = sent
    if (one === undefined) throw new Error('nothing was sent')
    return one.id
  }

  /** Submits and grants. */
  async grant(expiresAt: number | null, users: readonly string[] = USERS) {
    const id = await this.ask('tom-sawyer', users)
    await this.consentry.grant(tom, id, { expiresAt, message: 'Welcome.' })
    return id
  }
}

/** Gathers and sends until nothing is left to do now. */
export async function deliver(notices: Notices): Promise<void> {
  await notices.gather()
  await notices.send()
}
