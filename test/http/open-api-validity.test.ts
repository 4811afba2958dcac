/** The OpenAPI document is valid by two independent validators: by the official JSON schema, and by a linter's rules. */
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { openApiDocument } from '../../src/http/routes.js'

type Json = Record<string, unknown>

const document = openApiDocument({ basePath: '/consentry' })

/** What the official JSON schema of OpenAPI 3.1 says. */
const byOfficialSchema = async (one: unknown) => (await new Validator().validate(structuredClone(one) as Json)).valid
/** The messages of Redocly's linter by its rules about what the specification demands. */
async function bySpecification(one: unknown): Promise<string[]> {
  const config = await createConfig({ extends: ['spec'] })
  return (await lintFromString({ source: JSON.stringify(one), absoluteRef: 'openapi.json', config })).map(({ message }) => message)
}

describe('the document is valid', () => {
  it('by the official JSON schema of OpenAPI 3.1', async () => expect(await byOfficialSchema(document)).toBe(true))
  it('by the rules of Redocly', async () => expect(await bySpecification(document)).toEqual([]))

  const grant = '/incoming/{id}/grant'
  const schema = { $ref: '#/components/schemas/Nothing' }
  it.each<readonly [what: string, found: 'by both' | 'by Redocly', operation: (grant: Json) => Json]>([
    ['a list of answers', 'by both', (operation) => ({ ...operation, responses: [] })],
    ['a parameter in no known place', 'by both', (operation) => ({ ...operation, parameters: [{ name: 'id', in: 'body', schema }] })],
    [
      'a parameter without a schema',
      'by both',
      (operation) => ({ ...operation, parameters: [{ name: 'id', in: 'path', required: true }] }),
    ],
    ['a reference to nothing', 'by both', (operation) => ({ ...operation, requestBody: { content: { 'application/json': { schema } } } })],
    ['a name of two operations', 'by Redocly', (operation) => ({ ...operation, operationId: 'reject' })],
    ['an id in the path that is no parameter', 'by Redocly', (operation) => ({ ...operation, parameters: [] })],
  ])('%s is found %s', async (_, found, operation) => {
    const { post } = document.paths[grant] as { readonly post: Json }
    const broken = { ...document, paths: { ...document.paths, [grant]: { post: operation(post) } } }
    expect(await byOfficialSchema(broken)).toBe(found !== 'by both')
    expect(await bySpecification(broken)).not.toEqual([])
  })
})
