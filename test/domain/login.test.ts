/** The form of a login (SPEC 7.8). */
import { expect, it } from 'vitest'
import { readLogin } from '../../src/domain/login.js'
import { accepted, issuesOf } from './results.js'

const person = { user: 'caroline', tenant: 'classics', permissions: ['submit'] }
const inside = { tenant: 'tom-sawyer', method: 'legacy-support' }
const issues = (login: unknown) => issuesOf(readLogin(login, 'login'))

it('a login is a person, maybe with a session, which is any text, and maybe inside elsewhere', () => {
  expect(accepted(readLogin(person, 'login'))).toEqual({ ...person, impersonating: null, session: null })
  const whole = { ...person, impersonating: inside, session: 'a b' }
  expect(accepted(readLogin(whole, 'login'))).toEqual(whole)
})

it('anything else is refused, with what is wanted', () => {
  expect(issues({ ...person, session: 7, impersonating: 'x', other: 1 })).toEqual([
    'login.impersonating | invalid | must be null, or an object with `tenant` and `method`',
    'login.session | invalid | must be text or null',
    'login.other | unknown-key | `other` is not expected here',
  ])
  expect(issues({})).toEqual([
    'login.user | missing | is required',
    'login.tenant | missing | is required',
    'login.permissions | missing | is required',
  ])
  expect(issues(7)).toEqual([
    'login | invalid | must be a login: an object with `user`, `tenant` and `permissions`, and maybe `session` and `impersonating`',
  ])
})

it('what may be the secret id of a session is not quoted; what is not, is', () => {
  const secret = '5ec2e7'.repeat(10)
  const swapped = [secret, 5_267_000_000n, { ...person, session: 5_267_000_000 }, { ...person, impersonating: secret }]
  for (const login of [...swapped, { ...person, session: Symbol(secret) }]) {
    expect(issues(login)).toEqual([expect.stringMatching(/^login\S* \| invalid \| must be /)])
    expect(String(issues(login))).not.toMatch(/5ec2e7|5267000000/)
  }
  expect(issues({ ...person, user: 'a b', impersonating: { ...inside, tenant: 'c d' } })).toEqual([
    expect.stringMatching(/^login\.user \| invalid \| `a b` contains white space/),
    expect.stringMatching(/^login\.impersonating\.tenant \| invalid \| `c d` contains white space/),
  ])
})
