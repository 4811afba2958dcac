/** The searches for users and tenants, by which an editor composes a request. */
import * as z from 'zod'
import { ConsentryError, throwRefusal } from '../domain/error.js'
import { callSafely } from '../domain/host-calls.js'
import type { Named, PeopleFound, PeopleSearch } from '../ports/people.js'
import { namedOf } from './names.js'
import { type Call, route } from './route.js'
import { SearchQuery } from './wire-inputs.js'
import { component } from './wire-values.js'

const FoundOut = component(
  'NamedPage',
  z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })), next: z.string().nullable() }),
  { description: 'A page of a search. `next` is the cursor of the next one; null on the last.' },
)

const search = {
  method: 'GET',
  permissions: ['submit'],
  query: SearchQuery,
  status: 200,
  answer: FoundOut,
  page: true,
  refusals: ['not-found'],
} as const

export const directoryRoutes = [
  route({
    ...search,
    id: 'searchUsers',
    path: '/directory/users',
    summary: "Searches the own tenant's members. Not found where the host has no `people`.",
    run: (call) => searchPeople('findUsers', call),
  }),
  route({
    ...search,
    id: 'searchTenants',
    path: '/directory/tenants',
    summary: 'Searches the tenants that the own tenant may ask. Not found where the host has no `people`.',
    run: (call) => searchPeople('findTenants', call),
  }),
] as const

async function searchPeople(
  method: 'findUsers' | 'findTenants',
  { actor, query, settings: { people, onError } }: Call<z.output<typeof SearchQuery>, unknown>,
): Promise<{ items: Named[]; next: string | null }> {
  if (people === undefined) return throwRefusal({ code: 'not-found' })
  const asked: PeopleSearch = { search: query.search ?? '', cursor: query.cursor ?? null, limit: query.limit ?? 50 }
  try {
    const { items, next }: Partial<PeopleFound> = Object(await people[method](actor.tenant, asked))
    if (next !== null && typeof next !== 'string') throw new TypeError(`\`${method}\` of \`people\` must answer \`next\`: a string or null`)
    return { items: namedOf(items), next }
  } catch (cause) {
    callSafely(onError, cause)
    throw new ConsentryError('the search failed', { code: 'unavailable', port: 'directory' }, { cause })
  }
}
