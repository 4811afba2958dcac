/** The elements as React components. */
import { createComponent } from '@lit/react'
import { isServer, type LitElement, type PropertyDeclaration } from 'lit'
import React, { type ForwardRefExoticComponent, type HTMLAttributes, type RefAttributes } from 'react'
import { ConsentryAnswer as Answer } from './consentry-answer.js'
import { ConsentryBanner as Banner } from './consentry-banner.js'
import type { ConsentryElement } from './consentry-element.js'
import { ConsentryGrant as Grant } from './consentry-grant.js'
import { ConsentryIncoming as Incoming } from './consentry-incoming.js'
import { ConsentryLegacy as Legacy } from './consentry-legacy.js'
import { ConsentryMyAccess as MyAccess } from './consentry-my-access.js'
import { ConsentrySessions as Sessions } from './consentry-sessions.js'
import type { ElementEvents } from './element-events.js'

const EVENTS = {
  onNavigate: 'consentry-navigate',
  onChanged: 'consentry-changed',
  onEntered: 'consentry-entered',
  onLeft: 'consentry-left',
} as const satisfies Record<string, keyof ElementEvents>

/** The handlers of the elements' events, by the name of the prop. */
export type ElementHandlers = { readonly [Prop in keyof typeof EVENTS]?: (event: ElementEvents[(typeof EVENTS)[Prop]]) => void }

/** The properties of an element that a host sets, such as `filter`. */
type HostProperties<Element extends ConsentryElement> = Omit<Element, keyof LitElement>

/** The props of a component: properties of its element, handlers, and what all HTML elements have. */
export type ElementProps<Element extends ConsentryElement, Handler extends keyof ElementHandlers> = Partial<HostProperties<Element>> &
  Pick<ElementHandlers, Handler> &
  Omit<HTMLAttributes<Element>, keyof HostProperties<Element> | 'children' | 'dangerouslySetInnerHTML'>

/** A component around an element. Its `ref` is the element. */
export type ElementComponent<Element extends ConsentryElement, Handler extends keyof ElementHandlers> = ForwardRefExoticComponent<
  ElementProps<Element, Handler> & RefAttributes<Element>
>

type ElementClass<Element extends ConsentryElement> = typeof LitElement & (new () => Element)
type PropertyDeclarationMap = ReadonlyMap<PropertyKey, PropertyDeclaration>
type Props = Readonly<Record<string, unknown>>

function componentOf<Element extends ConsentryElement, Handler extends keyof ElementHandlers>(
  tagName: string,
  elementClass: ElementClass<Element>,
  handlers: readonly Handler[],
): ElementComponent<Element, Handler> {
  // Lit makes the list of a class's properties when this is first read, which `defineElements` may do later.
  void elementClass.observedAttributes
  const { elementProperties, name } = elementClass
  const events = Object.fromEntries(handlers.map((handler) => [handler, EVENTS[handler]]))
  const component = isServer
    ? React.forwardRef((props: Props) => React.createElement(tagName, attributesOf(elementProperties, props)))
    : settingProperties(elementProperties, createComponent({ react: React, tagName, elementClass, events }))
  component.displayName = name
  // The compiler cannot follow how props are divided; a test compiles right and wrong ones.
  return component as unknown as ElementComponent<Element, Handler>
}

/** Returns the attributes that stand for props on a server, where nothing has properties. */
function attributesOf(properties: PropertyDeclarationMap, props: Props): Props {
  const attributes = Object.entries(props).flatMap(([name, value]) => {
    const property = properties.get(name)
    if (name in EVENTS || property?.attribute === false) return []
    return [[typeof property?.attribute === 'string' ? property.attribute : name === 'className' ? 'class' : name, value]]
  })
  return Object.fromEntries(attributes)
}

/**
 * Returns a component that sets a property when the host changes its prop, and only then.
 *
 * `createComponent` sets it at each render, and would take back the filter that a person has chosen since.
 */
function settingProperties(properties: PropertyDeclarationMap, component: React.ElementType) {
  return React.forwardRef((props: Props, ref) => {
    const element = React.useRef<Record<PropertyKey, unknown>>(null)
    const set = React.useRef<Props>({})
    React.useImperativeHandle(ref, () => element.current, [])
    React.useLayoutEffect(() => {
      const before = set.current
      set.current = props
      for (const name of properties.keys() as MapIterator<string>)
        if (element.current && props[name] !== before[name]) element.current[name] = props[name] ?? null
    })
    const others = Object.entries(props).filter(([name]) => !properties.has(name))
    return React.createElement(component, { ...Object.fromEntries(others), ref: element })
  })
}

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
 * The list of the requests to the own tenant, with filters by status and a search.
 *
 * @example
 * ```ts
 * import { ConsentryIncoming } from 'consentry/elements/react'
 * import { createElement } from 'react'
 *
 * const goTo = (id: string | undefined) => console.log(id)
 * // In JSX it is <ConsentryIncoming filter="pending" onNavigate={...} />.
 * createElement(ConsentryIncoming, {
 *   filter: 'pending',
 *   onNavigate: (event) => {
 *     event.preventDefault()
 *     goTo(event.detail.id)
 *   },
 * })
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
