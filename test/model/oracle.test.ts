/** The oracle's own test: the table of SPEC 10 row by row, then every boundary with an example. */
import { describe, expect, it } from 'vitest'
import { type Method, Oracle, type OracleActor, type World } from './oracle.js'

const METHODS: readonly Method[] = ['access-request', 'legacy-configure', 'legacy-support']
const LEGACY: readonly Method[] = ['legacy-configure', 'legacy-support']

const t0 = 1_000
const t1 = 2_000
const t9 = 9_000
const t11 = 11_000
const t12 = 12_000
const t20 = 20_000

const CLASSICS = ['caroline', 'charlotte', 'elizabeth', 'wickham']

const world: World = {
  members: { classics: CLASSICS, rival: ['xavier'], tom: ['tomAdmin'], hundred: ['pooh'] },
  askable: { classics: ['tom', 'hundred'], rival: ['tom', 'hundred'] },
  legacy: (user) => CLASSICS.includes(user),
}

const actor = (user: string, tenant: string, ...permissions: ('submit' | 'answer')[]): OracleActor => ({
  user,
  tenant,
  permissions,
  impersonating: null,
})

const elizabeth = actor('elizabeth', 'classics', 'submit')
const xavier = actor('xavier', 'rival', 'submit')
const tomAdmin = actor('tomAdmin', 'tom', 'answer')
const pooh = actor('pooh', 'hundred', 'answer')

/** Predictable tenant request ids: the access request's id, then the tenant's. */
const idsOf = (accessRequest: string) => (tenant: string) => `${accessRequest}-${tenant}`

const done = (...changed: string[]) => ({ ok: true, changed })
const refused = (code: string) => ({ ok: false, code })
const malformed = (...issues: string[]) => ({ ok: false, code: 'invalid-input', issues })

const supportAccess = {
  id: 'R',
  name: 'SupportAccess',
  message: 'Caroline and Charlotte look after your account.',
  associations: [
    { users: ['caroline'], tenants: ['tom'] },
    { users: ['charlotte'], tenants: ['tom', 'hundred'] },
  ],
}

const send = (oracle: Oracle, id: string, users: string[], tenants: string[], at: number, by: OracleActor = elizabeth): void => {
  expect(oracle.submit(by, { id, name: 'SupportAccess', associations: [{ users, tenants }] }, at, idsOf(id))).toEqual(
    done(...tenants.map(idsOf(id))),
  )
}

const grant = (oracle: Oracle, id: string, at: number, expiresAt: number | null = null): void => {
  expect(oracle.grant(id.endsWith('tom') ? tomAdmin : pooh, id, { expiresAt }, at)).toEqual(done(id))
}

// The story of SPEC 10: each stage continues the one before.
const nothingSent = () => new Oracle(world)
function sent(): Oracle {
  const oracle = nothingSent()
  expect(oracle.submit(elizabeth, supportAccess, t0, idsOf('R'))).toEqual(done('R-tom', 'R-hundred'))
  return oracle
}
function tomGrants(): Oracle {
  const oracle = sent()
  grant(oracle, 'R-tom', t1)
  return oracle
}
function hundredRejects(): Oracle {
  const oracle = tomGrants()
  expect(oracle.reject(pooh, 'R-hundred', { message: 'Oh bother.' }, t1)).toEqual(done('R-hundred'))
  return oracle
}
function tomSetsExpiry(): Oracle {
  const oracle = hundredRejects()
  expect(oracle.setExpiry(tomAdmin, 'R-tom', { expiresAt: t9 }, t1 + 1)).toEqual(done('R-tom'))
  return oracle
}
function tomGrantsAnew(): Oracle {
  const oracle = tomSetsExpiry()
  send(oracle, 'S', ['caroline'], ['tom'], t1 + 2)
  grant(oracle, 'S-tom', t1 + 3, t12)
  return oracle
}
function tomRevokesTheNewOne(): Oracle {
  const oracle = tomGrantsAnew()
  expect(oracle.revoke(tomAdmin, 'S-tom', {}, t11)).toEqual(done('S-tom'))
  return oracle
}

const permitted = { allowed: true, reason: 'legacy-permitted' }
const notPermitted = { allowed: false, reason: 'legacy-not-permitted' }
const denied = (reason: string, changesAt: number | null = null) => ({ allowed: false, reason, changesAt })
const allowed = (grantedBy: string[], changesAt: number | null = null) => ({ allowed: true, reason: 'granted', grantedBy, changesAt })

describe('the story of SPEC 10', () => {
  it('1: nothing sent, c, Tom, access-request: deny not-associated', () => {
    expect(nothingSent().decide('caroline', 'tom', 'access-request', t0)).toEqual(denied('not-associated'))
  })

  it('2: nothing sent, w, Tom, legacy-support: allow legacy-permitted', () => {
    expect(nothingSent().decide('wickham', 'tom', 'legacy-support', t0)).toEqual(permitted)
  })

  it('3: nothing sent, x, Tom, legacy-support: deny legacy-not-permitted', () => {
    expect(nothingSent().decide('xavier', 'tom', 'legacy-support', t0)).toEqual(notPermitted)
  })

  it('4: sent, c, Tom, access-request: deny pending', () => {
    expect(sent().decide('caroline', 'tom', 'access-request', t0)).toEqual(denied('pending'))
  })

  it('5: sent, c, Hundred, access-request: deny not-associated', () => {
    expect(sent().decide('caroline', 'hundred', 'access-request', t0)).toEqual(denied('not-associated'))
  })

  it('6: sent, e, Tom, access-request: deny not-associated', () => {
    expect(sent().decide('elizabeth', 'tom', 'access-request', t0)).toEqual(denied('not-associated'))
  })

  it('7: sent, w, Tom, legacy-configure: allow legacy-permitted', () => {
    expect(sent().decide('wickham', 'tom', 'legacy-configure', t0)).toEqual(permitted)
  })

  it('8: Tom grants at t1, no expiry, c and h, Tom, every method, t1: allow granted, changesAt null', () => {
    for (const user of ['caroline', 'charlotte']) {
      for (const method of METHODS) expect(tomGrants().decide(user, 'tom', method, t1)).toEqual(allowed(['R-tom']))
    }
  })

  it('9: after 8, e, w, x, Tom, both legacy methods: deny legacy-closed', () => {
    for (const user of ['elizabeth', 'wickham', 'xavier']) {
      for (const method of LEGACY) expect(tomGrants().decide(user, 'tom', method, t1)).toEqual(denied('legacy-closed'))
    }
  })

  it('10: after 8, c, Tom, access-request, t1 - 1 ms: deny pending, changesAt t1', () => {
    expect(tomGrants().decide('caroline', 'tom', 'access-request', t1 - 1)).toEqual(denied('pending', t1))
  })

  it('11: after 8, w, Tom, legacy-support, t1 - 1 ms: deny legacy-closed', () => {
    expect(tomGrants().decide('wickham', 'tom', 'legacy-support', t1 - 1)).toEqual(denied('legacy-closed'))
  })

  it('12: after 8, h, Hundred, access-request: deny pending', () => {
    expect(tomGrants().decide('charlotte', 'hundred', 'access-request', t1)).toEqual(denied('pending'))
  })

  it('13: after 8, w, Hundred, legacy-support: allow legacy-permitted', () => {
    expect(tomGrants().decide('wickham', 'hundred', 'legacy-support', t1)).toEqual(permitted)
  })

  it('14: Hundred rejects, h, Hundred, access-request: deny rejected', () => {
    expect(hundredRejects().decide('charlotte', 'hundred', 'access-request', t1)).toEqual(denied('rejected'))
  })

  it('15: after 14, w, Hundred, legacy-support: allow legacy-permitted', () => {
    expect(hundredRejects().decide('wickham', 'hundred', 'legacy-support', t1)).toEqual(permitted)
  })

  it('16: Tom sets expiry t9, c, Tom, legacy-support, t9 - 1 ms: allow granted, changesAt t9', () => {
    expect(tomSetsExpiry().decide('caroline', 'tom', 'legacy-support', t9 - 1)).toEqual(allowed(['R-tom'], t9))
  })

  it('17: after 16, c, Tom, access-request, t9: deny expired', () => {
    expect(tomSetsExpiry().decide('caroline', 'tom', 'access-request', t9)).toEqual(denied('expired'))
  })

  it('18: after 16, c, Tom, legacy-support, t9: deny legacy-closed', () => {
    expect(tomSetsExpiry().decide('caroline', 'tom', 'legacy-support', t9)).toEqual(denied('legacy-closed'))
  })

  it('19: after 16, at t9, Tom sets expiry t10: refused not-active', () => {
    expect(tomSetsExpiry().setExpiry(tomAdmin, 'R-tom', { expiresAt: t9 + 1_000 }, t9)).toEqual(refused('not-active'))
  })

  it('20: after 16, new request for c, Tom grants it until t12 > t9, c, Tom, access-request, t9: allow granted by the new one', () => {
    expect(tomGrantsAnew().decide('caroline', 'tom', 'access-request', t9)).toEqual(allowed(['S-tom'], t12))
  })

  it('21: after 20, Tom revokes the new one at t11, c, Tom, access-request, t11: deny revoked', () => {
    expect(tomRevokesTheNewOne().decide('caroline', 'tom', 'access-request', t11)).toEqual(denied('revoked'))
  })

  it('22: any, c, Tom, access-request, Invalid Date: deny invalid-question', () => {
    const stages = [nothingSent, sent, tomGrants, hundredRejects, tomSetsExpiry, tomGrantsAnew, tomRevokesTheNewOne]
    for (const stage of stages) {
      expect(stage().decide('caroline', 'tom', 'access-request', new Date(Number.NaN))).toEqual(denied('invalid-question'))
    }
  })

  it('23: after 8, c, Tom, root: deny invalid-question', () => {
    expect(tomGrants().decide('caroline', 'tom', 'root', t1)).toEqual(denied('invalid-question'))
  })

  it('24: after 8, another reading: Hundred grants, h, Hundred, every method: allow; c, w, e, Hundred, every method: deny', () => {
    const oracle = tomGrants()
    grant(oracle, 'R-hundred', t1)
    for (const method of METHODS) {
      expect(oracle.decide('charlotte', 'hundred', method, t1)).toEqual(allowed(['R-hundred']))
      const reason = method === 'access-request' ? 'not-associated' : 'legacy-closed'
      for (const user of ['caroline', 'wickham', 'elizabeth']) expect(oracle.decide(user, 'hundred', method, t1)).toEqual(denied(reason))
    }
  })
})

