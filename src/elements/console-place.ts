/** The pages of the console: whose they are, and which one an address names. */
import type { Navigation } from './element-events.js'

/** A page of the console. */
export type Page = Navigation['to'] | 'sessions' | 'history' | 'timeline' | 'legacy'

/** A page, and what it is about: a request, or the tenant of the legacy tool. */
export interface Place {
  readonly page: Page | undefined
  readonly about: string | null
}

/** Every page. */
export const PAGES: readonly Page[] = [
  ...(['outgoing', 'new-request', 'incoming', 'sessions', 'history', 'timeline', 'my-access', 'legacy'] as const),
]

/**
 * Returns the pages to choose from.
 *
 * People who answer see first who asks, and people who ask see first what they have sent.
 */
export function pagesFor(permissions: readonly ('submit' | 'answer')[]): readonly Page[] {
  const [asks, answers] = [permissions.includes('submit'), permissions.includes('answer')]
  const own: readonly Page[] = [...(answers ? (['incoming'] as const) : []), ...(asks ? (['outgoing'] as const) : [])]
  return own.length > 0 ? [...own, 'sessions', 'history', 'timeline', 'my-access'] : ['my-access', 'sessions']
}

/** Returns the place that an address's fragment names. */
export function placeInAddress(hash: string): Place {
  const [, named, about = ''] = hash.split('/')
  const page = PAGES.find((one) => one === named)
  // The legacy tool is that of one tenant.
  if (page === undefined || (page === 'legacy' && about === '')) return { page: undefined, about: null }
  return { page, about: about === '' ? null : decodedPart(about) }
}

/** Returns the fragment of an address that leads to a page, and to what it is about. */
export function addressOf({ to, id }: Navigation): string {
  return id === undefined ? `/${to}` : `/${to}/${encodeURIComponent(id)}`
}

function decodedPart(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
