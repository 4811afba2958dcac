/** The HTML of a mail, read by a parser of HTML. */
import { type DefaultTreeAdapterMap, parse } from 'parse5'

type Node = DefaultTreeAdapterMap['node']

export interface Element {
  readonly tag: string
  readonly attributes: Readonly<Record<string, string>>
  readonly text: string
}

const childrenOf = (node: Node): readonly Node[] => ('childNodes' in node ? node.childNodes : [])

function textIn(node: Node): string {
  if ('value' in node) return node.value
  if ('tagName' in node && node.tagName === 'br') return '\n'
  return childrenOf(node).map(textIn).join('')
}

/** Returns all elements of a document, in its order. */
export function elementsOf(html: string): Element[] {
  const found: Element[] = []
  const visit = (node: Node): void => {
    if ('tagName' in node) {
      const attributes = Object.fromEntries(node.attrs.map(({ name, value }) => [name, value]))
      found.push({ tag: node.tagName, attributes, text: textIn(node) })
    }
    for (const child of childrenOf(node)) visit(child)
  }
  visit(parse(html))
  return found
}

/** Returns what a reader sees of a document. */
export const bodyText = (html: string): string => elementsOf(html).find(({ tag }) => tag === 'body')?.text ?? ''
