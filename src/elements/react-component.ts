/** The making of a React component around an element. */
import { createComponent } from '@lit/react'
import { isServer, type LitElement, type PropertyDeclaration } from 'lit'
import React, { type ForwardRefExoticComponent, type HTMLAttributes, type RefAttributes } from 'react'
import type { ConsentryElement } from './consentry-element.js'
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
export type ElementProps<Element extends ConsentryElement, Handler extends keyof ElementHandlers, More = unknown> = More &
  Partial<HostProperties<Element>> &
  Pick<ElementHandlers, Handler> &
  Omit<HTMLAttributes<Element>, keyof HostProperties<Element> | 'children' | 'dangerouslySetInnerHTML'>

/** A component around an element. Its `ref` is the element. */
export type ElementComponent<
  Element extends ConsentryElement,
  Handler extends keyof ElementHandlers,
  More = unknown,
> = ForwardRefExoticComponent<ElementProps<Element, Handler, More> & RefAttributes<Element>>

type ElementClass<Element extends ConsentryElement> = typeof LitElement & (new () => Element)
type PropertyDeclarationMap = ReadonlyMap<PropertyKey, PropertyDeclaration>
type Props = Readonly<Record<string, unknown>>

/**
 * Returns a component around an element.
 *
 * Its handlers are those of the events that the element fires.
 */
export function componentOf<Element extends ConsentryElement, Handler extends keyof ElementHandlers, More = unknown>(
  tagName: string,
  elementClass: ElementClass<Element>,
  handlers: readonly Handler[],
): ElementComponent<Element, Handler, More> {
  // Lit makes the list of a class's properties when this is first read, which `defineElements` may do later.
  void elementClass.observedAttributes
  const { elementProperties, name } = elementClass
  const events = Object.fromEntries(handlers.map((handler) => [handler, EVENTS[handler]]))
  const component = isServer
    ? React.forwardRef((props: Props, _ref) => React.createElement(tagName, attributesOf(elementProperties, props)))
    : settingProperties(elementProperties, createComponent({ react: React, tagName, elementClass, events }))
  component.displayName = name
  // The compiler cannot follow how props are divided; a test compiles right and wrong ones.
  return component as unknown as ElementComponent<Element, Handler, More>
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
