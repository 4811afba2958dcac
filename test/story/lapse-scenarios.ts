/** Cases of requests that lapse, of messages that are required, and of a tenant's own cap (SPEC 2.5, 3.3a, 4.9). */
import { T0 } from './cast.js'
import type { Scenarios } from './scenario.js'
import * as scenario from './scenario.js'
import type { ListingSubject, Subject } from './subject.js'

const { actor, elizabeth, LEGACY, METHODS, tomAdmin, pooh, WORLD } = scenario
const { grant, recordDue, reject, removeUser, revoke, setExpiry, submit, withdraw } = scenario.commands
const { allow, asks, changes, deny, granted, inWorld, malformed, permitted, refused, sees, sent } = scenario

const [t0, t1, t9, t11, t20] = [T0, T0 + 1_000, T0 + 8_000, T0 + 10_000, T0 + 19_000] as const
const AR = 'access-request'
const c = 'caroline'

/** What is sent at `t0` lapses at `t9`. */
const LAPSING = { ...WORLD, answerWithinMs: 8_000 }
const asked = (...ids: readonly string[]) => ids.map((id) => sent(id, [c], ['tom'], t0))
const answers = (now: number) => [
  grant(tomAdmin, 'A-tom', { expiresAt: null }, now),
  reject(tomAdmin, 'A-tom', {}, now),
  withdraw(elizabeth, { tenantRequest: 'A-tom' }, now),
]
const capped = {
  ...WORLD,
  maxGrantMs: 5_000,
  maxGrantOf: new Map([
    ['tom', 1_000],
    ['hundred', 9_000],
  ]),
}
const required = { ...WORLD, requireMessage: { submit: 4, grant: 3, reject: 2 } }
const submission = (message?: string) =>
  submit(elizabeth, { id: 'A', name: 'A', message, associations: [{ users: [c], tenants: ['tom'] }] }, t0)

