/** Who gets a mail and who does not: refusals, repeated attempts, wrong answers of the host, and a server that hangs. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createTransport } from 'nodemailer'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DeliveryError, type NoticeDelivery, type SendContext } from '../../src/notices/channel.js'
import { mail } from '../../src/notices/mail.js'
import type { MailMessage, MailOptions, MailTransport } from '../../src/notices/mail-options.js'
import { enMail } from '../../src/notices/texts/en.js'
import type { Recipient } from '../../src/ports/people.js'
import { contextOf, deliveryOf, NOW, noticeOf, OPTIONS, peopleOf, RECIPIENTS } from './cells.js'
import { addressesIn, openPostOffice, type PostOffice } from './post-office.js'

const [FIRST, SECOND, THIRD] = RECIPIENTS.map(({ email }) => email) as [string, string, string]
const granted = deliveryOf(noticeOf('granted', 'tenant'))

let office: PostOffice
beforeEach(async () => {
  office = await openPostOffice()
})
afterEach(() => office.close())

const toAll = (more: Partial<SendContext> = {}) => contextOf({ people: peopleOf(RECIPIENTS).people, ...more })
const arrivedAt = () => office.arrived.flatMap(({ envelope }) => envelope).sort()

/** What `send` rejects with; an error if it resolves. */
async function failureOf(sending: Promise<void>): Promise<DeliveryError> {
  const error = await sending.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof DeliveryError)) throw new Error(`it should have failed as a delivery, not with ${error}`)
  return error
}

it('each recipient gets a mail of their own, with a stable id, the time of the attempt, and marks of an automatic mail', async () => {
  const context = toAll()
  await mail(office.transport, OPTIONS).send(granted, context)
  expect(context.recorded.toSorted()).toEqual(['recipient-1', 'recipient-2', 'recipient-3'])
  expect(arrivedAt()).toEqual([FIRST, SECOND, THIRD])
  const { mail: one, raw } = office.only(FIRST)
  expect(addressesIn(one.to)).toEqual([{ name: 'First Reader', address: FIRST }])
  expect(addressesIn(one.from)).toEqual([{ name: 'Consentry', address: 'access@example.com' }])
  expect([one.cc, one.bcc]).toEqual([undefined, undefined])
  expect(one.messageId).toMatch(/^<Abc-_0{38}\.[0-9a-z]+@consentry>$/)
  expect(new Set(office.arrived.map(({ mail: { messageId } }) => messageId)).size).toBe(3)
  expect(one.date?.getTime()).toBe(NOW)
  expect([one.headers.get('auto-submitted'), one.headers.get('x-consentry-notice')]).toEqual(['auto-generated', granted.id])
  // The last part that a program can show is the one that it shows.
  expect(raw.indexOf('text/plain')).toBeLessThan(raw.indexOf('text/html'))
  expect(raw).toMatch(/multipart\/alternative/)
})

it('two channels of different names have different message ids for one notice', async () => {
  await mail(office.transport, OPTIONS).send(granted, contextOf())
  await mail(office.transport, { ...OPTIONS, name: 'mail-2' }).send(granted, contextOf())
  const [one, other] = office.arrived.map(({ mail: { messageId } }) => messageId)
  expect(one).not.toBe(other)
})