describe('a grant in time (SPEC 4.2, 4.3)', () => {
  const until = (expiresAt: number) => {
    const oracle = nothingSent()
    send(oracle, 'A', ['caroline'], ['tom'], t0)
    grant(oracle, 'A-tom', t1, expiresAt)
    return oracle
  }

  it('holds at expiry - 1 ms, not at expiry, not at expiry + 1 ms', () => {
    const oracle = until(t9)
    for (const method of METHODS) expect(oracle.decide('caroline', 'tom', method, t9 - 1)).toEqual(allowed(['A-tom'], t9))
    for (const now of [t9, t9 + 1]) {
      expect(oracle.decide('caroline', 'tom', 'access-request', now)).toEqual(denied('expired'))
      for (const method of LEGACY) expect(oracle.decide('caroline', 'tom', method, now)).toEqual(denied('legacy-closed'))
    }
  })

  it('does not hold before grantedAt, and a legacy question there changes at grantedAt too', () => {
    const oracle = until(t9)
    expect(oracle.status('caroline', 'tom', t1 - 1)).toBe('pending')
    expect(oracle.decide('caroline', 'tom', 'access-request', t1 - 1)).toEqual(denied('pending', t1))
    expect(oracle.decide('caroline', 'tom', 'legacy-support', t1 - 1)).toEqual(denied('legacy-closed', t1))
    expect(oracle.decide('caroline', 'tom', 'access-request', t1)).toEqual(allowed(['A-tom'], t9))
  })

  it('gives the same answer at every instant once its expiry is recorded, and records it once, dated at the instant', () => {
    const oracle = until(t9)
    const answers = () =>
      [t1 - 1, t1, t9 - 1, t9, t9 + 1].flatMap((now) => METHODS.map((method) => oracle.decide('caroline', 'tom', method, now)))
    const before = answers()
    expect(oracle.recordDue(t9 - 1, 10)).toEqual(done())
    expect(oracle.recordDue(t20, 10)).toEqual(done('A-tom'))
    expect(oracle.recordDue(t20, 10)).toEqual(done())
    expect(oracle.events.at(-1)).toEqual({ type: 'tenant-request.expired', at: t9, by: 'clock', tenantRequest: 'A-tom', tenant: 'tom' })
    expect(answers()).toEqual(before)
  })

  it('stays ended once its expiry is recorded, should the clock step back', () => {
    const oracle = until(t9)
    oracle.recordDue(t9, 10)
    expect(oracle.setExpiry(tomAdmin, 'A-tom', { expiresAt: t20 }, t1)).toEqual(refused('not-active'))
    expect(oracle.revoke(tomAdmin, 'A-tom', {}, t1)).toEqual(refused('not-active'))
  })

  it('counts a revocation, a rejection, a withdrawal and a removal at instants before them too', () => {
    const revoked = until(t9)
    revoked.revoke(tomAdmin, 'A-tom', {}, t1 + 5)
    const rejected = sent()
    rejected.reject(tomAdmin, 'R-tom', {}, t1)
    const withdrawn = sent()
    withdrawn.withdraw(elizabeth, { accessRequest: 'R' }, t1)
    const removed = tomGrants()
    removed.removeUser(elizabeth, 'caroline', t9)
    for (const now of [t0 - 1, t0, t1, t20]) {
      expect(revoked.decide('caroline', 'tom', 'access-request', now)).toEqual(denied('revoked'))
      expect(rejected.decide('caroline', 'tom', 'access-request', now)).toEqual(denied('rejected'))
      expect(withdrawn.decide('caroline', 'tom', 'access-request', now)).toEqual(denied('withdrawn'))
      expect(removed.decide('caroline', 'tom', 'access-request', now)).toEqual(denied('removed'))
    }
  })

  it('records what is due by expiry, then id, up to the limit', () => {
    const oracle = nothingSent()
    for (const [id, end] of [
      ['C', t9],
      ['A', t11],
      ['B', t9],
      ['D', t12],
    ] as const) {
      send(oracle, id, ['caroline'], ['tom'], t0)
      grant(oracle, `${id}-tom`, t1, end)
    }
    expect(oracle.recordDue(t11, 2)).toEqual(done('B-tom', 'C-tom'))
    expect(oracle.recordDue(t11, 2)).toEqual(done('A-tom'))
  })

  it('dates a command by the last event of its request when the clock steps back (SPEC 4.8)', () => {
    const oracle = sent()
    grant(oracle, 'R-tom', t0 - 500)
    expect(oracle.events.at(-1)?.at).toBe(t0)
    expect(oracle.setExpiry(tomAdmin, 'R-tom', { expiresAt: t0 }, t0 - 400)).toEqual(refused('expires-too-soon'))
    expect(oracle.setExpiry(tomAdmin, 'R-tom', { expiresAt: t0 + 1 }, t0 - 400)).toEqual(done('R-tom'))
  })
})

