/** Wall times and instants, on days on which clocks change. */
import { describe, expect, it } from 'vitest'
import { endOfDay, instantOfWallTime, startOfDay, wallTimeAt } from '../../src/elements/wall-time.js'

const at = (text: string, zone: string) => {
  const instant = instantOfWallTime(text, zone)
  return instant === undefined ? 'never' : new Date(instant).toISOString().slice(0, 16)
}

describe.each([
  // The clocks skip from 02:00 to 03:00, and show 02:00 to 03:00 twice.
  ['Europe/Paris', '2026-03-29T01:59', '2026-03-29T00:59'],
  ['Europe/Paris', '2026-03-29T02:00', 'never'],
  ['Europe/Paris', '2026-03-29T02:59', 'never'],
  ['Europe/Paris', '2026-03-29T03:00', '2026-03-29T01:00'],
  ['Europe/Paris', '2026-10-25T01:59', '2026-10-24T23:59'],
  ['Europe/Paris', '2026-10-25T02:30', '2026-10-25T00:30'],
  ['Europe/Paris', '2026-10-25T03:00', '2026-10-25T02:00'],
  // Midnight was skipped.
  ['America/Sao_Paulo', '2018-11-03T23:59', '2018-11-04T02:59'],
  ['America/Sao_Paulo', '2018-11-04T00:00', 'never'],
  ['America/Sao_Paulo', '2018-11-04T01:00', '2018-11-04T03:00'],
  ['America/Sao_Paulo', '2018-02-17T23:30', '2018-02-18T01:30'],
  // Half an hour.
  ['Australia/Lord_Howe', '2026-10-04T01:59', '2026-10-03T15:29'],
  ['Australia/Lord_Howe', '2026-10-04T02:15', 'never'],
  ['Australia/Lord_Howe', '2026-10-04T02:30', '2026-10-03T15:30'],
  ['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45'],
  // A whole day was left out.
  ['Pacific/Apia', '2011-12-29T23:59', '2011-12-30T09:59'],
  ['Pacific/Apia', '2011-12-30T12:00', 'never'],
  ['Pacific/Apia', '2011-12-31T00:00', '2011-12-30T10:00'],
  ['UTC', '2026-02-30T10:00', 'never'],
  ['UTC', '2026-13-01T10:00', 'never'],
  ['UTC', '2026-02-03 10:00', 'never'],
  ['UTC', '', 'never'],
])('%s', (zone, text, instant) => {
  it(`shows ${text} at ${instant}`, () => expect(at(text, zone)).toBe(instant))
  if (instant !== 'never') it(`shows that instant as ${text}`, () => expect(wallTimeAt(Date.parse(`${instant}Z`), zone)).toBe(text))
})

it('every wall time that a clock shows leads back to its first instant', () => {
  for (const zone of ['Europe/Paris', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Africa/Casablanca']) {
    for (let instant = Date.UTC(2026, 0, 1); instant < Date.UTC(2027, 0, 1); instant += 31.25 * 3_600_000) {
      const back = instantOfWallTime(wallTimeAt(instant, zone), zone) ?? Number.NaN
      expect([0, 1_800_000, 3_600_000]).toContain(instant - back)
    }
  }
})

it('the end of a day is in the zone, not in UTC', () => {
  const late = Date.UTC(2026, 10, 26, 23, 30)
  expect(endOfDay(late, 0, 'Europe/Paris')).toBe(Date.UTC(2026, 10, 27, 22, 59))
  expect(endOfDay(late, 7, 'Europe/Paris')).toBe(Date.UTC(2026, 11, 4, 22, 59))
  expect(endOfDay(Date.UTC(2011, 11, 29, 20), 1, 'Pacific/Apia')).toBeUndefined()
})

it.each([
  ['Europe/Paris', '2026-11-26', '2026-11-25T23:00'],
  ['Pacific/Auckland', '2026-11-26', '2026-11-25T11:00'],
  ['America/Sao_Paulo', '2018-11-03', '2018-11-03T03:00'],
  // Midnight was skipped: the day began at one o'clock.
  ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00'],
  // Midnight was shown twice: the clocks went back to the day before, or within the hour after it.
  ['America/Sao_Paulo', '2018-02-18', '2018-02-18T03:00'],
  ['America/Havana', '2026-11-01', '2026-11-01T04:00'],
  // The 30th was left out: it is over when it begins.
  ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00'],
  ['Pacific/Apia', '2011-12-31', '2011-12-30T10:00'],
])('in %s the day %s begins at %s', (zone, day, instant) => {
  expect(startOfDay(day, zone)).toBe(Date.parse(`${instant}Z`))
})
