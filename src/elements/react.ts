/** The elements as React components. */
import type { ReactNode } from 'react'
import { ConsentryAnswer as Answer } from './consentry-answer.js'
import { ConsentryAnswerMany as AnswerMany } from './consentry-answer-many.js'
import { ConsentryBanner as Banner } from './consentry-banner.js'
import { ConsentryConsole as Console } from './consentry-console.js'
import { ConsentryGrant as Grant } from './consentry-grant.js'
import { ConsentryHistory as History } from './consentry-history.js'
import { ConsentryIncoming as Incoming } from './consentry-incoming.js'
import { ConsentryLegacy as Legacy } from './consentry-legacy.js'
import { ConsentryMyAccess as MyAccess } from './consentry-my-access.js'
import { ConsentryOutgoing as Outgoing } from './consentry-outgoing.js'
import { ConsentryRequestEditor as RequestEditor } from './consentry-request-editor.js'
import { ConsentrySessions as Sessions } from './consentry-sessions.js'
import { ConsentryTimeline as Timeline } from './consentry-timeline.js'
import { componentOf } from './react-component.js'

export type { ElementComponent, ElementHandlers, ElementProps } from './react-component.js'

/**
 * The dialog that grants or rejects one request.
 *
 * It opens when `request` becomes an id, and closes by itself: set the prop to `null` before the same id is to open it again.
 *
 * @example
 * ```ts
 * import { ConsentryAnswer } from 'consentry/elements/react'
 * import { createElement } from 'react'
 *
 * createElement(ConsentryAnswer, { request: 'b7e0', onChanged: ({ detail }) => console.log(detail.command) })
 * ```
 */
export const ConsentryAnswer = componentOf('consentry-answer', Answer, ['onChanged'])

/**
 * The dialog that grants or rejects several requests at once.
 *
 * It opens when `requests` becomes what is to be answered, such as a page of `listIncoming`.
 *
 * @example
 * ```ts
 * import { ConsentryAnswerMany } from 'consentry/elements/react'
 * import { createElement } from 'react'
 *
 * createElement(ConsentryAnswerMany, { requests: null, onChanged: ({ detail }) => console.log(detail.command) })
 * ```
 */
export const ConsentryAnswerMany = componentOf('consentry-answer-many', AnswerMany, ['onChanged'])

/**
 * The bar that says inside which tenant the person acts, with a button to leave.
 *
 * @example
 * ```ts
 * import { ConsentryBanner } from 'consentry/elements/react'
 * import { createElement } from 'react'
 *
 * createElement(ConsentryBanner, { onLeft: ({ detail }) => console.log(detail.cause) })
 * ```
 */
export const ConsentryBanner = componentOf('consentry-banner', Banner, ['onChanged', 'onLeft'])

/**
 * A whole console, the content of a page of its own.
 *
 * Its children are links of the host, each with `slot="links"`.
 *
 * @example
 * ```ts
 * import { ConsentryConsole } from 'consentry/elements/react'
 * import { createElement } from 'react'
 *
 * const home = createElement('a', { slot: 'links', href: '/' }, 'Home')
 * createElement(ConsentryConsole, { heading: 'Support', onEntered: ({ detail }) => console.log(detail.tenant) }, home)
 * ```
 */
export const ConsentryConsole = componentOf<Console, 'onChanged' | 'onEntered' | 'onLeft', { readonly children?: ReactNode }>(
  'consentry-console',
  Console,
  ['onChanged', 'onEntered', 'onLeft'],
)

/**
 * The page of one request to the own tenant.
 *
 * @example
 * ```ts
 * import { ConsentryGrant } from 'consentry/elements/react'
 * import { createElement } from 'react'
 *
 * createElement(ConsentryGrant, { request: 'b7e0' })
 * ```
 */
export const ConsentryGrant = componentOf('consentry-grant', Grant, ['onChanged'])

/**
 * What has happened between the own tenant and others, with filters and an export.
 *
 * @example
 * ```ts
 * import { ConsentryHistory } from 'consentry/elements/react'
 * import { createElement } from 'react'
 *
 * createElement(ConsentryHistory, { filter: 'sessions', onNavigate: ({ detail }) => console.log(detail.to, detail.id) })
 * ```
 */
export const ConsentryHistory = componentOf('consentry-history', History, ['onNavigate'])

/**
 * The list of the requests to the own tenant, with filters by status and a search.
 *
 * @example
 * ```ts
 * import { ConsentryIncoming } from 'consentry/elements/react'
 * import { createElement } from 'react'
 *
 * // In JSX it is <ConsentryIncoming filter="pending" onNavigate={...} />.
 * createElement(ConsentryIncoming, { filter: 'pending', onNavigate: ({ detail }) => console.log(detail.to, detail.id) })
 * ```
 */
export const ConsentryIncoming = componentOf('consentry-incoming', Incoming, ['onNavigate', 'onChanged'])

/**
 * The two doors of the legacy tool for one tenant.
 *
 * @example
 * ```ts
 * import { ConsentryLegacy } from 'consentry/elements/react'
 * import { createElement } from 'react'
 *
 * createElement(ConsentryLegacy, { tenant: 'tom-sawyer', onEntered: ({ detail }) => console.log(detail.tenant) })
 * ```
 */
export const ConsentryLegacy = componentOf('consentry-legacy', Legacy, ['onNavigate', 'onEntered'])

/**
 * The person's own access, with a dialog that starts a session.
 *
 * @example
 * ```ts
 * import { ConsentryMyAccess } from 'consentry/elements/react'
 * import { createElement } from 'react'
 *
 * createElement(ConsentryMyAccess, { filter: 'granted', onEntered: ({ detail }) => console.log(detail.tenant) })
 * ```
 */
export const ConsentryMyAccess = componentOf('consentry-my-access', MyAccess, ['onEntered'])

/**
 * The page on which a vendor composes a request and sends it.
 *
 * @example
 * ```ts
 * import { ConsentryRequestEditor } from 'consentry/elements/react'
 * import { createElement } from 'react'
 *
 * const goTo = (page: string, id: string | undefined) => console.log(page, id)
 * createElement(ConsentryRequestEditor, { like: null, onNavigate: ({ detail }) => goTo(detail.to, detail.id) })
 * ```
 */
export const ConsentryRequestEditor = componentOf('consentry-request-editor', RequestEditor, ['onNavigate', 'onChanged'])

/**
 * The access requests that the own tenant sent, with filters by status and a search.
 *
 * @example
 * ```ts
 * import { ConsentryOutgoing } from 'consentry/elements/react'
 * import { createElement } from 'react'
 *
 * createElement(ConsentryOutgoing, { filter: 'pending', onChanged: ({ detail }) => console.log(detail.command) })
 * ```
 */
export const ConsentryOutgoing = componentOf('consentry-outgoing', Outgoing, ['onNavigate', 'onChanged'])

/**
 * The sessions that the person may see.
 *
 * @example
 * ```ts
 * import { ConsentrySessions } from 'consentry/elements/react'
 * import { createElement } from 'react'
 *
 * createElement(ConsentrySessions, { filter: 'live' })
 * ```
 */
export const ConsentrySessions = componentOf('consentry-sessions', Sessions, ['onChanged'])

/**
 * Who could enter, when and by which answer, as a picture and as a table.
 *
 * @example
 * ```ts
 * import { ConsentryTimeline } from 'consentry/elements/react'
 * import { createElement } from 'react'
 *
 * createElement(ConsentryTimeline, { range: 'year', tenant: 'tom-sawyer' })
 * ```
 */
export const ConsentryTimeline = componentOf('consentry-timeline', Timeline, [])