describe('whom it asks for', () => {
  it('the people of the requester who send, those of the tenant who answer, and the user', async () => {
    const { people, asked } = peopleOf()
    const channel = mail(office.transport, OPTIONS)
    for (const role of ['requester', 'tenant', 'user'] as const)
      await channel.send(deliveryOf(noticeOf('granted', role)), contextOf({ people }))
    expect(asked.recipients).toEqual([
      { tenant: 'classics', permission: 'submit', kinds: ['granted'] },
      { tenant: 'tom-sawyer', permission: 'answer', kinds: ['granted'] },
      { requestingTenant: 'classics', users: ['caroline'], kinds: ['granted'] },
    ])
    expect([channel.roles, channel.digests, channel.name]).toEqual([['requester', 'user', 'tenant'], true, 'mail'])
  })
  it('nobody to write to is a delivery that is done, and nobody is named for it', async () => {
    const { people, asked } = peopleOf([])
    await mail(office.transport, OPTIONS).send(granted, contextOf({ people }))
    expect([office.arrived, asked.tenants]).toEqual([[], []])
  })
  it.each([
    ['no people', undefined],
    ['people without recipients', { ...peopleOf().people, recipients: undefined }],
  ])('%s: it is given up, and says what to do', async (_, people) => {
    const error = await failureOf(mail(office.transport, OPTIONS).send(granted, contextOf({ people: people as SendContext['people'] })))
    expect(error).toMatchObject({ retry: false, message: expect.stringContaining('pass `people` with a function `recipients`') })
  })
  it.each([
    ['no list', { id: 'a' }],
    ['a list of texts', ['a']],
    ['one without an id', [{ ...RECIPIENTS[0], id: '' }]],
    ['one without a name', [{ id: 'a', email: FIRST }]],
    ['nothing', undefined],
  ])('%s as recipients fails the delivery, which is tried again', async (_, recipients) => {
    const people = { ...peopleOf().people, recipients: () => recipients as never }
    expect(await failureOf(mail(office.transport, OPTIONS).send(granted, contextOf({ people })))).toMatchObject({ retry: true })
    expect(office.arrived).toEqual([])
  })
  it('what `recipients` throws is the error of the delivery', async () => {
    const people = { ...peopleOf().people, recipients: () => Promise.reject(new Error('the table is locked')) }
    await expect(mail(office.transport, OPTIONS).send(granted, contextOf({ people }))).rejects.toThrow('the table is locked')
  })
  it('somebody who is there twice gets one mail', async () => {
    const twice = [RECIPIENTS[0], RECIPIENTS[0]] as Recipient[]
    await mail(office.transport, OPTIONS).send(granted, contextOf({ people: peopleOf(twice).people }))
    expect(arrivedAt()).toEqual([FIRST])
  })
  it('names that cannot be learned are ids', async () => {
    const broken = { ...peopleOf().people, users: () => Promise.reject(new Error('gone')), tenants: () => [{ id: 'classics' }] as never }
    await mail(office.transport, OPTIONS).send(granted, contextOf({ people: broken }))
    expect(office.only().mail.text).toContain('becky granted access to classics until')
  })
})

describe('one of three is refused', () => {
  it('for good: it is given up, and the others have their mail', async () => {
    office.refuses.set(SECOND, { code: 550, text: `5.1.1 <${SECOND}> no such user` })
    const context = toAll()
    const error = await failureOf(mail(office.transport, OPTIONS).send(granted, context))
    expect(error.retry).toBe(false)
    expect(error.message).toContain('1 of 3 mails could not be sent: recipient-2: ')
    expect(error.message).toContain('550')
    // The message is stored; addresses are not.
    expect(error.message).not.toContain('@')
    expect(arrivedAt()).toEqual([FIRST, THIRD])
    expect(context.recorded.toSorted()).toEqual(['recipient-1', 'recipient-3'])
  })
  it('for now: the next attempt reaches only that one, under the same id', async () => {
    office.refuses.set(SECOND, { code: 451, text: '4.3.0 try again later' })
    const ids: (string | undefined)[] = []
    const transport: MailTransport = {
      sendMail: (message) => {
        if (message.to.address === SECOND) ids.push(message.messageId)
        return office.transport.sendMail(message)
      },
    }
    const channel = mail(transport, OPTIONS)
    const context = toAll()
    expect((await failureOf(channel.send(granted, context))).retry).toBe(true)
    expect(arrivedAt()).toEqual([FIRST, THIRD])
    office.refuses.clear()
    const again = toAll({ reached: context.recorded, now: NOW + 60_000 })
    await channel.send({ ...granted, attempt: 2 }, again)
    expect(arrivedAt()).toEqual([FIRST, SECOND, THIRD])
    expect(again.recorded).toEqual(['recipient-2'])
    expect(ids).toHaveLength(2)
    expect(ids[0]).toBe(ids[1])
    expect(office.only(SECOND).mail.messageId).toBe(ids[0])
  })
  it('one for good and one for now: it is tried again', async () => {
    office.refuses.set(SECOND, { code: 550, text: 'no' }).set(THIRD, { code: 452, text: 'full' })
    expect((await failureOf(mail(office.transport, OPTIONS).send(granted, toAll()))).retry).toBe(true)
  })
  it('everybody was reached before: nothing is sent, and nobody is named', async () => {
    const { people, asked } = peopleOf(RECIPIENTS)
    await mail(office.transport, OPTIONS).send(granted, contextOf({ people, reached: RECIPIENTS.map(({ id }) => id) }))
    expect([office.arrived, asked.tenants]).toEqual([[], []])
  })
})

