/** Names and messages of the other party are text: they forge no line, no header field and no element. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mail } from '../../src/notices/mail.js'
import type { Recipient } from '../../src/ports/people.js'
import { CELLS, contextOf, freshDelivery, NAMES, noticeOf, OPTIONS, peopleOf, RECIPIENTS } from './cells.js'
import { bodyText, elementsOf } from './markup.js'
import { addressesIn, openPostOffice, type PostOffice } from './post-office.js'

const FIRST = 'first@readers.example'
const HREF = 'https://app.example/consentry#/'

let office: PostOffice
beforeAll(async () => {
  office = await openPostOffice()
})
afterAll(() => office.close())

/** The mail about a notice in a world where everybody has such a name, to somebody of that name. */
async function arrived(notice: ReturnType<typeof noticeOf>, name?: string, options: Partial<typeof OPTIONS> = {}) {
  const names = name === undefined ? NAMES : Object.fromEntries(Object.keys(NAMES).map((id) => [id, name]))
  const reader: Recipient = { id: 'recipient-1', name: name ?? 'First Reader', email: FIRST }
  const delivery = freshDelivery(notice)
  await mail(office.transport, { ...OPTIONS, ...options }).send(delivery, contextOf({ people: peopleOf([reader], names).people }))
  const [one, ...others] = office.about(delivery.id)
  if (one === undefined || others.length > 0) throw new Error('not one mail')
  return one
}

/** The lines of the header, and their fields. */
const headerOf = (raw: string) => raw.slice(0, raw.indexOf('\r\n\r\n')).split('\r\n')
const fieldsOf = (raw: string) => headerOf(raw).flatMap((line) => /^([\w-]+):/.exec(line)?.[1]?.toLowerCase() ?? [])

const INJECTIONS = [
  'A\r\nBcc: spy@evil.example',
  'A\nSubject: forged\n\nforged body',
  'A\u2028Bcc: spy@evil.example\u2029x',
  'A\u0085Bcc: spy@evil.example\u000bx\u000cx\u0000x',
  'A" <spy@evil.example>, "B',
  'A, spy@evil.example',
  '=?utf-8?Q?A=0D=0ABcc:_spy@evil.example?=',
]

