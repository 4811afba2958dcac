/** The elements and the client use nothing of the platform but what is widely available, by the Baseline of web-features. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { cssUses } from './platform/css-uses.js'
import { type PageProgram, pageProgram, usesOf } from './platform/sources.js'
import { firstVersion, isWidelyAvailable, knownKeys, type Use } from './platform/support.js'
import { templateUses } from './platform/template-uses.js'

/** What is not in all browsers, and does no harm where it is not. */
const HARMLESS = new Map([
  ...['pointer', 'progress', 'not-allowed'].map((name) => [`css.properties.cursor.${name}`, 'a phone has no cursor'] as const),
  ['api.Window.beforeunload_event', 'a phone may end a page without a question'],
  ['api.CustomElementRegistry.get', 'Safari lacks it for built-in elements that are customized, of which there is none'],
])
/** What browser-compat-data has no entry for, since it is as old as what has it. */
const OLDER = new Map([
  ['<input value>', 'of HTML 2'],
  ['Iterator.next', 'of ES2015'],
])

const keysOf = (uses: readonly Use[]) => [...new Set(uses.flatMap(({ keys }) => knownKeys(keys)))].sort()
const notWidelyAvailable = (uses: readonly Use[], day?: number) => keysOf(uses).filter((key) => !isWidelyAvailable(key, day))
const unknown = (uses: readonly Use[]) => [
  ...new Set(uses.flatMap(({ written, keys, isDetail }) => (isDetail || knownKeys(keys).length > 0 ? [] : written))),
]

/** The day on which what is planted was too young; some day it is not. */
const PLANTED_ON = Date.parse('2026-11-28')
const PLANTED = `document.startViewTransition(() => {})
await Promise.try(() => new Set([1]).values().map(String))
export const clock = new Intl.DurationFormat('en', { style: 'short' })
const { moveBefore } = document.body
export const pattern = /(?i:a)b/
document.addEventListener('scrollend', () => moveBefore(document.body, null))
export const types: PressureObserver | undefined = undefined
`

let page: PageProgram
let uses: readonly Use[]
let planted: readonly Use[]
beforeAll(() => {
  page = pageProgram({ 'elements/planted.ts': PLANTED })
  const isPlanted = ({ fileName }: { readonly fileName: string }) => fileName.endsWith('/planted.ts')
  uses = usesOf({ ...page, files: page.files.filter((file) => !isPlanted(file)) })
  planted = usesOf({ ...page, files: page.files.filter(isPlanted) })
}, 60_000)

it('uses nothing that is not widely available', () => expect(notWidelyAvailable(uses).filter((key) => !HARMLESS.has(key))).toEqual([]))
it('uses nothing that is not known', () => expect(unknown(uses).filter((written) => !OLDER.has(written))).toEqual([]))

it('no exception is left of what is not used any more, or has become widely available', () => {
  expect(notWidelyAvailable(uses).filter((key) => HARMLESS.has(key))).toHaveLength(HARMLESS.size)
  expect(unknown(uses).filter((written) => OLDER.has(written))).toHaveLength(OLDER.size)
})

it('the guide names the oldest browsers that have all of it', () => {
  const guide = readFileSync(new URL('../../src/elements/README.md', import.meta.url), 'utf8')
  const keys = keysOf(uses).filter((key) => !HARMLESS.has(key))
  const [chrome, edge, firefox, safari] = ['chrome', 'edge', 'firefox', 'safari'].map((browser) => firstVersion(browser, keys))
  expect(edge).toBe(chrome)
  expect(guide).toContain(`Chrome and Edge ${chrome}, Firefox ${firefox} and Safari ${safari}`)
})

