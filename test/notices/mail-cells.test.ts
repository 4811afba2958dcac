/** The mail of each kind of notice to each role: what it says, what it does not, and where its link leads. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mail } from '../../src/notices/mail.js'
import type { MailLink } from '../../src/notices/mail-options.js'
import type { NOTICES, NoticeKind, NoticeRole } from '../../src/notices/notice.js'
import { CELLS, contextOf, freshDelivery, NAMES, noticeOf, OPTIONS, peopleOf, RECIPIENTS } from './cells.js'
import { bodyText, elementsOf } from './markup.js'
import { openPostOffice, type PostOffice } from './post-office.js'

type Phrases = { readonly en: readonly string[]; readonly fr: readonly string[] }
const phrases = (en: string | readonly string[], fr: string | readonly string[]): Phrases => ({ en: [en].flat(), fr: [fr].flat() })

const CLOSED = phrases('legacy tool is closed in', "L'outil hérité est fermé dans")

/** What the mail must say in words, for people who do not know the library. Names, times and numbers are looked for besides. */
const SAYS: { readonly [Kind in NoticeKind]: { readonly [Role in keyof (typeof NOTICES)[Kind] & NoticeRole]: Phrases } } = {
  submitted: { requester: phrases('has been sent', 'a été envoyée') },
  received: {
    user: phrases('was asked to let you act there', 'de vous laisser y agir'),
    tenant: phrases(['act inside your tenant', 'Nobody enters until you say so', 'lapses'], ['agir dans votre locataire', 'caduque']),
  },
  granted: {
    requester: phrases(['granted access', ...CLOSED.en, 'no longer with you'], ["a accordé l'accès", ...CLOSED.fr, 'ne fait plus partie']),
    user: phrases('granted you access', "vous a accordé l'accès"),
    tenant: phrases(
      ['granted access to', 'legacy tool is closed in your tenant, for good'],
      ["a accordé l'accès à", "l'outil hérité est définitivement fermé dans votre locataire"],
    ),
  },
  rejected: {
    requester: phrases('rejected the request', 'a rejeté la demande'),
    user: phrases('was rejected', 'a été rejetée'),
    tenant: phrases('rejected the request of', 'a rejeté la demande de'),
  },
  revoked: {
    requester: phrases('revoked the access', "a révoqué l'accès"),
    user: phrases('was revoked', 'a été révoqué'),
    tenant: phrases('revoked the access of', "a révoqué l'accès de"),
  },
  withdrawn: {
    requester: phrases(['withdrew the request', 'last user was removed'], ['a retiré la demande', 'dernière personne']),
    user: phrases('was withdrawn', 'a été retirée'),
    tenant: phrases('withdrew its request', 'a retiré sa demande'),
  },
  'revoked-by-requester': {
    requester: phrases(['gave up the access', 'last user was removed'], ["a renoncé à l'accès", 'dernière personne']),
    user: phrases('was revoked', 'a été révoqué'),
    tenant: phrases('gave its access up', 'a renoncé à son accès'),
  },
  'expiry-set': {
    requester: phrases('changed when the access ends', "a modifié la fin de l'accès"),
    user: phrases('now ends on', 'expire maintenant'),
    tenant: phrases('changed when the access of', "a modifié la fin de l'accès de"),
  },
  'user-removed': {
    requester: phrases('was removed from the request to', "n'inclut plus"),
    user: phrases('You were removed from a request to', 'Vous avez été exclu'),
  },
  'ends-soon': {
    requester: phrases(['ends on', 'send a new request'], ['expire le', 'envoyez une nouvelle demande']),
    user: phrases(['ends on', 'Ask your administrator'], ['expire le', 'Demandez à votre administrateur']),
    tenant: phrases(['ends on', 'Change the expiry'], ['expire le', "Modifiez la date d'expiration"]),
  },
  expired: {
    requester: phrases(['expired', 'a new request'], ['a expiré', 'une nouvelle demande']),
    user: phrases('expired', 'a expiré'),
    tenant: phrases('expired', 'a expiré'),
  },
  unanswered: {
    requester: phrases(['has not answered the request yet', 'lapses'], ["n'a pas encore répondu", 'caduque']),
    tenant: phrases(['waits for your answer', 'lapses'], ['attend votre réponse', 'caduque']),
  },
  lapsed: {
    requester: phrases('did not answer in time', "n'a pas répondu à temps"),
    tenant: phrases('Nobody answered', "Personne n'a répondu à temps"),
  },
  'session-started': {
    requester: phrases('entered', 'a accédé à'),
    user: phrases(['You entered', 'If that was not you'], ['Vous avez accédé', "Si ce n'était pas vous"]),
    tenant: phrases(['entered your tenant', 'By your answer'], ['a accédé à votre locataire', 'Par votre réponse']),
  },
  'session-ended': {
    requester: phrases('ended the session of', 'a mis fin à la session de'),
    user: phrases('ended your session', 'a mis fin à votre session'),
    tenant: phrases(['Your tenant ended the session of', 'It began on'], ['Votre locataire a mis fin à la session de', 'commencé le']),
  },
}