describe('removed users (SPEC 4.5)', () => {
  it('take one event while others are left, and the others keep their access', () => {
    const oracle = tomGrants()
    expect(oracle.removeUser(elizabeth, 'caroline', t9)).toEqual(done('R-tom'))
    expect(oracle.events.at(-1)?.type).toBe('tenant-request.user-removed')
    expect(oracle.decide('caroline', 'tom', 'access-request', t9)).toEqual(denied('removed'))
    expect(oracle.decide('caroline', 'tom', 'legacy-support', t9)).toEqual(denied('legacy-closed'))
    expect(oracle.decide('charlotte', 'tom', 'access-request', t9)).toEqual(allowed(['R-tom']))
    expect(oracle.removeUser(elizabeth, 'caroline', t9)).toEqual(done())
  })

  it('end a request with the last of them: withdrawn when it was pending, revoked when it held, in one event', () => {
    const oracle = tomGrants()
    expect(oracle.removeUser(elizabeth, 'charlotte', t9)).toEqual(done('R-tom', 'R-hundred'))
    expect(oracle.events.slice(-2).map((event) => event.type)).toEqual(['tenant-request.user-removed', 'tenant-request.withdrawn'])
    expect(oracle.status('charlotte', 'hundred', t9)).toBe('removed')
    expect(oracle.removeUser(elizabeth, 'caroline', t9 + 1)).toEqual(done('R-tom'))
    expect(oracle.events.at(-1)?.type).toBe('tenant-request.revoked')
    expect(oracle.status('caroline', 'tom', t9 + 1)).toBe('removed')
    expect(oracle.outgoing('classics', undefined, t9 + 1)).toMatchObject([
      { id: 'R-tom', users: [], status: 'revoked', revision: 4 },
      { id: 'R-hundred', users: [], status: 'withdrawn', revision: 2 },
    ])
    expect(oracle.events).toHaveLength(7)
  })

  it('stay removed when the request is granted, rejected or revoked afterwards', () => {
    const oracle = sent()
    oracle.removeUser(elizabeth, 'caroline', t0 + 1)
    grant(oracle, 'R-tom', t1)
    expect(oracle.decide('caroline', 'tom', 'access-request', t1)).toEqual(denied('removed'))
    oracle.revoke(tomAdmin, 'R-tom', {}, t9)
    expect(oracle.status('caroline', 'tom', t9)).toBe('removed')
    expect(oracle.status('charlotte', 'tom', t9)).toBe('revoked')
  })

  it('keep what had ended: a grant past its expiry is left alone, at the instant itself too', () => {
    const oracle = tomSetsExpiry()
    expect(oracle.removeUser(elizabeth, 'caroline', t9)).toEqual(done())
    expect(oracle.status('caroline', 'tom', t9)).toBe('expired')
    expect(oracle.removeUser(elizabeth, 'caroline', t9 - 1)).toEqual(done('R-tom'))
  })

  it('leave only the requests of the tenant that removes them', () => {
    const oracle = nothingSent()
    send(oracle, 'A', ['caroline'], ['tom'], t0)
    send(oracle, 'B', ['xavier'], ['tom'], t0, xavier)
    expect(oracle.removeUser(xavier, 'caroline', t1)).toEqual(done())
    expect(oracle.removeUser(elizabeth, 'caroline', t1)).toEqual(done('A-tom'))
    expect(oracle.removeUser(elizabeth, '', t1)).toEqual(malformed('invalid'))
  })

  it('may be named in a new request', () => {
    const oracle = sent()
    oracle.removeUser(elizabeth, 'caroline', t0 + 1)
    send(oracle, 'S', ['caroline'], ['tom'], t0 + 2)
    expect(oracle.status('caroline', 'tom', t1)).toBe('pending')
    grant(oracle, 'S-tom', t1)
    expect(oracle.decide('caroline', 'tom', 'access-request', t1)).toEqual(allowed(['S-tom']))
  })
})

describe('several requests (SPEC 5.4, 5.5, 5.6)', () => {
  it('give the union of the grants that hold, latest end first', () => {
    const oracle = nothingSent()
    for (const id of ['A', 'B', 'C']) send(oracle, id, ['caroline'], ['tom'], t0)
    grant(oracle, 'A-tom', t1, t9)
    grant(oracle, 'B-tom', t1)
    grant(oracle, 'C-tom', t1, t12)
    expect(oracle.decide('caroline', 'tom', 'access-request', t1)).toEqual(allowed(['B-tom', 'C-tom', 'A-tom']))
    expect(oracle.decide('caroline', 'tom', 'access-request', t9)).toEqual(allowed(['B-tom', 'C-tom']))
    oracle.revoke(tomAdmin, 'B-tom', {}, t9)
    expect(oracle.decide('caroline', 'tom', 'access-request', t9)).toEqual(allowed(['C-tom'], t12))
  })

  it('never let a rejection or an end of one take the grant of another', () => {
    const oracle = nothingSent()
    for (const id of ['A', 'B', 'C']) send(oracle, id, ['caroline'], ['tom'], t0)
    grant(oracle, 'A-tom', t1)
    oracle.reject(tomAdmin, 'B-tom', {}, t9)
    oracle.withdraw(elizabeth, { accessRequest: 'C' }, t9)
    expect(oracle.decide('caroline', 'tom', 'access-request', t9)).toEqual(allowed(['A-tom']))
  })

  it('never mix the tenant of one with the user of another', () => {
    const oracle = nothingSent()
    send(oracle, 'A', ['caroline'], ['tom'], t0)
    send(oracle, 'B', ['charlotte'], ['hundred'], t0)
    grant(oracle, 'A-tom', t1)
    grant(oracle, 'B-hundred', t1)
    expect(oracle.decide('caroline', 'hundred', 'access-request', t1)).toEqual(denied('not-associated'))
    expect(oracle.decide('charlotte', 'tom', 'legacy-configure', t1)).toEqual(denied('legacy-closed'))
  })

  it('order equal ends by the latest grant, and equal grants by the smaller id', () => {
    const oracle = nothingSent()
    for (const id of ['C', 'A', 'B']) send(oracle, id, ['caroline'], ['tom'], t0)
    grant(oracle, 'C-tom', t1, t9)
    grant(oracle, 'A-tom', t1, t9)
    grant(oracle, 'B-tom', t1 + 1, t9)
    expect(oracle.decide('caroline', 'tom', 'access-request', t1 + 1)).toEqual(allowed(['B-tom', 'A-tom', 'C-tom'], t9))
  })

  it('say pending while one is, whatever has ended', () => {
    const oracle = nothingSent()
    for (const id of ['A', 'B']) send(oracle, id, ['caroline'], ['tom'], t0)
    oracle.reject(tomAdmin, 'A-tom', {}, t9)
    expect(oracle.status('caroline', 'tom', t9)).toBe('pending')
  })

  it('say what ended last, by the instant of the end and not of the recording', () => {
    const oracle = nothingSent()
    for (const id of ['A', 'B']) send(oracle, id, ['caroline'], ['tom'], t0)
    grant(oracle, 'A-tom', t1, t9)
    oracle.reject(tomAdmin, 'B-tom', {}, t9 + 1)
    oracle.recordDue(t20, 10)
    expect(oracle.status('caroline', 'tom', t20)).toBe('rejected')
  })

  it('say the later end, whichever kind and whichever was sent first', () => {
    for (const [early, late] of [
      ['A', 'B'],
      ['B', 'A'],
    ] as const) {
      const oracle = nothingSent()
      for (const id of ['A', 'B']) send(oracle, id, ['caroline'], ['tom'], t0)
      grant(oracle, `${early}-tom`, t1, t9)
      oracle.withdraw(elizabeth, { accessRequest: late }, t9 + 1)
      expect(oracle.status('caroline', 'tom', t20)).toBe('withdrawn')
    }
  })

  it('break a tie of ends: expired, revoked, rejected, withdrawn, removed', () => {
    const ended: Record<string, (oracle: Oracle, id: string) => void> = {
      expired: (oracle, id) => grant(oracle, `${id}-tom`, t1, t9),
      revoked: (oracle, id) => {
        grant(oracle, `${id}-tom`, t1)
        expect(oracle.revoke(tomAdmin, `${id}-tom`, {}, t9)).toEqual(done(`${id}-tom`))
      },
      rejected: (oracle, id) => expect(oracle.reject(tomAdmin, `${id}-tom`, {}, t9)).toEqual(done(`${id}-tom`)),
      withdrawn: (oracle, id) => expect(oracle.withdraw(elizabeth, { accessRequest: id }, t9)).toEqual(done(`${id}-tom`)),
    }
    const order = ['expired', 'revoked', 'rejected', 'withdrawn']
    for (const [index, first] of order.entries()) {
      for (const second of [...order.slice(index + 1), 'removed']) {
        for (const ids of [
          ['A', 'B'],
          ['B', 'A'],
        ] as const) {
          const oracle = nothingSent()
          for (const id of ['A', 'B']) send(oracle, id, ['caroline'], ['tom'], t0)
          ended[first]?.(oracle, ids[0])
          // The removal comes last: it would otherwise take the user from the other request as well.
          if (second === 'removed') oracle.removeUser(elizabeth, 'caroline', t9)
          else ended[second]?.(oracle, ids[1])
          expect([second, oracle.status('caroline', 'tom', t9)]).toEqual([second, first])
        }
      }
    }
  })
})