/** What every implementation decides and accepts. */
export const LAPSE_SCENARIOS: Scenarios<Subject> = {
  'a request that lapses (SPEC 4.9)': {
    'is pending until 1 ms before, and lapsed from the instant on, whether that is recorded or not': inWorld(LAPSING, [
      ...asked('A'),
      asks(c, 'tom', AR, [t0, t9 - 1], deny('pending', t9)),
      asks(c, 'tom', AR, [t9, t20], deny('lapsed')),
      asks(c, 'tom', LEGACY, [t0, t9, t20], permitted),
      asks('wickham', 'tom', AR, t9, deny('not-associated')),
      changes([], recordDue(t9 - 1, 10)),
      changes(['A-tom'], recordDue(t9, 10)),
      changes([], recordDue(t20, 10)),
      asks(c, 'tom', AR, [t0, t9 - 1, t9, t20], deny('lapsed')),
    ]),
    'cannot be answered, withdrawn or left at the instant itself; a clock that steps back undoes what is not recorded': inWorld(LAPSING, [
      ...asked('A'),
      refused('not-pending', ...answers(t9), ...answers(t20)),
      changes([], removeUser(elizabeth, c, t9)),
      changes([], withdraw(elizabeth, { accessRequest: 'A' }, t9)),
      refused('not-active', revoke(tomAdmin, 'A-tom', {}, t9), setExpiry(tomAdmin, 'A-tom', { expiresAt: t20 }, t9)),
      granted('A-tom', t9 - 1),
      asks(c, 'tom', METHODS, t20, allow(['A-tom'])),
      changes([], recordDue(t20, 10)),
    ]),
    'stays lapsed once that is recorded, whatever the clock says later': inWorld(LAPSING, [
      ...asked('A'),
      changes(['A-tom'], recordDue(t9, 10)),
      refused('not-pending', ...answers(t9 - 1), ...answers(t0)),
      changes([], removeUser(elizabeth, c, t1)),
    ]),
    'is recorded with the expiries, by instant and id, up to the limit': inWorld(LAPSING, [
      ...asked('C', 'A', 'B'),
      sent('D', [c], ['tom'], t0 + 1),
      granted('B-tom', t1, t9),
      changes(['A-tom', 'B-tom'], recordDue(t20, 2)),
      changes(['C-tom', 'D-tom'], recordDue(t20, 2)),
    ]),
    'leaves nobody pending who was removed, and says so': inWorld(LAPSING, [
      sent('A', [c, 'charlotte'], ['tom'], t0),
      changes(['A-tom'], removeUser(elizabeth, c, t1)),
      asks(c, 'tom', AR, [t1, t9], deny('removed')),
      asks('charlotte', 'tom', AR, t9, deny('lapsed')),
    ]),
    'the last end counts, and of one instant: expired, revoked, rejected, withdrawn, lapsed, removed (SPEC 5.4)': inWorld(LAPSING, [
      ...asked('A', 'B'),
      sent('H', [c, 'charlotte'], ['hundred'], t0),
      sent('I', [c], ['hundred'], t9 + 1),
      changes(['A-tom'], reject(tomAdmin, 'A-tom', {}, t9 - 1)),
      asks(c, 'tom', AR, t9 - 1, deny('pending', t9)),
      asks(c, 'tom', AR, t9, deny('lapsed')),
      sent('C', [c], ['tom'], t1),
      changes(['C-tom'], withdraw(elizabeth, { tenantRequest: 'C-tom' }, t9)),
      asks(c, 'tom', AR, t20, deny('withdrawn')),
      asks('charlotte', 'hundred', AR, t20, deny('lapsed')),
      asks(c, 'hundred', AR, [t9, t9 + 8_000], deny('pending', t9 + 8_001)),
      asks(c, 'hundred', AR, t9 + 8_001, deny('lapsed')),
    ]),
    'of several, the last to lapse ends the waiting; a grant that starts before comes first (SPEC 5.6)': inWorld(LAPSING, [
      ...asked('A'),
      sent('B', [c], ['tom'], t1),
      asks(c, 'tom', AR, t1, deny('pending', t1 + 8_000)),
      granted('A-tom', t9 - 1, t9),
      asks(c, 'tom', AR, t1, deny('pending', t9 - 1)),
      asks(c, 'tom', LEGACY, t1, deny('legacy-closed', t9 - 1)),
      asks(c, 'tom', AR, t9, deny('pending', t1 + 8_000)),
      asks(c, 'tom', LEGACY, t9, deny('legacy-closed')),
    ]),
  },

  'a tenant’s own cap (SPEC 2.5, 4.4)': {
    'narrows the policy’s, on grant and on setExpiry, and never widens it': inWorld(capped, [
      sent('A', [c], ['tom', 'hundred'], t0),
      refused('expiry-required', grant(tomAdmin, 'A-tom', { expiresAt: null }, t1), grant(pooh, 'A-hundred', { expiresAt: null }, t1)),
      refused('expires-too-late', grant(tomAdmin, 'A-tom', { expiresAt: t1 + 1_001 }, t1)),
      refused('expires-too-late', grant(pooh, 'A-hundred', { expiresAt: t1 + 5_001 }, t1)),
      granted('A-tom', t1, t1 + 1_000),
      granted('A-hundred', t1, t1 + 5_000),
      refused('expires-too-late', setExpiry(tomAdmin, 'A-tom', { expiresAt: t1 + 1_001 }, t1 + 1)),
      changes(['A-tom'], setExpiry(tomAdmin, 'A-tom', { expiresAt: t1 + 999 }, t1 + 1)),
    ]),
    'alone requires an expiry': inWorld({ ...WORLD, maxGrantOf: new Map([['tom', 1_000]]) }, [
      sent('A', [c], ['tom', 'hundred'], t0),
      refused('expiry-required', grant(tomAdmin, 'A-tom', { expiresAt: null }, t1)),
      granted('A-hundred', t1),
    ]),
    'comes after every other refusal of the state': inWorld(capped, [
      ...asked('A'),
      refused('requester-may-not-answer', grant(actor('elizabeth', 'tom', 'answer'), 'A-tom', { expiresAt: null }, t1)),
      refused('stale-revision', grant(tomAdmin, 'A-tom', { expiresAt: null, ifRevision: 9 }, t1)),
      changes(['A-tom'], reject(tomAdmin, 'A-tom', {}, t1)),
      refused('not-pending', grant(tomAdmin, 'A-tom', { expiresAt: null }, t1)),
    ]),
  },
}

