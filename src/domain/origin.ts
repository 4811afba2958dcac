/** Origins of the web, as options name them. */
import * as z from 'zod'

/** An origin of http or https as input: exactly as a URL writes it, without a path. */
export const Origin = z.string('must be a string').refine(isOrigin, 'must be an origin, such as `https://app.example.com`: without a path')

function isOrigin(text: string): boolean {
  try {
    return /^https?:/.test(text) && new URL(text).origin === text
  } catch {
    return false
  }
}
