/** The texts of mails: both languages have one shape, say everything in their own words, and every text of them is used. */
import { expect, it } from 'vitest'
import { mail } from '../../src/notices/mail.js'
import type { MailTexts } from '../../src/notices/mail-texts.js'
import type { Notice } from '../../src/notices/notice.js'
import { enMail } from '../../src/notices/texts/en.js'
import { frMail } from '../../src/notices/texts/fr.js'
import { CELLS, contextOf, freshDelivery, noticeOf, OPTIONS } from './cells.js'

const CAUSES = ['ended-by-user', 'ended-by-tenant', 'ended-by-requester', 'expired', 'access-lost']
const METHODS = ['access-request', 'legacy-configure', 'legacy-support']

/** Every cell, and each of its facts in every other way that it can be. */
const NOTICES_TO_SEND: readonly Notice[] = CELLS.flatMap(({ kind, role, notice }) => {
  const { facts } = notice
  const has = (field: string) => field in facts
  const others: Readonly<Record<string, unknown>>[] = [
    {},
    ...(has('cause') ? CAUSES.map((cause) => ({ cause })) : []),
    ...(has('method') ? METHODS.map((method) => ({ method })) : []),
    ...(kind === 'granted' ? [{ expiresAt: null }] : []),
    ...(kind === 'granted' && role === 'tenant' ? [{ legacyClosed: false }] : []),
    ...(has('answerBy') ? [{ answerBy: null }] : []),
    ...(has('removedUser') ? [{ removedUser: null }] : []),
    ...(has('removedUsers') ? [{ removedUsers: [] }, { removedUsers: Array.from({ length: 12 }, (_, n) => `user-${n}`) }] : []),
    ...(has('answers') ? [{ answers: [] }, ...CAUSES.map((cause) => (has('cause') ? { cause, user: null } : { user: null }))] : []),
    ...(has('associations') ? [{ associations: Array.from({ length: 12 }, () => ({ users: ['u'], tenants: ['t'] })) }] : []),
  ]
  return others.map((changed) => noticeOf(kind, role, changed))
})

const DIGEST = Array.from({ length: 52 }, () => noticeOf('rejected', 'requester'))

/** Wraps every function of the texts, and notes the path of each text that is used. */
function watched(texts: object, used: Set<string>, path = ''): object {
  return new Proxy(texts, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key)
      const here = `${path}.${String(key)}`
      if (typeof value === 'object' && value !== null) return watched(value, used, here)
      if (typeof value === 'string') used.add(here)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        used.add(here)
        return value(...args)
      }
    },
  })
}

/** The path of every text. */
const pathsOf = (texts: object, path = ''): string[] =>
  Object.entries(texts).flatMap(([key, value]) => {
    const here = `${path}.${key}`
    return typeof value === 'object' && value !== null ? pathsOf(value, here) : [here]
  })

/** Everything that mails say in a language, each line once, and the texts that were used for it. */
async function sayings(texts: MailTexts): Promise<{ lines: Set<string>; used: Set<string> }> {
  const used = new Set<string>()
  const lines = new Set<string>()
  const transport = {
    sendMail: async ({ subject, text }: { subject: string; text: string }) => {
      for (const line of [subject, ...text.split('\n')]) lines.add(line)
    },
  }
  const channel = mail(transport, { ...OPTIONS, locale: 'en', texts: { en: watched(texts, used) as MailTexts } })
  // The options are checked when they are handed over, which reads every text.
  used.clear()
  for (const notice of NOTICES_TO_SEND) await channel.send(freshDelivery(notice), contextOf())
  const [first, ...more] = DIGEST
  if (first !== undefined) await channel.send(freshDelivery(first, ...more), contextOf())
  return { lines, used }
}

it('both languages have one shape', () => expect(pathsOf(frMail)).toEqual(pathsOf(enMail)))

it.each([
  ['English', enMail],
  ['French', frMail],
])('every text of %s is used by some mail', async (_, texts) => {
  const { used } = await sayings(texts)
  expect(pathsOf(texts).filter((path) => !used.has(path))).toEqual([])
  expect(used.size).toBeGreaterThan(50)
})

it.each([
  ['English', enMail],
  ['French', frMail],
])('no line of %s is unfinished, or says what only a program knows', async (_, texts) => {
  const { lines } = await sayings(texts)
  expect([...lines].filter((line) => /undefined|null|NaN|\[object|\.\.|,\.|\s,| \.|\(\)/.test(line.replace(/^> ?.*/, '')))).toEqual([])
})

it('French is not English', async () => {
  const [english, french] = [await sayings(enMail), await sayings(frMail)]
  // Lines that hold nothing of a language: an address, the message, the reason, and a heading of both.
  const shared = /^(> .*|https:.*|-- |Message|)$/
  expect([...english.lines].filter((line) => french.lines.has(line) && !shared.test(line))).toEqual([])
})

it('French sets a space that does not break before a colon, a semicolon and a question mark', async () => {
  const { lines } = await sayings(frMail)
  const wrong = [...lines].filter((line) => !/^(>|https:)/.test(line) && /[^\u00a0\u202f\d][;:?!](\s|$)/.test(line))
  expect(wrong).toEqual([])
})
