/** What the form fields say, in English. */
import type { Formats } from '../../formats.js'

export const fields = {
  optional: '(optional)',
  messageTo: (tenant: string) => `Message to ${tenant}`,
  charactersLeft: (count: number, formats: Formats) =>
    `${formats.number(count)} ${formats.plural(count, { one: 'character', other: 'characters' })} left`,
  charactersOver: (count: number, formats: Formats) =>
    `${formats.number(count)} ${formats.plural(count, { one: 'character', other: 'characters' })} too many`,
  messageTooLong: (most: number, formats: Formats) => `Shorten the message to ${formats.number(most)} characters.`,
  messageTooShort: (least: number, formats: Formats) =>
    `Write a message of at least ${formats.number(least)} ${formats.plural(least, { one: 'letter or digit', other: 'letters and digits' })}.`,
  messageInvalid: 'The message holds characters that cannot be sent. Type it again instead of pasting it.',
  accessEnds: 'Access ends',
  presets: { today: 'Today', tomorrow: 'Tomorrow', week: 'In a week', date: 'On a date', never: 'No end' },
  dateAndTime: 'Date and time',
  endsThen: (when: string, zone: string) => `${when} · ${zone}.`,
  endsNever: 'The access lasts until you end it.',
  atTheLatest: (when: string) => `${when} at the latest.`,
  changeable: 'You can change this later, and end access at any time.',
  dateMissing: 'Choose a date and a time.',
  dateSkipped: (zone: string) => `The clocks of ${zone} skip this time. Choose another.`,
  dateTooSoon: (when: string) => `Choose a time after ${when}.`,
  dateTooLate: (when: string) => `Choose ${when} or earlier.`,
}
