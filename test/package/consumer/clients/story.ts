/** The story of the specification, played by a client that a generator made. It prints `played`. */
import assert from 'node:assert/strict'

export type Method = 'access-request' | 'legacy-configure' | 'legacy-support'
type Status = 'pending' | 'granted' | 'rejected' | 'withdrawn' | 'revoked' | 'expired' | 'lapsed'

export interface Question {
  readonly user: string
  readonly tenant: string
  readonly method: Method
  readonly from: string | null
  readonly at?: string
}

export interface Submission {
  name: string
  message: string
  associations: { users: string[]; tenants: string[] }[]
}

/** A decision, as far as the story is about it. */
export interface Decided {
  readonly allowed: boolean
  readonly reason: string
  readonly changesAt?: string | null
}

/** What a command was answered: the request's status, or the code of its refusal. */
export type Outcome = Status | { readonly refused: string }

/** What each generated client must be able to do, as a person and at an instant. */
export interface Client {
  submit(as: string, submission: Submission): Promise<readonly { readonly id: string; readonly tenant: string }[]>
  incoming(as: string, status: Status): Promise<readonly { readonly id: string; readonly message: string; readonly revision: number }[]>
  outgoing(as: string): Promise<readonly { readonly tenant: string; readonly status: Status; readonly users: readonly string[] }[]>
  grant(as: string, id: string, revision: number, expiresAt: string | null, clock: string): Promise<Outcome>
  reject(as: string, id: string, message: string): Promise<Outcome>
  setExpiry(as: string, id: string, expiresAt: string, clock: string): Promise<Outcome>
  revoke(as: string, id: string, clock: string): Promise<Outcome>
  decide(questions: readonly Question[]): Promise<readonly Decided[]>
  enter(
    as: string,
    tenant: string,
    clock: string,
  ): Promise<{ readonly tenant: string; readonly method: Method } | { readonly refused: string }>
  inside(as: string): Promise<string | null>
  leave(as: string): Promise<string>
  missing(as: string): Promise<number>
}

const [CLASSICS, TOM, HUNDRED] = ['classics', 'tom-sawyer', 'hundred-acre']
const METHODS: readonly Method[] = ['access-request', 'legacy-configure', 'legacy-support']
const LEGACY = METHODS.slice(1)
const later = (instant: string, ms: number) => new Date(Date.parse(instant) + ms).toISOString()
const [T1, T9, T11, T12] = ['2026-01-16T09:00:00.000Z', '2026-02-01T09:00:00.000Z', '2026-02-02T09:00:00.000Z', '2026-02-03T09:00:00.000Z']

