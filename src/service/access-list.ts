/** The list of what was: who could enter during a window, as each party may see it (SPEC 13.1). */
import { type AccessItem, incomingAccess, outgoingAccess } from '../domain/access-views.js'
import type { Actor } from '../domain/actor.js'
import { unwrap } from '../domain/error.js'
import type { TenantId } from '../domain/ids.js'
import { Id, type InstantInput, instantSchema, readRecord } from '../domain/input.js'
import type { Instant } from '../domain/instant.js'
import { windowSchema } from '../domain/window.js'
import type { GrantRow } from '../ports/grants-query.js'
import { parseReader, partiesOf } from './arguments.js'
import { ownRows, type ServiceContext, throwBrokenRepository } from './context.js'
import { GrantCursor, type Page, type PageInput, pageQuery, toPage } from './pages.js'

/** The query of `access` (SPEC 13.1). */
export interface AccessInput extends PageInput {
  /**
   * The first instant of the window.
   * It is a `Date`, whole milliseconds, or ISO 8601 with seconds and an offset.
   */
  readonly from: InstantInput
  /** The first instant after the window, in the same forms. */
  readonly to: InstantInput
  /**
   * Only requests between the actor's tenant and this one, in either direction.
   * By default all.
   */
  readonly tenant?: TenantId | undefined
}

/** A page of `access`, newest grant first. */
export interface AccessPage extends Page<AccessItem> {
  /**
   * The instant of the first grant of the actor's tenant, in milliseconds: from then on it is governed.
   * It is `null` if the tenant had granted nothing before the end of the window, and for an actor without `answer`.
   */
  readonly governedSince: Instant | null
}

const AccessQuery = windowSchema(pageQuery('access', GrantCursor, { from: instantSchema, to: instantSchema, tenant: Id.optional() }))

/** The list of what was, of the service. */
export function createAccessList({ withRepository }: ServiceContext) {
  return {
    async access(actor: Actor, input: AccessInput): Promise<AccessPage> {
      const by = parseReader(actor, 'submit', 'answer')
      const { from, to, tenant: other, limit, cursor: after, list } = unwrap(readRecord(AccessQuery, input))
      const parties = partiesOf(by)
      const isAsked = ({ party, request: { requestingTenant, tenant } }: GrantRow) => {
        const [own, asked, opposite] =
          party === 'requester' ? [requestingTenant, parties.requestingTenant, tenant] : [tenant, parties.tenant, requestingTenant]
        return own === asked && (other === undefined || other === opposite)
      }
      const view = (row: GrantRow): AccessItem =>
        (row.party === 'requester' ? outgoingAccess(row.request, row.name, { from, to }) : incomingAccess(row.request, { from, to })) ??
        throwBrokenRepository()

      const query = { ...parties, other, from, to, after, limit: limit + 1 }
      const { rows, governedSince: since } = await withRepository((repository) => repository.grants(query))
      const items = ownRows(rows, isAsked).map(view)
      const page = toPage(
        list,
        items,
        limit,
        (item) => item,
        ({ answer, tenantRequest }) => ({ grantedAt: answer.at, id: tenantRequest }),
      )
      return { ...page, governedSince: parties.tenant !== undefined && since !== null && since < to ? since : null }
    },
  }
}
