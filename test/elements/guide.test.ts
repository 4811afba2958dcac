/** The guide names every custom property and every part that there are, and no other. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const folder = fileURLToPath(new URL('../../src/elements', import.meta.url))
const guide = readFileSync(join(folder, 'README.md'), 'utf8')
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(join(folder, path), 'utf8'))
  .join('\n')

const found = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name]) => name))].sort()

it('of custom properties', () => {
  const properties = found(sources, /var\((--consentry-[\w-]+)/g)
  expect(found(guide, /`(--consentry-[\w-]+)`/g)).toEqual(properties)
  expect(properties.length).toBeGreaterThan(20)
})

it('of parts', () => {
  const listed = /Parts for `::part\(\)`:([\s\S]*?)\n\n/.exec(guide)?.[1] ?? ''
  expect(found(listed, /`([\w-]+)`/g)).toEqual(found(sources, / part="([\w-]+)"/g))
})

it('no template has a style of its own, and none is made of HTML', () => {
  expect(sources.match(/<style|\sstyle=|unsafeHTML|innerHTML|styleMap/g)).toBeNull()
})