describe('what the transport says', () => {
  const failing = (error: unknown): MailTransport => ({ sendMail: () => Promise.reject(error) })
  const answer = (responseCode: number, command?: string) => Object.assign(new Error('refused'), { responseCode, command })
  it.each([
    ['a refused recipient', answer(550, 'RCPT TO'), false],
    ['a refused mail', answer(554, 'DATA'), false],
    ['a refusal without a command', answer(550), false],
    ['a wrong password', answer(535, 'AUTH PLAIN'), true],
    ['a refused sender', answer(553, 'MAIL FROM'), true],
    ['a refused greeting', answer(554, 'CONN'), true],
    ['a passing refusal', answer(421, 'RCPT TO'), true],
    ['no connection', Object.assign(new Error('no'), { code: 'ECONNREFUSED' }), true],
    ['something that is no error', 'no', true],
    ['something that is no text', Object.create(null), true],
    ['nothing', undefined, true],
  ])('%s', async (_, error, retry) => expect((await failureOf(mail(failing(error), OPTIONS).send(granted, contextOf()))).retry).toBe(retry))

  it('a transport that throws at once is like one that rejects', async () => {
    const transport = {
      sendMail: (message: MailMessage) => {
        if (message.to.address === FIRST) throw answer(550)
        return office.transport.sendMail(message)
      },
    }
    expect((await failureOf(mail(transport, OPTIONS).send(granted, toAll()))).retry).toBe(false)
    expect(arrivedAt()).toEqual([SECOND, THIRD])
  })
  it('a mail that was sent and could not be recorded is a failure: it may come again, and never gets lost', async () => {
    const recordReached = () => Promise.reject(new Error('the store is away'))
    const error = await failureOf(mail(office.transport, OPTIONS).send(granted, toAll({ recordReached })))
    expect(error).toMatchObject({ retry: true, message: expect.stringContaining('3 of 3') })
    expect(arrivedAt()).toEqual([FIRST, SECOND, THIRD])
  })
  it('an error names five recipients, a little of what was said about each, and how many others there are', async () => {
    const many = Array.from({ length: 9 }, (_, n) => ({ id: `r-${n}`, name: 'R', email: `r${n}@readers.example` }))
    const people = peopleOf(many).people
    const error = await failureOf(mail(failing(new Error('x'.repeat(5_000))), OPTIONS).send(granted, contextOf({ people })))
    expect(error.message).toContain('r-4: ')
    expect(error.message).toMatch(/; and 4 more$/)
    expect(error.message.length).toBeLessThan(1_200)
    expect((error.cause as AggregateError).errors).toHaveLength(9)
  })
})

