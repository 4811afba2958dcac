/** Contract tests of granted requests: whose, in which window, and page by page (SPEC 13.1). */
import type { TenantId } from '../../domain/ids.js'
import type { Instant } from '../../domain/instant.js'
import type { GrantKey, GrantQuery, GrantRow } from '../../ports/grants-query.js'
import { type ContractTest, contractTest } from './contract-test.js'
import { assertEqual, required } from './fixtures/assert.js'
import { expectedGrants } from './fixtures/expected-grants.js'
import { CAROLINE, CHARLOTTE, CLASSICS, type Fixture, HUNDRED, TOM } from './fixtures/fixture.js'
import { instantsFrom, lifecyclesFrom, saveLifecycle } from './fixtures/lifecycles.js'
import { grantAt, rejectAt, removeUserAt, revokeAt, setExpiryAt } from './fixtures/transitions.js'

const [FIRST, LAST] = [-8.64e15, 8.64e15]
const ALWAYS = { from: FIRST, to: LAST }
const PARTIES: readonly Pick<GrantQuery, 'requestingTenant' | 'tenant'>[] = [
  { requestingTenant: CLASSICS, tenant: TOM },
  ...[CLASSICS, 'rival', TOM, HUNDRED, 'nobody'].flatMap((one) => [
    { requestingTenant: one },
    { tenant: one },
    { requestingTenant: one, tenant: one },
  ]),
]

export const grantTests: readonly ContractTest[] = [
  contractTest('granted requests of a window are those whose grant lasted at an instant of it, whatever ended it', async (fixture) => {
    for (const life of lifecyclesFrom(0)) await saveLifecycle(fixture, TOM, life)
    await saveLifecycle(fixture, TOM, { answerBy: null, steps: [grantAt(2_000), revokeAt(2_000)] })
    await saveLifecycle(fixture, TOM, { answerBy: null, steps: [grantAt(2_000, 4_000), setExpiryAt(2_000, 3_000)] })
    const instants = [FIRST, ...instantsFrom(0), LAST]
    for (const party of [{ requestingTenant: CLASSICS }, { tenant: TOM }])
      for (const from of instants) for (const to of instants) if (from < to) await expectAllGrants(fixture, { ...party, from, to })
  }),

  contractTest(
    'granted requests are those of either party or of both, each once, with users for the requesting tenant only',
    async (fixture) => {
      await grantsOfThreeParties(fixture)
      for (const party of PARTIES) await expectAllGrants(fixture, { ...party, ...ALWAYS })
    },
  ),

  contractTest('granted requests of one other tenant are those between the two, on every page', async (fixture) => {
    await grantsOfThreeParties(fixture)
    for (const party of PARTIES)
      for (const other of [CLASSICS, 'rival', TOM, HUNDRED, 'nobody'])
        for (const limit of [1, 2, 1_000]) await expectGrantPages(fixture, { ...party, other, ...ALWAYS }, limit)
  }),

  contractTest('granted requests are ordered newest grant first, equal instants by id descending, up to the limit', async (fixture) => {
    await grantsOfThreeParties(fixture)
    for (const party of PARTIES) {
      const { rows } = expectedGrants(fixture, { ...party, ...ALWAYS })
      for (const limit of [1, 2, 5, rows.length, 1_000]) {
        const page = await fixture.repository.grants({ ...party, ...ALWAYS, limit })
        assertEqual(page.rows, rows.slice(0, limit), `the first ${limit} of ${JSON.stringify(party)}`)
      }
    }
  }),

  contractTest('continuing from any key, granted requests neither repeat nor skip a row, even with one row per page', async (fixture) => {
    await grantsOfThreeParties(fixture)
    for (const party of PARTIES) for (const limit of [1, 3]) await expectGrantPages(fixture, { ...party, ...ALWAYS }, limit)
    // A key after the window is no way out of it.
    const query = { requestingTenant: CLASSICS, from: 1_000, to: 3_000 }
    for (const grantedAt of [query.to, 9_000]) {
      const page = await fixture.repository.grants({ ...query, after: { grantedAt, id: '~' }, limit: 1_000 })
      assertEqual(page.rows, expectedGrants(fixture, query).rows, `the rows of the window after a key at ${grantedAt}`)
    }
  }),

  contractTest('grants made between pages of granted requests cause no repeated or skipped row', async (fixture) => {
    await grantsOfThreeParties(fixture)
    const query = { requestingTenant: CLASSICS, tenant: CLASSICS, ...ALWAYS }
    const before = expectedGrants(fixture, query).rows.map(({ request }) => request.id)
    const seen: string[] = []
    for (let after: GrantKey | undefined; ; ) {
      const { rows } = await fixture.repository.grants({ ...query, after, limit: 2 })
      seen.push(...rows.map(({ request }) => request.id))
      const last = rows.at(-1)
      if (last === undefined) break
      after = grantKeyOf(last)
      await fixture.applyTransitions(await fixture.submitOne(TOM, { at: 500 }), grantAt(20_000))
    }
    assertEqual(seen, before, 'the rows')
  }),

  contractTest('a page of granted requests says since when the tenant asked is governed, whatever the window', async (fixture) => {
    await grantsOfThreeParties(fixture)
    await fixture.applyTransitions(await fixture.submitOne('kellynch'), grantAt(2_000), revokeAt(2_000))
    for (const tenant of [TOM, HUNDRED, CLASSICS, 'kellynch', 'nobody'])
      for (const window of [ALWAYS, { from: FIRST, to: FIRST + 1 }, { from: 8_000, to: 9_000 }])
        for (const party of [{ tenant }, { tenant, requestingTenant: tenant }, { requestingTenant: tenant }]) {
          const { governedSince } = await fixture.repository.grants({ ...party, ...window, limit: 1 })
          assertEqual(governedSince, expectedGrants(fixture, { ...party, ...window }).governedSince, JSON.stringify(party))
        }
  }),

  contractTest('mutating a page of granted requests does not affect stored data', async (fixture) => {
    await grantsOfThreeParties(fixture)
    const query = { requestingTenant: CLASSICS, tenant: CLASSICS, ...ALWAYS }
    for (const { request } of (await fixture.repository.grants({ ...query, limit: 1_000 })).rows) {
      Reflect.set(request, 'state', 'pending')
      Reflect.set(request, 'tenant', 'mutated')
      if ('users' in request) Reflect.set(request.users, 0, 'mutated')
    }
    await expectAllGrants(fixture, query)
  }),
]

