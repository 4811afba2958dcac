/** What the form fields say, in French. */
import type { Texts } from '../texts.js'

export const fields: Texts['fields'] = {
  optional: '(facultatif)',
  messageTo: (tenant) => `Message à ${tenant}`,
  charactersLeft: (count, formats) =>
    `${formats.number(count)} ${formats.plural(count, { one: 'caractère restant', other: 'caractères restants' })}`,
  charactersOver: (count, formats) =>
    `${formats.number(count)} ${formats.plural(count, { one: 'caractère', other: 'caractères' })} de trop`,
  messageTooLong: (most, formats) => `Le message ne peut pas dépasser ${formats.number(most)} caractères.`,
  messageTooShort: (least, formats) =>
    `Rédigez un message d'au moins ${formats.number(least)} ${formats.plural(least, { one: 'lettre ou chiffre', other: 'lettres et chiffres' })}.`,
  messageInvalid: 'Le message contient des caractères qui ne peuvent pas être envoyés. Saisissez-le au lieu de le coller.',
  accessEnds: "Expiration de l'accès",
  presets: { today: "Aujourd'hui", tomorrow: 'Demain', week: 'Dans une semaine', date: 'À une date', never: 'Sans expiration' },
  dateAndTime: 'Date et heure',
  endsThen: (when, zone) => `${when} · ${zone}.`,
  endsNever: "L'accès dure jusqu'à ce que vous le révoquiez.",
  atTheLatest: (when) => `Au plus tard le ${when}.`,
  changeable: "Vous pouvez modifier cette date et révoquer l'accès à tout moment.",
  dateMissing: 'Choisissez une date et une heure.',
  dateSkipped: (zone) => `Cette heure n'existe pas dans le fuseau ${zone} (changement d'heure). Choisissez-en une autre.`,
  dateTooSoon: (when) => `Choisissez un moment après le ${when}.`,
  dateTooLate: (when) => `Choisissez le ${when} au plus tard.`,
}
