/** The order in which a method's arguments are checked: nothing is read for an actor who may not ask (SPEC 4.7). */
import { describe, expect, it } from 'vitest'
import type { Consentry } from '../../src/consentry.js'
import { caroline, elizabeth, person, stage, TOM, tomAdmin } from '../story/cast.js'
import { codeOf, issuesOf, UNREADABLE } from './session-scene.js'

type Method = (on: Consentry, actor: never, input: never) => Promise<unknown>

const COMMANDS: Readonly<Record<string, Method>> = {
  submit: (on, actor, input) => on.submit(actor, input),
  grant: (on, actor, input) => on.grant(actor, input, input),
  reject: (on, actor, input) => on.reject(actor, input, input),
  setExpiry: (on, actor, input) => on.setExpiry(actor, input, input),
  revoke: (on, actor, input) => on.revoke(actor, input, input),
  withdraw: (on, actor, input) => on.withdraw(actor, input, input),
  removeUser: (on, actor, input) => on.removeUser(actor, input),
  answerMany: (on, actor, input) => on.answerMany(actor, input),
  endAll: (on, actor, input) => on.endAll(actor, input),
}
const LISTS: Readonly<Record<string, Method>> = {
  incoming: (on, actor, input) => on.incoming(actor, input),
  outgoing: (on, actor, input) => on.outgoing(actor, input),
  requests: (on, actor, input) => on.requests(actor, input),
  incomingRequest: (on, actor, input) => on.incomingRequest(actor, input),
  outgoingRequest: (on, actor, input) => on.outgoingRequest(actor, input),
  accessRequest: (on, actor, input) => on.accessRequest(actor, input),
  history: (on, actor, input) => on.history(actor, input),
  preview: (on, actor, input) => on.preview(actor, input),
  previewAnswer: (on, actor, input) => on.previewAnswer(actor, input),
  renewalDraft: (on, actor, input) => on.renewalDraft(actor, input),
  access: (on, actor, input) => on.access(actor, input),
}
const FOR_ANSWERERS = ['incoming', 'incomingRequest', 'previewAnswer']
const FOR_SUBMITTERS = ['outgoing', 'outgoingRequest', 'accessRequest', 'requests', 'submit', 'preview', 'renewalDraft']
const UNRESTRICTED: Readonly<Record<string, Method>> = {
  startImpersonation: (on, actor, input) => on.startImpersonation(actor, input),
  checkImpersonation: (on, actor, input) => on.checkImpersonation(actor, input),
  endImpersonation: (on, actor, input) => on.endImpersonation(actor, input),
  endSession: (on, actor, input) => on.endSession(actor, input),
  myAccess: (on, actor, input) => on.myAccess(actor, input),
  sessions: (on, actor, input) => on.sessions(actor, input),
  counts: (on, actor, input) => on.counts(actor, input),
}

const call = (method: Method, actor: unknown, input = UNREADABLE) => method(stage().consentry, actor as never, input as never)
const inside = { tenant: TOM, method: 'access-request' } as const

describe.each(Object.entries({ ...COMMANDS, ...LISTS, ...UNRESTRICTED }))('%s', (name, method) => {
  it('reports a malformed actor alone, and reads nothing else', async () => {
    const malformed = { ...elizabeth, user: '', impersonating: inside, permissions: ['root'] }
    expect(await issuesOf(call(method, malformed))).toEqual(['actor.user invalid', 'actor.permissions.0 invalid'])
  })

  it('refuses who lacks its permission before it reads anything else', async () => {
    const nobody = person('nobody', TOM)
    expect(await codeOf(call(method, nobody))).toBe(name in UNRESTRICTED ? 'invalid-input' : 'not-permitted')
    const wrong = FOR_ANSWERERS.includes(name) ? elizabeth : FOR_SUBMITTERS.includes(name) ? tomAdmin : undefined
    if (wrong) expect(await codeOf(call(method, wrong))).toBe('not-permitted')
  })

  it('refuses a command from inside a tenant before the permission and anything else; lists may be read', async () => {
    const actor = { ...person('nobody', TOM), impersonating: inside }
    const first = name in COMMANDS || name === 'startImpersonation' ? 'impersonating' : name in LISTS ? 'not-permitted' : 'invalid-input'
    expect(await codeOf(call(method, actor))).toBe(first)
  })

  it('reads the other arguments of who may ask', async () => {
    const actor = { ...elizabeth, permissions: ['submit', 'answer'] }
    expect(await codeOf(call(method, actor))).toBe('invalid-input')
  })
})

it('the tenant itself is refused after the rest of the input of a start (SPEC 4.7)', async () => {
  const start = (input: object) => call(UNRESTRICTED['startImpersonation'] as Method, caroline, input)
  expect(await issuesOf(start({ tenant: caroline.tenant, method: 'root' }))).toEqual(['method invalid'])
  expect(await issuesOf(start({ tenant: caroline.tenant, method: 'access-request' }))).toEqual(['tenant own-tenant'])
})
