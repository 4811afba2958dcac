/** The demo's past: two years of requests, answers and sessions, made by the commands of the library. */
import { type AccessMethod, type Actor, type Consentry, type ConsentryOptions, createConsentry } from 'consentry'
import { CLASSICS, FIRMS, type Firm, PICKWICK, PORTFOLIOS, type Portfolio, STORY_FIRMS, WICKHAM } from './people.js'
import { USERS } from './tables.js'
import { ANSWERS, BOOKKEEPING, CHANCERY, type Letter, REASONS, SUPPORT, TROUBLE } from './words.js'

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000] as const
const YEARS = 2 * 365

/** What the host hands over: its repository and rules, and what keeps the session of a person who is still inside. */
export interface Host extends Pick<ConsentryOptions, 'repository' | 'directory' | 'legacy'> {
  readonly keepSession: (user: string, session: string) => void
}

/** A request in one tenant, as it is planned. */
interface Asked {
  readonly by: string
  readonly tenant: string
  readonly users: readonly string[]
  readonly sentAt: number
  /** Known once it is sent. */
  id: string
  /** The first instant with access and the first one without, if it is granted. */
  from: number
  until: number
}

// What becomes of a request and of a renewal, how many days an access is to last, how a session ends: each as often as it is listed.
const FATES = ['grant', 'grant', 'grant', 'grant', 'grant', 'grant', 'grant', 'reject', 'reject', 'withdraw', 'wait'] as const
const RENEWED = ['grant', 'grant', 'grant', 'grant', 'reject', 'wait'] as const
const STAYS = [7, 14, 30, 30, 60, 90, 90, 120, 180, null] as const
const ENDINGS = ['leave', 'leave', 'leave', 'leave', 'expire', 'expire', 'tenant', 'requester'] as const
type Fate = (typeof FATES)[number]
type Ending = (typeof ENDINGS)[number]

/** Customers who grant nothing, so that the legacy tool is still open there. */
const STERN: readonly string[] = ['usher', 'pequod', ...STORY_FIRMS.map(({ id }) => id)]
/** Who is taken off all requests, and who ends everything between two tenants: days before today. */
const REMOVED = { user: 'isabella', day: 260 }
const ENDED = { firm: 'frankenstein', by: 'victor', day: 210, message: 'After what has happened here, nobody is to enter for now.' }

/** Lives through the two years before `today`. They are the same after each start of a day, but for the last hours. */
export async function livePast(host: Host, today = Date.now()): Promise<void> {
  const past = new Past(host, today)
  past.plan()
  await past.play()
}

/** Sends the request with which the story begins. */
export async function beginStory(consentry: Consentry): Promise<void> {
  await consentry.submit(actorOf('elizabeth'), {
    name: 'SupportAccess',
    message: 'Caroline and Charlotte look after your account.',
    associations: [
      { users: ['caroline'], tenants: ['tom-sawyer'] },
      { users: ['charlotte'], tenants: ['tom-sawyer', 'hundred-acre'] },
    ],
  })
}

class Past {
  readonly #consentry: Consentry
  readonly #keepSession: Host['keepSession']
  readonly #today: number
  readonly #midnight: number
  readonly #chance = seeded(1861)
  readonly #steps: { readonly at: number; readonly run: () => Promise<unknown> }[] = []
  readonly #asked: Asked[] = []
  /** The hours in which a user is inside a tenant: nobody is in two at once. */
  readonly #hours = new Set<string>()
  #now = 0

