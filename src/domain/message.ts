/** Messages as input and stored (SPEC 3.3, 3.3a). */
import * as z from 'zod'

/**
 * A message of up to 1,000 code points, kept exactly (SPEC 3.3).
 *
 * Control characters other than line feed and tab are refused, and so are lone surrogates. Unicode never changes the categories `Cc`
 * and `Cs`, so a stored message is read by every runtime (SPEC 8.5).
 */
export const Message = z
  .string('must be a string')
  .regex(/^(?:[^\p{Cc}\p{Cs}]|[\n\t]){0,1000}$/u, 'must be up to 1,000 characters, without control characters or lone surrogates')

/**
 * Returns the schema of a message, `''` by default, with at least this many letters and digits.
 *
 * Fewer are the issue `missing` (SPEC 3.3a).
 */
export function messageWith(least: number | undefined): z.ZodType<string, string | undefined> {
  const optional = Message.default('')
  if (least === undefined) return optional
  return optional.superRefine((message, context) => {
    if (hasLetters(message, least)) return
    const wanted = least === 1 ? 'a letter or digit' : `${least} letters and digits`
    context.addIssue({ code: 'custom', input: message, message: `must have at least ${wanted}`, params: { isMissing: true } })
  })
}

// A longer text is refused by its length, so its letters need not be counted.
function hasLetters(text: string, least: number): boolean {
  return text.length > 2_000 || (text.match(/[\p{L}\p{Nd}]/gu)?.length ?? 0) >= least
}
