/** Compares answers with the OpenAPI document: the operation, its statuses, content types, headers and bodies. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import * as formats from 'ajv-formats'
import type { OpenApiDocument } from '../../src/http/open-api.js'

type Json = Readonly<Record<string, unknown>>
type Content = Readonly<Record<string, { readonly schema: Json }>>

/** A parameter of an operation. */
export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly schema: Json
}

/** An operation of the document, with its method and path. */
export interface Operation {
  readonly method: string
  readonly path: string
  readonly operationId: string
  readonly description?: string
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content; readonly headers?: Json }>>
}

/** What was answered; the names of headers are in lower case. */
export interface Answered {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
}

/** Returns every operation of a document. */
export function operationsOf({ paths }: OpenApiDocument): readonly Operation[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...(operation as Operation), method: method.toUpperCase(), path })),
  )
}

/** Returns the operation that a request reaches, by its method and its path without a query; a literal segment wins over `{id}`. */
export function operationAt(operations: readonly Operation[], method: string, pathname: string): Operation | undefined {
  const isPathOf = ({ path }: Operation) => path === pathname || new RegExp(`^${path.replace('{id}', '[^/]+')}$`).test(pathname)
  const literal = operations.some(({ path }) => path === pathname)
  return operations.find((one) => one.method === method && (literal ? one.path === pathname : isPathOf(one)))
}

/** The problems of the API itself, for requests that reach no operation. */
const UNROUTED: Operation['responses'] = Object.fromEntries(
  ['404', '405'].map((status) => [
    status,
    { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
  ]),
)

/** Returns a function that says what is wrong with an answer to an operation; `undefined` is a request that reaches none. */
export function answerChecker(document: OpenApiDocument): (operation: Operation | undefined, answer: Answered) => readonly string[] {
  const validatorOf = schemaCompiler(document)
  return (operation, { status, headers, text }) => {
    const response = (operation?.responses ?? UNROUTED)[status]
    if (response === undefined) return [`the status ${status} is not listed`]
    const missing = Object.keys(response.headers ?? {}).filter((name) => name !== 'Link' && headers[name.toLowerCase()] === undefined)
    const wrong = missing.map((name) => `the header ${name} is missing`)
    if (response.content === undefined) return text === '' ? wrong : [...wrong, 'a body is not listed']
    const type = String(headers['content-type'])
    const { schema } = response.content[type] ?? {}
    if (schema === undefined) return [...wrong, `the content type ${type} is not listed`]
    const unknown = status < 400 ? [] : unlistedFields(document, text)
    return [...wrong, ...wrongBody(validatorOf(schema), text), ...unknown]
  }
}

/** Returns a function that compiles a schema of the document, in strict mode, once each. */
export function schemaCompiler({ components }: Pick<OpenApiDocument, 'components'>): (schema: Json) => ValidateFunction {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true })
  formats.default.default(ajv)
  ajv.addVocabulary(['components'])
  ajv.addSchema({ $id: 'document', components })
  const compiled = new Map<string, ValidateFunction>()
  return (schema) => {
    const text = JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/')
    const known = compiled.get(text) ?? ajv.compile(JSON.parse(text))
    compiled.set(text, known)
    return known
  }
}

/** Returns what a problem has and the document does not describe. Other answers are encoded by their schemas, which drop such fields. */
function unlistedFields({ components }: OpenApiDocument, text: string): readonly string[] {
  const { properties } = components.schemas['Problem'] as { readonly properties: Json }
  const fields = Object.keys(parsed(text) ?? {})
  return fields.filter((field) => !(field in properties)).map((field) => `the field ${field} is not listed`)
}

function wrongBody(validate: ValidateFunction, text: string): readonly string[] {
  const body = parsed(text)
  if (body === undefined) return ['the body is not JSON']
  if (validate(body)) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `the body ${instancePath} ${message}`)
}

/** Returns the JSON value of a text; `undefined` if it is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
