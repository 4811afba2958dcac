/** SPEC §10, row by row, through the service. */
import { describe, expect, it } from 'vitest'
import type { AccessMethod } from '../../src/decision.js'
import { isConsentryError } from '../../src/domain/error.js'
import { elizabeth, HUNDRED, hundredAdmin, SUPPORT_ACCESS, stage, TOM, tomAdmin } from '../story/cast.js'
import { type Play, ROW_19, TABLE } from '../story/table.js'

function throughTheService(): Play {
  const on = stage()
  const ids = new Map<string, string[]>([
    [TOM, []],
    [HUNDRED, []],
  ])
  const admin = (tenant: string) => (tenant === TOM ? tomAdmin : hundredAdmin)
  const idOf = (tenant: string, which: 'first' | 'last') => ids.get(tenant)?.at(which === 'first' ? 0 : -1) ?? 'none'
  const send = async (now: number, request: typeof SUPPORT_ACCESS) => {
    on.now = now
    for (const { id, tenant } of (await on.consentry.submit(elizabeth, request)).sent) ids.get(tenant)?.push(id)
  }
  return {
    idOf,
    submit: (now) => send(now, SUPPORT_ACCESS),
    submitAgain: (now) => send(now, { ...SUPPORT_ACCESS, associations: [{ users: ['caroline'], tenants: [TOM] }] }),
    async grant(tenant, now, expiresAt) {
      on.now = now
      await on.consentry.grant(admin(tenant), idOf(tenant, 'last'), { expiresAt })
    },
    async reject(tenant, now) {
      on.now = now
      await on.consentry.reject(admin(tenant), idOf(tenant, 'last'))
    },
    async revoke(tenant, now) {
      on.now = now
      await on.consentry.revoke(admin(tenant), idOf(tenant, 'last'))
    },
    async setExpiry(tenant, now, expiresAt) {
      on.now = now
      const refused = await on.consentry.setExpiry(admin(tenant), idOf(tenant, 'first'), { expiresAt }).catch((error: unknown) => error)
      return isConsentryError(refused) ? refused.code : undefined
    },
    decide: (user, tenant, method, now) => on.consentry.decide({ user, tenant, method: method as AccessMethod, at: now as number }),
  }
}

describe('the story through the service (SPEC §10)', () => {
  for (const { row, says, play, ask } of TABLE) {
    it(`row ${row}: ${says}`, async () => {
      const through = throughTheService()
      await play(through)
      for (const [user, tenant, method, now, expected] of ask(through)) {
        expect(await through.decide(user, tenant, method as AccessMethod, now)).toEqual(expected)
      }
    })
  }

  it(ROW_19.says, async () => {
    expect(await ROW_19.play(throughTheService())).toBe('not-active')
  })
})
