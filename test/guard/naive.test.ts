/** The table detects wrong guards: each known mistake fails known cases. */
import { beforeAll, describe, expect, it } from 'vitest'
import { CASES, GROUPS } from './cases.js'
import type { HostState } from './host.js'
import { caching, hospitable, trusting, truthy } from './hosts/naive.js'
import { trial } from './trial.js'

const namesOf = (group: keyof typeof GROUPS) => GROUPS[group].map(({ name }) => name)

/** The cases that a wrong guard must fail; with `exactly`, it must pass all others. */
const FLAWS: readonly { readonly host: typeof truthy; readonly fails: readonly string[]; readonly exactly?: true }[] = [
  {
    host: truthy,
    fails: [
      ...(['DECIDED', 'SESSIONS', 'UNAVAILABLE', 'OVER_TIME'] as const).flatMap(namesOf),
      'by-method: the service returns {"allowed":"true"}',
      'by-method: the service throws at once',
      'by-session: the service rejects',
      'by-login: the service rejects',
      'by-login: the service returns another user',
      'by-method: the service decides instead of authorizing',
    ],
  },
  { host: caching, exactly: true, fails: namesOf('OVER_TIME') },
  {
    host: hospitable,
    fails: [
      'by-method: the actor’s own tenant',
      'by-session: the actor’s own tenant',
      'by-login: the actor’s own tenant',
      ...(['own-by-method', 'own-by-session', 'own-by-login'] as const).flatMap((form) => [
        `${form}: the own tenant, inside another one`,
        `${form}: the own tenant, “inside” it`,
        `${form}: the vendor’s own tenant, inside Tom Sawyer`,
      ]),
      ...(['own-by-method', 'own-by-session'] as const).map((form) => `${form}: an actor with a further key`),
      'own-by-login: a person with a further key',
      'own-by-login: the own tenant, inside by a live session',
      'own-by-login: the own tenant, while it cannot be learned whether the session is live',
    ],
  },
  {
    host: trusting,
    fails: [
      'by-method: no actor',
      'by-method: the actor’s own tenant, by the legacy tool',
      'by-method: inside another tenant',
      'by-method: inside by another method',
      'by-method: a path that nobody has decoded',
      'by-method: the service returns undefined',
      'by-method: the service decides instead of authorizing',
      'by-method: an actor without `impersonating`',
      'own-by-method: the tenant’s own person',
      'own-by-session: the tenant’s own person',
      'by-session: a session of another tenant',
      'by-session: a session of another tenant, both being entered',
      'by-session: the service returns another user’s session',
      'by-login: a session that has ended',
      'by-login: a session of another tenant',
      'by-login: the service returns another user’s session',
      'own-by-login: the tenant’s own person',
      'by-method: a callback throws a denial',
    ],
  },
]

for (const { host, fails, exactly } of FLAWS)
  describe(`a guard that ${host.name}`, () => {
    const failed: string[] = []
    beforeAll(async () => {
      const state = { ran: [] } as unknown as HostState
      for (const { name, run } of CASES) {
        // A cache lives for one case only: every case creates a new world.
        const running = await host.start(state)
        await run(await trial(state, running)).catch(() => failed.push(name))
        await running.close()
      }
    }, 60_000)

    it('fails the cases of its mistake', () => expect(failed).toEqual(expect.arrayContaining([...fails])))
    it('passes a correct case', () => expect(failed).not.toContain('by-method: granted'))
    if (exactly) it('passes all other cases', () => expect([...failed].sort()).toEqual([...fails].sort()))
  })
