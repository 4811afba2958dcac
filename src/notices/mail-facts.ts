/** The facts of notices as a mail shows them: names for ids, times with their zone, lists that end. */
import * as z from 'zod'
import type { Association } from '../domain/association.js'
import type { AccessMethod } from '../domain/decision-types.js'
import type { People } from '../ports/people.js'
import type { MailTexts } from './mail-texts.js'
import type { Notice, NoticeParty } from './notice.js'

/** How many names of a list a mail shows, and how many associations. */
const MAX_LISTED = 10

/**
 * The longest name that a mail shows, in code points.
 * A name may be the other party's text, and must not become a page of it.
 */
const MAX_NAME = 128

/** The fields of facts that hold the id of a user, and of a tenant. */
const USER_FIELDS: readonly string[] = ['user', 'by', 'removedUser']
const TENANT_FIELDS: readonly string[] = ['tenant', 'requestingTenant']

/** The names of users and tenants by their ids. */
export interface MailNames {
  readonly users: ReadonlyMap<string, string>
  readonly tenants: ReadonlyMap<string, string>
}

const NamedList = z.array(z.object({ id: z.string(), name: z.string() }))

/** Returns the names of all that these notices show. What cannot be learned is left out. */
export async function readMailNames(people: People | undefined, to: NoticeParty, notices: readonly Notice[]): Promise<MailNames> {
  const users = new Set<string>()
  const tenants = new Set([to.tenant])
  for (const { facts } of notices)
    for (const [field, fact] of Object.entries(facts)) {
      if (field === 'associations')
        for (const one of listed(fact as readonly Association[])) {
          for (const user of listed(one.users)) users.add(user)
          for (const tenant of listed(one.tenants)) tenants.add(tenant)
        }
      else if (field === 'removedUsers') for (const user of listed(fact as readonly string[])) users.add(user)
      else if (typeof fact === 'string' && USER_FIELDS.includes(field)) users.add(fact)
      else if (typeof fact === 'string' && TENANT_FIELDS.includes(field)) tenants.add(fact)
    }
  const [userNames, tenantNames] = await Promise.all([
    askNames(users, (ids) => people?.users(ids)),
    askNames(tenants, (ids) => people?.tenants(ids)),
  ])
  return { users: userNames, tenants: tenantNames }
}

/** Returns the names that the host knows. A mail with ids is better than none. */
async function askNames(ids: ReadonlySet<string>, ask: (ids: readonly string[]) => unknown): Promise<ReadonlyMap<string, string>> {
  if (ids.size === 0) return new Map()
  try {
    const { data = [] } = NamedList.safeParse(await ask([...ids]))
    return new Map(data.map(({ id, name }) => [id, name]))
  } catch {
    return new Map()
  }
}

/** The first of a list: all, or so many that several others are left. */
const listed = <T>(list: readonly T[]): readonly T[] => (list.length <= MAX_LISTED + 1 ? list : list.slice(0, MAX_LISTED))

/** Numbers, instants and lists in one language and time zone. */
interface MailFormats {
  readonly number: (value: number) => string
  readonly instant: (ms: number) => string
  readonly list: (texts: readonly string[]) => string
}

/** What facts are shown with. */
export interface FactFormats extends MailFormats {
  readonly texts: MailTexts
  readonly names: MailNames
}

// The platform takes a millisecond to make them, which a thousand recipients would wait for.
const made = new Map<string, MailFormats>()

/**
 * Returns the formats of a language and a time zone.
 * @throws `RangeError` if the platform knows no such language or zone.
 */
export function mailFormats(locale: string, timeZone: string): MailFormats {
  const key = `${locale} ${timeZone}`
  const formats = made.get(key) ?? createMailFormats(locale, timeZone)
  made.set(key, formats)
  return formats
}

function createMailFormats(locale: string, timeZone: string): MailFormats {
  const numbers = new Intl.NumberFormat(locale)
  const lists = new Intl.ListFormat(locale)
  const instants = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone })
  const offsets = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' })
  const zoneAt = (ms: number) => {
    const offset = offsets.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? ''
    // Everywhere but in Britain people know it as UTC. Some versions of the platform add a zero.
    const utc = offset.replace('GMT', 'UTC').replace(/[+-]0$/, '')
    return timeZone === utc ? utc : `${timeZone.replaceAll('_', ' ')}, ${utc}`
  }
  return {
    number: (value) => numbers.format(value),
    instant: (ms) => `${instants.format(ms)} (${zoneAt(ms)})`,
    list: (shown) => lists.format(shown),
  }
}

/** Returns facts as texts, and whether there is more of them than a mail shows. */
export function showFacts(
  facts: Notice['facts'],
  formats: FactFormats,
): { readonly shown: Record<string, unknown>; readonly cut: boolean } {
  const shown = Object.entries(facts).map(([field, fact]) => [field, showFact(field, fact, formats)])
  const { associations = [] } = facts as { readonly associations?: readonly Association[] }
  return { shown: Object.fromEntries(shown), cut: listed(associations).length < associations.length }
}

function showFact(field: string, fact: unknown, formats: FactFormats): unknown {
  if (typeof fact === 'number') return formats.instant(fact)
  if (field === 'method') return formats.texts.methods[fact as AccessMethod]
  if (field === 'answers')
    return listOrNull(
      (fact as readonly { tag: string }[]).map(({ tag }) => formats.texts.tag(tag)),
      formats,
    )
  if (field === 'removedUsers') return userList(fact as readonly string[], formats)
  if (field === 'associations')
    return listed(fact as readonly Association[]).map(({ users, tenants }) => ({
      users: userList(users, formats),
      tenants: listOrNull(
        tenants.map((id) => tenantName(id, formats.names)),
        formats,
      ),
    }))
  if (typeof fact !== 'string' || field === 'cause') return fact
  if (TENANT_FIELDS.includes(field)) return tenantName(fact, formats.names)
  return isolatedName(formats.names.users.get(fact) ?? fact, fact)
}

const userList = (ids: readonly string[], formats: FactFormats) =>
  listOrNull(
    ids.map((id) => isolatedName(formats.names.users.get(id) ?? id, id)),
    formats,
  )

function listOrNull(all: readonly string[], { texts, list, number }: FactFormats): string | null {
  const shown = listed(all)
  const others = all.length - shown.length
  if (all.length === 0) return null
  return list(others === 0 ? shown : [...shown, texts.others(others, number(others))])
}

/** Returns the name of a tenant, isolated. */
export function tenantName(id: string, { tenants }: MailNames): string {
  return isolatedName(tenants.get(id) ?? id, id)
}

/**
 * Returns a name on one line, isolated from the direction of the sentence around it.
 * If nothing of the name can be seen, it is the id.
 */
function isolatedName(name: string, id: string): string {
  const clean = oneLine(withoutDirection(name))
  const points = [...(/[\p{L}\p{N}\p{P}\p{S}]/u.test(clean) ? clean : id)]
  return `\u2068${points.length > MAX_NAME ? `${points.slice(0, MAX_NAME - 1).join('')}…` : points.join('')}\u2069`
}

/** Returns a text on one line. */
export function oneLine(text: string): string {
  return text.replace(/[ \p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}

/** Returns a text without marks that override or embed a direction, and with lone surrogates replaced. */
export function withoutDirection(text: string): string {
  return text.replace(/[\u202a-\u202e\u2066-\u2069]/g, '').replace(/\p{Cs}/gu, '\ufffd')
}
