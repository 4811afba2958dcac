/** Encodes an answer by its schema: instants become texts, and unlisted fields are dropped. */
import type * as z from 'zod'

type Encode = (value: unknown) => unknown
type Fields = Readonly<Record<string, unknown>>

/** What an option of a union is recognised by: its constant fields, and the keys that it requires. */
interface Option {
  readonly constants: readonly (readonly [key: string, values: readonly unknown[]])[]
  readonly required: readonly string[]
  readonly encode: Encode
}

const known = new WeakMap<z.core.$ZodType, Encode>()

/**
 * Returns an answer as it goes over the wire.
 *
 * Like `z.encode`, for answers of the service, whose types are known: they are not validated again, which took most of the time of a page.
 * @throws for a value that no option of a union describes, and for an instant that is none.
 */
export function encodeAnswer(schema: z.core.$ZodType, answer: unknown): unknown {
  return encoderOf(schema)(answer)
}

function encoderOf(schema: z.core.$ZodType): Encode {
  const encode = known.get(schema) ?? makeEncoder(schema)
  known.set(schema, encode)
  return encode
}

function makeEncoder(schema: z.core.$ZodType): Encode {
  const { def } = (schema as z.core.$ZodTypes)._zod
  if (def.type === 'object') return objectEncoder(def)
  if (def.type === 'union') return unionEncoder(def.options)
  if (def.type === 'pipe') return (value) => def.reverseTransform?.(value, { value, issues: [] })
  if (def.type === 'array') {
    const encode = encoderOf(def.element)
    return (value) => (value as readonly unknown[]).map(encode)
  }
  if (def.type === 'record') {
    const encode = encoderOf(def.valueType)
    return (value) => Object.fromEntries(Object.entries(value as Fields).map(([key, one]) => [key, encode(one)]))
  }
  if (def.type === 'optional' || def.type === 'nullable') {
    const encode = encoderOf(def.innerType)
    return (value) => (value === null || value === undefined ? value : encode(value))
  }
  // What is not known could hold fields that no schema lists.
  if (!PLAIN.has(def.type)) throw new TypeError(`an answer cannot hold the type \`${def.type}\``)
  return asItIs
}

/** The types whose values go over the wire as they are; `unknown` is a problem that the API has made. */
const PLAIN: ReadonlySet<string> = new Set(['string', 'number', 'boolean', 'literal', 'enum', 'null', 'custom', 'unknown'])

const asItIs: Encode = (value) => value

function objectEncoder({ shape, catchall }: z.core.$ZodObjectDef): Encode {
  const fields = Object.entries(shape).map(([key, one]) => [key, encoderOf(one)] as const)
  return (value) => {
    const encoded: Record<string, unknown> = catchall ? { ...(value as Fields) } : {}
    for (const [key, encode] of fields) {
      const one = (value as Fields)[key]
      if (one !== undefined) encoded[key] = encode === asItIs ? one : encode(one)
    }
    return encoded
  }
}

function unionEncoder(all: readonly z.core.$ZodType[]): Encode {
  // The option with the most constants is the most specific one.
  const options = all.flatMap(optionsOf).sort((a, b) => b.constants.length - a.constants.length)
  const fits = ({ constants, required }: Option, value: Fields) =>
    constants.every(([key, values]) => values.includes(value[key])) && required.every((key) => key in value)
  return (value) => {
    const option = options.find((one) => fits(one, value as Fields))
    if (option === undefined) throw new TypeError('the answer has no form that its schema lists')
    return option.encode(value)
  }
}

function optionsOf(schema: z.core.$ZodType): readonly Option[] {
  const { def } = (schema as z.core.$ZodTypes)._zod
  if (def.type === 'union') return def.options.flatMap(optionsOf)
  if (def.type !== 'object') throw new TypeError('an option of an answer must be an object')
  const entries = Object.entries(def.shape)
  return [
    {
      constants: entries.flatMap(([key, field]): Option['constants'] => {
        const { def: of } = (field as z.core.$ZodTypes)._zod
        if (of.type === 'literal') return [[key, of.values]]
        return of.type === 'null' ? [[key, [null]]] : []
      }),
      required: entries.flatMap(([key, field]) => (field._zod.optin === undefined ? [key] : [])),
      encode: encoderOf(schema),
    },
  ]
}
