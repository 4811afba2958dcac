/** Recognises a repository by its methods, and says what a host passed instead of one. */
import * as z from 'zod'
import { methodsMessage, missingMethods } from './methods.js'
import type { Repository } from './repository.js'

/** The methods that every repository has: those of the port that are not optional. */
type RequiredMethod = { [M in keyof Repository]-?: undefined extends Repository[M] ? never : M }[keyof Repository]

const METHODS = {
  saveSubmission: true,
  saveChanges: true,
  accessRequest: true,
  tenantRequests: true,
  tenantRequestsOf: true,
  openRequestsNaming: true,
  openRequestsBetween: true,
  tenantSummaries: true,
  dueRequests: true,
  factsFor: true,
  factsForMany: true,
  factsPage: true,
  grantsOfUser: true,
  incoming: true,
  outgoing: true,
  accessRequests: true,
  countRequests: true,
  myAccess: true,
  countMyAccess: true,
  history: true,
  grants: true,
  saveSessionChanges: true,
  sessionRows: true,
  sessions: true,
  openSessions: true,
  readEvents: true,
  positions: true,
  requestPage: true,
  governedTenantPage: true,
} satisfies Record<RequiredMethod, true>

/** The names of the methods that every repository has. */
export const REPOSITORY_METHODS: readonly string[] = Object.keys(METHODS)

/** A repository of the host, recognised by its methods: a plain object or an instance of a class. */
export const repositorySchema = z.custom<Repository>((value) => missingMethods(value, REPOSITORY_METHODS).length === 0, {
  error: ({ input }) => repositoryMessage(input),
})

function repositoryMessage(value: unknown): string {
  const has = (...methods: string[]) => missingMethods(value, methods).length === 0
  if (has('query', 'exec')) return 'is a database, not a repository: pass `postgresRepository({ pglite })`'
  if (has('query', 'connect'))
    return 'is a connection to a database, not a repository: pass `postgresRepository({ pool })`, or `({ client })`'
  if (has('prepare', 'exec')) return 'is a database, not a repository: pass `sqliteRepository({ database })`'
  return methodsMessage(value, 'a repository', REPOSITORY_METHODS)
}