describe('changesAt (SPEC 5.6)', () => {
  const chained = (secondAt: number) => {
    const oracle = nothingSent()
    for (const id of ['A', 'B']) send(oracle, id, ['caroline'], ['tom'], t0)
    grant(oracle, 'A-tom', t1, t9)
    grant(oracle, 'B-tom', secondAt, t12)
    return oracle
  }

  it('is not the end of a grant at which another begins', () => {
    for (const method of METHODS) expect(chained(t9).decide('caroline', 'tom', method, t1)).toEqual(allowed(['A-tom'], t12))
    expect(chained(t9).decide('caroline', 'tom', 'access-request', t1 - 1)).toEqual(denied('pending', t1))
    expect(chained(t9).decide('caroline', 'tom', 'access-request', t9)).toEqual(allowed(['B-tom'], t12))
  })

  it('is the end of a grant when the next begins one millisecond later', () => {
    const oracle = chained(t9 + 1)
    expect(oracle.decide('caroline', 'tom', 'access-request', t1)).toEqual(allowed(['A-tom'], t9))
    // The second, answered later, is pending until then.
    expect(oracle.decide('caroline', 'tom', 'access-request', t9)).toEqual(denied('pending', t9 + 1))
    expect(oracle.decide('caroline', 'tom', 'legacy-support', t9)).toEqual(denied('legacy-closed', t9 + 1))
  })

  it('is the nearest instant, whichever request was sent or answered first', () => {
    const oracle = nothingSent()
    for (const id of ['A', 'B']) send(oracle, id, ['caroline'], ['tom'], t0)
    grant(oracle, 'A-tom', t11, t12)
    grant(oracle, 'B-tom', t1, t9)
    expect(oracle.decide('caroline', 'tom', 'access-request', t0)).toEqual(denied('pending', t1))
    expect(oracle.decide('caroline', 'tom', 'access-request', t9)).toEqual(denied('pending', t11))
    expect(oracle.decide('caroline', 'tom', 'legacy-support', t0)).toEqual(denied('legacy-closed', t1))
  })

  it('is null when a grant without end takes over', () => {
    const oracle = nothingSent()
    for (const id of ['A', 'B']) send(oracle, id, ['caroline'], ['tom'], t0)
    grant(oracle, 'A-tom', t1, t9)
    grant(oracle, 'B-tom', t9 - 1)
    expect(oracle.decide('caroline', 'tom', 'access-request', t1)).toEqual(allowed(['A-tom']))
  })

  it('does not count the end of a grant that is not this user’s', () => {
    const oracle = tomSetsExpiry()
    expect(oracle.decide('wickham', 'tom', 'legacy-support', t1)).toEqual(denied('legacy-closed'))
    expect(oracle.decide('wickham', 'tom', 'access-request', t1)).toEqual(denied('not-associated'))
    oracle.removeUser(elizabeth, 'caroline', t1 + 1)
    expect(oracle.decide('caroline', 'tom', 'access-request', t1)).toEqual(denied('removed'))
  })

  it('includes a change of the reason alone: a later expiry replaces a rejection', () => {
    const oracle = nothingSent()
    for (const id of ['A', 'B']) send(oracle, id, ['caroline'], ['tom'], 1)
    grant(oracle, 'A-tom', 3, 6)
    oracle.reject(tomAdmin, 'B-tom', {}, 4)
    expect(oracle.decide('caroline', 'tom', 'access-request', 5)).toEqual(allowed(['A-tom'], 6))
    expect(oracle.decide('caroline', 'tom', 'access-request', 6)).toEqual(denied('expired'))
  })

  it('is exact: scanning every millisecond finds the same', () => {
    const oracle = nothingSent()
    for (const id of ['A', 'B', 'C', 'D']) send(oracle, id, ['caroline'], ['tom'], 1)
    grant(oracle, 'A-tom', 3, 7)
    grant(oracle, 'B-tom', 7, 9)
    oracle.reject(tomAdmin, 'C-tom', {}, 12)
    grant(oracle, 'D-tom', 15, 20)
    const seen = (method: Method, now: number) => {
      const { allowed: may, reason } = oracle.decide('caroline', 'tom', method, now)
      return `${may} ${reason}`
    }
    for (const method of METHODS) {
      for (let now = 0; now <= 25; now += 1) {
        let next: number | null = null
        for (let later = 25; later > now; later -= 1) if (seen(method, later) !== seen(method, now)) next = later
        expect([method, now, oracle.decide('caroline', 'tom', method, now).changesAt]).toEqual([method, now, next])
      }
    }
  })

  it('is absent if the legacy rule answered, null without a rule', () => {
    expect('changesAt' in sent().decide('wickham', 'tom', 'legacy-support', t0)).toBe(false)
    expect('changesAt' in sent().decide('xavier', 'tom', 'legacy-support', t0)).toBe(false)
    const { legacy: _, ...without } = world
    expect(new Oracle(without).decide('wickham', 'tom', 'legacy-support', t0)).toEqual(denied('legacy-not-permitted'))
  })
})

describe('the question (SPEC 5.3)', () => {
  it('may come with a Date or a number, and is denied with any other now', () => {
    const oracle = tomGrants()
    expect(oracle.decide('caroline', 'tom', 'access-request', new Date(t1))).toEqual(allowed(['R-tom']))
    const forged: unknown = Object.create(Date.prototype)
    for (const now of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, `${t1}`, null, undefined, true, {}, forged]) {
      expect(oracle.decide('caroline', 'tom', 'access-request', now)).toEqual(denied('invalid-question'))
    }
  })

  it('is denied for ids not of SPEC 3.5, on every method', () => {
    const oracle = tomGrants()
    for (const id of ['', ' ', 'a b', 'é', 'a\n', 'x'.repeat(129), null, undefined, 7, {}, ['caroline']]) {
      for (const method of METHODS) {
        expect(oracle.decide(id, 'tom', method, t1)).toEqual(denied('invalid-question'))
        expect(oracle.decide('caroline', id, method, t1)).toEqual(denied('invalid-question'))
      }
    }
    expect(oracle.decide('__proto__', 'x'.repeat(128), 'access-request', t1)).toEqual(denied('not-associated'))
  })

  it('is answered by the host’s rule with exactly true or not at all', () => {
    const answers: (() => unknown)[] = [
      () => 1,
      () => 'true',
      () => ({}),
      () => undefined,
      () => Promise.resolve(true),
      () => Promise.reject(new Error('no')),
      () => {
        throw new Error('no')
      },
    ]
    for (const legacy of answers) expect(new Oracle({ ...world, legacy }).decide('w', 'tom', 'legacy-support', t0)).toEqual(notPermitted)
    expect(new Oracle({ ...world, legacy: () => true }).decide('w', 'tom', 'legacy-support', t0)).toEqual(permitted)
  })

  it('is passed to the legacy rule unchanged, and only for a legacy method in a tenant that is not governed', () => {
    const asked: unknown[] = []
    const oracle = new Oracle({ ...world, legacy: (...question) => asked.push(question) })
    oracle.decide('w', 'tom', 'access-request', t0)
    oracle.decide('w', 'tom', 'legacy-support', new Date(t0))
    send(oracle, 'A', ['caroline'], ['tom'], t0)
    grant(oracle, 'A-tom', t1)
    oracle.decide('w', 'tom', 'legacy-support', t0)
    oracle.decide('caroline', 'tom', 'legacy-support', t1)
    expect(asked).toEqual([['w', 'tom', 'legacy-support', t0]])
  })

  it('finds a tenant governed for good, at every instant, and no other with it (SPEC 5.2)', () => {
    const oracle = tomSetsExpiry()
    expect([oracle.governed('tom'), oracle.governed('hundred')]).toEqual([true, false])
    oracle.revoke(elizabeth, 'R-tom', {}, t1 + 2)
    expect(oracle.governed('tom')).toBe(true)
    for (const now of [0, t0, t20]) expect(oracle.decide('wickham', 'tom', 'legacy-support', now)).toEqual(denied('legacy-closed'))
  })
})

