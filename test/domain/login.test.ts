/** The form of a login (SPEC 7.8). */
import { expect, it } from 'vitest'
import { readRecord } from '../../src/domain/input.js'
import { loginSchema } from '../../src/domain/login.js'
import { accepted, issuesOf } from './results.js'

const person = { user: 'caroline', tenant: 'classics', permissions: ['submit'] }
const inside = { tenant: 'tom-sawyer', method: 'legacy-support' }
const issues = (login: unknown) => issuesOf(readRecord(loginSchema, login, 'login'))

it('a login is a person, maybe with a session, which is any text, and maybe inside elsewhere', () => {
  expect(accepted(readRecord(loginSchema, person))).toEqual({ ...person, impersonating: null, session: null })
  const whole = { ...person, impersonating: inside, session: 'a b' }
  expect(accepted(readRecord(loginSchema, whole))).toEqual(whole)
})

it('anything else is refused, with what is wanted', () => {
  expect(issues({ ...person, session: 7, impersonating: 'x', other: 1 })).toEqual([
    'login.impersonating | invalid | `x` must be null, or an object with `tenant` and `method`',
    'login.session | invalid | `7` must be text or null',
    'login.other | unknown-key | `other` is not expected here',
  ])
  expect(issues({})).toEqual([
    'login.user | missing | is required',
    'login.tenant | missing | is required',
    'login.permissions | missing | is required',
  ])
  expect(issues(7)).toEqual([
    'login | invalid | `7` must be a login: an object with `user`, `tenant` and `permissions`, and maybe `session` and `impersonating`',
  ])
})
