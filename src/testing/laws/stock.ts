/** All that is stored, of everybody: how it is read, in whole and page by page, and what every reading of it must be. */
import { compareIds, type TenantId } from '../../domain/ids.js'
import type { RequestFacts } from '../../domain/status.js'
import { toFacts } from '../../domain/tenant-request-state.js'
import type { StockKey } from '../../feed.js'
import type { Scene } from './scene.js'

const ALL = 1_000

/** The facts of every request in the order of the stock, as they were saved last. */
export function expectedStock(scene: Scene): RequestFacts[] {
  return scene.requests.map(toFacts).sort(inStockOrder)
}

/** Every tenant that ever granted, in the order of their ids. */
export function expectedGoverned(scene: Scene): TenantId[] {
  const tenants = new Set(scene.requests.map(({ tenant }) => tenant))
  return [...tenants].filter((tenant) => scene.governs(tenant)).sort(compareIds)
}

/** By tenant, `sentAt` and id. */
export function inStockOrder(a: StockKey, b: StockKey): number {
  return compareIds(a.tenant, b.tenant) || a.sentAt - b.sentAt || compareIds(a.id, b.id)
}

/** What a page of all requests ends with, as the key that the next one begins after. */
export function keyOf({ tenant, sentAt, id }: RequestFacts): StockKey {
  return { tenant, sentAt, id }
}

/** All requests, going on from the last of each full page; `look` is called with every page before the next is asked for. */
export function stock(
  { repository }: Scene,
  limit: number,
  look: (page: readonly RequestFacts[]) => Promise<void> = async () => {},
): Promise<RequestFacts[]> {
  return everyPage((after: StockKey | undefined) => repository.allRequests({ after, limit }), keyOf, limit, look)
}

/** All governed tenants, in the same way. */
export function governedTenants({ repository }: Scene, limit: number, look: () => Promise<void> = async () => {}): Promise<TenantId[]> {
  return everyPage(
    (after: TenantId | undefined) => repository.allGoverned({ after, limit }),
    (tenant) => tenant,
    limit,
    look,
  )
}

async function everyPage<Row, Key>(
  read: (after: Key | undefined) => Promise<readonly Row[]>,
  key: (row: Row) => Key,
  limit: number,
  look: (page: readonly Row[]) => Promise<void>,
): Promise<Row[]> {
  const all: Row[] = []
  let after: Key | undefined
  while (all.length < ALL) {
    const page = await read(after)
    all.push(...page)
    await look(page)
    const last = page.at(-1)
    if (last === undefined || page.length < limit) return all
    after = key(last)
  }
  throw new Error('there is no end: page after page goes on and finds more')
}