describe('submitting (SPEC 3)', () => {
  const submit = (oracle: Oracle, over: object, by: OracleActor = elizabeth) =>
    oracle.submit(by, { ...supportAccess, ...over }, t0, idsOf('R'))

  it('creates one tenant request for each tenant, for the union of its users (SPEC 3.7)', () => {
    const oracle = nothingSent()
    const associations = [
      { users: ['caroline', 'caroline'], tenants: ['tom', 'tom'] },
      { users: ['charlotte', 'caroline'], tenants: ['hundred', 'tom'] },
    ]
    expect(submit(oracle, { associations })).toEqual(done('R-tom', 'R-hundred'))
    expect(oracle.outgoing('classics', undefined, t0).map((row) => [row.tenant, row.users])).toEqual([
      ['tom', ['caroline', 'charlotte']],
      ['hundred', ['caroline', 'charlotte']],
    ])
    expect(oracle.events.map((event) => event.type)).toEqual([
      'access-request.submitted',
      'tenant-request.received',
      'tenant-request.received',
    ])
  })

  it('takes names of 1 to 64 letters and digits of any script, kept in NFC (SPEC 3.2)', () => {
    for (const name of ['A', '7', 'Ünterstützung', 'e\u0301te', 'दमयंती', '𐐀'.repeat(64), 'e\u0301'.repeat(64)]) {
      expect(submit(nothingSent(), { name })).toMatchObject({ ok: true })
    }
    for (const name of ['', ' ', 'a b', 'a-b', 'a_b', 'a.b', '\u0301a', 'x'.repeat(65), '\ud800', 7, null, undefined]) {
      expect(submit(nothingSent(), { name })).toEqual(malformed('invalid'))
    }
    const oracle = nothingSent()
    submit(oracle, { name: 'e\u0301te' })
    expect(oracle.outgoing('classics', undefined, t0)[0]?.name).toBe('\u00e9te')
  })

  it('takes messages of up to 1,000 code points without control characters or lone surrogates (SPEC 3.3)', () => {
    for (const message of ['', undefined, 'a\n\tb', '🐻'.repeat(1000)])
      expect(submit(nothingSent(), { message })).toMatchObject({ ok: true })
    for (const message of ['x'.repeat(1001), '\r', '\0', '\x7f', '\x85', '\ud800', 'a\udc00', 7, null]) {
      expect(submit(nothingSent(), { message })).toEqual(malformed('invalid'))
    }
  })

  it('refuses malformed associations, ids and actors, and an actor in the input', () => {
    const [first] = supportAccess.associations
    for (const associations of [undefined, [], {}, [null], [{ users: [], tenants: ['tom'] }], [{ users: ['caroline'], tenants: [] }]]) {
      expect(submit(nothingSent(), { associations })).toEqual(malformed('invalid'))
    }
    for (const ids of [undefined, 'caroline', [7], ['a b'], ['caroline', '']]) {
      expect(submit(nothingSent(), { associations: [{ ...first, users: ids }] })).toEqual(malformed('invalid'))
      expect(submit(nothingSent(), { associations: [{ ...first, tenants: ids }] })).toEqual(malformed('invalid'))
    }
    expect(submit(nothingSent(), { id: 'a b' })).toEqual(malformed('invalid'))
    expect(submit(nothingSent(), { actor: elizabeth })).toEqual(malformed('invalid'))
    const { impersonating: _, ...incomplete } = elizabeth
    expect(submit(nothingSent(), {}, incomplete as OracleActor)).toEqual(malformed('invalid'))
  })

  it('refuses an actor whose user, tenant, permissions or impersonation is malformed (SPEC 2.1)', () => {
    for (const over of [
      { user: '' },
      { tenant: 'a b' },
      { permissions: undefined },
      { permissions: ['submit', 'root'] },
      { impersonating: undefined },
      { impersonating: { tenant: 'tom' } },
      { impersonating: { tenant: '', method: 'legacy-support' } },
    ]) {
      const malformedActor = { ...elizabeth, ...over } as OracleActor
      const oracle = sent()
      expect(submit(oracle, { id: 'new' }, malformedActor)).toEqual(malformed('invalid'))
      expect(oracle.withdraw(malformedActor, { accessRequest: 'R' }, t1)).toEqual(malformed('invalid'))
      expect(oracle.revoke(malformedActor, 'R-tom', {}, t1)).toEqual(malformed('invalid'))
      expect(oracle.removeUser(malformedActor, 'caroline', t1)).toEqual(malformed('invalid'))
    }
  })

  it('counts distinct tenants and distinct pairs (SPEC 3.4)', () => {
    const associations = [...supportAccess.associations, ...supportAccess.associations]
    expect(submit(new Oracle({ ...world, maxTenants: 2, maxPairs: 3 }), { associations })).toMatchObject({ ok: true })
    expect(submit(new Oracle({ ...world, maxTenants: 1 }), {})).toEqual(malformed('too-many'))
    expect(submit(new Oracle({ ...world, maxPairs: 2 }), { name: '' })).toEqual(malformed('invalid', 'too-many'))
  })

  it('asks the directory after checking the form, and lists all issues (SPEC 3.6)', () => {
    const of = (users: string[], ...tenants: string[]) => ({ associations: [{ users, tenants }] })
    expect(submit(nothingSent(), of(['xavier'], 'tom'))).toEqual(malformed('unknown-user'))
    expect(submit(nothingSent(), of(['caroline'], 'nowhere'))).toEqual(malformed('unknown-tenant'))
    expect(submit(nothingSent(), of(['caroline'], 'classics'))).toEqual(malformed('own-tenant'))
    expect(submit(nothingSent(), of(['nobody'], 'nowhere', 'classics', 'tom'))).toEqual(
      malformed('own-tenant', 'unknown-tenant', 'unknown-user'),
    )
    expect(submit(nothingSent(), { ...of(['nobody'], 'nowhere'), name: '' })).toEqual(malformed('invalid'))
    for (const id of ['__proto__', 'constructor', 'toString']) {
      expect(submit(nothingSent(), of([id], id))).toEqual(malformed('unknown-tenant', 'unknown-user'))
    }
    const oracle = nothingSent()
    submit(oracle, of(['caroline'], 'tom', 'nowhere'))
    expect(oracle.events).toEqual([])
  })

  it('checks impersonation and permission before the directory and the replay', () => {
    const oracle = sent()
    const inside = { tenant: 'tom', method: 'legacy-support' } as const
    expect(submit(oracle, {}, { ...elizabeth, permissions: ['answer'] })).toEqual(refused('not-permitted'))
    expect(submit(oracle, {}, { ...elizabeth, permissions: [], impersonating: inside })).toEqual(refused('impersonating'))
    expect(submit(oracle, { name: '' }, { ...elizabeth, impersonating: inside })).toEqual(malformed('invalid'))
  })

  describe('again with the same id (SPEC 3.9)', () => {
    const shuffled = [
      { users: ['charlotte', 'charlotte'], tenants: ['hundred'] },
      { users: ['charlotte', 'caroline'], tenants: ['tom'] },
    ]

    it('sends nothing twice, order and duplicates aside', () => {
      const oracle = sent()
      const before = oracle.events.length
      expect(submit(oracle, {})).toEqual(done())
      expect(submit(oracle, { associations: shuffled })).toEqual(done())
      expect(oracle.events).toHaveLength(before)
    })

    it('compares names in NFC and an absent message with an empty one', () => {
      const oracle = nothingSent()
      submit(oracle, { name: '\u00e9te', message: undefined })
      expect(submit(oracle, { name: 'e\u0301te', message: '' })).toEqual(done())
    })

    it('is a replay also after users were removed and the request ended', () => {
      const oracle = sent()
      oracle.removeUser(elizabeth, 'caroline', t0)
      oracle.reject(tomAdmin, 'R-tom', {}, t1)
      expect(submit(oracle, {})).toEqual(done())
    })

    it('is refused with other content', () => {
      for (const over of [
        { name: 'Other' },
        { message: '' },
        { associations: [{ users: ['caroline', 'charlotte'], tenants: ['tom', 'hundred'] }] },
        { associations: [{ users: ['caroline', 'charlotte'], tenants: ['tom'] }] },
        { associations: [...supportAccess.associations, { users: ['charlotte'], tenants: ['nowhere'] }] },
        { associations: [{ users: ['caroline', 'wickham'], tenants: ['tom'] }, ...supportAccess.associations.slice(1)] },
        {
          associations: [
            { users: ['caroline', 'wickham'], tenants: ['tom'] },
            { users: ['charlotte'], tenants: ['hundred'] },
          ],
        },
        { associations: [{ users: ['nobody'], tenants: ['nowhere'] }] },
      ]) {
        expect(submit(sent(), over)).toEqual(refused('already-submitted'))
      }
    })

    it('is another request when another tenant sends it', () => {
      const oracle = sent()
      const input = { ...supportAccess, associations: [{ users: ['xavier'], tenants: ['tom'] }] }
      expect(oracle.submit(xavier, input, t1, () => 'X')).toEqual(done('X'))
      // Each is a replay of its own request, independent of other tenants and ids.
      send(oracle, 'S', ['caroline'], ['tom'], t1)
      expect(oracle.submit(xavier, input, t1, () => 'Z')).toEqual(done())
      expect(submit(oracle, {})).toEqual(done())
      expect(oracle.submit(elizabeth, input, t1, () => 'Z')).toEqual(refused('already-submitted'))
      expect(oracle.withdraw(xavier, { accessRequest: 'R' }, t1)).toEqual(done('X'))
      expect(oracle.status('caroline', 'tom', t1)).toBe('pending')
    })
  })
})

