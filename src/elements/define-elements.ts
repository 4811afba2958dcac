/** The registration of the elements in a page. */
import { ConsentryAnswer } from './consentry-answer.js'
import { ConsentryAnswerMany } from './consentry-answer-many.js'
import { ConsentryBanner } from './consentry-banner.js'
import { ConsentryConsole } from './consentry-console.js'
import { ConsentryGrant } from './consentry-grant.js'
import { ConsentryHistory } from './consentry-history.js'
import { ConsentryIncoming } from './consentry-incoming.js'
import { ConsentryLegacy } from './consentry-legacy.js'
import { ConsentryMyAccess } from './consentry-my-access.js'
import { ConsentryOutgoing } from './consentry-outgoing.js'
import { ConsentryRequestEditor } from './consentry-request-editor.js'
import { ConsentrySessions } from './consentry-sessions.js'
import { ConsentryTimeline } from './consentry-timeline.js'
import { type ElementsContext, shareContext } from './element-context.js'

const ELEMENTS = {
  'consentry-answer': ConsentryAnswer,
  'consentry-answer-many': ConsentryAnswerMany,
  'consentry-banner': ConsentryBanner,
  'consentry-console': ConsentryConsole,
  'consentry-grant': ConsentryGrant,
  'consentry-history': ConsentryHistory,
  'consentry-incoming': ConsentryIncoming,
  'consentry-legacy': ConsentryLegacy,
  'consentry-my-access': ConsentryMyAccess,
  'consentry-request-editor': ConsentryRequestEditor,
  'consentry-outgoing': ConsentryOutgoing,
  'consentry-sessions': ConsentrySessions,
  'consentry-timeline': ConsentryTimeline,
}

declare global {
  interface HTMLElementTagNameMap {
    'consentry-answer': ConsentryAnswer
    'consentry-answer-many': ConsentryAnswerMany
    'consentry-banner': ConsentryBanner
    'consentry-console': ConsentryConsole
    'consentry-grant': ConsentryGrant
    'consentry-history': ConsentryHistory
    'consentry-incoming': ConsentryIncoming
    'consentry-legacy': ConsentryLegacy
    'consentry-my-access': ConsentryMyAccess
    'consentry-request-editor': ConsentryRequestEditor
    'consentry-outgoing': ConsentryOutgoing
    'consentry-sessions': ConsentrySessions
    'consentry-timeline': ConsentryTimeline
  }
}

/**
 * Registers the elements, and hands them what they need.
 *
 * Another call hands other things, such as the client of another login, to elements that are made later.
 * @example
 * ```ts
 * import { consentryClient } from 'consentry/client'
 * import { defineElements, fr } from 'consentry/elements'
 *
 * const client = consentryClient({ baseUrl: '/consentry' })
 * defineElements({ client, texts: fr, locale: 'fr', timeZone: 'Europe/Paris' })
 * // From here on, the page may hold <consentry-incoming></consentry-incoming>.
 * ```
 */
export function defineElements(context: ElementsContext): void {
  shareContext(context)
  for (const [name, element] of Object.entries(ELEMENTS)) if (customElements.get(name) === undefined) customElements.define(name, element)
}
