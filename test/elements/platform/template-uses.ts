/** What templates use of the platform: elements, attributes, events and properties. */
import { parseFragment, defaultTreeAdapter as tree } from 'parse5'
import { keysBelow, type Use } from './support.js'

const interfaces = new Map<string, string>()
const members = new Map<string, string>()
// A parser of HTML writes names in lower case.
for (const id of keysBelow('api')) {
  const [, face = '', member, ...below] = id.split('.')
  interfaces.set(face.toLowerCase(), face)
  if (member !== undefined && below.length === 0) members.set(`${face}.${member.toLowerCase()}`, id)
}

/** Returns the uses of a template in which expressions have been replaced by a letter. */
export function templateUses(html: string): Use[] {
  return usesBelow(parseFragment(html))
}

type Nodes = Parameters<typeof tree.getChildNodes>[0]

function usesBelow(parent: Nodes): Use[] {
  return tree.getChildNodes(parent).flatMap((node) => {
    if (!tree.isElementNode(node)) return []
    // What has a hyphen in its name is no element of the platform.
    const language = tree.getNamespaceURI(node).endsWith('/svg') ? 'svg' : 'html'
    const own = node.tagName.includes('-') ? [] : [{ written: `<${node.tagName}>`, keys: [`${language}.elements.${node.tagName}`] }]
    const uses = node.attrs.flatMap(({ name, value }) => attributeUses(language, node.tagName, name, value))
    return [...own, ...uses, ...usesBelow(node)]
  })
}

/** Lit writes `@event`, `.property` and `?attribute`. */
function attributeUses(language: string, tag: string, written: string, value: string): Use[] {
  const name = written.replace(/^[@.?]/, '')
  // Events and properties of the elements themselves, and what HTML leaves to ARIA.
  if (written.startsWith('@') ? name.includes('-') : written.startsWith('.') ? tag.includes('-') : /^(role$|aria-)/.test(name)) return []
  const use = { written: `<${tag} ${written}>` }
  const faces = [interfaces.get(`html${tag}element`), 'HTMLElement', 'Element', 'Node']
  if (written.startsWith('@')) return [{ ...use, keys: faces.map((face) => `api.${face}.${name}_event`), isDetail: tag.includes('-') }]
  if (written.startsWith('.')) return [{ ...use, keys: faces.flatMap((face) => members.get(`${face}.${name}`) ?? []) }]
  const attribute = name.startsWith('data-') ? 'data_attributes' : name
  if (tag.includes('-')) return [{ ...use, keys: [`html.global_attributes.${attribute}`], isDetail: true }]
  const places = [`${language}.elements.${tag}.${attribute}`, `${language}.global_attributes.${attribute}`]
  const ofValue = places.flatMap((place) => [`${place}.${value}`, `${place.replace(/[^.]+$/, '')}${attribute}_${value}`])
  return [{ ...use, keys: [...places, ...ofValue] }]
}
