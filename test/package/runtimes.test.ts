/** The packed package runs wherever it says it does: in every supported Node, as ESM and as CommonJS. */
import { readFileSync } from 'node:fs'
import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { nodeOf } from './nodes.js'
import { emptyFolder, entryPoints, hand, install, root, run } from './packed.js'

const NODES = [20, 22, 24, 26]
let bare = ''
let withPeers = ''
let alone = ''

beforeAll(async () => {
  bare = await install()
  await hand(bare, 'scenario.cjs', 'from-esm.mjs', 'from-cjs.cjs', 'across.mjs')
  withPeers = await install('fast-check', '@nestjs/common', 'reflect-metadata', 'rxjs', 'lit', '@lit/react', 'react', 'react-dom')
  await hand(withPeers, 'arbitraries.mjs', 'nest.mjs', 'elements-on-a-server.mjs')
  alone = await emptyFolder()
  await mkdir(join(alone, 'node_modules'))
  await cp(join(bare, 'node_modules/consentry'), join(alone, 'node_modules/consentry'), { recursive: true })
  await hand(alone, 'alone.mjs')
})

describe.concurrent.each(NODES)('Node %i', (major) => {
  let node = ''
  beforeAll(async () => {
    node = await nodeOf(major)
  })
  const tells = async (file: string, project: string) => expect((await run(node, [file], project)).stdout).toBe('told\n')

  it('imports every entry point as ESM, and asks, grants, decides', () => tells('from-esm.mjs', bare))
  it('requires every entry point as CommonJS, and asks, grants, decides', () => tells('from-cjs.cjs', bare))
  it('knows an error across both copies in one process', () => tells('across.mjs', bare))
  it('decides, and asks the API, where nothing is installed', () => tells('alone.mjs', alone))
  it('generates where fast-check is installed', () => tells('arbitraries.mjs', withPeers))
  it('loads the elements, and renders them by React, where Lit and React are installed', () => tells('elements-on-a-server.mjs', withPeers))
  it('guards and serves where Nest is installed', () => tells('nest.mjs', withPeers))
})

it('no entry point is left out', () => {
  const text = (file: string) => readFileSync(join(root, 'test/package/consumer', file), 'utf8')
  for (const file of ['from-esm.mjs', 'from-cjs.cjs'])
    expect(entryPoints.filter(({ specifier }) => !text(file).includes(`'${specifier}'`))).toEqual([])
})

it('says so where a Node cannot be had', () => expect(nodeOf(3)).rejects.toThrow(/there is no node-\S+@3 to be had/))
