/** The facts of the memory repository. */
import { decisiveRequests, isOpenGrant } from '../../domain/decisive-requests.js'
import { compareIds, type TenantId, type UserId } from '../../domain/ids.js'
import { type RequestFacts, requestsSentBy } from '../../domain/status.js'
import { idsInRequest, upToPageIds } from '../../ports/event-feed.js'
import type { FactsQuery, FactsReader } from '../../ports/facts-reader.js'
import { page } from '../../ports/page.js'
import { oldestFirst } from './parts.js'
import type { Shared } from './sessions.js'

/** Returns a facts reader over the requests of a tenant, and those that name or named a user. */
export function memoryFacts(
  { requestsOf, factsOf }: Pick<Shared, 'requestsOf' | 'factsOf'>,
  requestsIn: (tenant: TenantId) => readonly RequestFacts[],
  requestsNaming: (user: UserId) => readonly RequestFacts[],
): FactsReader {
  const factsFor = ({ tenant, user, from, now }: FactsQuery) =>
    factsOf(tenant, decisiveRequests(user, requestsSentBy(from, requestsOf(tenant, user)), now))

  return {
    factsFor: async (query) => factsFor(query),

    factsForMany: async (queries) => queries.map(factsFor),

    async factsPage({ tenant, openAt, after, limit }) {
      const requests = requestsIn(tenant).filter((request) => openAt === undefined || isOpenGrant(request, openAt))
      return factsOf(tenant, upToPageIds(page(requests, oldestFirst, after, limit), idsInRequest))
    },

    async grantsOfUser({ user, from, now, after, limit }) {
      const grants = requestsSentBy(from, requestsNaming(user)).filter((one) => isOpenGrant(one, now) && one.users.includes(user))
      const tenants = page([...new Set(grants.map(({ tenant }) => tenant))], compareIds, after, limit)
      return tenants.map((tenant) => {
        const own = grants.filter((grant) => grant.tenant === tenant)
        return factsOf(tenant, decisiveRequests(user, own, now))
      })
    },
  }
}
