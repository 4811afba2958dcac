/** What a style sheet uses of the platform: at-rules, selectors, properties, their values, functions and units. */
import { parse, walk } from 'css-tree'
import { keysBelow, type Use } from './support.js'

const COMBINATORS: Readonly<Record<string, string>> = { ' ': 'descendant', '>': 'child', '+': 'next-sibling', '~': 'subsequent-sibling' }

/** Units that share an entry of browser-compat-data; the others have one of their own, if any. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/^d(vh|vw|vi|vb|vmin|vmax)$/, 'length.viewport_percentage_units_dynamic'],
  [/^s(vh|vw|vi|vb|vmin|vmax)$/, 'length.viewport_percentage_units_small'],
  [/^l(vh|vw|vi|vb|vmin|vmax)$/, 'length.viewport_percentage_units_large'],
  [/^cq/, 'length.container_query_length_units'],
  [/^m?s$/, 'time'],
  [/^(deg|rad|turn|grad)$/, 'angle'],
  [/^(px|cm|mm|in|pt|pc)$/, 'length'],
  [/^fr$/, 'flex'],
]

/** The keys of functions below `css.types`, by name. */
const functions = new Map<string, string[]>()
for (const id of keysBelow('css.types')) {
  const name = id.split('.').at(-1) ?? ''
  functions.set(name, [...(functions.get(name) ?? []), id])
}

/** Returns the uses of a style sheet. */
export function cssUses(text: string): Use[] {
  const fail = (error: Error) => {
    throw error
  }
  const uses: Use[] = []
  const add = (written: string, ...keys: string[]) => uses.push({ written, keys })
  const detail = (written: string, ...keys: string[]) => uses.push({ written, keys, isDetail: true })
  walk(parse(text, { parseCustomProperty: true, onParseError: fail }), function (node) {
    const { atrule, declaration, rule } = this
    const property = declaration?.property
    const ofProperty = (name: string) => (property?.startsWith('--') === false ? [`css.properties.${property}.${name}`] : [])
    if (node.type === 'Atrule') add(`@${node.name}`, `css.at-rules.${node.name}`)
    else if (node.type === 'Feature') {
      const name = node.name.replace(/^(min|max)-/, '')
      if (atrule?.name === 'media') add(`@media ${node.name}`, `css.at-rules.media.${name}`)
    } else if (node.type === 'FeatureRange') add('a range in a query', 'css.at-rules.media.range_syntax')
    else if (node.type === 'FeatureFunction') {
      const queries = node.feature === 'style' ? 'style_queries_for_custom_properties' : `${node.feature}_queries`
      add(`${node.feature}() in a query`, `css.at-rules.container.${queries}`)
    } else if (node.type === 'Declaration') {
      add(node.property, node.property.startsWith('--') ? 'css.properties.custom-property' : `css.properties.${node.property}`)
    } else if (node.type === 'Rule' && rule) add('a nested rule', 'css.selectors.nesting')
    else if (node.type === 'PseudoClassSelector') add(`:${node.name}`, ...selectorKeys(node.name, node.children !== null))
    else if (node.type === 'PseudoElementSelector') add(`::${node.name}`, ...selectorKeys(node.name, false))
    else if (node.type === 'Nth' && node.selector) add(':nth-child(of)', 'css.selectors.nth-child.of_syntax')
    else if (node.type === 'AttributeSelector') add('[attribute]', 'css.selectors.attribute')
    else if (node.type === 'NestingSelector') add('&', 'css.selectors.nesting')
    else if (node.type === 'Combinator') add(`combinator ${node.name}`, `css.selectors.${COMBINATORS[node.name] ?? node.name}`)
    else if (node.type === 'Function') add(`${node.name}()`, ...ofProperty(node.name), ...(functions.get(node.name) ?? []))
    else if (node.type === 'Dimension') {
      const shared = UNITS.find(([pattern]) => pattern.test(node.unit))?.[1]
      add(node.unit, `css.types.${shared ?? `length.${node.unit}`}`)
    } else if (node.type === 'Hash' && declaration) add('#rgb', 'css.types.color.rgb_hexadecimal_notation')
    else if (node.type === 'Operator' && node.value === '/' && property === 'content')
      add('content: … / …', 'css.properties.content.alt_text')
    else if (node.type === 'Identifier' && declaration && !node.name.startsWith('--')) {
      const { name } = node
      const color = name.toLowerCase()
      detail(`${property}: ${name}`, ...ofProperty(name), `css.types.color.${color}`, `css.types.color.system-color.${color}`)
    }
  })
  return uses
}

function selectorKeys(name: string, isFunction: boolean): string[] {
  return isFunction && name === 'host' ? ['css.selectors.hostfunction'] : [`css.selectors.${name}`]
}