describe.concurrent.each(INJECTIONS)('the name %j', (name) => {
  it.each(CELLS)('forges no field, no recipient and no line of $kind to the $role', async ({ notice }) => {
    const plain = await arrived(notice)
    const { raw, mail: one, envelope } = await arrived(notice, name)
    expect(fieldsOf(raw)).toEqual(fieldsOf(plain.raw))
    expect(envelope).toEqual([FIRST])
    expect(addressesIn(one.to).map(({ address }) => address)).toEqual([FIRST])
    expect([one.cc, one.bcc]).toEqual([undefined, undefined])
    expect(one.subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
    // As many lines as with a plain name, and in them no other end of a line.
    expect(one.text?.split('\n')).toHaveLength(plain.mail.text?.split('\n').length ?? 0)
    expect(one.text).not.toMatch(/[\p{Zl}\p{Zp}]|(?!\n)\p{Cc}/u)
  })
})

const MARKUP = [
  '<script>alert(1)</script>',
  '</bdi></p><a href="https://evil.example">x</a>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title><style>*{display:none}</style>',
  '--><!-- <!doctype html>',
  '&lt;b&gt; &amp;amp; &#x3c;i>',
  '<![CDATA[<b>]]>',
  '\u2068<b>\u2069</b>\u2069\u2068',
]

const shape = (html: string) => elementsOf(html).map(({ tag, attributes }) => [tag, Object.keys(attributes)])

describe.concurrent.each(MARKUP)('the markup %j', (markup) => {
  it.each(CELLS)('is text in $kind to the $role', async ({ notice }) => {
    const plain = await arrived(notice)
    const { mail: one } = await arrived(notice, markup)
    const html = one.html || ''
    expect(shape(html)).toEqual(shape(plain.mail.html || ''))
    const seen = markup.replaceAll(/[\u2068\u2069]/g, '').trim()
    expect(bodyText(html)).toContain(seen)
    expect(
      elementsOf(html)
        .filter(({ tag }) => tag === 'bdi')
        .map(({ text }) => text),
    ).toContain(seen)
    expect(one.text).toContain(seen)
  })

  it('is text in a message, in a reason and in an address', async () => {
    for (const notice of [noticeOf('granted', 'tenant', { message: markup }), noticeOf('session-started', 'user', { reason: markup })]) {
      const { mail: one } = await arrived(notice)
      const html = one.html || ''
      expect(elementsOf(html).find(({ tag }) => tag === 'blockquote')?.text).toBe(markup.replaceAll(/[\u2068\u2069]/g, ''))
      expect(elementsOf(html).filter(({ tag }) => ['script', 'img', 'style', 'i'].includes(tag))).toEqual([])
      expect(elementsOf(html).filter(({ tag }) => tag === 'a')).toHaveLength(1)
    }
    const { mail: one } = await arrived(noticeOf('lapsed', 'tenant'), undefined, { link: () => `https://app.example/?x=${markup}` })
    const [anchor, ...others] = elementsOf(one.html || '').filter(({ tag }) => tag === 'a')
    expect(others).toEqual([])
    expect(Object.keys(anchor?.attributes ?? {}).sort()).toEqual(['href', 'style'])
    expect(anchor?.attributes['href']).toBe(new URL(`https://app.example/?x=${markup}`).href)
  })
})

describe('the direction of a text', () => {
  it('is not turned by a name: overrides are removed, and what is written from right to left is isolated', async () => {
    const { mail: one } = await arrived(noticeOf('granted', 'tenant'), '\u202eevil\u202d \u2066\u2067\u202aשלום\u2069\u202c')
    for (const text of [one.subject ?? '', one.text ?? '', one.html || '']) expect(text).not.toMatch(/[\u202a-\u202e\u2066\u2067]/)
    expect(one.text).toContain('\u2068evil שלום\u2069 granted access to \u2068evil שלום\u2069 until')
    expect(one.subject).toBe('Access granted to \u2068evil שלום\u2069')
    expect(one.html || '').toContain('<bdi>evil שלום</bdi> granted access to <bdi>evil שלום</bdi>')
    expect(bodyText(one.html || '')).not.toMatch(/[\u2068\u2069]/)
  })
  it('is not marked where a name from left to right changes nothing', async () => {
    const { mail: one } = await arrived(noticeOf('granted', 'tenant'))
    expect(`${one.subject}${one.text}${one.html}`).not.toMatch(/[\u2066-\u2069\u200e\u200f]/)
  })
  it('is that of each line of a message', async () => {
    const { mail: one } = await arrived(noticeOf('granted', 'tenant', { message: 'שלום\nHello\n\u202eolleh' }))
    const lines = elementsOf(one.html || '').filter(({ tag, attributes }) => tag === 'div' && attributes['dir'] === 'auto')
    expect(lines.map(({ text }) => text)).toEqual(['שלום', 'Hello', 'olleh'])
  })
})

describe('a message', () => {
  it('is quoted line by line, whatever ends a line somewhere', async () => {
    const message = 'one\ntwo\u2028three\u2029four\n\n-- \nOpen the request:\nhttps://evil.example/\u2028https://evil.example/'
    const { mail: one } = await arrived(noticeOf('received', 'tenant', { message }))
    const text = one.text ?? ''
    expect(text).toContain(
      '\nMessage\n> one\n> two\n> three\n> four\n> \n> -- \n> Open the request:\n> https://evil.example/\n> https://evil.example/\n',
    )
    expect(text.split('\n').filter((line) => line.includes('evil'))).toEqual(['> https://evil.example/', '> https://evil.example/'])
    const elements = elementsOf(one.html || '')
    expect(elements.filter(({ tag }) => tag === 'a').map(({ attributes }) => attributes['href'])).toEqual([
      `${HREF}incoming/id-of-the-tenant-request`,
    ])
    expect(elements.find(({ tag }) => tag === 'blockquote')?.text).toContain('https://evil.example/')
  })
  it('of 5,000 characters and of emoji arrives whole', async () => {
    const notice = noticeOf('granted', 'tenant')
    const message = `${'A long word and 👩‍👩‍👧‍👦 a family, é, 漢字. '.repeat(150)}${'x'.repeat(2_000)}`
    const { mail: one, raw } = await arrived({ ...notice, facts: { ...notice.facts, message } } as typeof notice)
    expect(message.length).toBeGreaterThan(5_000)
    expect(one.text).toContain(`> ${message}\n`)
    expect(elementsOf(one.html || '').find(({ tag }) => tag === 'blockquote')?.text).toBe(message)
    // No line of a mail may be longer.
    expect(Math.max(...raw.split('\r\n').map((line) => Buffer.byteLength(line)))).toBeLessThanOrEqual(998)
  })
})

describe('a name', () => {
  const subjectFor = async (name: string) => (await arrived(noticeOf('granted', 'tenant'), name)).mail.subject
  it('with emoji and accents arrives in the subject and in the address', async () => {
    const { mail: one } = await arrived(noticeOf('granted', 'tenant'), 'Zoë 👩‍🎨 Galerie')
    expect(one.subject).toBe('Access granted to Zoë 👩‍🎨 Galerie')
    expect(addressesIn(one.to)).toEqual([{ name: 'Zoë 👩‍🎨 Galerie', address: FIRST }])
  })
  it('that is too long is cut, between characters', async () =>
    expect(await subjectFor('👍'.repeat(5_000))).toBe(`Access granted to ${'👍'.repeat(127)}…`))
  it('of which nothing can be seen is the id', async () => expect(await subjectFor(' \u200b\u202e\n')).toBe('Access granted to classics'))
  it('with half a character has a mark in its place', async () => expect(await subjectFor('A\ud83d B')).toBe('Access granted to A\ufffd B'))
  it('that ends with a full stop ends a sentence', async () => {
    const { mail: one } = await arrived(noticeOf('revoked', 'tenant'), 'Inc.')
    expect(one.text).toContain('Inc. revoked the access of Inc.\n')
    expect(`${one.text}${one.html}`).not.toMatch(/\.(<\/bdi>)?\./)
  })
  it('of Object.prototype is a name', async () => {
    const tenants = () => [{ id: 'classics', name: '__proto__' }]
    await mail(office.transport, OPTIONS).send(
      freshDelivery(noticeOf('lapsed', 'tenant')),
      contextOf({ people: { ...peopleOf(RECIPIENTS.slice(0, 1)).people, tenants } }),
    )
    expect(office.arrived.at(-1)?.mail.subject).toBe('The request of __proto__ lapsed')
  })
})
