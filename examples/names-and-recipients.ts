/** A `People` in memory: names for a page, a search for an editor, and whom to write to. */
import { deepEqual, equal } from 'node:assert/strict'
import type { Named, People, PeopleSearch } from 'consentry'

const TENANTS = new Map([
  ['classics', 'Classics, Inc.'],
  ['tom-sawyer', 'Tom Sawyer Fence Painting Co.'],
  ['hundred-acre', 'Hundred Acre Wood Art Gallery'],
])
const STAFF = [
  { id: 'elizabeth', name: 'Elizabeth Bennet', tenant: 'classics', permissions: ['submit'], email: 'elizabeth@classics.example' },
  { id: 'caroline', name: 'Caroline Bingley', tenant: 'classics', permissions: [], email: 'caroline@classics.example' },
  { id: 'charlotte', name: 'Charlotte Lucas', tenant: 'classics', permissions: [], email: 'charlotte@classics.example' },
  { id: 'tom', name: 'Tom Sawyer', tenant: 'tom-sawyer', permissions: ['answer'], email: 'tom@tom-sawyer.example' },
  { id: 'becky', name: 'Becky Thatcher', tenant: 'tom-sawyer', permissions: ['answer'], email: 'becky@tom-sawyer.example' },
]
// Tom reads requests and answers, and nothing about sessions. An opt-out is the host's own.
const UNWANTED = new Map([['tom', ['session-started', 'session-ended']]])
const named = ({ id, name }: Named): Named => ({ id, name })
const staffOf = (vendor: string) => STAFF.filter(({ tenant }) => tenant === vendor)
const tenants = [...TENANTS].map(([id, name]) => ({ id, name }))

/** The first matches after the cursor, by name; the cursor is the last name of the page before. */
function pageOf(all: readonly Named[], { search, cursor, limit }: PeopleSearch) {
  const found = all.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase())).sort((a, b) => (a.name < b.name ? -1 : 1))
  const rest = found.filter(({ name }) => cursor === null || name > cursor)
  return { items: rest.slice(0, limit).map(named), next: rest.length > limit ? (rest[limit - 1]?.name ?? null) : null }
}

const people = {
  users: (ids) => STAFF.filter(({ id }) => ids.includes(id)).map(named),
  tenants: (ids) => tenants.filter(({ id }) => ids.includes(id)),
  findUsers: (vendor, query) => pageOf(staffOf(vendor), query),
  findTenants: (vendor, query) => pageOf(vendor === 'classics' ? tenants.filter(({ id }) => id !== vendor) : [], query),
  recipients: (wanted) => {
    const isWanted = (one: (typeof STAFF)[number]) =>
      'permission' in wanted
        ? one.tenant === wanted.tenant && one.permissions.includes(wanted.permission)
        : one.tenant === wanted.requestingTenant && wanted.users.includes(one.id)
    const wants = ({ id }: Named) => wanted.kinds.some((kind) => !UNWANTED.get(id)?.includes(kind))
    return STAFF.filter((one) => isWanted(one) && wants(one)).map(({ id, name, email }) => ({ id, name, email }))
  },
} satisfies People

const names = await people.users(['caroline', 'nobody'])
deepEqual(names, [{ id: 'caroline', name: 'Caroline Bingley' }])
const first = await people.findUsers('classics', { search: 'c', cursor: null, limit: 1 })
const second = await people.findUsers('classics', { search: 'c', cursor: first.next, limit: 1 })
deepEqual(
  [...first.items, ...second.items].map(({ id }) => id),
  ['caroline', 'charlotte'],
)
equal(second.next, null)
const answerers = { tenant: 'tom-sawyer', permission: 'answer' } as const
equal((await people.recipients({ ...answerers, kinds: ['received'] })).length, 2)
const [toAnswer] = await people.recipients({ ...answerers, kinds: ['session-started'] })
equal(toAnswer?.email, 'becky@tom-sawyer.example')
// Caroline works elsewhere.
deepEqual(await people.recipients({ requestingTenant: 'tom-sawyer', users: ['caroline'], kinds: ['granted'] }), [])
console.log(`${names[0]?.name} asks; ${toAnswer?.name} is told`)
