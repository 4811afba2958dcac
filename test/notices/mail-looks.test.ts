/** The look of mails in a browser: on a phone and on a screen, in the light and in the dark. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { mail } from '../../src/notices/mail.js'
import type { MailMessage } from '../../src/notices/mail-options.js'
import { frMail } from '../../src/notices/texts/fr.js'
import { NO_CHROMIUM, openPage } from '../browser/chromium.js'
import { contextOf, freshDelivery, noticeOf, OPTIONS, peopleOf } from './cells.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const VIOLATIONS = `(async () => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'], elementRef: false })
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ': ' + target + ' ' + failureSummary))
})()`

async function htmlOf(notices: readonly ReturnType<typeof noticeOf>[], options: object = {}, name?: string): Promise<string> {
  const sent: MailMessage[] = []
  const transport = { sendMail: async (message: MailMessage) => sent.push(message) }
  const names = {
    classics: name ?? 'Classics, Inc.',
    'tom-sawyer': name ?? 'Tom Sawyer Fence Painting Co.',
    becky: name ?? 'Becky Thatcher',
  }
  const [first, ...more] = notices
  if (first === undefined) throw new Error('no notice')
  const people = { ...peopleOf(undefined, names).people }
  await mail(transport, { ...OPTIONS, ...options }).send(freshDelivery(first, ...more), contextOf({ people }))
  return sent[0]?.html ?? ''
}

const MESSAGE = 'Caroline and Charlotte look after your account.\n\nThey need a look at the fences until the summer: please.'
const ANSWERS = ['granted', 'rejected', 'expiry-set'] as const
const MAILS: Readonly<Record<string, () => Promise<string>>> = {
  received: () => htmlOf([noticeOf('received', 'tenant', { message: MESSAGE })], { timeZone: 'Europe/Paris' }),
  'granted in French': () => htmlOf([noticeOf('granted', 'requester')], { locale: 'fr', timeZone: 'Europe/Paris' }),
  'session ended': () => htmlOf([noticeOf('session-ended', 'tenant')]),
  digest: () => htmlOf(Array.from({ length: 12 }, (_, n) => noticeOf(ANSWERS[n % 3] ?? 'granted', 'requester'))),
  'long words': () => htmlOf([noticeOf('granted', 'tenant', { message: 'x'.repeat(1_000) })], {}, 'Donaudampfschifffahrt'.repeat(10)),
  'from right to left': () =>
    htmlOf([noticeOf('granted', 'tenant', { message: 'שלום\nHello' })], { locale: 'he', texts: { he: { ...frMail, direction: 'rtl' } } }),
}

describe.skipIf(NO_CHROMIUM)(`in Chromium${NO_CHROMIUM === undefined ? '' : `: ${NO_CHROMIUM}`}`, () => {
  it.each(
    Object.keys(MAILS).flatMap((name) =>
      ([390, 700] as const).flatMap((width) => (['light', 'dark'] as const).map((scheme) => ({ name, width, scheme }))),
    ),
  )('$name at $width, $scheme', async ({ name, width, scheme }) => {
    const html = (await MAILS[name]?.()) ?? ''
    const requested: string[] = []
    const { page, said } = await openPage('about:blank', { viewport: { width, height: 800 }, colorScheme: scheme })
    page.on('request', (request) => requested.push(request.url()))
    await page.setContent(html)
    const picture = process.env['CONSENTRY_PICTURES']
    if (picture !== undefined)
      await page.screenshot({ path: `${picture}/${name.replaceAll(' ', '-')}-${width}-${scheme}.png`, fullPage: true })
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    // In the dark the page is dark: nothing of it says a colour that only suits one of them.
    const shades = await page.evaluate('[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]')
    expect(shades).toEqual([scheme === 'dark' ? 'rgb(255, 255, 255)' : 'rgb(0, 0, 0)', 'rgba(0, 0, 0, 0)'])
    await page.evaluate(axe)
    expect(await page.evaluate(VIOLATIONS)).toEqual([])
    expect(requested).toEqual([])
    expect(said).toEqual([])
    await page.context().close()
  })
})
