/** Generators for fast-check: ids, facts, questions and command logs, for hosts that test their own rules and stores in their own CI. */

export { type CommandLogOptions, commandLog, type Flaw, type LoggedCommand, PEOPLE, type People } from './arbitraries/command-log.js'
export { type FactsOptions, requestFacts, tenantFacts } from './arbitraries/facts.js'
export { type MalformedQuestion, malformedQuestion, type QuestionOptions, question } from './arbitraries/questions.js'
export { type Command, type CommandInput, resolveCommand, type SentRequest } from './arbitraries/resolve-command.js'
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
