/** The pictures of the README: those that are drawn now are those that lie there. */
import { readFileSync } from 'node:fs'
import pixelmatch from 'pixelmatch'
import { PNG } from 'pngjs'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { isPacked, NO_CHROMIUM } from '../browser/chromium.js'
import { drawPictures, pathOf } from './pictures/console.js'

// Two years pass before the first one.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 })

/** Edges are drawn a little differently on another machine; a word that has changed is more than this. */
const OF_TEN_THOUSAND = 2

/** How many of ten thousand pixels differ; all of them if the sizes do. */
function difference(one: PNG, other: PNG): number {
  const { width, height } = one
  if (width !== other.width || height !== other.height) return 10_000
  return (pixelmatch(one.data, other.data, undefined, width, height, { threshold: 0.2 }) / (width * height)) * 10_000
}

const committed = (name: string) => PNG.sync.read(readFileSync(pathOf(name)))

const reason = NO_CHROMIUM ?? (isPacked ? undefined : 'pictures are compared where they are drawn by the Chromium that drew them')
if (reason !== undefined) it.skip(reason, () => {})

describe.skipIf(reason !== undefined)('the pictures', () => {
  let drawn: ReadonlyMap<string, Buffer>
  beforeAll(async () => {
    drawn = await drawPictures()
  })

  it('are those of the console as it is: if they are not, look at it and run `npm run pictures`', () => {
    expect(drawn.size).toBeGreaterThan(1)
    const stale = [...drawn].filter(([name, picture]) => difference(PNG.sync.read(picture), committed(name)) > OF_TEN_THOUSAND)
    expect(stale.map(([name]) => name)).toEqual([])
  })

  it('would be stale after a change of one word', () => {
    const [first] = drawn.keys()
    const picture = committed(String(first))
    const changed = PNG.sync.read(PNG.sync.write(picture))
    // A word of six letters is about this large.
    const [wide, high] = [120, 28]
    for (let y = 0; y < high; y += 1)
      for (let x = 0; x < wide; x += 1) {
        const [from, to] = [(y * picture.width + x) * 4, ((y + 300) * picture.width + x + 700) * 4]
        for (let part = 0; part < 3; part += 1) changed.data[to + part] = 255 - (picture.data[from + part] ?? 0)
      }
    expect(difference(picture, changed)).toBeGreaterThan(OF_TEN_THOUSAND)
  })
})
