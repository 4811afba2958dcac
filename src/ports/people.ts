/** The people port: names for pages, a search for an editor, and addresses for notices. */
import type { Permission } from '../domain/actor.js'
import type { TenantId, UserId } from '../domain/ids.js'

/** A user or a tenant as people know it: the `id` that Consentry knows, and the `name` to show. */
export interface Named {
  readonly id: string
  readonly name: string
}

/** A person to write to. The `email` address is the host's; it is stored nowhere. */
export interface Recipient extends Named {
  readonly email: string
}

/** A search for users or tenants. */
export interface PeopleSearch {
  /** What a person typed; `''` for everybody. */
  readonly search: string
  /** The `next` of the page before; `null` for the first page. */
  readonly cursor: string | null
  /** The most items of a page. */
  readonly limit: number
}

/** A page of a search: its `items`, and as `next` the cursor of the next page, `null` on the last one. */
export interface PeopleFound {
  readonly items: readonly Named[]
  readonly next: string | null
}

/**
 * Whom a notice is for.
 * The people of a tenant with a permission there, or these users of a requesting tenant. `kinds` are what it is about, such as `granted`: by
 * them a host leaves out who does not want notices of that kind. A digest has several.
 */
export type RecipientsQuery =
  | { readonly tenant: TenantId; readonly permission: Permission; readonly kinds: readonly string[] }
  | { readonly requestingTenant: TenantId; readonly users: readonly UserId[]; readonly kinds: readonly string[] }

/**
 * The host's names and addresses: what pages and notices show and use. No rule depends on them.
 *
 * Each method may be asynchronous. `users` and `tenants` are called once a page with all its ids, and answer in any order; an id without an
 * answer is shown as it is. A name is shown as text: it is escaped wherever it stands in HTML.
 *
 * `consentryApi` and `startNotices` take a `People`. The example `names-and-recipients.ts` has one in memory.
 */
export interface People {
  /** Returns the names of those of these users that the host knows. */
  users(ids: readonly UserId[]): Promise<readonly Named[]> | readonly Named[]
  /** Returns the names of those of these tenants that the host knows. */
  tenants(ids: readonly TenantId[]): Promise<readonly Named[]> | readonly Named[]
  /** Returns a page of the members of the requesting tenant whose names match. */
  findUsers(requestingTenant: TenantId, query: PeopleSearch): Promise<PeopleFound> | PeopleFound
  /** Returns a page of the tenants that the requesting tenant may ask, whose names match. */
  findTenants(requestingTenant: TenantId, query: PeopleSearch): Promise<PeopleFound> | PeopleFound
  /**
   * Returns whom to write to, as of now. Optional: only notices ask it.
   * Somebody who is no longer a member of that tenant, or does not want to be written to, is left out.
   */
  recipients?(query: RecipientsQuery): Promise<readonly Recipient[]> | readonly Recipient[]
}
