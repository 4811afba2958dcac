/** Installation beside other majors of the frameworks, whose guards the host does not use. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { install, manifest, run } from './packed.js'

// There is no older major of `@lit/react`.
const OLD_MAJORS = [
  'express@4',
  'fastify@4',
  'hono@3',
  '@nestjs/common@10',
  'fast-check@3',
  'lit@2',
  '@lit/react@1',
  'nodemailer@6',
  'react@17',
]
const nameOf = (wanted: string) => wanted.slice(0, wanted.indexOf('@', 1))

it('npm installs the package beside an old major of each', async () => {
  const project = await install(...OLD_MAJORS)
  for (const wanted of OLD_MAJORS) {
    const { version } = JSON.parse(readFileSync(join(project, 'node_modules', nameOf(wanted), 'package.json'), 'utf8'))
    expect(`${nameOf(wanted)}@${version}`).toMatch(`${wanted}.`)
  }
  const program = "import { METHODS } from 'consentry'; console.log(METHODS.length)"
  expect((await run(process.execPath, ['--input-type=module', '--eval', program], project)).stdout).toBe('3\n')
})

it('every peer is optional, and one old major of each is tried', () => {
  const peers = Object.keys(manifest.peerDependencies).sort()
  expect(peers).toEqual(OLD_MAJORS.map(nameOf).sort())
  expect(peers.filter((name) => !manifest.peerDependenciesMeta[name]?.optional)).toEqual([])
})
