/** The table detects wrong guards: each known mistake fails known cases. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CASES } from './cases.js'
import type { Host, Running, Stand } from './host.js'
import { caching, lenient, trusting, truthy } from './hosts/naive.js'
import { trial } from './trial.js'

/** The cases that a wrong guard must fail; with `exactly`, it must pass all others. */
interface Flaw {
  readonly host: Host
  readonly fails: readonly string[]
  readonly exactly?: true
}

const FLAWS: readonly Flaw[] = [
  {
    host: truthy,
    fails: [
      'by-method: not-associated',
      'by-method: pending',
      'by-method: expired',
      'by-method: revoked',
      'by-method: rejected',
      'by-method: withdrawn',
      'by-method: removed',
      'by-method: legacy-closed',
      'by-method: legacy-not-permitted',
      'by-method: facts unavailable',
      'by-method: revoked between two requests',
      'by-method: the expiry passes between two requests',
      'by-method: the expiry is shortened between two requests',
      'by-method: 200 requests while the grant is revoked',
      'by-method: the service allows in so many words',
      'by-method: the service decides where it should authorize',
      'by-session: a forged session',
      'by-session: another user’s session',
      'by-session: a session that has ended',
      'by-session: a session at its end',
      'by-session: a session whose grant is revoked',
      'by-session: 200 requests while the grant is revoked',
    ],
  },
  {
    host: caching,
    exactly: true,
    fails: [
      'by-method: revoked between two requests',
      'by-method: the expiry passes between two requests',
      'by-method: the expiry is shortened between two requests',
      'by-method: 200 requests while the grant is revoked',
      'by-session: revoked between two requests',
      'by-session: the expiry passes between two requests',
      'by-session: the expiry is shortened between two requests',
      'by-session: 200 requests while the grant is revoked',
    ],
  },
  {
    host: lenient,
    fails: [
      'by-method: facts unavailable',
      'by-method: facts unavailable, by the legacy tool',
      'by-session: facts unavailable',
      'by-method: a clock that gives no instant',
      'by-method: the service throws at once',
      'by-session: the service rejects',
    ],
  },
  {
    host: trusting,
    fails: [
      'by-method: no actor',
      'by-method: the own tenant, by the legacy tool',
      'by-method: nested',
      'by-method: inside by another method',
      'by-method: a path that nobody has decoded',
      'by-method: the service resolves to undefined',
      'by-method: the service decides where it should authorize',
      'by-method: the actor does not say whether he is impersonating',
      'by-session: a session of another tenant',
      'by-session: a session of another tenant, both being entered',
      'by-session: the service resolves to another user’s session',
      'by-method: a callback throws a denial',
    ],
  },
]

for (const { host, fails, exactly } of FLAWS) {
  describe(`a guard that ${host.name}`, () => {
    const stand = { ran: [] } as unknown as Stand
    const failed: string[] = []
    let running: Running
    beforeAll(async () => {
      running = await host.start(stand)
      for (const { name, run } of CASES) {
        // A cache lives for one case only: every case creates a new world.
        const fresh = host === caching ? await host.start(stand) : running
        await run(await trial(stand, fresh)).catch(() => failed.push(name))
        if (fresh !== running) await fresh.close()
      }
    }, 60_000)
    afterAll(() => running.close())

    it('fails the cases of its mistake', () => expect(failed).toEqual(expect.arrayContaining([...fails])))
    it('passes a correct case', () => expect(failed).not.toContain('by-method: granted, by every method'))
    if (exactly) it('passes all other cases', () => expect([...failed].sort()).toEqual([...fails].sort()))
  })
}