  constructor({ repository, directory, legacy, keepSession }: Host, today: number) {
    const id = seeded(1847)
    this.#consentry = createConsentry({
      repository,
      directory,
      legacy,
      clock: () => this.#now,
      // The same ids after each start, so that addresses of requests stay good. A real host omits this: ids must be random (SPEC 6.2).
      newId: () => [id(), id(), id(), id()].map((part) => (part * 2 ** 32).toString(16).padStart(8, '0')).join('-'),
      policy: { answerWithin: { days: 21 } },
    })
    this.#keepSession = keepSession
    this.#today = today
    this.#midnight = today - (today % DAY)
  }

  plan(): void {
    for (const [n, portfolio] of PORTFOLIOS.entries()) this.#lookAfter(portfolio, YEARS - 5 - 40 * n)
    this.#goToChancery()
    this.#keepBooks()
    this.#askBeforeTheStory()
    this.#removeAndEnd()
    this.#enter()
    this.#enterByTheLegacyTool()
    this.#liveToday()
    for (let day = YEARS; day >= 0; day -= 30) this.#add(this.#midnight - day * DAY, () => this.#consentry.recordDue())
    this.#add(this.#today, () => this.#consentry.recordDue())
  }

  /** Takes the planned steps in the order of their instants. */
  async play(): Promise<void> {
    for (const { at, run } of this.#steps.sort((a, b) => a.at - b.at)) {
      this.#now = at
      await run()
    }
  }

  // Asks all customers of a portfolio every few months, and one of them when something has gone wrong.
  #lookAfter({ staff, firms, language }: Portfolio, start: number): void {
    for (let day = start; day > 0; day -= this.#between(100, 145)) {
      const [lead = '', ...others] = staff.map(([user]) => user).filter((user) => user !== REMOVED.user || day > REMOVED.day)
      const asked = firms.filter(() => this.#chance() < 0.85).map(({ id }) => id)
      const by = this.#oneOf(['elizabeth', 'elizabeth', 'emma'])
      const support = [{ users: [lead], tenants: asked }]
      if (asked.length > 1) support.push({ users: [this.#oneOf(others)], tenants: asked.slice(1) })
      if (asked.length > 0) this.#ask(by, this.#on(day), this.#oneOf(SUPPORT[language]), support, language)
      const later = day - this.#between(10, 60)
      if (later > 0 && this.#chance() < 0.6)
        this.#ask(by, this.#on(later), this.#oneOf(TROUBLE[language]), [{ users: [lead], tenants: [this.#oneOf(firms).id] }], language)
    }
  }

  // One customer is asked every few weeks, and has several requests to answer today.
  #goToChancery(): void {
    const [, { staff } = { staff: [] }] = PORTFOLIOS
    const people = staff.map(([user]) => user)
    const ask = (at: number, users: readonly string[], fate?: Fate) =>
      this.#ask('elizabeth', at, this.#oneOf(CHANCERY), [{ users, tenants: ['jarndyce'] }], 'en', fate)
    for (let day = YEARS - 2; day > 30; day -= this.#between(17, 23)) {
      const first = this.#between(0, people.length - 1)
      ask(this.#on(day), people.slice(first, first + this.#between(1, 3)))
    }
    const holding = ask(this.#on(20), ['darcy', 'jane'], 'wait')
    for (const one of holding) this.#grant(one, this.#on(18), { stay: 90, isSteady: true })
    for (const day of [13, 9, 6, 2]) ask(this.#on(day), [this.#oneOf(people)], 'wait')
    ask(this.#today - 2 * HOUR, ['fairfax', 'wentworth'], 'wait')
  }

  // Another vendor asks some of the same customers.
  #keepBooks(): void {
    const users = PICKWICK.staff.map(([user]) => user)
    for (let day = YEARS - 80; day > 0; day -= this.#between(85, 110)) {
      const tenants = PICKWICK.customers.filter(() => this.#chance() < 0.5)
      if (tenants.length > 0) this.#ask('pickwick', this.#on(day), this.#oneOf(BOOKKEEPING), [{ users, tenants }])
    }
    this.#ask('pickwick', this.#on(4), this.#oneOf(BOOKKEEPING), [{ users, tenants: ['jarndyce', 'dombey'] }], 'en', 'wait')
  }

  // The customers of the story have been asked before, and have granted nothing.
  #askBeforeTheStory(): void {
    for (const [tenant, day, fate] of [
      ['tom-sawyer', 420, 'withdraw'],
      ['hundred-acre', 330, 'reject'],
      ['tom-sawyer', 160, 'wait'],
      ['hundred-acre', 95, 'wait'],
    ] as const)
      this.#ask('elizabeth', this.#on(day), this.#oneOf(SUPPORT.en), [{ users: ['charlotte'], tenants: [tenant] }], 'en', fate)
  }

  // One of the staff gets other duties, and one customer ends everything.
  #removeAndEnd(): void {
    const askAlone = (user: string, tenant: string, day: number) =>
      this.#ask('emma', this.#on(day), this.#oneOf(TROUBLE.en), [{ users: [user], tenants: [tenant] }], 'en', 'wait')
    for (const one of askAlone(REMOVED.user, 'griffin', REMOVED.day + 20))
      this.#grant(one, this.#on(REMOVED.day + 18), { stay: null, isSteady: true })
    askAlone(REMOVED.user, 'usher', REMOVED.day + 3)
    for (const one of askAlone('elinor', ENDED.firm, ENDED.day + 30))
      this.#grant(one, this.#on(ENDED.day + 28), { stay: 120, isSteady: true })
    this.#add(this.#noon(REMOVED.day), () => this.#consentry.removeUser(actorOf('emma'), REMOVED.user))
    this.#add(this.#noon(ENDED.day), () => this.#consentry.endAll(actorOf(ENDED.by), { with: CLASSICS.id, message: ENDED.message }))
  }

  // By what was granted, by every method.
  #enter(): void {
    for (const { tenant, users, from, until } of this.#asked.filter((asked) => asked.from < this.#midnight)) {
      const end = Math.min(until, this.#midnight)
      for (let left = this.#between(0, 2); left > 0; left--) {
        const method = this.#oneOf(['access-request', 'access-request', 'access-request', 'legacy-configure'] as const)
        this.#visit(this.#oneOf(users), tenant, method, this.#inHours(from + this.#chance() * (end - from)), [from, end])
      }
    }
  }

  // Until the first grant.
  #enterByTheLegacyTool(): void {
    const visit = (tenant: string, users: readonly string[], most: number) => {
      const end = Math.min(this.#midnight, ...this.#asked.filter((asked) => asked.tenant === tenant).map(({ from }) => from))
      for (let left = this.#between(1, most); left > 0; left--) {
        const at = this.#inHours(this.#midnight - this.#chance() * YEARS * DAY)
        this.#visit(this.#oneOf(users), tenant, this.#oneOf(['legacy-configure', 'legacy-support']), at, [0, end])
      }
    }
    for (const { id } of STORY_FIRMS) visit(id, ['caroline', 'charlotte', WICKHAM[0]], 12)
    for (const { staff, firms } of PORTFOLIOS) for (const { id } of firms) visit(id, [...staff.map(([user]) => user), WICKHAM[0]], 5)
  }

  // The last hours: answers of this morning, and people who are still inside.
  #liveToday(): void {
    const ago = (hours: number) => this.#today - hours * HOUR
    const yesterday = (user: string, tenant: string) =>
      this.#ask('emma', this.#on(1), this.#oneOf(TROUBLE.en), [{ users: [user], tenants: [tenant] }], 'en', 'wait')
    for (const one of yesterday('wentworth', 'scrooge-and-marley')) this.#grant(one, ago(3), { stay: 7, isSteady: true })
    for (const one of yesterday('marianne', 'jekyll-and-hyde')) this.#reject(one, ago(5))
    const holding = this.#asked.find(({ tenant, from, until }) => {
      return languageOf(tenant) === 'fr' && from < this.#midnight - DAY && until > this.#today + DAY
    })
    this.#visit('darcy', 'jarndyce', 'access-request', ago(0.6), [], 'stay')
    this.#visit('elinor', 'usher', 'legacy-support', ago(0.2), [], 'stay')
    if (holding) this.#visit(this.#oneOf(holding.users), holding.tenant, 'access-request', ago(0.4), [], 'stay')
  }

  /** Plans a request of its administrator, and what each tenant does about it. */
  #ask(by: string, sentAt: number, [name, text]: Letter, associations: readonly Association[], language = 'en', fate?: Fate): Asked[] {
    const everyone = associations.flatMap(({ users }) => users).map((user) => USERS.find(({ id }) => id === user)?.name ?? user)
    const message = text.replace('{who}', new Intl.ListFormat(language).format(new Set(everyone)))
    const asked = [...new Set(associations.flatMap(({ tenants }) => tenants))].map((tenant) => {
      const users = associations.filter(({ tenants }) => tenants.includes(tenant)).flatMap((one) => one.users)
      return { by, tenant, users: [...new Set(users)], sentAt, id: '', from: Number.POSITIVE_INFINITY, until: 0 }
    })
    this.#send(asked, sentAt, () => this.#consentry.submit(actorOf(by), { name, message, associations }))
    for (const one of asked) this.#decide(one, fate ?? this.#oneOf(FATES))
    return asked
  }

  #send(asked: readonly Asked[], at: number, submit: () => ReturnType<Consentry['submit']>): void {
    this.#asked.push(...asked)
    this.#add(at, async () => {
      const { sent } = await submit()
      for (const one of asked) one.id = sent.find(({ tenant }) => tenant === one.tenant)?.id ?? ''
    })
  }

  #decide(asked: Asked, fate: Fate): void {
    const at = this.#inHours(asked.sentAt + this.#between(1, 10) * DAY)
    const isStern = STERN.includes(asked.tenant)
    if (at >= this.#limitOf(asked)) return
    if (fate === 'withdraw') this.#add(at, () => this.#consentry.withdraw(actorOf(asked.by), asked.id))
    else if (fate === 'reject' || (fate === 'grant' && isStern)) this.#reject(asked, at)
    else if (fate === 'grant') this.#grant(asked, at)
  }

  #reject(asked: Asked, at: number): void {
    const by = this.#somebodyOf(asked.tenant)
    const message = this.#oneOf(ANSWERS[languageOf(asked.tenant)].reject)
    this.#add(at, () => this.#consentry.reject(by, asked.id, { message }))
  }

  /** Plans a grant, and that it is revoked, given up, prolonged or renewed; a steady one is left alone. */
  #grant(
    asked: Asked,
    at: number,
    { stay, isSteady }: { stay: number | null; isSteady: boolean } = { stay: this.#oneOf(STAYS), isSteady: false },
  ) {
    const limit = this.#limitOf(asked)
    const answers = ANSWERS[languageOf(asked.tenant)]
    const by = this.#somebodyOf(asked.tenant)
    const [message, farewell] = [this.#oneOf(answers.grant), this.#oneOf(answers.revoke)]
    const expiresAt = stay === null ? null : at + stay * DAY
    this.#add(at, () => this.#consentry.grant(by, asked.id, { expiresAt, message }))
    const end = Math.min(expiresAt ?? limit, limit)
    asked.from = at
    asked.until = limit < this.#midnight ? end : (expiresAt ?? Number.POSITIVE_INFINITY)
    const changedAt = this.#inHours(at + (end - at) * (0.4 + this.#chance() / 2))
    const change = isSteady || changedAt <= at || changedAt >= end ? 1 : this.#chance()
    if (change < 0.2) {
      asked.until = changedAt
      const who = change < 0.14 ? by : actorOf(asked.by)
      this.#add(changedAt, () => this.#consentry.revoke(who, asked.id, { message: who === by ? farewell : '' }))
      // Somebody is inside when it is revoked.
      if (change < 0.05) this.#visit(this.#oneOf(asked.users), asked.tenant, 'access-request', changedAt - 25 * MINUTE, [at], 'expire')
    } else if (change < 0.35 && expiresAt !== null && expiresAt < limit) {
      asked.until = Math.min(expiresAt + 30 * DAY, limit)
      this.#add(changedAt, () => this.#consentry.setExpiry(by, asked.id, { expiresAt: expiresAt + 30 * DAY }))
    } else if (change < 0.8 && expiresAt !== null) {
      const next = { ...asked, sentAt: changedAt, id: '', from: Number.POSITIVE_INFINITY, until: 0 }
      const requester = actorOf(asked.by)
      this.#send([next], changedAt, async () => this.#consentry.submit(requester, await this.#consentry.renewalDraft(requester, asked.id)))
      this.#decide(next, this.#oneOf(RENEWED))
    }
  }

  /** Plans a session within a span, in hours that its user has free. */
  #visit(
    user: string,
    tenant: string,
    method: AccessMethod,
    at: number,
    [from = 0, until = this.#today + DAY]: number[],
    how?: Ending | 'stay',
  ) {
    const hours = [0, 1].map((later) => `${user} ${Math.floor(at / HOUR) + later}`)
    const isGone = user === REMOVED.user && at > this.#noon(REMOVED.day) - HOUR
    if (at < from || at + 2 * HOUR > until || isGone || hours.some((hour) => this.#hours.has(hour))) return
    for (const hour of hours) this.#hours.add(hour)

    const actor = actorOf(user)
    const reason = this.#oneOf(REASONS)
    const ending = how ?? this.#oneOf(ENDINGS)
    const session = { id: '', hash: '' }
    this.#add(at, async () => {
      Object.assign(session, await this.#consentry.startImpersonation(actor, { tenant, method, reason }))
      if (ending === 'stay') this.#keepSession(user, session.id)
    })
    const endedAt = at + this.#between(4, 50) * MINUTE
    const inside = { ...actor, impersonating: { tenant, method } }
    const other = ending === 'tenant' ? this.#somebodyOf(tenant) : administratorOf(actor.tenant)
    if (ending === 'leave') this.#add(endedAt, () => this.#consentry.endImpersonation(inside, session.id))
    if (ending === 'tenant' || ending === 'requester') this.#add(endedAt, () => this.#consentry.endSession(other, session.hash))
  }

  /** Returns the instant from which on a request is left alone: its people are gone, its tenant has ended it, or the day has begun. */
  #limitOf({ by, tenant, users, sentAt }: Asked): number {
    const ends = [
      ...(users.every((user) => user === REMOVED.user) ? [this.#noon(REMOVED.day)] : []),
      ...(tenant === ENDED.firm && by !== 'pickwick' ? [this.#noon(ENDED.day)] : []),
    ]
    return Math.min(this.#midnight, ...ends.filter((end) => sentAt < end))
  }

  #add(at: number, run: () => Promise<unknown>): void {
    this.#steps.push({ at, run })
  }

  #somebodyOf(tenant: string): Actor {
    return actorOf(this.#oneOf(firmOf(tenant).people)[0])
  }

  #on(day: number): number {
    return this.#midnight - day * DAY + this.#between(8, 16) * HOUR + this.#between(0, 59) * MINUTE
  }

  #noon(day: number): number {
    return this.#midnight - day * DAY + 12 * HOUR
  }

  #inHours(at: number): number {
    return at - (at % DAY) + this.#between(8, 16) * HOUR + this.#between(0, 59) * MINUTE
  }

  #between(least: number, most: number): number {
    return least + Math.floor(this.#chance() * (most - least + 1))
  }

  #oneOf<T>(all: readonly T[]): T {
    return all[Math.floor(this.#chance() * all.length)] as T
  }
}

interface Association {
  readonly users: readonly string[]
  readonly tenants: readonly string[]
}

const firmOf = (tenant: string) => FIRMS.find(({ id }) => id === tenant) as Firm
const languageOf = (tenant: string) => firmOf(tenant).language ?? 'en'
const administratorOf = (tenant: string) => actorOf(tenant === PICKWICK.id ? PICKWICK.administrator[0] : 'elizabeth')

function actorOf(user: string): Actor {
  const found = USERS.find(({ id }) => id === user)
  if (found === undefined) throw new Error(`nobody is called \`${user}\``)
  return { user, tenant: found.tenant, permissions: found.permissions, impersonating: null }
}

/** Returns a generator of numbers from 0 up to 1 that is the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