export async function play(client: Client): Promise<void> {
  const asks = async (
    users: readonly string[],
    tenant: string,
    methods: readonly Method[],
    decided: Decided,
    at?: string,
    from = CLASSICS,
  ) => {
    const questions = users.flatMap((user) => methods.map((method) => ({ user, tenant, method, from, ...(at !== undefined && { at }) })))
    for (const found of await client.decide(questions))
      assert.deepEqual({ allowed: found.allowed, reason: found.reason, changesAt: found.changesAt }, { changesAt: undefined, ...decided })
  }
  const deny = (reason: string, changesAt: string | null = null): Decided => ({ allowed: false, reason, changesAt })
  const refusedByRule: Decided = { allowed: false, reason: 'legacy-not-permitted' }
  const permitted: Decided = { allowed: true, reason: 'legacy-permitted' }
  const granted = (changesAt: string | null): Decided => ({ allowed: true, reason: 'granted', changesAt })
  const closed = deny('legacy-closed')

  await asks(['caroline'], TOM, ['access-request'], deny('not-associated'))
  await asks(['wickham'], TOM, ['legacy-support'], permitted)
  await asks(['darcy'], TOM, ['legacy-support'], refusedByRule, undefined, 'netherfield')

  const associations = [
    { users: ['caroline'], tenants: [TOM] },
    { users: ['charlotte'], tenants: [TOM, HUNDRED] },
  ]
  const message = 'Caroline and Charlotte look after your account.'
  const sent = await client.submit('elizabeth', { name: 'SupportAccess', message, associations })
  assert.deepEqual(sent.map(({ tenant }) => tenant).sort(), [HUNDRED, TOM])
  await asks(['caroline'], TOM, ['access-request'], deny('pending'))
  await asks(['caroline'], HUNDRED, ['access-request'], deny('not-associated'))
  await asks(['elizabeth'], TOM, ['access-request'], deny('not-associated'))
  await asks(['wickham'], TOM, ['legacy-configure'], permitted)

  const [forTom] = await client.incoming('becky', 'pending')
  const [forHundred] = await client.incoming('rabbit', 'pending')
  assert(forTom && forHundred)
  assert.equal(forTom.message, message)
  assert.equal('users' in forTom || 'name' in forTom, false)
  assert.equal(await client.grant('becky', forTom.id, forTom.revision, null, T1), 'granted')
  assert.deepEqual(await client.grant('becky', forTom.id, forTom.revision, null, T1), { refused: 'stale-revision' })
  await asks(['caroline', 'charlotte'], TOM, METHODS, granted(null), T1)
  await asks(['elizabeth', 'wickham'], TOM, LEGACY, closed, T1)
  await asks(['caroline'], TOM, ['access-request'], deny('pending', T1), later(T1, -1))
  await asks(['wickham'], TOM, ['legacy-support'], closed, later(T1, -1))
  await asks(['charlotte'], HUNDRED, ['access-request'], deny('pending'), T1)
  await asks(['wickham'], HUNDRED, ['legacy-support'], permitted, T1)

  assert.deepEqual(await client.enter('caroline', TOM, T1), { tenant: TOM, method: 'access-request' })
  assert.equal(await client.inside('caroline'), TOM)
  assert.equal(await client.leave('caroline'), 'ended-by-user')
  assert.equal(await client.inside('caroline'), null)
  assert.deepEqual(await client.enter('elizabeth', TOM, T1), { refused: 'access-denied' })

  assert.equal(await client.reject('rabbit', forHundred.id, 'Not now.'), 'rejected')
  await asks(['charlotte'], HUNDRED, ['access-request'], deny('rejected'), T1)
  await asks(['wickham'], HUNDRED, ['legacy-support'], permitted, T1)
  assert.equal(await client.setExpiry('becky', forTom.id, T9, T1), 'granted')
  await asks(['caroline'], TOM, ['legacy-support'], granted(T9), later(T9, -1))
  await asks(['caroline'], TOM, ['access-request'], deny('expired'), T9)
  await asks(['caroline'], TOM, ['legacy-support'], closed, T9)
  assert.deepEqual(await client.setExpiry('becky', forTom.id, T12, T9), { refused: 'not-active' })

  await client.submit('elizabeth', { name: 'Again', message: '', associations: [{ users: ['caroline'], tenants: [TOM] }] })
  const [again] = await client.incoming('becky', 'pending')
  assert(again)
  assert.equal(await client.grant('becky', again.id, again.revision, T12, T9), 'granted')
  await asks(['caroline'], TOM, ['access-request'], granted(T12), T9)
  assert.equal(await client.revoke('becky', again.id, T11), 'revoked')
  await asks(['caroline'], TOM, ['access-request'], deny('revoked'), T11)
  await asks(['caroline'], TOM, ['access-request'], deny('not-associated'), T11, 'netherfield')

  const rows = (await client.outgoing('elizabeth')).map(({ tenant, status, users }) => `${tenant} ${status} ${users.join(' ')}`)
  assert.deepEqual(rows.sort(), [`${HUNDRED} rejected charlotte`, `${TOM} expired caroline charlotte`, `${TOM} revoked caroline`])
  assert.equal(await client.missing('becky'), 404)
  console.log('played')
}
