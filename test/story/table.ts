/** The table of SPEC §10, row by row, for any implementation that can play the story. */
import type { AccessMethod } from '../../src/decision.js'
import { HUNDRED, T0, TOM } from './cast.js'

export const at = {
  sent: T0,
  t1: T0 + 1000,
  rejected: T0 + 2000,
  t8: T0 + 3000,
  again: T0 + 4000,
  t9: T0 + 10_000,
  t11: T0 + 11_000,
  t12: T0 + 12_000,
}

/** An implementation that plays the story: the service, or the pure functions alone. */
export interface Play {
  submit(at: number): Promise<void>
  /** Submits a second request, for Caroline in Tom Sawyer only. */
  submitAgain(at: number): Promise<void>
  grant(tenant: string, at: number, expiresAt?: number): Promise<void>
  reject(tenant: string, at: number): Promise<void>
  /** Resolves to the refusal's code, or to `undefined` if it is accepted. */
  setExpiry(tenant: string, at: number, expiresAt: number): Promise<string | undefined>
  revoke(tenant: string, at: number): Promise<void>
  decide(user: string, tenant: string, method: AccessMethod, at: unknown): Promise<unknown>
  /** Returns the id of the first or the last tenant request to this tenant. */
  idOf(tenant: string, which: 'first' | 'last'): string
}

const methods: readonly AccessMethod[] = ['access-request', 'legacy-configure', 'legacy-support']
const legacyMethods = methods.slice(1)
const c = 'caroline'
const h = 'charlotte'
const e = 'elizabeth'
const w = 'wickham'
const x = 'xavier'

type Expected = { allowed: boolean; reason: string; changesAt?: number | null; grantedBy?: readonly string[] }
type Ask = readonly [user: string, tenant: string, method: string, at: unknown, expected: Expected]
interface Row {
  readonly row: number
  readonly says: string
  readonly play: (play: Play) => Promise<void>
  readonly ask: (play: Play) => readonly Ask[]
}

const nothing = async () => {}
const sent = (play: Play) => play.submit(at.sent)
const granted = async (play: Play) => {
  await sent(play)
  await play.grant(TOM, at.t1)
}
const rejected = async (play: Play) => {
  await granted(play)
  await play.reject(HUNDRED, at.rejected)
}
const expirySet = async (play: Play) => {
  await granted(play)
  await play.setExpiry(TOM, at.t8, at.t9)
}
const again = async (play: Play) => {
  await expirySet(play)
  await play.submitAgain(at.again)
  await play.grant(TOM, at.again, at.t12)
}
const revoked = async (play: Play) => {
  await again(play)
  await play.revoke(TOM, at.t11)
}
const hundredGrants = async (play: Play) => {
  await granted(play)
  await play.grant(HUNDRED, at.rejected)
}

const allow = (reason: string, rest = {}): Expected => ({ allowed: true, reason, ...rest })
const deny = (reason: string, changesAt: number | null = null): Expected => ({ allowed: false, reason, changesAt })
const deniedByRule: Expected = { allowed: false, reason: 'legacy-not-permitted' }
const byFirst = (play: Play, tenant: string, changesAt: number | null) =>
  allow('granted', { grantedBy: [play.idOf(tenant, 'first')], changesAt })