/** Every instant of the facts, and of what happened, as it must be read in the two languages. */
const TIMES: Readonly<Record<string, Phrases>> = {
  expiresAt: phrases('February 1, 2026 at 10:00 AM (UTC)', '1 février 2026 à 10:00 (UTC)'),
  answerBy: phrases('February 2, 2026 at 11:01 AM (UTC)', '2 février 2026 à 11:01 (UTC)'),
  sentAt: phrases('January 3, 2026 at 12:02 PM (UTC)', '3 janvier 2026 à 12:02 (UTC)'),
  startedAt: phrases('January 4, 2026 at 1:03 PM (UTC)', '4 janvier 2026 à 13:03 (UTC)'),
  endsAt: phrases('January 5, 2026 at 2:04 PM (UTC)', '5 janvier 2026 à 14:04 (UTC)'),
}
const AT = phrases('January 6, 2026 at 3:05 PM (UTC)', '6 janvier 2026 à 15:05 (UTC)')

/** What a field of facts must be read as; fields of `UNSAID` are not for people. */
const READ: Readonly<Record<string, readonly string[]>> = {
  tag: ['482-915'],
  name: ['SupportAccess'],
  message: ['A message', 'of two lines.'],
  reason: ['The reason of the session.'],
  associations: ['Caroline Bingley', 'Charlotte Lucas', 'Tom Sawyer Fence Painting Co.', 'Hundred Acre Wood Art Gallery'],
  removedUsers: ['Jane Bennet'],
  removedUser: ['Lydia Bennet'],
  user: ['Caroline Bingley'],
  by: ['Becky Thatcher'],
  tenant: ['Tom Sawyer Fence Painting Co.'],
  requestingTenant: ['Classics, Inc.'],
  method: ['Impersonate & Support'],
  answers: ['111-222'],
}
const UNSAID = ['accessRequest', 'tenantRequest', 'session', 'legacyClosed', 'cause']

/** Fields whose words are not in the language of the mail: where they are allowed, by their texts. */
const WORLD = [...Object.values(READ).flat(), ...Object.values(TIMES).flatMap(({ en, fr }) => [...en, ...fr])]
const REMINDERS = ['ends-soon', 'unanswered']

/** A text as it reads, with simple spaces. */
const simple = (text: string) => text.replaceAll(/[\u202f\u00a0]/g, ' ').replaceAll(/[ \n]+/g, ' ')

let office: PostOffice
beforeAll(async () => {
  office = await openPostOffice()
})
afterAll(() => office.close())

/** Sends a notice over the socket, and returns what arrived. */
async function sent(notice: ReturnType<typeof noticeOf>, locale = 'en') {
  const delivery = freshDelivery(notice)
  const links: MailLink[] = []
  const link = (place: MailLink) => {
    links.push(place)
    return OPTIONS.link(place)
  }
  const { people, asked } = peopleOf(RECIPIENTS)
  await mail(office.transport, { ...OPTIONS, link, locale }).send(delivery, contextOf({ people }))
  const arrived = office.about(delivery.id)
  const first = arrived.find(({ envelope }) => envelope.includes('first@readers.example'))
  if (first === undefined) throw new Error('no mail for the first reader')
  return { arrived, mail: first.mail, raw: first.raw, links, asked }
}

