/** What a timeline shows, read back from its page, and what the service says of the same window. */
import type { Page } from 'playwright-core'
import type { Consentry } from '../../src/consentry.js'
import type { Actor } from '../../src/domain/actor.js'

interface TimeWindow {
  readonly from: number
  readonly to: number
}

/** Shows a window in a new element, so that nothing of another window can be read, and all rows of it. */
export async function shownIn(page: Page, from: number, to: number): Promise<void> {
  await page.evaluate(
    (edges) => {
      const made = Object.assign(document.createElement('consentry-timeline'), edges)
      document.querySelector('consentry-timeline')?.replaceWith(made)
    },
    { from, to },
  )
  const list = page.locator('consentry-timeline')
  await list.locator('ol, .empty').first().waitFor()
  const more = list.getByRole('button', { name: 'Show more' })
  while ((await more.count()) > 0) await more.first().click()
}

/** Returns the rows of the picture with their bars, in parts of the window by what is drawn on the page. */
export function readPicture(page: Page) {
  return page.locator('consentry-timeline').evaluate((element) => {
    const lines = [...(element.shadowRoot?.querySelectorAll('ol > li') ?? [])]
    return lines.map((line) => {
      const track = line.querySelector('.track svg:not(.lines)')?.getBoundingClientRect() ?? new DOMRect()
      const part = (x: number) => (x - track.left) / track.width
      const bars = [...line.querySelectorAll('.bar')].map((bar) => {
        const boxes = [...bar.querySelectorAll('rect')].map((rect) => ({
          look: rect.getAttribute('class'),
          box: rect.getBoundingClientRect(),
        }))
        const planned = boxes.filter(({ look }) => look === 'will').flatMap(({ box }) => [part(box.left), part(box.right)])
        const cuts = [...bar.querySelectorAll('path.cut')].map((path) => path.parentElement?.getAttribute('x'))
        return {
          from: part(Math.min(...boxes.map(({ box }) => box.left))),
          to: part(Math.max(...boxes.map(({ box }) => box.right))),
          y: boxes[0]?.box.top ?? 0,
          planned,
          isCut: [cuts.includes('0'), cuts.includes('100%')],
          isOpen: bar.querySelector('path.open') !== null,
          sessions: [...bar.querySelectorAll('.session')].map((mark) => {
            const { left, right } = mark.getBoundingClientRect()
            return part((left + right) / 2)
          }),
        }
      })
      return { who: line.querySelector('.who')?.textContent?.replaceAll(/\s+/g, ' ').trim() ?? '', width: track.width, bars }
    })
  })
}

/** Returns the rows of the table, with instants in milliseconds; an end that is none, or later, is infinite. */
export async function readTable(page: Page) {
  const rows = await page.locator('consentry-timeline').evaluate((element) =>
    [...(element.shadowRoot?.querySelectorAll('tbody tr') ?? [])].map((row) => {
      const [who, answer, from, until, sessions] = [...row.querySelectorAll('td')]
      const times = (cell: Element | undefined) => [...(cell?.querySelectorAll('time') ?? [])].map((time) => time.dateTime)
      return {
        who: who?.textContent?.replaceAll(/\s+/g, ' ').trim() ?? '',
        tag: /\d{3}-\d{3}/.exec(answer?.textContent ?? '')?.[0] ?? '',
        from: times(from),
        until: times(until),
        untilText: until?.textContent ?? '',
        sessions: times(sessions),
      }
    }),
  )
  return rows.map(({ who, tag, from, until, untilText, sessions }) => {
    const end = Date.parse(until[0] ?? '')
    // A window that is past does not say when, only that it was later.
    const to = untilText.includes('No end date') ? Infinity : untilText.includes('Went on after') ? end + 1 : end
    return { who, tag, from: Date.parse(from[0] ?? ''), to, sessions: sessions.map((time) => Date.parse(time)) }
  })
}

/** Returns what the service says of a window: whose access, by which request, from when until when. */
export async function accessIn(consentry: Consentry, actor: Actor, window: TimeWindow) {
  const found: { readonly tag: string; readonly who: string; readonly from: number; readonly to: number }[] = []
  let cursor: string | undefined
  do {
    const page = await consentry.access(actor, { ...window, limit: 200, cursor })
    for (const item of page.items) {
      if (item.view === 'incoming') found.push({ tag: item.tag, who: item.requestingTenant, from: item.from, to: item.to })
      else
        for (const { user, from, to } of item.users)
          found.push({ tag: item.tag, who: `${NAMES[user] ?? user} inside ${item.tenant}`, from, to })
    }
    cursor = page.next ?? undefined
  } while (cursor !== undefined)
  return found
}

/** The names of the host's people that appear in the histories. */
const NAMES: Readonly<Record<string, string>> = { caroline: 'Caroline Bingley', charlotte: 'Charlotte Lucas' }
