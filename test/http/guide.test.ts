/** The guide names every route of the table and every code, and no other. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { refusalsOf } from '../../src/http/route.js'
import { ROUTES } from '../../src/http/routes.js'

const guide = readFileSync(fileURLToPath(new URL('../../src/http/README.md', import.meta.url)), 'utf8')

it('names every route', () => {
  const named = [...guide.matchAll(/^\| `((?:GET|POST|PUT|DELETE) \/[^`]*)` \|/gm)].map(([, route]) => route)
  expect(named.toSorted()).toEqual(ROUTES.map(({ method, path }) => `${method} ${path}`).toSorted())
})

it('names every code', () => {
  const problems = guide.slice(guide.indexOf('## Problems'), guide.indexOf('## Other sites'))
  const codes = new Set(ROUTES.flatMap(refusalsOf))
  expect([...codes].filter((code) => !problems.includes(`\`${code}\``))).toEqual([])
})
