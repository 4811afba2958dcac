/** The answers around rows: pages, and what a command of several steps changed. */
import * as z from 'zod'
import { NamesOut } from './names.js'
import { component } from './wire-values.js'

/** Returns the schema of a page of rows; `more` are its other fields. */
export function pageOut<Item extends z.ZodType, More extends z.ZodRawShape = Record<never, never>>(id: string, item: Item, more?: More) {
  const next = z.string().nullable()
  return component(id, z.object({ items: z.array(item), next, ...(more as More), names: NamesOut.optional() }), {
    description:
      'A page. `next` is the cursor of the next one, to be used with the same filters; null on the last. `Link` has its address.',
  })
}

/** Returns the schema of what a command of several steps changed. */
export function changedOut<Changed extends z.ZodType>(id: string, changed: Changed) {
  return component(id, z.object({ changed }))
}