describe('one recipient whose mail cannot be made', () => {
  const only =
    <T>(wrong: () => T, right: T) =>
    (recipient: Recipient) =>
      recipient.email === SECOND ? wrong() : right
  const thrown = () => {
    throw new Error('a bug of the host')
  }
  const link =
    (wrong: () => unknown): MailOptions['link'] =>
    (place, recipient) =>
      recipient.email === SECOND ? (wrong() as string) : OPTIONS.link(place)
  const compose =
    (wrong: (message: MailMessage) => unknown): MailOptions['compose'] =>
    (message, { recipient }) =>
      recipient.email === SECOND ? (wrong(message) as MailMessage) : message
  const broken = { ...enMail, notices: { ...enMail.notices, granted: { ...enMail.notices.granted, tenant: thrown } } }
  const odd = { ...enMail, notices: { ...enMail.notices, granted: { ...enMail.notices.granted, tenant: () => 'no lines' as never } } }

  const rejected = (): never => Promise.reject(new Error('of an async function')) as never
  const late = { ...enMail, notices: { ...enMail.notices, granted: { ...enMail.notices.granted, tenant: rejected } } }

  it.each<[string, Partial<MailOptions>]>([
    // A rejection that nobody handles would end the process, and fails the test.
    ['link rejects', { link: link(rejected) }],
    ['locale rejects', { locale: only(rejected, 'en') }],
    ['timeZone rejects', { timeZone: only(rejected, 'UTC') }],
    ['compose rejects', { compose: compose(rejected) }],
    ['texts reject', { texts: { de: late }, locale: only(() => 'de', 'en') }],
    ['link throws', { link: link(thrown) }],
    ['link returns nothing', { link: link(() => undefined) }],
    ['link returns a path', { link: link(() => '/consentry') }],
    ['link returns a script', { link: link(() => 'javascript:alert(1)') }],
    ['link returns a data URL', { link: link(() => 'data:text/html,x') }],
    ['link returns a URL object', { link: link(() => new URL('https://app.example')) }],
    ['link returns a promise', { link: link(async () => 'https://app.example') }],
    ['locale throws', { locale: only(thrown, 'en') }],
    ['locale returns a language without texts', { locale: only(() => 'de', 'en') }],
    ['locale returns a name of Object.prototype', { locale: only(() => 'constructor', 'en') }],
    ['locale returns nothing', { locale: only<string>(() => undefined as never, 'en') }],
    ['timeZone throws', { timeZone: only(thrown, 'UTC') }],
    ['timeZone returns no zone', { timeZone: only(() => 'Mars/Olympus', 'UTC') }],
    ['timeZone returns nothing', { timeZone: only<string>(() => undefined as never, 'UTC') }],
    ['compose throws', { compose: compose(thrown) }],
    ['compose returns nothing', { compose: compose(() => undefined) }],
    ['compose returns no text', { compose: compose(({ text: _, ...more }) => more) }],
    ['compose returns nobody to write to', { compose: compose((message) => ({ ...message, to: undefined })) }],
    ['texts throw', { texts: { de: broken }, locale: only(() => 'de', 'en') }],
    ['texts return nonsense', { texts: { de: odd }, locale: only(() => 'de', 'en') }],
  ])('%s: the others get theirs, and this one is given up', async (_, options) => {
    const context = toAll()
    const error = await failureOf(mail(office.transport, { ...OPTIONS, ...options }).send(granted, context))
    expect(error.message).toContain('1 of 3 mails could not be sent: recipient-2: ')
    expect(error.retry).toBe(false)
    expect(arrivedAt()).toEqual([FIRST, THIRD])
    expect(context.recorded.toSorted()).toEqual(['recipient-1', 'recipient-3'])
  })

  it.each([
    ['without an @', 'second.readers.example'],
    ['with a line break', 'second@readers.example\r\nBcc: third@readers.example'],
    ['of two', 'second@readers.example, third@readers.example'],
    ['in angle brackets', 'x <second@readers.example>'],
    ['that ends another', 'second@readers.example>, <third@readers.example'],
    ['with a space', 'second @readers.example'],
    ['with two @', 'second@third@readers.example'],
    ['of a group', 'group:second@readers.example;'],
    ['of 321 characters', `${'s'.repeat(305)}@readers.example`],
    ['that is nothing', undefined],
    ['that is a list', [SECOND]],
  ])('an address %s is no address', async (_, email) => {
    const recipients = RECIPIENTS.map((one) => (one.email === SECOND ? { ...one, email: email as string } : one))
    const error = await failureOf(mail(office.transport, OPTIONS).send(granted, contextOf({ people: peopleOf(recipients).people })))
    expect(error).toMatchObject({ retry: false, message: expect.stringContaining('recipient-2: there is no address') })
    expect(arrivedAt()).toEqual([FIRST, THIRD])
  })
})

describe('what the host changes', () => {
  it('compose has the last word, and learns what the mail is about', async () => {
    const occasions: unknown[] = []
    const compose: MailOptions['compose'] = (message, occasion) => {
      occasions.push(occasion)
      return { ...message, subject: `[Access] ${message.subject}`, html: undefined, replyTo: 'help@example.com' }
    }
    await mail(office.transport, { ...OPTIONS, compose }).send(granted, contextOf())
    const { mail: one } = office.only()
    expect(one.subject).toBe('[Access] Access granted to Classics, Inc.')
    expect(one.html).toBe(false)
    expect(addressesIn(one.replyTo)).toEqual([{ name: '', address: 'help@example.com' }])
    expect(occasions).toEqual([{ notices: granted.notices, recipient: RECIPIENTS[0], to: granted.to }])
  })
  it('a recipient keeps the fields that `recipients` gave it, such as a language', async () => {
    const recipients = RECIPIENTS.map((one, n) => ({ ...one, language: n === 0 ? 'fr' : 'en' }))
    const locale = (recipient: Recipient & { language?: string }) => recipient.language ?? 'en'
    await mail(office.transport, { ...OPTIONS, locale }).send(granted, contextOf({ people: peopleOf(recipients).people }))
    expect(office.only(FIRST).mail.subject).toBe('Accès accordé à Classics, Inc.')
    expect(office.only(SECOND).mail.subject).toBe('Access granted to Classics, Inc.')
  })
  it('further languages, whose direction the document has', async () => {
    const texts = { ar: { ...enMail, direction: 'rtl' as const }, 'en-GB': enMail }
    for (const locale of Object.keys(texts)) await mail(office.transport, { ...OPTIONS, texts, locale }).send(granted, contextOf())
    const [arabic, british] = office.arrived.map(({ mail: one }) => one)
    expect(arabic?.html || '').toContain('<html lang="ar" dir="rtl">')
    expect(british?.text).toContain('until 1 February 2026 at 10:00 (UTC).')
  })
})

