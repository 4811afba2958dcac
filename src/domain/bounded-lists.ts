/** Lists of any length, parsed without collecting more issues than are listed (SPEC 3.4). */
import * as z from 'zod'
import { isId } from './ids.js'
import { idMessage } from './issue-messages.js'
import { type Issue, MAX_ISSUES } from './refusal.js'

/** Reports a malformed value at a path, or a key that is not expected if there is no message. */
export type Report = (input: unknown, message?: string, ...path: Issue['path']) => void

/** What to say of a value that is not a list, and of an empty list, if it is refused. */
export interface ListMessages {
  readonly expected: string
  readonly empty?: string
}

/**
 * Returns a schema that parses a value by a function, which reports each issue.
 *
 * An array of zod makes an issue for each element. That takes seconds, and overflows the stack when the issues are joined.
 */
export function bounded<T>(parse: (value: unknown, report: Report) => T): z.ZodType<T, T> {
  const schema: z.ZodType<T, T> = z.unknown().transform((value, context): T => {
    let [listed, omitted] = [0, 0]
    const parsed = parse(value, (input, message, ...path) => {
      if (listed === MAX_ISSUES) omitted += 1
      else {
        listed += 1
        const raised = { inst: schema, path: [...path] } // without `inst`, zod reads what the issue inherits
        if (message !== undefined) context.issues.push({ ...raised, code: 'custom', input, message })
        else context.issues.push({ ...raised, code: 'unrecognized_keys', input: undefined, keys: [String(input)] })
      }
    })
    // Read by `read`, which adds it to the number of omitted issues.
    if (omitted > 0) context.issues.push({ inst: schema, code: 'custom', params: { omitted }, input: value })
    return parsed
  }) as z.ZodType<unknown> as z.ZodType<T, T>
  return schema
}

/** Returns a report about what is at `keys` below the value of another report. */
export function reportAt(report: Report, ...keys: Issue['path']): Report {
  return (input, message, ...path) => report(input, message, ...keys, ...path)
}

/** Returns a copy of a list's elements; none for a value that was reported. */
export function elementsOf(value: unknown, { expected, empty }: ListMessages, report: Report): unknown[] {
  if (!Array.isArray(value)) report(value, expected)
  else if (value.length === 0 && empty !== undefined) report(value, empty)
  else return Array.from(value) // turns a hole into `undefined`, which is then refused
  return []
}

/** Returns a frozen copy of a list of ids. */
export function idsOf(value: unknown, messages: ListMessages, report: Report): readonly string[] {
  const ids = elementsOf(value, messages, report)
  for (const [index, id] of ids.entries()) if (!isId(id)) report(id, idMessage(id), index)
  return Object.freeze(ids) as readonly string[]
}

/** Returns a schema of a list of what `parse` returns, `undefined` for an element that is `wrong`. */
export function listWith<T>(parse: (element: unknown) => T | undefined, expected: string, wrong: string) {
  return bounded((value, report) => {
    const elements = elementsOf(value, { expected }, report).map((element, index) => {
      const parsed = parse(element)
      if (parsed === undefined) report(element, wrong, index)
      return parsed
    })
    return Object.freeze(elements) as readonly T[]
  })
}

/** A stored list of ids, maybe empty. */
export const Ids = bounded((value, report) => idsOf(value, { expected: 'must be a list of ids' }, report))
