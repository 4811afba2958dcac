/** Generators for fast-check: ids, facts, questions, sessions and command logs, for a host's own tests. */

export { type CommandLogOptions, commandLog, type LoggedCommand, type Mutation } from './arbitraries/command-log.js'
export { type FactsOptions, requestFacts, tenantFacts } from './arbitraries/facts.js'
export { PEOPLE, type People } from './arbitraries/people.js'
export { type AccessQueryOptions, accessQuery, type MalformedAccessQuery, malformedAccessQuery } from './arbitraries/questions.js'
export type { BulkAnswer, BulkCommand } from './arbitraries/resolve-bulk-command.js'
export { type Command, resolveCommand } from './arbitraries/resolve-command.js'
export {
  resolveSessionCommand,
  type SessionCommand,
  type SessionContext,
  type StartedSession,
} from './arbitraries/resolve-session-command.js'
export type { CommandInput, SentRequest } from './arbitraries/sent-request.js'
export {
  type ClockStep,
  type LoggedSessionCommand,
  type SessionEnder,
  type SessionLogOptions,
  type SessionMutation,
  sessionLog,
} from './arbitraries/session-log.js'
export { session } from './arbitraries/sessions.js'
export {
  actor,
  type Cast,
  type InstantOptions,
  instant,
  message,
  method,
  requestName,
  submission,
  tenantId,
  userId,
} from './arbitraries/values.js'
