/** Recognises the host's driver by its methods, and says what was passed instead of one. */
import * as z from 'zod'
import { methodsMessage, missingMethods } from '../../ports/methods.js'

/** Returns the schema of a driver: `what` names it, `opened` shows how a host opens one. */
export function driverSchema<Driver extends object>(what: string, opened: string, methods: readonly (string & keyof Driver)[]) {
  return z.custom<Driver>((value) => missingMethods(value, methods).length === 0, {
    error: ({ input }) => (typeof input === 'string' ? `is text: pass ${what}, such as ${opened}` : methodsMessage(input, what, methods)),
  })
}
