/** The same request among facts more than once (SPEC 5.7). */
import type { AddIssue, IssueList } from './refusal.js'
import type { RequestFacts } from './status.js'

/**
 * Drops duplicates (SPEC 5.7).
 *
 * Two versions of one request are an issue: one is stale, and the facts do not say which.
 */
export function dedupeRequests(list: IssueList, requests: readonly RequestFacts[], addIssue: AddIssue): readonly RequestFacts[] {
  // Malformed requests already have issues, and cannot be compared.
  if (list.issues.length > 0 || requests.length < 2) return requests
  const byId = new Map<string, RequestFacts>()
  for (const request of requests) {
    const earlier = byId.get(request.id) ?? request
    if (earlier !== request && fingerprint(earlier) !== fingerprint(request))
      addIssue(`request \`${request.id}\` has two versions: pass the newer one`, 'requests')
    byId.set(request.id, earlier)
  }
  return [...byId.values()]
}

/** Serialises a request independently of the order of its users. */
function fingerprint(request: RequestFacts): string {
  const users = [...request.users].sort()
  const removed = request.removed.map(({ user, at }) => `${user} ${at}`).sort() // no id has a space
  return JSON.stringify({ ...request, users, removed })
}
