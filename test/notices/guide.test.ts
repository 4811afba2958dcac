/** The guide's table of who is told what is the table of the code: every cell, and no other. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { NOTICES, type NoticeRole } from '../../src/notices/notice.js'

const ROLES: readonly NoticeRole[] = ['requester', 'user', 'tenant']
const guide = readFileSync(new URL('../../src/notices/README.md', import.meta.url), 'utf8')

/** The rows of the table below a heading, cell by cell. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = guide.split(`\n${heading}\n`)
  const [before = ''] = section.split('\n## ')
  const rows = before.split('\n').filter((line) => line.startsWith('| '))
  return rows.map((row) => row.slice(2, -2).split(' | '))
}

it('tells of each kind exactly what each role is told', () => {
  const [head, ...rows] = rowsBelow('## Who is told what')
  expect(head).toEqual(['kind', 'what happened', 'to the requester', 'to the user', 'to the tenant'])
  const cellOf = (shape: object | undefined) => (shape ? Object.keys(shape).map((field) => `\`${field}\``) : ['–'])
  const wanted = Object.entries(NOTICES).map(([kind, cells]) => [
    `\`${kind}\``,
    ...ROLES.map((role) => cellOf(Reflect.get(cells, role)).join(', ')),
  ])
  expect(rows.map(([kind, , ...cells]) => [kind, ...cells])).toEqual(wanted)
  expect(rows.every(([, happened]) => /[a-z]/.test(happened ?? ''))).toBe(true)
})
