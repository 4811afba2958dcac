/** The times in mails: each with its zone, and on the days on which clocks change with the offset of that instant. */
import { afterEach, describe, expect, it } from 'vitest'
import { mail } from '../../src/notices/mail.js'
import type { MailMessage } from '../../src/notices/mail-options.js'
import { contextOf, freshDelivery, NOW, noticeOf, OPTIONS } from './cells.js'

const zoneOfTests = process.env['TZ']
afterEach(() => {
  process.env['TZ'] = zoneOfTests
})

/** The end of an access as a mail says it. */
async function endIn(timeZone: string | undefined, iso: string, locale = 'en'): Promise<string> {
  const sent: MailMessage[] = []
  const transport = { sendMail: async (message: MailMessage) => sent.push(message) }
  const delivery = freshDelivery(noticeOf('ends-soon', 'user', { expiresAt: Date.parse(iso) }))
  await mail(transport, { ...OPTIONS, locale, timeZone }).send(delivery, contextOf())
  return (/ (?:ends on|expire le) (.*)\.\n/.exec(sent[0]?.text ?? '')?.[1] ?? '').replaceAll(/[\u202f\u00a0]/g, ' ')
}

const ENDS = [
  // The hour that is left out in spring, and the hour that comes twice in autumn.
  ['Europe/Paris', '2026-03-29T00:59:00Z', 'March 29, 2026 at 1:59 AM (Europe/Paris, UTC+1)'],
  ['Europe/Paris', '2026-03-29T01:00:00Z', 'March 29, 2026 at 3:00 AM (Europe/Paris, UTC+2)'],
  ['Europe/Paris', '2026-10-25T00:30:00Z', 'October 25, 2026 at 2:30 AM (Europe/Paris, UTC+2)'],
  ['Europe/Paris', '2026-10-25T01:30:00Z', 'October 25, 2026 at 2:30 AM (Europe/Paris, UTC+1)'],
  ['America/New_York', '2026-03-08T06:59:00Z', 'March 8, 2026 at 1:59 AM (America/New York, UTC-5)'],
  ['America/New_York', '2026-03-08T07:00:00Z', 'March 8, 2026 at 3:00 AM (America/New York, UTC-4)'],
  ['America/New_York', '2026-11-01T05:30:00Z', 'November 1, 2026 at 1:30 AM (America/New York, UTC-4)'],
  ['America/New_York', '2026-11-01T06:30:00Z', 'November 1, 2026 at 1:30 AM (America/New York, UTC-5)'],
  // Half an hour, three quarters of one, the other side of the date line, and Britain in both seasons.
  ['Australia/Lord_Howe', '2026-04-04T14:45:00Z', 'April 5, 2026 at 1:45 AM (Australia/Lord Howe, UTC+11)'],
  ['Australia/Lord_Howe', '2026-04-04T15:15:00Z', 'April 5, 2026 at 1:45 AM (Australia/Lord Howe, UTC+10:30)'],
  ['Asia/Kathmandu', '2026-01-01T00:00:00Z', 'January 1, 2026 at 5:45 AM (Asia/Kathmandu, UTC+5:45)'],
  ['Pacific/Apia', '2026-01-01T00:00:00Z', 'January 1, 2026 at 1:00 PM (Pacific/Apia, UTC+13)'],
  ['Europe/London', '2026-01-01T00:00:00Z', 'January 1, 2026 at 12:00 AM (Europe/London, UTC)'],
  ['Europe/London', '2026-07-01T00:00:00Z', 'July 1, 2026 at 1:00 AM (Europe/London, UTC+1)'],
  ['UTC', '2026-07-01T00:00:00Z', 'July 1, 2026 at 12:00 AM (UTC)'],
] as const

describe.each(['UTC', 'America/Sao_Paulo', 'Pacific/Apia', 'Europe/Paris'])('with a server in %s', (zone) => {
  it.each(ENDS)('in %s %s is %s', async (timeZone, iso, shown) => {
    process.env['TZ'] = zone
    expect(await endIn(timeZone, iso)).toBe(shown)
  })
  it('the zone is UTC by default', async () => {
    process.env['TZ'] = zone
    expect(await endIn(undefined, '2026-03-29T01:00:00Z')).toBe('March 29, 2026 at 1:00 AM (UTC)')
  })
})

it('in French the day comes first, and midnight is 00:00', async () => {
  expect(await endIn('Europe/Paris', '2026-10-24T22:00:00Z', 'fr')).toBe('25 octobre 2026 à 00:00 (Europe/Paris, UTC+2)')
})

it('each recipient has a zone of their own', async () => {
  const sent: MailMessage[] = []
  const transport = { sendMail: async (message: MailMessage) => sent.push(message) }
  const delivery = freshDelivery(noticeOf('ends-soon', 'user', { expiresAt: NOW }))
  await mail(transport, { ...OPTIONS, timeZone: ({ id }) => (id === 'recipient-1' ? 'Asia/Tokyo' : 'UTC') }).send(delivery, contextOf())
  expect(sent[0]?.text).toContain('(Asia/Tokyo, UTC+9)')
  expect(sent[0]?.date).toEqual(new Date(NOW))
})