it('every cell has a case', () => {
  expect(CELLS.length).toBeGreaterThan(35)
  const cases = Object.entries(SAYS).flatMap(([kind, roles]) => Object.keys(roles).map((role) => `${kind} ${role}`))
  expect(CELLS.map(({ kind, role }) => `${kind} ${role}`).sort()).toEqual(cases.sort())
  const fields = new Set(CELLS.flatMap(({ notice }) => Object.keys(notice.facts)))
  expect([...fields].sort()).toEqual([...Object.keys(READ), ...Object.keys(TIMES), ...UNSAID].sort())
})

describe.concurrent.each(['en', 'fr'] as const)('in %s', (locale) => {
  it.each(CELLS)('$kind to the $role says its facts, and nothing else of the world', async ({ kind, role, notice }) => {
    const { arrived, mail: one, asked, raw } = await sent(notice, locale)
    const said = (SAYS[kind] as Readonly<Record<string, Phrases>>)[role]?.[locale] ?? []
    const fields = Object.keys(notice.facts)
    const wanted = [
      ...said,
      ...fields.flatMap((field) => READ[field] ?? TIMES[field]?.[locale] ?? []),
      ...(REMINDERS.includes(kind) ? [] : AT[locale]),
    ]
    const texts = { text: simple(one.text ?? ''), html: simple(bodyText(one.html || '')) }
    expect(said.length).toBeGreaterThan(0)
    for (const [form, text] of Object.entries(texts)) {
      expect(wanted.filter((phrase) => !text.includes(phrase)).map((phrase) => `${form} lacks ${phrase}`)).toEqual([])
      // Of the world, only what the facts say, and the own tenant in the line that says why.
      const own = NAMES[notice.to.tenant] ?? ''
      const others = WORLD.filter((phrase) => !wanted.includes(phrase) && phrase !== own && text.includes(phrase))
      expect(others.map((phrase) => `${form} has ${phrase}`)).toEqual([])
      expect(text).not.toMatch(/undefined|\[object|NaN|null/)
    }
    // One mail each, with nobody else's name or address.
    expect(arrived.map(({ envelope }) => envelope).sort()).toEqual(RECIPIENTS.map(({ email }) => [email]))
    expect(raw).not.toMatch(/second|third|Second|Third/)
    // Asked once, about those in the facts alone.
    expect([asked.recipients.length, asked.users.length <= 1, asked.tenants.length]).toEqual([1, true, 1])
    const facts = JSON.stringify([notice.facts, notice.to])
    expect([...asked.users, ...asked.tenants].flat().filter((id) => !facts.includes(`"${id}"`))).toEqual([])
    // No session, and no id but in the address of the link.
    const address = elementsOf(one.html || '').find(({ tag }) => tag === 'a')?.attributes['href'] ?? ''
    const without = `${one.subject}${one.text}${one.html}`.replaceAll(address, '')
    expect(without).not.toMatch(/id-of-|0123456789abcdef/)
  })
})

/** The page and the id of each link; a role of a kind that is not named here has the usual one. */
const USUAL: Readonly<Record<NoticeRole, MailLink>> = {
  requester: { page: 'outgoing', id: 'id-of-the-access-request' },
  user: { page: 'my-access', id: null },
  tenant: { page: 'incoming', id: 'id-of-the-tenant-request' },
}
const RENEWAL: MailLink = { page: 'new-request', id: 'id-of-the-tenant-request' }

it.concurrent.each(CELLS)('$kind to the $role has one link, to its page', async ({ kind, role, notice }) => {
  const { mail: one, links } = await sent(notice)
  const isSession = kind.startsWith('session-')
  const isRenewal = role === 'requester' && (kind === 'ends-soon' || kind === 'expired')
  const place = isSession ? { page: 'sessions', id: null } : isRenewal ? RENEWAL : USUAL[role]
  expect(links).toEqual([place, place, place])
  const address = OPTIONS.link(place)
  const elements = elementsOf(one.html || '')
  expect(elements.filter(({ attributes }) => 'href' in attributes || 'src' in attributes).map(({ tag }) => tag)).toEqual(['a'])
  expect(elements.find(({ tag }) => tag === 'a')?.attributes['href']).toBe(address)
  expect(one.text?.split('\n').filter((line) => line.includes('://'))).toEqual([address])
  expect((one.html || '').match(/https?:/g)).toHaveLength(1)
})

it.concurrent.each(CELLS)('$kind to the $role is a whole document of known elements, with its language', async ({ notice }) => {
  const { mail: one } = await sent(notice, 'fr')
  expect(one.html || '').toMatch(/^<!doctype html>\n<html lang="fr" dir="ltr">/)
  const elements = elementsOf(one.html || '')
  const known = 'html head meta title body div h1 p bdi b blockquote br a ul li'.split(' ')
  expect(elements.map(({ tag }) => tag).filter((tag) => !known.includes(tag))).toEqual([])
  expect(elements.find(({ tag }) => tag === 'title')?.text).toBe(one.subject)
  const attributes = new Set(elements.flatMap((element) => Object.keys(element.attributes)))
  expect([...attributes].filter((name) => !['lang', 'dir', 'role', 'charset', 'name', 'content', 'style', 'href'].includes(name))).toEqual(
    [],
  )
})

describe.concurrent('what a fact may be besides', () => {
  const textOf = async (...what: Parameters<typeof noticeOf>) => simple((await sent(noticeOf(...what))).mail.text ?? '')

  it('a grant without an end says so, and no time but that of the grant', async () => {
    for (const role of ['requester', 'user', 'tenant'] as const) {
      const text = await textOf('granted', role, { expiresAt: null })
      expect(text).toContain('without an end date')
      expect(text.match(/\(UTC\)/g)).toHaveLength(1)
    }
  })
  it.each(['en', 'fr'])('a later grant says nothing of the legacy tool to the tenant, in %s', async (locale) => {
    const { mail: one } = await sent(noticeOf('granted', 'tenant', { legacyClosed: false }), locale)
    expect(`${one.text}${one.html}`).not.toMatch(/legacy|hérité/)
  })
  it('nobody was removed, and nobody was the last', async () => {
    expect(await textOf('granted', 'requester', { removedUsers: [] })).not.toContain('Without')
    for (const kind of ['withdrawn', 'revoked-by-requester'] as const)
      expect(await textOf(kind, 'requester', { removedUser: null })).not.toContain('last user')
  })
  it('without a message nothing is quoted', async () => {
    const text = await textOf('granted', 'tenant', { message: '' })
    expect(text).not.toContain('Message')
    expect(text).not.toContain('>')
  })
  it('a request that never lapses', async () => {
    for (const [kind, role] of [
      ['received', 'tenant'],
      ['unanswered', 'tenant'],
      ['unanswered', 'requester'],
    ] as const)
      expect(await textOf(kind, role, { answerBy: null })).not.toContain('lapses')
  })
  it('a session whose user the tenant is not told, and one by the legacy tool', async () => {
    const started = await textOf('session-started', 'tenant', { user: null, answers: [] })
    expect(started).toContain('Somebody of Classics, Inc. entered your tenant')
    expect(started).toContain('it is the legacy tool')
    const ended = await textOf('session-ended', 'tenant', { user: null, answers: [] })
    expect(ended).toContain('Your tenant ended a session of Classics, Inc.')
    expect(ended).toContain('it was the legacy tool')
  })
  it('by any method', async () => {
    expect(await textOf('session-started', 'user', { method: 'access-request' })).toContain('By Access request')
    expect(await textOf('session-ended', 'requester', { method: 'legacy-configure' })).toContain('Impersonate & Configure')
  })
  it.each([
    ['ended-by-user', 'Caroline Bingley left', 'You left', 'left your tenant'],
    ['ended-by-requester', 'Your tenant ended', 'Your own tenant ended', 'Classics, Inc. ended the session of Caroline Bingley'],
    ['expired', 'was up', 'was up', 'its time was up'],
    ['access-lost', 'because the access had ended', 'because the access had ended', 'because the access had ended'],
  ])('a session that ended by %s', async (cause, requester, user, tenant) => {
    expect(await textOf('session-ended', 'requester', { cause })).toContain(requester)
    expect(await textOf('session-ended', 'user', { cause })).toContain(user)
    expect(await textOf('session-ended', 'tenant', { cause })).toContain(tenant)
  })
  it('long lists are counted, and names are asked of those that are shown', async () => {
    const ids = Array.from({ length: 500 }, (_, n) => `id-${n}`)
    const associations = Array.from({ length: 30 }, () => ({ users: ids, tenants: ids.slice(0, 11) }))
    const { mail: one, asked } = await sent(noticeOf('submitted', 'requester', { associations }))
    expect(one.text?.match(/To act in/g)).toHaveLength(10)
    expect(one.text).toContain('id-9, and 490 others.')
    expect(one.text).toContain('id-9, and id-10: ')
    expect(one.text).toContain('The page has the rest.')
    expect(asked.users[0]).toHaveLength(10)
  })
})

describe.concurrent('a digest', () => {
  const digest = async (count: number, locale = 'en') => {
    const kinds = ['granted', 'rejected', 'session-started'] as const
    const notices = Array.from({ length: count }, (_, n) => noticeOf(kinds[n % 3] ?? 'granted', 'requester'))
    const { people, asked } = peopleOf()
    const links: MailLink[] = []
    const link = (place: MailLink) => {
      links.push(place)
      return OPTIONS.link(place)
    }
    const [first, ...more] = notices
    if (first === undefined) throw new Error('no notice')
    const delivery = freshDelivery(first, ...more)
    await mail(office.transport, { ...OPTIONS, link, locale }).send(delivery, contextOf({ people }))
    const [arrived] = office.about(delivery.id)
    if (arrived === undefined) throw new Error('no mail')
    const { mail: one } = arrived
    return { one, links, asked, items: elementsOf(one.html || '').filter(({ tag }) => tag === 'li') }
  }

  it('has a sentence for each notice, and one link to all outgoing requests', async () => {
    const { one, links, items, asked } = await digest(3)
    expect(one.subject).toBe('3 updates about your access requests')
    expect(items.map(({ text }) => simple(text))).toEqual([
      'Tom Sawyer Fence Painting Co. granted access until February 1, 2026 at 10:00 AM (UTC). (No. 482-915)',
      'Tom Sawyer Fence Painting Co. rejected the request. (No. 482-915)',
      'Caroline Bingley entered Tom Sawyer Fence Painting Co.',
    ])
    expect(simple(one.text ?? '')).toContain('- Tom Sawyer Fence Painting Co. rejected the request. (No. 482-915)')
    expect(links).toEqual([{ page: 'outgoing', id: null }])
    expect(asked.recipients).toEqual([{ tenant: 'classics', permission: 'submit', kinds: ['granted', 'rejected', 'session-started'] }])
    expect((await digest(2, 'fr')).one.subject).toBe("2 nouvelles de vos demandes d'accès")
  })
  it('lists 50, and counts the others', async () => {
    const [fifty, one, more] = [await digest(50), await digest(51), await digest(1_100)]
    expect([fifty, one, more].map(({ items }) => items.length)).toEqual([50, 50, 50])
    expect(fifty.one.text).not.toContain('more.')
    expect(one.one.text).toContain('There is one more.')
    expect(more.one.text).toContain('There are 1,050 more.')
    const other = Array.from({ length: 50 }, () => noticeOf('rejected', 'requester', { tenant: 'shown' }))
    const delivery = freshDelivery(
      noticeOf('rejected', 'requester', { tenant: 'shown' }),
      ...other,
      noticeOf('rejected', 'requester', { tenant: 'unshown' }),
    )
    const { people, asked } = peopleOf()
    await mail(office.transport, OPTIONS).send(delivery, contextOf({ people }))
    expect(asked.tenants).toEqual([['classics', 'shown']])
    expect(more.one.subject).toBe('1,100 updates about your access requests')
  })
})
