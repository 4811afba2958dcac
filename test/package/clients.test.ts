/** Clients that generators make of the packed OpenAPI document compile in strict mode, and play the story over a socket. */
import { readFileSync } from 'node:fs'
import { cp, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createClient } from '@hey-api/openapi-ts'
import openapiTS, { astToString } from 'openapi-typescript'
import { beforeAll, expect, it } from 'vitest'
import { scene } from '../http/scene.js'
import { attempt, emptyFolder, type Outcome, root, run } from './packed.js'

const CLIENTS = ['by-openapi-fetch', 'by-hey-api']
const CLASSICS = ['elizabeth', 'caroline', 'charlotte', 'wickham']
const STRICT = {
  // Not with exactOptionalPropertyTypes, for which @hey-api/openapi-ts does not write its own files.
  ...{ strict: true, noUncheckedIndexedAccess: true, skipLibCheck: false },
  ...{ target: 'es2022', lib: ['es2023', 'dom', 'dom.iterable'], types: ['node'], module: 'nodenext', outDir: 'out' },
}

let project = ''
let compiled: Outcome
beforeAll(async () => {
  project = await emptyFolder()
  await symlink(join(root, 'test/node_modules'), join(project, 'node_modules'))
  await cp(join(root, 'test/package/consumer/clients'), project, { recursive: true })
  const input = join(root, 'dist/openapi.json')
  await writeFile(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  await writeFile(join(project, 'schema.d.ts'), astToString(await openapiTS(readFileSync(input, 'utf8'), { silent: true })))
  await createClient({ input, output: join(project, 'sdk'), logs: { level: 'silent' } })
  const files = CLIENTS.map((name) => `${name}.ts`)
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions: STRICT, files }))
  compiled = await attempt(process.execPath, [join(root, 'test/node_modules/typescript/bin/tsc'), '-p', '.'], project)
})

it('compile in strict mode, declarations included', () => expect(compiled.stdout).toBe(''))

it.each(CLIENTS)('%s plays the story', async (name) => {
  const on = await scene(
    {
      mayAsk: () => true,
      onRequest: (request) => {
        const clock = request.headers.get('x-clock')
        if (clock !== null) on.now = Date.parse(clock)
        return undefined
      },
    },
    { legacy: (user) => CLASSICS.includes(user) },
  )
  expect((await run(process.execPath, [join(project, 'out', `${name}.js`), `http://127.0.0.1:${on.port}`], project)).stdout).toBe(
    'played\n',
  )
  expect([on.errors, on.failures]).toEqual([[], []])
  await on.close()
})
