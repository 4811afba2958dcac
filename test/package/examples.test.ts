/** Every example runs against the built package as it stands, ends well, says something, and is short enough to be read. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PATIENCE, root, run, withTsx } from './packed.js'

const LINES = 60
const STORY = 'story.ts'
const ESCAPE = '\u001b['

const examples = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.ts'))
const play = async (name: string, env = {}) => (await run(process.execPath, [...withTsx, join('examples', name)], root, env)).stdout

it('there are examples, the story among them', () => {
  expect(examples).toContain(STORY)
  expect(examples.length).toBeGreaterThan(1)
})

describe.concurrent.each(examples)('%s', (name) => {
  const text = readFileSync(join(root, 'examples', name), 'utf8')

  it('runs and says something', async () => expect((await play(name)).trim()).not.toBe(''), PATIENCE)
  it('uses the package as a host does', () => expect(text).not.toMatch(/from '[^']*\b(src|dist|test)\//))
  if (name !== STORY) it(`has at most ${LINES} lines`, () => expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(LINES))
})

describe.concurrent('the story', () => {
  it('is plain text where nobody asked for colours', async () => expect(await play(STORY)).not.toContain(ESCAPE), PATIENCE)
  it('is coloured where somebody did', async () => expect(await play(STORY, { FORCE_COLOR: '1' })).toContain(ESCAPE), PATIENCE)
})