describe('refusals, in the order of SPEC 4.7', () => {
  const inside = { tenant: 'tom', method: 'access-request' } as const
  // An account of Caroline's inside Tom Sawyer: she is still a member of the requesting tenant (SPEC 2.4).
  const carolineAtTom = actor('caroline', 'tom', 'answer')
  const limited = (): Oracle => {
    const oracle = new Oracle({ ...world, maxGrantMs: 1_000 })
    send(oracle, 'R', ['caroline'], ['tom', 'hundred'], t0)
    return oracle
  }

  it('grant: each check hides all that come after it', () => {
    const oracle = limited()
    const stale = { ifRevision: 9 }
    const bad = { message: '\0' }
    expect(oracle.grant({ ...elizabeth, impersonating: inside }, 'nope', bad, t1)).toEqual(malformed('invalid'))
    expect(oracle.grant({ ...elizabeth, impersonating: inside }, 'nope', stale, t1)).toEqual(refused('impersonating'))
    expect(oracle.grant(elizabeth, 'nope', stale, t1)).toEqual(refused('not-permitted'))
    expect(oracle.grant(tomAdmin, 'nope', stale, t1)).toEqual(refused('not-found'))
    expect(oracle.grant(pooh, 'R-tom', stale, t1)).toEqual(refused('not-found'))
    expect(oracle.grant(actor('caroline', 'classics', 'answer'), 'R-tom', stale, t1)).toEqual(refused('wrong-party'))
    expect(oracle.grant(carolineAtTom, 'R-tom', stale, t1)).toEqual(refused('requester-may-not-answer'))
    grant(oracle, 'R-tom', t1, t1 + 1)
    expect(oracle.grant(tomAdmin, 'R-tom', { ifRevision: 1 }, t1)).toEqual(refused('stale-revision'))
    expect(oracle.grant(tomAdmin, 'R-tom', { ifRevision: 2 }, t1)).toEqual(refused('not-pending'))
  })

  it('grant: the expiry must be after now, and within maxGrant at the latest to the millisecond (SPEC 4.4)', () => {
    const oracle = limited()
    const before = oracle.events.length
    expect(oracle.grant(tomAdmin, 'R-tom', {}, t1)).toEqual(refused('expiry-required'))
    expect(oracle.grant(tomAdmin, 'R-tom', { expiresAt: null }, t1)).toEqual(refused('expiry-required'))
    expect(oracle.grant(tomAdmin, 'R-tom', { expiresAt: t1 }, t1)).toEqual(refused('expires-too-soon'))
    expect(oracle.grant(tomAdmin, 'R-tom', { expiresAt: t1 + 1_001 }, t1)).toEqual(refused('expires-too-late'))
    expect(oracle.grant(tomAdmin, 'R-tom', { expiresAt: Number.NaN }, t1)).toEqual(malformed('invalid'))
    expect(oracle.events).toHaveLength(before)
    expect(oracle.grant(tomAdmin, 'R-tom', { expiresAt: t1 + 1_000 }, t1)).toEqual(done('R-tom'))
    expect(oracle.grant(pooh, 'R-hundred', { expiresAt: t1 + 1 }, t1)).toEqual(done('R-hundred'))
  })

  it('reject: a member of the requesting tenant with an account there may, because it only narrows (SPEC 2.4)', () => {
    const oracle = limited()
    expect(oracle.reject(elizabeth, 'R-tom', {}, t1)).toEqual(refused('not-permitted'))
    expect(oracle.reject(actor('e', 'classics', 'answer'), 'R-tom', {}, t1)).toEqual(refused('wrong-party'))
    expect(oracle.reject(carolineAtTom, 'R-tom', { ifRevision: 2 }, t1)).toEqual(refused('stale-revision'))
    expect(oracle.reject(carolineAtTom, 'R-tom', { ifRevision: 1 }, t1)).toEqual(done('R-tom'))
    expect(oracle.reject(tomAdmin, 'R-tom', {}, t1)).toEqual(refused('not-pending'))
  })

  it('setExpiry: only while the grant holds, after now, within maxGrant of the grant; the same instant again too', () => {
    const oracle = limited()
    expect(oracle.setExpiry(tomAdmin, 'R-tom', { expiresAt: t9 }, t1)).toEqual(refused('not-active'))
    grant(oracle, 'R-tom', t1, t1 + 500)
    expect(oracle.setExpiry(carolineAtTom, 'R-tom', { expiresAt: t1 + 600 }, t1)).toEqual(refused('requester-may-not-answer'))
    expect(oracle.setExpiry(actor('e', 'classics', 'answer'), 'R-tom', { expiresAt: t9 }, t1)).toEqual(refused('wrong-party'))
    expect(oracle.setExpiry(tomAdmin, 'R-tom', { expiresAt: t1 + 100 }, t1 + 100)).toEqual(refused('expires-too-soon'))
    // maxGrant counts from the grant, not from this command.
    expect(oracle.setExpiry(tomAdmin, 'R-tom', { expiresAt: t1 + 1_001 }, t1 + 100)).toEqual(refused('expires-too-late'))
    expect(oracle.setExpiry(tomAdmin, 'R-tom', { expiresAt: t1 + 500 }, t1 + 100)).toEqual(done('R-tom'))
    expect(oracle.setExpiry(tomAdmin, 'R-tom', { expiresAt: t1 + 1_000, ifRevision: 3 }, t1 + 499)).toEqual(done('R-tom'))
    expect(oracle.setExpiry(tomAdmin, 'R-tom', { expiresAt: t9 }, t1 + 1_000)).toEqual(refused('not-active'))
    expect(oracle.setExpiry(tomAdmin, 'R-tom', { expiresAt: null as unknown as number }, t1)).toEqual(malformed('invalid'))
  })

  it('revoke: either party, each by its own permission, while the grant holds', () => {
    const oracle = limited()
    expect(oracle.revoke(actor('t', 'tom'), 'R-tom', {}, t1)).toEqual(refused('not-permitted'))
    expect(oracle.revoke(actor('t', 'tom', 'submit'), 'nope', {}, t1)).toEqual(refused('not-found'))
    expect(oracle.revoke(pooh, 'R-tom', {}, t1)).toEqual(refused('not-found'))
    expect(oracle.revoke(actor('t', 'tom', 'submit'), 'R-tom', { ifRevision: 9 }, t1)).toEqual(refused('not-permitted'))
    expect(oracle.revoke(actor('e', 'classics', 'answer'), 'R-tom', { ifRevision: 9 }, t1)).toEqual(refused('not-permitted'))
    expect(oracle.revoke(tomAdmin, 'R-tom', { ifRevision: 9 }, t1)).toEqual(refused('stale-revision'))
    expect(oracle.revoke(tomAdmin, 'R-tom', {}, t1)).toEqual(refused('not-active'))
    grant(oracle, 'R-tom', t1, t1 + 10)
    grant(oracle, 'R-hundred', t1, t1 + 10)
    expect(oracle.revoke(elizabeth, 'R-tom', {}, t1 + 10)).toEqual(refused('not-active'))
    expect(oracle.revoke(elizabeth, 'R-tom', {}, t1 + 9)).toEqual(done('R-tom'))
    expect(oracle.revoke(tomAdmin, 'R-tom', {}, t1 + 9)).toEqual(refused('not-active'))
    expect(oracle.revoke(actor('caroline', 'hundred', 'answer'), 'R-hundred', {}, t1 + 9)).toEqual(done('R-hundred'))
  })

  it('every command checks its input first: ids, messages, instants, revisions, and nothing beside them (SPEC 3.5, 4.8)', () => {
    const oracle = limited()
    const before = oracle.events.length
    const nobody = { ...tomAdmin, permissions: [] }
    // What the types forbid, a caller without types may still send.
    const over = (value: object): never => value as never
    for (const id of ['', 'a b', 'x'.repeat(129)]) {
      expect(oracle.grant(nobody, id, {}, t1)).toEqual(malformed('invalid'))
      expect(oracle.withdraw(nobody, { tenantRequest: id }, t1)).toEqual(malformed('invalid'))
      expect(oracle.withdraw(nobody, { accessRequest: id }, t1)).toEqual(malformed('invalid'))
    }
    for (const input of [{ message: 'x'.repeat(1001) }, { message: '\ud800' }, { ifRevision: 1.5 }, over({ actor: tomAdmin })]) {
      expect(oracle.grant(nobody, 'R-tom', input, t1)).toEqual(malformed('invalid'))
      expect(oracle.reject(nobody, 'R-tom', input, t1)).toEqual(malformed('invalid'))
      expect(oracle.revoke(nobody, 'R-tom', input, t1)).toEqual(malformed('invalid'))
    }
    for (const expiresAt of [8_640_000_000_000_001, 1.5, Number.POSITIVE_INFINITY]) {
      expect(oracle.grant(nobody, 'R-tom', { expiresAt }, t1)).toEqual(malformed('invalid'))
      expect(oracle.setExpiry(nobody, 'R-tom', { expiresAt }, t1)).toEqual(malformed('invalid'))
    }
    expect(oracle.setExpiry(nobody, 'R-tom', over({ expiresAt: t9, actor: tomAdmin }), t1)).toEqual(malformed('invalid'))
    expect(oracle.withdraw(nobody, over({ tenantRequest: 'R-tom', actor: elizabeth }), t1)).toEqual(malformed('invalid'))
    expect(oracle.withdraw(nobody, over({ accessRequest: 'R', ifRevision: 1 }), t1)).toEqual(malformed('invalid'))
    expect(oracle.events).toHaveLength(before)
    const unlimited = sent()
    const message = 'x\n'.repeat(500)
    expect(unlimited.grant(tomAdmin, 'R-tom', { message, expiresAt: 8_640_000_000_000_000 }, t1)).toEqual(done('R-tom'))
    expect(unlimited.revoke(tomAdmin, 'R-tom', { message, ifRevision: 2 }, t1)).toEqual(done('R-tom'))
  })

  it('permission is checked before anything is looked up', () => {
    const oracle = limited()
    const nobody = actor('nobody', 'nowhere')
    const submitter = actor('nobody', 'nowhere', 'submit')
    expect(oracle.revoke(nobody, 'nope', {}, t1)).toEqual(refused('not-permitted'))
    expect(oracle.revoke(submitter, 'nope', {}, t1)).toEqual(refused('not-found'))
    expect(oracle.setExpiry(submitter, 'nope', { expiresAt: t9 }, t1)).toEqual(refused('not-permitted'))
    expect(oracle.withdraw(actor('nobody', 'nowhere', 'answer'), { accessRequest: 'nope' }, t1)).toEqual(refused('not-permitted'))
    expect(oracle.removeUser(actor('e', 'classics', 'answer'), 'caroline', t1)).toEqual(refused('not-permitted'))
    // With both permissions too, each party keeps to its own commands.
    const both = actor('e', 'classics', 'submit', 'answer')
    expect(oracle.grant(both, 'R-tom', { expiresAt: t9 }, t1)).toEqual(refused('wrong-party'))
    expect(oracle.withdraw(both, { tenantRequest: 'R-tom' }, t1)).toEqual(done('R-tom'))
  })

  it('withdraw: the requester’s alone, one or all still pending', () => {
    const oracle = limited()
    expect(oracle.withdraw(tomAdmin, { tenantRequest: 'R-tom' }, t1)).toEqual(refused('not-permitted'))
    expect(oracle.withdraw(actor('t', 'tom', 'submit'), { tenantRequest: 'R-tom' }, t1)).toEqual(refused('wrong-party'))
    expect(oracle.withdraw(xavier, { tenantRequest: 'R-tom' }, t1)).toEqual(refused('not-found'))
    expect(oracle.withdraw(xavier, { accessRequest: 'R' }, t1)).toEqual(refused('not-found'))
    expect(oracle.withdraw(elizabeth, { tenantRequest: 'R-tom', ifRevision: 2 }, t1)).toEqual(refused('stale-revision'))
    expect(oracle.withdraw(elizabeth, { tenantRequest: 'R-tom', ifRevision: 1 }, t1)).toEqual(done('R-tom'))
    expect(oracle.withdraw(elizabeth, { tenantRequest: 'R-tom' }, t1)).toEqual(refused('not-pending'))
    expect(oracle.withdraw(elizabeth, { accessRequest: 'R' }, t1)).toEqual(done('R-hundred'))
    expect(oracle.withdraw(elizabeth, { accessRequest: 'R' }, t1)).toEqual(done())
  })

  it('an impersonating actor changes nothing, with any permission (SPEC 2.2)', () => {
    const oracle = limited()
    const before = oracle.events.length
    const all = { ...tomAdmin, permissions: ['submit', 'answer'], impersonating: inside } as const
    expect([
      oracle.grant(all, 'R-tom', { expiresAt: t9 }, t1),
      oracle.reject(all, 'R-tom', {}, t1),
      oracle.setExpiry(all, 'R-tom', { expiresAt: t9 }, t1),
      oracle.revoke(all, 'R-tom', {}, t1),
      oracle.withdraw(all, { tenantRequest: 'R-tom' }, t1),
      oracle.withdraw(all, { accessRequest: 'R' }, t1),
      oracle.removeUser(all, 'caroline', t1),
    ]).toEqual(Array.from({ length: 7 }, () => refused('impersonating')))
    expect(oracle.events).toHaveLength(before)
  })

  it('final states take no command (SPEC 4.1)', () => {
    const ends: Record<string, (oracle: Oracle) => unknown> = {
      rejected: (oracle) => oracle.reject(tomAdmin, 'R-tom', {}, t1),
      withdrawn: (oracle) => oracle.withdraw(elizabeth, { tenantRequest: 'R-tom' }, t1),
      revoked: (oracle) => [grant(oracle, 'R-tom', t1, t1 + 2), oracle.revoke(tomAdmin, 'R-tom', {}, t1 + 1)],
      expired: (oracle) => grant(oracle, 'R-tom', t1, t1 + 2),
    }
    for (const [status, end] of Object.entries(ends)) {
      const oracle = limited()
      end(oracle)
      const now = t1 + 2
      expect(oracle.outgoing('classics', undefined, now).find((row) => row.id === 'R-tom')?.status).toBe(status)
      const before = oracle.events.length
      expect(oracle.grant(tomAdmin, 'R-tom', { expiresAt: now + 1 }, now)).toEqual(refused('not-pending'))
      expect(oracle.reject(tomAdmin, 'R-tom', {}, now)).toEqual(refused('not-pending'))
      expect(oracle.withdraw(elizabeth, { tenantRequest: 'R-tom' }, now)).toEqual(refused('not-pending'))
      expect(oracle.setExpiry(tomAdmin, 'R-tom', { expiresAt: now + 1 }, now)).toEqual(refused('not-active'))
      expect(oracle.revoke(tomAdmin, 'R-tom', {}, now)).toEqual(refused('not-active'))
      expect(oracle.events).toHaveLength(before)
    }
  })
})

