/** Cedar in its WebAssembly build for Node. */
import type { StatefulAuthorizationCall as Call } from '@cedar-policy/cedar-wasm/nodejs'
import { enginesOf } from './engine.js'
import { rowsOf } from './work.js'

/** Stands for no expiry, because Cedar has no infinity: the last instant of a `Date`. */
const NEVER = 8.64e15

/**
 * Cedar in its usual and its fastest form. Policies are parsed once in advance.
 * Its data are entities, passed with every question, so a question carries only those of its tenant.
 */
export const cedarEngines = enginesOf('@cedar-policy/cedar-wasm', rowsOf, {
  // The usual form.
  'Cedar, a policy a grant': async (rows) => {
    const policyOf = (user: string, tenant: string, until: number | null) =>
      `permit(principal == User::"${user}", action, resource == Tenant::"${tenant}")${until === null ? '' : ` when { context.now < ${until} }`};`
    const policies = rows.flatMap(({ tenant, users, until }) => users.map((user) => policyOf(user, tenant, until)))
    const allows = await prepared(policies.join('\n'))
    return (user, tenant, _method, now) => allows(user, tenant, { now }, [])
  },
  // One policy, and the tenant as an entity whose tags are its users with their expiry.
  'Cedar, grants as an entity': async (rows) => {
    const allows = await prepared(
      'permit(principal, action, resource) when { resource.hasTag(context.user) && context.now < resource.getTag(context.user) };',
    )
    const entities = new Map(
      rows.map(({ tenant, users, until }) => {
        const tags = Object.fromEntries(users.map((user) => [user, until ?? NEVER]))
        return [tenant, [{ uid: { type: 'Tenant', id: tenant }, attrs: {}, parents: [], tags }]]
      }),
    )
    return (user, tenant, _method, now) => allows(user, tenant, { user, now }, entities.get(tenant) ?? [])
  },
  // The fastest form: the host finds the grant, and Cedar only evaluates it.
  'Cedar, the grant in the context': async (rows) => {
    const allows = await prepared('permit(principal, action, resource) when { context has until && context.now < context.until };')
    const byTenant = new Map(rows.map(({ tenant, users, until }) => [tenant, new Map(users.map((user) => [user, until ?? NEVER]))]))
    return (user, tenant, _method, now) => {
      const until = byTenant.get(tenant)?.get(user)
      return allows(user, tenant, until === undefined ? { now } : { now, until }, [])
    }
  },
})

/** A distinct policy set name for every index, because a process keeps all sets by name. */
let sets = 0

async function prepared(staticPolicies: string) {
  const { preparsePolicySet, statefulIsAuthorized } = await import('@cedar-policy/cedar-wasm/nodejs')
  const preparsedPolicySetId = `set ${++sets}`
  const parsed = preparsePolicySet(preparsedPolicySetId, { staticPolicies })
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed.errors))
  const action = { type: 'Action', id: 'enter' }
  return (user: string, tenant: string, context: Call['context'], entities: Call['entities']): boolean => {
    const principal = { type: 'User', id: user }
    const resource = { type: 'Tenant', id: tenant }
    const answer = statefulIsAuthorized({ principal, action, resource, context, preparsedPolicySetId, entities })
    if (answer.type !== 'success') throw new Error(JSON.stringify(answer.errors))
    return answer.response.decision === 'allow'
  }
}
