/** Guards with typical mistakes, to prove that the table detects them. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Actor } from '../../../src/domain/actor.js'
import type { AccessMethod } from '../../../src/domain/decision-types.js'
import type { LiveSession } from '../../../src/domain/session-views.js'
import { authorizeRequest, type GuardResult, type Impersonation } from '../../../src/guard/authorize-request.js'
import { type Authorizer, parseGuardOptions } from '../../../src/guard/options.js'
import { denialOf, problemDetails } from '../../../src/guard/problem-details.js'
import { CHALLENGE, type Host, handle, listening, methodOptions, queryOf, type Seen, type Stand, sessionOptions } from '../host.js'

type Guard = (stand: Stand, form: 'by-method' | 'by-session', seen: Seen) => Promise<GuardResult>

function host(name: string, guard: (stand: Stand) => Guard): Host {
  return {
    name,
    start: (stand) => {
      const admits = guard(stand)
      const answer = async (request: IncomingMessage, response: ServerResponse) => {
        const url = new URL(request.url ?? '', 'http://localhost')
        const [, form, place = ''] = url.pathname.split('/')
        const seen: Seen = {
          header: (name) => request.headers[name],
          query: queryOf(url),
          param: decodeURIComponent(place),
          path: url.pathname,
        }
        const admission = await admits(stand, form === 'by-session' ? form : 'by-method', seen)
        if (admission.ok) return response.end(JSON.stringify(handle(stand, admission.impersonation)))
        const { body, headers } = problemDetails(admission.denial, form === 'by-session' ? CHALLENGE : 'Bearer')
        return response.writeHead(body.status, headers.flat()).end(JSON.stringify(body))
      }
      return listening(
        createServer((request, response) => {
          answer(request, response).catch(() => response.writeHead(500).end())
        }),
      )
    },
  }
}

const entered = (impersonation: Impersonation): GuardResult => ({ ok: true, impersonation: Object.freeze(impersonation) })

const same = (seen: Seen) => seen

/** The real guard with another service. */
const over =
  (replace: (service: Authorizer) => Authorizer): ((stand: Stand) => Guard) =>
  (stand) => {
    const byMethod = methodOptions(stand, same)
    const bySession = sessionOptions(stand, same)
    const service = replace({ ...byMethod.consentry, ...bySession.consentry } as Authorizer)
    const guards = {
      'by-method': parseGuardOptions({ ...byMethod, consentry: service }),
      'by-session': parseGuardOptions({ ...bySession, consentry: service }),
    }
    return (_stand, form, seen) => authorizeRequest<Seen>(guards[form], seen)
  }

/** `if (decision) next()`: every answer counts as an allow. */
export const truthy = host('takes any answer for yes', () => async (stand, form, seen) => {
  const { consentry, ...ask } = stand.wiring
  const actor = (await ask.actor(seen)) as Actor
  const tenant = (await ask.tenant(seen)) as string
  const method = (await ask.method(seen)) as AccessMethod
  const id = (await ask.session(seen)) as string
  const asked = form === 'by-method' ? [{ user: actor?.user, tenant, method }] : [actor, id]
  const verb = form === 'by-method' ? consentry.authorize : consentry.checkImpersonation
  const decision = await Promise.resolve(verb(...(asked as never[]))).catch((error: unknown) => error)
  if (decision) return entered({ user: actor.user, tenant, method, session: null, changesAt: null })
  return { ok: false, denial: denialOf(undefined) }
})

/** Caches its first answer. */
export const caching = host(
  'remembers what was decided',
  over((service) => {
    const kept = new Map<string, unknown>()
    const once = (key: unknown, ask: () => unknown) => {
      const name = JSON.stringify(key)
      if (!kept.has(name)) kept.set(name, ask())
      return kept.get(name) as never
    }
    return {
      authorize: (question) => once(question, () => service.authorize(question)),
      checkImpersonation: (actor, id) => once([actor, id], () => service.checkImpersonation(actor, id)),
    }
  }),
)

/** Allows if the facts are unavailable. */
export const lenient = host('lets in where the facts are unavailable', (stand) => {
  const guard = over((service) => service)(stand)
  return async (_stand, form, seen) => {
    const admission = await guard(stand, form, seen)
    if (admission.ok || admission.denial.status !== 503) return admission
    return entered({ user: 'caroline', tenant: 'tom-sawyer', method: 'access-request', session: null, changesAt: null })
  }
})

/** Calls the service without checks of its own. */
export const trusting = host('checks nothing that the service does not', () => async (stand, form, seen) => {
  const { consentry, ...ask } = stand.wiring
  try {
    const actor = (await ask.actor(seen)) as Actor
    const tenant = (await ask.tenant(seen)) as string
    const { user } = actor
    if (form === 'by-session') {
      const session = (await consentry.checkImpersonation(...([actor, await ask.session(seen)] as never[]))) as LiveSession
      return entered({ user, tenant, method: session.method, session, changesAt: session.changesAt })
    }
    const method = (await ask.method(seen)) as AccessMethod
    await consentry.authorize(...([{ user, tenant, method }] as never[]))
    return entered({ user, tenant, method, session: null, changesAt: null })
  } catch (error) {
    return { ok: false, denial: denialOf(error) }
  }
})
