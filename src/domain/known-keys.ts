/** The keys that a schema knows, to name the nearest one to a misspelt key. */
import type * as z from 'zod'

/** What zod's definitions of objects, lists, wrappers and pipes hold. */
interface Definition extends z.core.$ZodTypeDef {
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>
  readonly element?: z.core.$ZodType
  readonly innerType?: z.core.$ZodType
  readonly in?: z.core.$ZodType
}

/** Returns the keys of the record that the schema describes at `path`; none if there is no record. */
export function knownKeys(schema: z.core.$ZodType | undefined, path: readonly PropertyKey[]): string[] {
  const definition: Definition | undefined = schema?._zod.def
  const inner = definition?.innerType ?? definition?.in
  if (inner) return knownKeys(inner, path)
  const [key, ...rest] = path
  if (definition === undefined || key === undefined) return Object.keys(definition?.shape ?? {})
  return knownKeys(definition.element ?? definition.shape?.[String(key)], rest)
}
