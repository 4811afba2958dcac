/** Guards with typical mistakes, to prove that the table detects them. */
import type { Actor } from '../../../src/domain/actor.js'
import type { AccessMethod } from '../../../src/domain/decision-types.js'
import type { Login, Resumed } from '../../../src/domain/login.js'
import type { LiveSession } from '../../../src/domain/session-views.js'
import { authorizeRequest, type GuardResult } from '../../../src/guard/authorize-request.js'
import type { Impersonation } from '../../../src/guard/impersonation.js'
import type { Authorizer } from '../../../src/guard/options.js'
import { parseGuardOptions } from '../../../src/guard/parse-options.js'
import { denialOf, problemDetails } from '../../../src/guard/problem-details.js'
import { CHALLENGE, type HostState, listenFetch, type Seen, servedBy, webSeen } from '../host.js'
import type { Form } from '../trial.js'

const isByMethod = (form: Form) => form.endsWith('by-method')
const isByLogin = (form: Form) => form.endsWith('by-login')

type Guard = (form: Form, seen: Seen) => Promise<GuardResult>

const host = (name: string, guardOf: (state: HostState) => Guard) => ({
  name,
  start: (state: HostState) => {
    const guard = guardOf(state)
    const answer = async (request: Request) => {
      const form = new URL(request.url).pathname.split('/')[1] as Form
      const result = await guard(form, webSeen(request))
      if (result.ok) return Response.json(servedBy(state).answerBoth(result.impersonation))
      const { body, headers } = problemDetails(result.denial, isByMethod(form) ? 'Bearer' : CHALLENGE)
      return new Response(JSON.stringify(body), { status: body.status, headers })
    }
    return listenFetch((request) =>
      (request.url.includes('/own-bare/') ? Promise.reject(new Error('no guard')) : answer(request)).catch(
        () => new Response(null, { status: 500 }),
      ),
    )
  },
})

const allow = (impersonation: Impersonation): GuardResult => ({ ok: true, impersonation: Object.freeze(impersonation) })

/** Calls the service with what the host's callbacks return, unchecked. */
async function called(state: HostState, form: Form, seen: Seen) {
  const { wiring } = state
  if (isByLogin(form)) return calledByLogin(state, seen)
  const returned = (['actor', 'tenant', 'method', 'session'] as const).map((name) => wiring[name](seen))
  const [actor, tenant, method, id] = (await Promise.all(returned)) as [Actor, string, AccessMethod, string]
  const { user, tenant: from } = actor
  const { authorize, checkImpersonation } = wiring.consentry as Authorizer
  const answer: unknown = isByMethod(form) ? authorize({ user, tenant, method, from }) : checkImpersonation(actor, id)
  return { user, tenant, method, answer: Promise.resolve(answer) }
}

async function calledByLogin({ wiring }: HostState, seen: Seen) {
  const [person, tenant] = (await Promise.all([wiring.person(seen), wiring.tenant(seen)])) as [Login, string]
  const asked = { user: person.user, tenant, method: 'access-request' as AccessMethod }
  const answer: unknown = (wiring.consentry as Authorizer).resume(person)
  return { ...asked, answer: Promise.resolve(answer) }
}

/** `if (decision) next()`: every answer counts as an allow. */
export const truthy = host('takes any answer for an allow', (state) => async (form, seen) => {
  const { answer, ...asked } = await called(state, form, seen)
  const decision = await answer.catch((error: unknown) => error)
  return decision ? allow({ ...asked, session: null, changesAt: null }) : { ok: false, denial: denialOf(undefined) }
})

/** The real guard over a service that caches its first answer. */
export const caching = host('caches its decisions', (state) => {
  const { byMethod, bySession, byLogin } = servedBy(state).options((seen: Seen) => seen)
  const cache = new Map<string, unknown>()
  const once = (key: unknown, call: () => unknown) => {
    const name = JSON.stringify(key)
    if (!cache.has(name)) cache.set(name, call())
    return cache.get(name) as never
  }
  const consentry: Authorizer = {
    authorize: (question) => once(question, () => byMethod.consentry.authorize(question)),
    checkImpersonation: (actor, id) => once([actor, id], () => bySession.consentry.checkImpersonation(actor, id)),
    resume: (login) => once(login, () => byLogin.consentry.resume(login)),
  }
  return async (form, seen) => {
    const ownTenant = form.startsWith('own-') ? 'pass' : 'deny'
    const options = isByMethod(form) ? byMethod : isByLogin(form) ? byLogin : bySession
    return authorizeRequest<Seen>(parseGuardOptions({ ...options, consentry, ownTenant } as typeof byMethod), seen)
  }
})

/** The real guard behind a shortcut: at home, everybody passes. */
export const hospitable = host('lets everybody pass in their own tenant', (state) => {
  const { byMethod, bySession, byLogin } = servedBy(state).options((seen: Seen) => seen)
  const [method, session, login] = [parseGuardOptions(byMethod), parseGuardOptions(bySession), parseGuardOptions(byLogin)]
  return async (form, seen) => {
    const who = isByLogin(form) ? 'person' : 'actor'
    const actor = (await Promise.resolve(state.wiring[who](seen)).catch(() => null)) as Actor | null
    const tenant = await Promise.resolve(state.wiring.tenant(seen)).catch(() => null)
    if (actor && tenant === actor.tenant) return { ok: true, impersonation: null }
    return authorizeRequest<Seen>(isByMethod(form) ? method : isByLogin(form) ? login : session, seen)
  }
})

/** Calls the service without checks of its own. */
export const trusting = host('checks nothing that the service does not', (state) => async (form, seen) => {
  try {
    const { answer, method, ...asked } = await called(state, form, seen)
    const answered = await answer
    const session = isByMethod(form) ? null : isByLogin(form) ? (answered as Resumed).session : (answered as LiveSession)
    return allow({ ...asked, method: session?.method ?? method, session, changesAt: session?.changesAt ?? null })
  } catch (error) {
    return { ok: false, denial: denialOf(error) }
  }
})
