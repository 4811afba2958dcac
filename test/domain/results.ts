/** What functions return or throw: the value, the refusal, or the issues as lines. */
import { isConsentryError } from '../../src/domain/error.js'
import type { Refusal, Result } from '../../src/domain/refusal.js'

export function accepted<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.refusal.code)
  return result.value
}

export function refusalOf(result: Result<unknown>): Refusal | undefined {
  return result.ok ? undefined : result.refusal
}

export function issuesOf(result: Result<unknown>): string[] {
  if (result.ok || result.refusal.code !== 'invalid-input') return []
  return result.refusal.issues.map(({ path, code, message }) => `${path.join('.')} | ${code} | ${message}`)
}

export function issuesThrown(call: () => unknown): string[] {
  try {
    call()
  } catch (error) {
    if (isConsentryError(error, 'invalid-input')) return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
    throw error
  }
  throw new Error('it was accepted')
}