describe('what is found', () => {
  it.each([
    [
      'of styles',
      ['types.color.light-dark', 'types.color.color-mix', 'at-rules.container', 'selectors.has', 'selectors.focus-visible'],
      'css',
    ],
    [
      'of styles, in detail',
      ['properties.text-wrap.balance', 'properties.-webkit-line-clamp', 'types.length.viewport_percentage_units_dynamic'],
      'css',
    ],
    ['of templates', ['elements.dialog', 'elements.bdi', 'elements.input.type_datetime-local', 'global_attributes.part'], 'html'],
    [
      'of the page',
      ['HTMLDialogElement.showModal', 'Document.visibilitychange_event', 'Element.click_event', 'Element.querySelector'],
      'api',
    ],
    ['of the client', ['fetch', 'AbortSignal.any_static', 'AbortSignal.timeout_static', 'crypto', 'Response.json', 'Headers.get'], 'api'],
    ['of the options of calls', ['EventTarget.addEventListener.options_parameter.options_signal_parameter'], 'api'],
    ['of Lit', ['CSSStyleSheet.replaceSync', 'ShadowRoot.adoptedStyleSheets', 'Document.createTreeWalker'], 'api'],
    ['of Intl', ['DateTimeFormat.formatToParts', 'RelativeTimeFormat', 'PluralRules.select'], 'javascript.builtins.Intl'],
    ['of the language', ['builtins.Array.at', 'builtins.Object.fromEntries', 'builtins.String.replaceAll'], 'javascript'],
    [
      'of syntax',
      ['classes.private_class_methods', 'operators.nullish_coalescing_assignment', 'operators.optional_chaining'],
      'javascript',
    ],
  ])('%s', (_, keys, above) => expect(keysOf(uses)).toEqual(expect.arrayContaining(keys.map((key) => `${above}.${key}`))))

  it('of the zone and its offset, which are options of a format', () => {
    const options = 'javascript.builtins.Intl.DateTimeFormat.DateTimeFormat.options_parameter'
    const wanted = ['timeZone_parameter', 'timeZoneName_parameter.extended_values'].map((name) => `${options}.options_${name}`)
    expect(keysOf(uses)).toEqual(expect.arrayContaining(wanted))
  })

  it('in files whose imports have types', () => {
    // What has no type is seen by nobody. Lit's own sources lack some types of each other, but none of the platform's.
    const own = page.files.filter(({ fileName }) => !fileName.includes('node_modules') && !fileName.endsWith('/planted.ts'))
    expect(own.length).toBeGreaterThan(60)
    expect(own.flatMap((file) => page.program.getSemanticDiagnostics(file)).map(({ messageText }) => messageText)).toEqual([])
    expect(page.files.filter(({ fileName }) => /lit|reactive-element/.test(fileName)).length).toBeGreaterThan(4)
  })
})

describe('what is planted is refused', () => {
  it.each([
    ['a property', 'a { anchor-name: --a }', 'css.properties.anchor-name'],
    ['an at-rule', '@view-transition { navigation: auto }', 'css.at-rules.view-transition'],
    ['a value', 'a { text-wrap: pretty }', 'css.properties.text-wrap.pretty'],
    ['a function', 'a { color: contrast-color(red) }', 'css.types.color.contrast-color'],
    ['a selector', 'a:open { top: 0 }', 'css.selectors.open'],
    ['a prefixed property that not all have', 'a { -webkit-box-reflect: left }', 'css.properties.-webkit-box-reflect'],
    ['a prefixed property that is no standard', 'a { -webkit-font-smoothing: auto }', undefined],
    ['a query', '@container style(--a: b) { a { top: 0 } }', 'css.at-rules.container.style_queries_for_custom_properties'],
    ['a property that there is not', 'a { anchor-nam: --a }', undefined],
  ])('in a style sheet: %s', (_, text, key) => {
    if (key === undefined) expect(unknown(cssUses(text))).toHaveLength(1)
    else expect(notWidelyAvailable(cssUses(text), PLANTED_ON)).toEqual([key])
  })

  it('in a style sheet: what cannot be parsed', () => expect(() => cssUses('a { b { top: 0 } }')).toThrow('expected'))

  it.each([
    ['an attribute', '<dialog closedby=any>x</dialog>', 'html.elements.dialog.closedby'],
    ['an element', '<selectedcontent></selectedcontent>', 'html.elements.selectedcontent'],
    ['an event', '<p @scrollend=x>x</p>', 'api.Element.scrollend_event'],
    ['a property', '<dialog .closedBy=x>x</dialog>', 'api.HTMLDialogElement.closedBy'],
  ])('in a template: %s', (_, html, key) => expect(notWidelyAvailable(templateUses(html), PLANTED_ON)).toEqual([key]))

  it('in a script, and nothing of its types', () =>
    expect(notWidelyAvailable(planted, PLANTED_ON)).toEqual([
      'api.Document.scrollend_event',
      'api.Document.startViewTransition',
      'api.Element.moveBefore',
      'javascript.builtins.Intl.DurationFormat',
      'javascript.builtins.Intl.DurationFormat.DurationFormat',
      'javascript.builtins.Iterator.map',
      'javascript.builtins.Promise.try',
      'javascript.operators.await.top_level',
      'javascript.regular_expressions.modifier',
    ]))
})

it('is widely available thirty months after the last browser has it', () => {
  expect(isWidelyAvailable('css.types.color.light-dark', Date.parse('2026-11-12'))).toBe(false)
  expect(isWidelyAvailable('css.types.color.light-dark', Date.parse('2026-11-13'))).toBe(true)
})