/** What implementations that parse their input refuse as well. */
export const REQUIRED_MESSAGE_SCENARIOS: Scenarios<ListingSubject> = {
  'a message that is required (SPEC 3.3a)': {
    'counts letters and digits; without enough the input is refused, after the actor and the permission': inWorld(required, [
      malformed(['invalid'], submission(), submission(''), submission('a-b c.'), submission('abc')),
      changes(['A-tom'], submission('a b c 4')),
      malformed(
        ['invalid'],
        grant(tomAdmin, 'A-tom', { expiresAt: null }, t1),
        grant(tomAdmin, 'A-tom', { expiresAt: null, message: 'ok!' }, t1),
      ),
      malformed(['invalid'], reject(tomAdmin, 'A-tom', {}, t1), reject(tomAdmin, 'A-tom', { message: '?!' }, t1)),
      refused('not-permitted', grant(actor('x', 'tom'), 'A-tom', { expiresAt: null }, t1), reject(actor('x', 'tom'), 'A-tom', {}, t1)),
      malformed(['invalid'], grant(tomAdmin, 'nowhere', { expiresAt: null }, t1), reject(pooh, 'A-tom', {}, t1)),
      changes(['A-tom'], grant(tomAdmin, 'A-tom', { expiresAt: t9, message: 'yes' }, t1)),
      // What ends or changes a grant needs none.
      changes(['A-tom'], setExpiry(tomAdmin, 'A-tom', { expiresAt: t11 }, t1)),
      changes(['A-tom'], revoke(tomAdmin, 'A-tom', {}, t9)),
    ]),
    'is not needed to withdraw, nor to repeat what was sent with one': inWorld(required, [
      changes(['A-tom'], submission('please')),
      changes([], submission('please')),
      malformed(['invalid'], submission()),
      changes(['A-tom'], withdraw(elizabeth, { tenantRequest: 'A-tom' }, t1)),
    ]),
  },

  'a request that has lapsed is not open (SPEC 3.4a)': {
    'can be asked again: only open requests are in the way (SPEC 3.4a)': inWorld<ListingSubject>({ ...LAPSING, maxOpenRequests: 1 }, [
      ...asked('A'),
      malformed(['too-many-open'], submit(elizabeth, { id: 'B', name: 'B', associations: [{ users: [c], tenants: ['tom'] }] }, t9 - 1)),
      sent('B', [c], ['tom'], t9),
      granted('B-tom', t11),
      asks(c, 'tom', AR, t11, allow(['B-tom'])),
    ]),
  },

  'what each party sees of a lapse (SPEC 6)': {
    'both see the status; lists filter by it, and my access has it': inWorld<ListingSubject>(LAPSING, [
      ...asked('A'),
      sees('incoming', ['tom', 'lapsed', t9 - 1], []),
      sees('incoming', ['tom', 'pending', t9], []),
      sees(
        'incoming',
        ['tom', 'lapsed', t9],
        [{ id: 'A-tom', requestingTenant: 'classics', message: '', sentAt: t0, status: 'lapsed', expiresAt: null, revision: 1 }],
      ),
      changes(['A-tom'], recordDue(t20, 10)),
      sees(
        'outgoing',
        ['classics', 'lapsed', t0],
        [{ id: 'A-tom', tenant: 'tom', accessRequest: 'A', name: 'SupportAccess', users: [c], status: 'lapsed', revision: 2 }],
      ),
      sees(
        'myAccess',
        [c, 'classics', 'lapsed', t9],
        [{ tenant: 'tom', requestingTenant: 'classics', tenantRequest: 'A-tom', status: 'lapsed' }],
      ),
      sees('myAccess', [c, 'classics', 'pending', t9], []),
    ]),
  },
}