export const TABLE: readonly Row[] = [
  {
    row: 1,
    says: 'nothing sent: c, Tom, access-request -> not-associated',
    play: nothing,
    ask: () => [[c, TOM, 'access-request', at.sent, deny('not-associated')]],
  },
  {
    row: 2,
    says: 'nothing sent: w, Tom, legacy-support -> legacy-permitted',
    play: nothing,
    ask: () => [[w, TOM, 'legacy-support', at.sent, allow('legacy-permitted')]],
  },
  {
    row: 3,
    says: 'nothing sent: x, Tom, legacy-support -> legacy-not-permitted',
    play: nothing,
    ask: () => [[x, TOM, 'legacy-support', at.sent, deniedByRule]],
  },
  {
    row: 4,
    says: 'sent: c, Tom, access-request -> pending',
    play: sent,
    ask: () => [[c, TOM, 'access-request', at.sent, deny('pending')]],
  },
  {
    row: 5,
    says: 'sent: c, Hundred, access-request -> not-associated',
    play: sent,
    ask: () => [[c, HUNDRED, 'access-request', at.sent, deny('not-associated')]],
  },
  {
    row: 6,
    says: 'sent: e, Tom, access-request -> not-associated',
    play: sent,
    ask: () => [[e, TOM, 'access-request', at.sent, deny('not-associated')]],
  },
  {
    row: 7,
    says: 'sent: w, Tom, legacy-configure -> legacy-permitted',
    play: sent,
    ask: () => [[w, TOM, 'legacy-configure', at.sent, allow('legacy-permitted')]],
  },
  {
    row: 8,
    says: 'Tom grants at t1, no expiry: c and h, Tom, every method, t1 -> granted, changesAt null',
    play: granted,
    ask: (play) => [c, h].flatMap((user) => methods.map((method): Ask => [user, TOM, method, at.t1, byFirst(play, TOM, null)])),
  },
  {
    row: 9,
    says: '8: e, w, x, Tom, both legacy methods -> legacy-closed',
    play: granted,
    ask: () => [e, w, x].flatMap((user) => legacyMethods.map((method): Ask => [user, TOM, method, at.t1, deny('legacy-closed')])),
  },
  {
    row: 10,
    says: '8: c, Tom, access-request, t1 - 1 ms -> pending, changesAt t1',
    play: granted,
    ask: () => [[c, TOM, 'access-request', at.t1 - 1, deny('pending', at.t1)]],
  },
  {
    row: 11,
    says: '8: w, Tom, legacy-support, t1 - 1 ms -> legacy-closed',
    play: granted,
    ask: () => [[w, TOM, 'legacy-support', at.t1 - 1, deny('legacy-closed')]],
  },
  {
    row: 12,
    says: '8: h, Hundred, access-request -> pending',
    play: granted,
    ask: () => [[h, HUNDRED, 'access-request', at.t1, deny('pending')]],
  },
  {
    row: 13,
    says: '8: w, Hundred, legacy-support -> legacy-permitted',
    play: granted,
    ask: () => [[w, HUNDRED, 'legacy-support', at.t1, allow('legacy-permitted')]],
  },
  {
    row: 14,
    says: 'Hundred rejects: h, Hundred, access-request -> rejected',
    play: rejected,
    ask: () => [[h, HUNDRED, 'access-request', at.rejected, deny('rejected')]],
  },
  {
    row: 15,
    says: '14: w, Hundred, legacy-support -> legacy-permitted',
    play: rejected,
    ask: () => [[w, HUNDRED, 'legacy-support', at.rejected, allow('legacy-permitted')]],
  },
  {
    row: 16,
    says: 'Tom sets expiry t9: c, Tom, legacy-support, t9 - 1 ms -> granted, changesAt t9',
    play: expirySet,
    ask: (play) => [[c, TOM, 'legacy-support', at.t9 - 1, byFirst(play, TOM, at.t9)]],
  },
  {
    row: 17,
    says: '16: c, Tom, access-request, t9 -> expired',
    play: expirySet,
    ask: () => [[c, TOM, 'access-request', at.t9, deny('expired')]],
  },
  {
    row: 18,
    says: '16: c, Tom, legacy-support, t9 -> legacy-closed',
    play: expirySet,
    ask: () => [[c, TOM, 'legacy-support', at.t9, deny('legacy-closed')]],
  },
  {
    row: 20,
    says: '16; a new request for c, granted until t12 > t9: c, Tom, access-request, t9 -> granted by the new one',
    play: again,
    ask: (play) => [[c, TOM, 'access-request', at.t9, allow('granted', { grantedBy: [play.idOf(TOM, 'last')], changesAt: at.t12 })]],
  },
  {
    row: 21,
    says: '20; Tom revokes the new one at t11: c, Tom, access-request, t11 -> revoked',
    play: revoked,
    ask: () => [[c, TOM, 'access-request', at.t11, deny('revoked')]],
  },
  {
    row: 22,
    says: 'any: c, Tom, access-request, Invalid Date -> invalid-question',
    play: granted,
    ask: () => [[c, TOM, 'access-request', new Date(Number.NaN), deny('invalid-question')]],
  },
  { row: 23, says: '8: c, Tom, `root` -> invalid-question', play: granted, ask: () => [[c, TOM, 'root', at.t1, deny('invalid-question')]] },
  {
    row: 24,
    says: '8, Hundred grants too: h, Hundred, every method -> granted; c, w, e -> denied',
    play: hundredGrants,
    ask: (play) => [
      ...methods.map((method): Ask => [h, HUNDRED, method, at.rejected, byFirst(play, HUNDRED, null)]),
      ...[c, w, e].flatMap((user) =>
        methods.map(
          (method): Ask => [user, HUNDRED, method, at.rejected, deny(method === 'access-request' ? 'not-associated' : 'legacy-closed')],
        ),
      ),
    ],
  },
]

/** Row 19 is a command, not a question. */
export const ROW_19 = {
  says: '19: 16, at t9 -> Tom sets expiry t10 -> refused not-active',
  async play(play: Play): Promise<string | undefined> {
    await expirySet(play)
    return play.setExpiry(TOM, at.t9, at.t9 + 500)
  },
}
