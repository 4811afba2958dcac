/** RFC 8693 claims of a session: their content, and that a token ends with its session (SPEC 7.5). */
import { errors, jwtVerify, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { ImpersonationClaims, impersonationClaims } from '../../src/domain/claims.js'
import type { LiveSession } from '../../src/domain/session-views.js'
import { CLASSICS, caroline, sentStage, T0, TOM, tomAdmin } from '../story/cast.js'
import { issuesThrown } from './results.js'

const caller = { user: 'caroline', requestingTenant: CLASSICS, tenant: TOM, method: 'access-request', grantedBy: ['tr-1'] } as const
const session: LiveSession = {
  ...caller,
  id: 'the-id',
  hash: 'the-hash',
  reason: 'ticket 7',
  startedAt: T0,
  endsAt: T0 + 3_600_000,
  changesAt: T0 + 10,
}
const sub = 'support@tom-sawyer'
const claims = { sub, act: { sub: 'caroline' }, iat: T0 / 1000, exp: T0 / 1000 + 3600, jti: 'the-id' }
const seconds = (startedAt: number, endsAt: number) => {
  const { iat, exp } = impersonationClaims({ ...session, startedAt, endsAt }, { sub })
  return [iat, exp]
}

describe('the claims of a session', () => {
  it('are exactly the persona, the real user, the session id, its start and its end', () =>
    expect(impersonationClaims(session, { sub })).toStrictEqual(claims))

  it('are rounded down to seconds, before and after 1970', () => {
    expect(seconds(1000, 2000)).toEqual([1, 2])
    expect(seconds(1999, 2999)).toEqual([1, 2])
    expect(seconds(1, 999)).toEqual([0, 0])
    expect(seconds(-1, 0)).toEqual([-1, 0])
    expect(seconds(-2001, -1000)).toEqual([-3, -1])
    expect(seconds(-1001, -1)).toEqual([-2, -1])
  })

  it('never have an end after the session’s', () => {
    for (const endsAt of [T0 + 1, T0 + 999, T0 + 1000, T0 + 1001, -1, -1001, 8.64e15, -8.64e15 + 1]) {
      const [, exp = Number.NaN] = seconds(-8.64e15, endsAt)
      expect(exp * 1000).toBeLessThanOrEqual(endsAt)
      expect(exp * 1000).toBeGreaterThan(endsAt - 1000)
    }
  })

  it('are refused for a subject that is empty or not a string', () => {
    for (const [persona, issue] of [
      [{ sub: '' }, 'persona.sub: `` must be a subject: a non-empty string'],
      [{ sub: 7 }, 'persona.sub: `7` must be a subject: a non-empty string'],
      [{}, 'persona.sub: is required'],
      [undefined, 'persona: is required'],
      ['guest', 'persona: `guest` must be an object with `sub`'],
    ])
      expect(issuesThrown(() => impersonationClaims(session, persona as never))).toEqual([issue])
  })

  it('are refused for a malformed session, with every issue at once', () => {
    const make = () => impersonationClaims({ ...session, user: 'a b', id: '', startedAt: Number.NaN, endsAt: 'x' as never }, { sub: '' })
    expect(issuesThrown(make)).toEqual([
      'session.id: `` is empty: an id is 1 to 128 printable ASCII characters without a space',
      'session.user: `a b` contains white space; remove it: an id is 1 to 128 printable ASCII characters without a space',
      'session.startedAt: `NaN` must be whole milliseconds',
      'session.endsAt: `x` must be whole milliseconds',
      'persona.sub: `` must be a subject: a non-empty string',
    ])
    expect(make).toThrow('session.id: `` is empty')
    expect(issuesThrown(() => impersonationClaims({} as never, { sub }))).toHaveLength(4)
    expect(issuesThrown(() => impersonationClaims(null as never, { sub }))).toEqual([
      'session: `null` must be a session: an object with `id`, `user`, `startedAt` and `endsAt`',
    ])
  })
})

describe('the claims of a token', () => {
  it('are parsed from a payload with more claims, which are dropped', () => {
    const payload = { ...claims, iss: 'host', aud: TOM, act: { ...claims.act, email: 'c@classics' } }
    expect(ImpersonationClaims.parse(payload)).toStrictEqual(claims)
  })

  it('are refused if one is missing or wrong', () => {
    for (const key of Object.keys(claims)) {
      const { [key as never]: _, ...rest } = claims
      expect(ImpersonationClaims.safeParse(rest).success, `without ${key}`).toBe(false)
      for (const wrong of [null, 0.5, '', [], {}, true])
        expect(ImpersonationClaims.safeParse({ ...claims, [key]: wrong }).success, `${key}: ${wrong}`).toBe(false)
    }
  })

  it('are refused with a message per issue', () => {
    const told = (odd: object) =>
      ImpersonationClaims.safeParse(odd).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
    expect(told({ sub: '', act: { sub: 'a b' }, iat: 0.5, exp: 'x', jti: 'id' })).toEqual([
      'sub must be a subject: a non-empty string',
      'act.sub contains white space; remove it: an id is 1 to 128 printable ASCII characters without a space',
      'iat must be whole seconds',
      'exp must be whole seconds',
    ])
    expect(told({ ...claims, act: 'caroline' })).toEqual(['act must be an object with `sub`'])
  })
})

describe('a token signed by the host', () => {
  const key = new TextEncoder().encode('a secret of thirty-two bytes, ok')

  /** A host that signs Caroline's session, and admits any actor with a valid token of a live session. */
  async function host() {
    const on = await sentStage()
    await on.consentry.grant(tomAdmin, on.tom, { expiresAt: null })
    const live = await on.consentry.startImpersonation(caroline, { tenant: TOM, method: 'access-request' })
    const sign = (claims: object) => new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256' }).sign(key)
    const enter = async (token: string, actor = caroline) => {
      const { payload } = await jwtVerify(token, key, { currentDate: new Date(on.now) })
      const { jti } = ImpersonationClaims.parse(payload)
      return on.consentry.checkImpersonation(actor, jti)
    }
    return Object.assign(on, { live, sign, enter, token: await sign(impersonationClaims(live, { sub })) })
  }

  it('admits its user while the session is live, up to its last millisecond', async () => {
    const on = await host()
    expect(await on.enter(on.token)).toStrictEqual(on.live)
    on.now += 3_599_999
    expect((await on.enter(on.token)).id).toBe(on.live.id)
  })

  it('stops working when its grant is revoked or its user ends the session, although its signature and its time are valid', async () => {
    const revoked = await host()
    await revoked.consentry.revoke(tomAdmin, revoked.tom)
    await expect(revoked.enter(revoked.token)).rejects.toMatchObject({ code: 'access-denied', decision: { reason: 'revoked' } })
    const ended = await host()
    await ended.consentry.endImpersonation(caroline, ended.live.id)
    await expect(ended.enter(ended.token)).rejects.toMatchObject({ code: 'session-ended', endedAt: T0 })
  })

  it('is refused by the verifier from `exp` on, which is not after the session’s end', async () => {
    const on = await host()
    on.now = on.live.endsAt
    await expect(on.enter(on.token)).rejects.toBeInstanceOf(errors.JWTExpired)
    // A verifier that ignores `exp` is still refused by the service.
    const ended = { code: 'session-ended', endedAt: on.live.endsAt }
    await expect(on.consentry.checkImpersonation(caroline, on.live.id)).rejects.toMatchObject(ended)
  })
})