async function expectAllGrants(fixture: Fixture, query: Omit<GrantQuery, 'limit'>): Promise<void> {
  const page = await fixture.repository.grants({ ...query, limit: 1_000 })
  assertEqual(page, expectedGrants(fixture, query), JSON.stringify(query))
}

/** Asserts that the first page and the page after each row hold the next rows, up to the limit. */
async function expectGrantPages(fixture: Fixture, query: Omit<GrantQuery, 'limit'>, limit: number): Promise<void> {
  const { rows } = expectedGrants(fixture, query)
  for (const [n, row] of [undefined, ...rows].entries()) {
    const page = await fixture.repository.grants({ ...query, after: row && grantKeyOf(row), limit })
    assertEqual(page.rows, rows.slice(n, n + limit), `${limit} after row ${n} of ${JSON.stringify(query)}`)
  }
}

function grantKeyOf({ request }: GrantRow): GrantKey {
  return { grantedAt: required('grantedAt' in request ? request.grantedAt : undefined, 'grant'), id: request.id }
}

/**
 * Saves requests among several tenants, of which two send and are asked.
 * Several grants are of one instant.
 */
async function grantsOfThreeParties(fixture: Fixture): Promise<void> {
  const users = [CAROLINE, CHARLOTTE]
  const grant = async (by: TenantId, tenant: TenantId, at: Instant, name: string) =>
    fixture.applyTransitions(await fixture.submitOne(tenant, { by, users, at: 1_000, name }), grantAt(at, at + 2_000, `of ${name}`))
  for (const [n, at] of [2_000, 2_000, 2_500, 3_000, 3_000].entries()) {
    await grant(CLASSICS, TOM, at, `Ours${n}`)
    await grant(CLASSICS, HUNDRED, at, `More${n}`)
    await grant('rival', TOM, at, `Theirs${n}`)
    await grant(TOM, CLASSICS, at, `Back${n}`)
  }
  await fixture.submitOne(TOM, { at: 1_500 })
  await fixture.applyTransitions(await fixture.submitOne(TOM, { at: 1_600 }), rejectAt(2_000))
  await fixture.applyTransitions(await grant(CLASSICS, TOM, 2_600, 'Fewer'), removeUserAt(CHARLOTTE, 2_700))
}