describe('a server that hangs after the connection', () => {
  it('is waited for until the signal aborts, and what comes of it later disturbs nobody', async () => {
    const sockets: Socket[] = []
    const server = createServer((socket) => sockets.push(socket.on('error', () => {})))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const transport = createTransport({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ignoreTLS: true })
    const controller = new AbortController()
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const sending = failureOf(mail(transport, OPTIONS).send(granted, toAll({ signal: controller.signal })))
    await vi.waitFor(() => expect(sockets).toHaveLength(3))
    controller.abort(new Error('30 seconds are over'))
    const error = await sending
    expect(error).toMatchObject({
      retry: true,
      message: 'the attempt was stopped before all mails were sent',
      cause: new Error('30 seconds are over'),
    })
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
    await new Promise((resolve) => setTimeout(resolve, 50))
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })
  it('a host that hangs is the same, and nothing is sent once it answers after the end', async () => {
    const controller = new AbortController()
    const names: (() => void)[] = []
    const tenants = () => new Promise<[]>((resolve) => names.push(() => resolve([])))
    const people = { ...peopleOf(RECIPIENTS).people, tenants }
    const sendMail = vi.fn(async () => {})
    const sending = failureOf(mail({ sendMail }, OPTIONS).send(granted, contextOf({ people, signal: controller.signal })))
    await vi.waitFor(() => expect(names).toHaveLength(1))
    controller.abort()
    expect((await sending).retry).toBe(true)
    for (const answer of names) answer()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(sendMail).not.toHaveBeenCalled()
  })
  it('a signal that has aborted before asks nobody', async () => {
    const { people, asked } = peopleOf()
    expect((await failureOf(mail(office.transport, OPTIONS).send(granted, contextOf({ people, signal: AbortSignal.abort() })))).retry).toBe(
      true,
    )
    expect(asked.recipients).toEqual([])
  })
})

describe('options', () => {
  const makes = (options: unknown) => () => mail(office.transport, options as MailOptions)
  it.each([
    ['nothing', undefined, 'is required'],
    ['no sender', { ...OPTIONS, from: undefined }, 'options.from: is required'],
    ['a sender with a line break', { ...OPTIONS, from: 'a@b.example\nBcc: c@d.example' }, 'must be a sender'],
    ['a sender without an address', { ...OPTIONS, from: { name: 'Consentry', address: 'example.com' } }, 'must be a sender'],
    ['a link that is a text', { ...OPTIONS, link: 'https://app.example' }, 'must be a function'],
    ['a language without texts', { ...OPTIONS, locale: 'de' }, 'must be a language that there are texts for: en, fr'],
    ['no zone', { ...OPTIONS, timeZone: 'Mars/Olympus' }, 'must be the IANA name of a time zone'],
    [
      'texts that lack one',
      { ...OPTIONS, texts: { de: { ...enMail, notices: { ...enMail.notices, lapsed: {} } } } },
      'notices.lapsed.requester',
    ],
    ['no texts', { ...OPTIONS, texts: { de: null } }, 'all texts'],
    ['a language that is none', { ...OPTIONS, texts: { german_: enMail } }, 'must be by tags of languages'],
    ['a name with a space', { ...OPTIONS, name: 'my mail' }, 'must be an id'],
    ['a misspelt key', { ...OPTIONS, timezone: 'UTC' }, 'timezone'],
  ])('%s is refused at once', (_, options, message) => expect(makes(options)).toThrow(message))

  it('a sender may be a name and an address, or an address alone', async () => {
    await mail(office.transport, { ...OPTIONS, from: { name: 'Consentry, Access', address: 'access@example.com' } }).send(
      granted,
      contextOf(),
    )
    await mail(office.transport, { ...OPTIONS, from: 'access@example.com' }).send(granted, contextOf())
    expect(office.arrived.flatMap(({ mail: { from } }) => addressesIn(from))).toEqual([
      { name: 'Consentry, Access', address: 'access@example.com' },
      { name: '', address: 'access@example.com' },
    ])
  })
  it.each([undefined, null, {}, { sendMail: true }, 'smtp://localhost'])('%j is no transport', (transport) =>
    expect(() => mail(transport as unknown as MailTransport, OPTIONS)).toThrow('pass what `nodemailer.createTransport` returns'),
  )

  it('a notice for a role that hears nothing of it is refused for each recipient, not sent empty', async () => {
    const wrong = { ...noticeOf('lapsed', 'tenant'), to: { role: 'user', tenant: 'classics', user: 'caroline' } }
    const delivery = { ...granted, to: wrong.to, notices: [wrong] } as unknown as NoticeDelivery
    expect((await failureOf(mail(office.transport, OPTIONS).send(delivery, contextOf()))).message).toContain('there is no text of `lapsed`')
  })
})
