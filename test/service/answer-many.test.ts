/** Many answers in one call: each with its own outcome, and a malformed list refuses all (SPEC 4.12). */
import { describe, expect, it, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import type { ConsentryOptions } from '../../src/consentry.js'
import { ConsentryError, isConsentryError } from '../../src/domain/error.js'
import type { AnswerOutcome, ManyAnswersInput } from '../../src/service/answer-many.js'
import { CLASSICS, caroline, directory, elizabeth, HUNDRED, hundredAdmin, person, stage, T0, TOM, tomAdmin } from '../story/cast.js'
import { codeOf, issuesOf, refusal, traces } from './session-scene.js'

const END = T0 + 1_000
const granted = (id: string, expiresAt: number | null = END): ManyAnswersInput => ({ id, answer: 'grant', expiresAt })
const rejected = (id: string): ManyAnswersInput => ({ id, answer: 'reject', message: 'No.' })
const told = (outcomes: readonly AnswerOutcome[]) => outcomes.map((one) => (one.ok ? one.request.status : one.error.code))

/** A stage on which Tom Sawyer is asked this many times, each about Caroline and Charlotte. */
async function askedStage(times: number, options: Partial<ConsentryOptions> = {}) {
  const repository = options.repository ?? memoryRepository()
  const on = stage({ ...options, repository })
  const ids: string[] = []
  for (let n = 0; n < times; n++) {
    const associations = [{ users: ['caroline', 'charlotte'], tenants: [TOM] }]
    const { sent } = await on.consentry.submit(elizabeth, { name: 'Access', associations })
    ids.push(sent[0]?.id ?? '')
  }
  return Object.assign(on, { ids, repository, a: ids[0] ?? '', b: ids[1] ?? '', c: ids[2] ?? '' })
}

describe('answerMany', () => {
  it('grants and rejects, and returns each outcome in the order of the answers, with what the command alone would say', async () => {
    const on = await askedStage(3)
    const outcomes = await on.consentry.answerMany(tomAdmin, [granted(on.a), rejected(on.b), granted(on.c, T0), rejected('nowhere')])
    expect(told(outcomes)).toEqual(['granted', 'rejected', 'expires-too-soon', 'not-found'])
    expect(outcomes.map(({ id }) => id)).toEqual([on.a, on.b, on.c, 'nowhere'])
    expect(outcomes[0]).toEqual({ id: on.a, ok: true, request: { id: on.a, tenant: TOM, status: 'granted', revision: 2 } })
    const error = outcomes[2]?.ok === false ? outcomes[2].error : undefined
    expect(error).toMatchObject({ code: 'expires-too-soon', expiresAt: T0, after: T0 })
    expect(isConsentryError(error, 'expires-too-soon') && error.message).toContain('must be after')
    expect(await codeOf(on.consentry.grant(tomAdmin, on.c, { expiresAt: T0 }))).toBe(error?.code)
    // The refused one is still pending, and has no event.
    expect((await on.consentry.incoming(tomAdmin, { status: 'pending' })).items).toMatchObject([{ id: on.c, revision: 1 }])
    expect((await on.consentry.incoming(tomAdmin, { status: 'rejected' })).items).toMatchObject([{ id: on.b, ended: { message: 'No.' } }])
  })

  it('refuses a stale answer, and a foreign or misdirected one, by itself (SPEC 4.7)', async () => {
    const on = await askedStage(2)
    const stale = { ...granted(on.a), ifRevision: 7 }
    expect(told(await on.consentry.answerMany(tomAdmin, [stale, granted(on.a)]))).toEqual(['stale-revision', 'granted'])
    expect(told(await on.consentry.answerMany(hundredAdmin, [granted(on.b)]))).toEqual(['not-found'])
    const both = person('becky', CLASSICS, 'submit', 'answer')
    expect(told(await on.consentry.answerMany(both, [granted(on.b), rejected(on.b)]))).toEqual(['wrong-party', 'wrong-party'])
    const spy = person('caroline', TOM, 'answer')
    expect(told(await on.consentry.answerMany(spy, [granted(on.b), rejected(on.b)]))).toEqual(['requester-may-not-answer', 'rejected'])
  })

  it('answers one id once: the second outcome is `not-pending`; an empty list is accepted', async () => {
    const on = await askedStage(1)
    expect(told(await on.consentry.answerMany(tomAdmin, [granted(on.a), rejected(on.a), granted(on.a)]))).toEqual([
      'granted',
      'not-pending',
      'not-pending',
    ])
    expect(await on.consentry.answerMany(tomAdmin, [])).toEqual([])
  })

  it('refuses all for a malformed list: no answer of it happens', async () => {
    const on = await askedStage(2, { policy: { requireMessage: { reject: 3 } } })
    const before = await traces(on.repository)
    const issues = (...more: unknown[]) => issuesOf(on.consentry.answerMany(tomAdmin, [granted(on.a), ...more] as never))
    expect(await issues({ ...rejected(on.b), message: 'a bell\u0007' })).toEqual(['answers.1.message invalid'])
    expect(await issues(rejected(on.b))).toEqual(['answers.1.message missing'])
    expect(await issues({ id: on.b, answer: 'grant' })).toEqual(['answers.1.expiresAt missing'])
    expect(await issues({ id: 'a b', answer: 'reject' })).toEqual(['answers.1.message missing', 'answers.1.id invalid'])
    expect(await issues({ ...rejected(on.b), message: 'Not now', expiresAt: END })).toEqual(['answers.1.expiresAt unknown-key'])
    expect(await issues({ id: on.b, answer: 'revoke' })).toEqual(['answers.1.answer invalid'])
    const inherited = Object.assign(Object.create({ expiresAt: null }), { id: on.b, answer: 'grant' })
    expect(await issues(inherited)).toEqual(['answers.1.expiresAt missing'])
    expect(await issues(new Map(Object.entries(granted(on.b))))).toEqual(['answers.1 invalid'])
    expect(await issues(null)).toEqual(['answers.1 invalid'])
    expect(await issues(undefined)).toEqual(['answers.1 missing'])
    expect(await issuesOf(on.consentry.answerMany(tomAdmin, undefined as never))).toEqual(['answers missing'])
    expect(await issuesOf(on.consentry.answerMany(tomAdmin, { length: 0 } as never))).toEqual(['answers invalid'])
    expect(await traces(on.repository)).toBe(before)
  })

  it('takes up to 100 answers, and reads no element of a longer list', async () => {
    const on = await askedStage(1)
    const many = (length: number) => Array.from({ length }, () => rejected('nowhere'))
    expect(await on.consentry.answerMany(tomAdmin, [...many(99), granted(on.a)])).toHaveLength(100)
    expect(await issuesOf(on.consentry.answerMany(tomAdmin, many(101)))).toEqual(['answers invalid'])
    expect(await issuesOf(on.consentry.answerMany(tomAdmin, Array(1_000_000).fill(7) as never))).toEqual(['answers invalid'])
  })

  it('asks the directory once for each requesting tenant, about all users, and not for rejections (SPEC 2.6)', async () => {
    const [members, askable] = [vi.fn(directory.members), vi.fn(directory.askable)]
    const on = await askedStage(5, { directory: { members, askable } })
    for (const mock of [members, askable]) mock.mockClear()
    await on.consentry.answerMany(tomAdmin, [rejected(on.a)])
    expect([members.mock.calls, askable.mock.calls]).toEqual([[], []])
    expect(
      told(
        await on.consentry.answerMany(
          tomAdmin,
          on.ids.slice(1).map((id) => granted(id)),
        ),
      ),
    ).toEqual(Array(4).fill('granted'))
    expect(members.mock.calls).toEqual([[CLASSICS, ['becky', 'caroline', 'charlotte']]])
    expect(askable.mock.calls).toEqual([[CLASSICS, [TOM]]])
    // About a foreign request nothing is asked.
    members.mockClear()
    await on.consentry.answerMany(hundredAdmin, [granted(on.b)])
    expect(members).not.toHaveBeenCalled()
  })

  it('removes users who have left, and refuses a request of which none is left (SPEC 2.6)', async () => {
    let staff = ['elizabeth', 'caroline', 'charlotte']
    const on = await askedStage(2, { directory: { ...directory, members: (_, users) => users.filter((user) => staff.includes(user)) } })
    staff = ['charlotte']
    expect(told(await on.consentry.answerMany(tomAdmin, [granted(on.a)]))).toEqual(['granted'])
    const query = { user: 'caroline', tenant: TOM, method: 'access-request', from: CLASSICS } as const
    expect((await on.consentry.decide(query)).reason).toBe('pending')
    staff = []
    expect(told(await on.consentry.answerMany(tomAdmin, [granted(on.b)]))).toEqual(['not-grantable'])
  })

  it('a repository that fails midway throws, with what was answered before; repeating it finishes (SPEC 9.3)', async () => {
    const on = await askedStage(3)
    let left = 2
    const saveChanges: typeof on.repository.saveChanges = async (changes) => {
      if (left-- <= 0) throw new Error('the connection is lost')
      return on.repository.saveChanges(changes)
    }
    const answers = on.ids.map((id) => granted(id))
    const failing = stage({ repository: { ...on.repository, saveChanges } }).consentry
    const error = await refusal(failing.answerMany(tomAdmin, answers))
    expect(error).toMatchObject({ code: 'unavailable', port: 'repository', changed: [{ id: on.a, status: 'granted' }, { id: on.b }] })
    expect(error.changed).toHaveLength(2)
    expect(told(await on.consentry.answerMany(tomAdmin, answers))).toEqual(['not-pending', 'not-pending', 'granted'])
  })

  it('a row that cannot be read stops no other answer, and is thrown at the end', async () => {
    const on = await askedStage(3)
    const tenantRequests: typeof on.repository.tenantRequests = async (ids) => {
      if (ids.includes(on.b)) throw new ConsentryError('a corrupt row', { code: 'corrupt', issues: [] })
      return on.repository.tenantRequests(ids)
    }
    const { consentry } = stage({ repository: { ...on.repository, tenantRequests } })
    const error = await refusal(
      consentry.answerMany(
        tomAdmin,
        on.ids.map((id) => granted(id)),
      ),
    )
    expect(error).toMatchObject({ code: 'unavailable', changed: [{ id: on.a }, { id: on.c }] })
  })

  it('an answer that loses a race is `not-pending`, and one that conflicts is tried again', async () => {
    const on = await askedStage(2)
    let raced = false
    const saveChanges: typeof on.repository.saveChanges = async (changes) => {
      if (!raced) {
        raced = true
        await on.consentry.reject(tomAdmin, on.a)
      }
      return on.repository.saveChanges(changes)
    }
    const { consentry } = stage({ repository: { ...on.repository, saveChanges } })
    expect(told(await consentry.answerMany(tomAdmin, [granted(on.a), granted(on.b)]))).toEqual(['not-pending', 'granted'])
  })

  it('is refused to who may not answer, and to who is inside (SPEC 4.7)', async () => {
    const on = await askedStage(1)
    expect(await codeOf(on.consentry.answerMany(elizabeth, [granted(on.a)]))).toBe('not-permitted')
    const inside = { ...tomAdmin, impersonating: { tenant: HUNDRED, method: 'access-request' } as const }
    expect(await codeOf(on.consentry.answerMany(inside, [granted(on.a)]))).toBe('impersonating')
    expect(await codeOf(on.consentry.answerMany(caroline, []))).toBe('not-permitted')
  })
})
