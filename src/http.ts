/** The HTTP API of the service: one function over web-standard requests, and its OpenAPI document. */

export { type ConsentryApi, consentryApi } from './http/api.js'
export type { ApiOptions, Person } from './http/api-options.js'
export type { ConsoleLink, ConsoleOption, ConsolePages } from './http/console-options.js'
export type { OpenApiDocument } from './http/open-api.js'
export { type ConsentryProblem, type DoorCode, type ProblemCode, type ProblemIssue, problemOf } from './http/problem.js'
export { openApiDocument } from './http/routes.js'
export type { Named, People, PeopleFound, PeopleSearch, Recipient, RecipientsQuery } from './ports/people.js'