describe('what each party sees (SPEC 5.8, 6)', () => {
  it('reverse questions are the filter of the forward decision, in code unit order', () => {
    const oracle = tomGrants()
    expect(oracle.usersFor('tom', t1)).toEqual(['caroline', 'charlotte'])
    expect(oracle.usersFor('tom', t1 - 1)).toEqual([])
    grant(oracle, 'R-hundred', t1)
    expect(oracle.tenantsFor('charlotte', t1)).toEqual(['hundred', 'tom'])
    expect(oracle.tenantsFor('caroline', t1)).toEqual(['tom'])
    oracle.removeUser(elizabeth, 'charlotte', t9)
    expect(oracle.tenantsFor('charlotte', t9)).toEqual([])
    expect(oracle.usersFor('tom', t9)).toEqual(['caroline'])
    expect(oracle.usersFor('tom', Number.NaN)).toEqual([])
    // Capitals come first by code unit, whatever a locale says.
    const capitals = new Oracle({ members: { V: ['a', 'B', 'Z', 'z'] }, askable: { V: ['t'] } })
    const vendor = actor('a', 'V', 'submit')
    capitals.submit(vendor, { id: 'A', name: 'A', associations: [{ users: ['z', 'a', 'Z', 'B'], tenants: ['t'] }] }, t0, () => 'A')
    capitals.grant(actor('t', 't', 'answer'), 'A', {}, t1)
    expect(capitals.usersFor('t', t1)).toEqual(['B', 'Z', 'a', 'z'])
    expect(capitals.outgoing('V', undefined, t1)[0]?.users).toEqual(['B', 'Z', 'a', 'z'])
  })

  it('incoming: the tenant’s own, newest first, without name or users', () => {
    const oracle = tomSetsExpiry()
    send(oracle, 'Y', ['caroline'], ['tom'], t9)
    send(oracle, 'X', ['xavier'], ['tom'], t9, xavier)
    const first = {
      id: 'R-tom',
      requestingTenant: 'classics',
      message: supportAccess.message,
      sentAt: t0,
      status: 'expired',
      expiresAt: t9,
      revision: 3,
    }
    const fresh = { message: '', sentAt: t9, status: 'pending', expiresAt: null, revision: 1 }
    expect(oracle.incoming('tom', undefined, t9)).toEqual([
      { id: 'Y-tom', requestingTenant: 'classics', ...fresh },
      { id: 'X-tom', requestingTenant: 'rival', ...fresh },
      first,
    ])
    expect(oracle.incoming('tom', 'expired', t9)).toEqual([first])
    expect(oracle.incoming('tom', 'granted', t9 - 1)).toEqual([{ ...first, status: 'granted' }])
    expect(oracle.incoming('tom', 'granted', t9)).toEqual([])
  })

  it('every event says when, who and of which tenant request (SPEC 8.2)', () => {
    const oracle = nothingSent()
    send(oracle, 'A', ['caroline'], ['tom'], t0)
    oracle.grant(tomAdmin, 'A-tom', {}, t1)
    oracle.removeUser(elizabeth, 'caroline', t9)
    send(oracle, 'B', ['caroline'], ['tom'], t9)
    oracle.reject(tomAdmin, 'B-tom', { message: 'No.' }, t11)
    const byElizabeth = { user: 'elizabeth', tenant: 'classics' }
    const byTom = { user: 'tomAdmin', tenant: 'tom' }
    const ofA = { tenantRequest: 'A-tom', tenant: 'tom' }
    expect(oracle.events.slice(0, 4)).toEqual([
      {
        type: 'access-request.submitted',
        at: t0,
        by: byElizabeth,
        accessRequest: 'A',
        requestingTenant: 'classics',
        name: 'SupportAccess',
        message: '',
      },
      {
        type: 'tenant-request.received',
        at: t0,
        by: byElizabeth,
        ...ofA,
        accessRequest: 'A',
        requestingTenant: 'classics',
        message: '',
        users: ['caroline'],
      },
      { type: 'tenant-request.granted', at: t1, by: byTom, ...ofA, message: '', expiresAt: null },
      { type: 'tenant-request.revoked', at: t9, by: byElizabeth, ...ofA, message: '', removed: 'caroline' },
    ])
    expect(oracle.events.at(-1)).toEqual({
      type: 'tenant-request.rejected',
      at: t11,
      by: byTom,
      tenantRequest: 'B-tom',
      tenant: 'tom',
      message: 'No.',
    })
    const messages = (end: 'reject' | 'revoke', input: { message?: string }) => {
      const other = tomGrants()
      other[end](end === 'reject' ? pooh : tomAdmin, end === 'reject' ? 'R-hundred' : 'R-tom', input, t1)
      return other.events.at(-1)
    }
    for (const end of ['reject', 'revoke'] as const) {
      expect(messages(end, {})).toMatchObject({ message: '' })
      expect(messages(end, { message: 'Enough.' })).toMatchObject({ message: 'Enough.' })
    }
  })

  it('outgoing: newest first, ties to the greater id, each with its own name, also where two tenants use one id', () => {
    const oracle = nothingSent()
    const one = (by: OracleActor, id: string, name: string, tenant: string, at: number) =>
      oracle.submit(
        by,
        { id, name, associations: [{ users: [by.tenant === 'rival' ? 'xavier' : 'caroline'], tenants: [tenant] }] },
        at,
        () => [by.tenant, id, tenant].join('-'),
      )
    one(xavier, 'A', 'Rival', 'tom', t0)
    one(elizabeth, 'A', 'First', 'tom', t0)
    one(elizabeth, 'B', 'Second', 'tom', t0)
    one(elizabeth, 'C', 'Third', 'tom', t9)
    one(elizabeth, 'D', 'Fourth', 'hundred', t1)
    const seen = (tenant: string) => oracle.outgoing(tenant, undefined, t9).map((row) => [row.id, row.name])
    expect(seen('classics')).toEqual([
      ['classics-C-tom', 'Third'],
      ['classics-D-hundred', 'Fourth'],
      ['classics-B-tom', 'Second'],
      ['classics-A-tom', 'First'],
    ])
    expect(seen('rival')).toEqual([['rival-A-tom', 'Rival']])
    expect(oracle.incoming('tom', undefined, t9).map((row) => row.id)).toEqual([
      'classics-C-tom',
      'rival-A-tom',
      'classics-B-tom',
      'classics-A-tom',
    ])
  })

  it('outgoing: the requester’s own, newest first, with the users still named', () => {
    const oracle = tomGrants()
    oracle.removeUser(elizabeth, 'caroline', t1)
    const row = { accessRequest: 'R', name: 'SupportAccess', users: ['charlotte'] }
    expect(oracle.outgoing('classics', undefined, t1)).toEqual([
      { id: 'R-tom', tenant: 'tom', status: 'granted', revision: 3, ...row },
      { id: 'R-hundred', tenant: 'hundred', status: 'pending', revision: 1, ...row },
    ])
    expect(oracle.outgoing('classics', 'pending', t1).map((one) => one.id)).toEqual(['R-hundred'])
    expect(oracle.outgoing('rival', undefined, t1)).toEqual([])
  })

  it('my access: one row for each tenant, with the message and expiry of the deciding grant', () => {
    const oracle = sent()
    oracle.grant(tomAdmin, 'R-tom', { message: 'Welcome', expiresAt: t9 }, t1)
    send(oracle, 'S', ['charlotte'], ['tom'], t1)
    oracle.grant(tomAdmin, 'S-tom', { message: 'For longer', expiresAt: t12 }, t1)
    // Both tenants were first asked at t0: the tie falls to the greater id.
    expect(oracle.myAccess('charlotte', undefined, t1)).toEqual([
      { tenant: 'tom', status: 'granted', message: 'For longer', expiresAt: t12 },
      { tenant: 'hundred', status: 'pending' },
    ])
    expect(oracle.myAccess('caroline', 'granted', t1)).toEqual([{ tenant: 'tom', status: 'granted', message: 'Welcome', expiresAt: t9 }])
    expect(oracle.myAccess('caroline', 'granted', t9)).toEqual([])
    oracle.removeUser(elizabeth, 'caroline', t1)
    expect(oracle.myAccess('caroline', undefined, t1)).toEqual([{ tenant: 'tom', status: 'removed' }])
    expect(oracle.myAccess('wickham', undefined, t1)).toEqual([])
    send(oracle, 'T', ['caroline'], ['hundred'], t9)
    send(oracle, 'U', ['caroline'], ['tom'], t11)
    expect(oracle.myAccess('caroline', undefined, t11).map((row) => row.tenant)).toEqual(['hundred', 'tom'])
  })
})
