/** The options of the HTTP API: what a host passes, checked when it is handed over. */
import * as z from 'zod'
import type { Consentry } from '../consentry.js'
import { unwrap } from '../domain/error.js'
import { oncePerKind } from '../domain/host-calls.js'
import { readRecord } from '../domain/input.js'
import type { Login } from '../domain/login.js'
import { Origin } from '../domain/origin.js'
import { methodsMessage, missingMethods } from '../ports/methods.js'
import type { People } from '../ports/people.js'
import { type ConsoleOption, ConsolePagesInput } from './console-options.js'

/**
 * The person of a request, as the host's login knows them: their user, tenant and permissions.
 *
 * Never take it from what a request claims. `session` is the id that `keepSession` was given; `impersonating` is for a tool outside Consentry.
 */
export interface Person extends Login {}

type MaybePromise<T> = T | Promise<T>

/** The options of `consentryApi`. */
export interface ApiOptions {
  /** The service: what `createConsentry` returns. */
  readonly consentry: Consentry
  /**
   * Returns the person of a request from the host's login, or `null` if nobody is logged in.
   * For `null` and `undefined` the API answers 401.
   * A malformed person is a mistake of the host: 500, told to `onError`.
   */
  readonly person: (request: Request) => MaybePromise<Person | null | undefined>
  /**
   * Keeps the id of a session in the host's login, and forgets it if it is `null`.
   * `headers` are those of the response, for a cookie; `person` is who is logged in.
   * `person` then returns it as `session`. The id is a secret: keep it where the person cannot drop it.
   * Without this function, the API keeps the id in a cookie of its own, `__Host-consentry`.
   */
  readonly keepSession?: ((request: Request, session: string | null, headers: Headers, person: Person) => MaybePromise<void>) | undefined
  /**
   * Names for answers, and a search for an editor.
   * Without it, answers have no names, and the search routes are not found.
   */
  readonly people?: People | undefined
  /**
   * Serves the console, the pages of the person who is logged in, at `/console`.
   * `{}` takes every default.
   * A function of the request gives each person their language. Without it, there is no such page.
   */
  readonly pages?: ConsoleOption | undefined
  /**
   * Called before anything else: a response that it returns is the answer, such as a 429.
   * `undefined` lets the request in.
   */
  readonly onRequest?: ((request: Request) => MaybePromise<Response | null | undefined>) | undefined
  /** Whether a person may ask `POST /decisions` about others: exactly `true`. Without it, nobody may. */
  readonly mayAsk?: ((person: Person, request: Request) => MaybePromise<boolean>) | undefined
  /**
   * The origins of the host's own pages, such as `https://app.example.com`.
   * Needed only for browsers that do not send `Sec-Fetch-Site`, and for pages on another origin that share the login's cookie.
   */
  readonly origins?: readonly string[] | undefined
  /** The path under which the API is served, such as `/consentry`; `''` by default. */
  readonly basePath?: string | undefined
  /** The most bytes of a body, by default 1 MiB. */
  readonly maxBodyBytes?: number | undefined
  /** The `WWW-Authenticate` challenge of a 401 (RFC 9110), printable ASCII; `Bearer` by default. */
  readonly challenge?: string | undefined
  /**
   * Called with every unexpected error; the answer is a 500 without details. Use it for logging.
   * Fire and forget: its result is not awaited and its errors are ignored. Without it, each kind is written once to `console.warn`.
   */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** The options with their defaults. */
export type ApiSettings = ApiOptions &
  Required<{ readonly [K in 'origins' | 'basePath' | 'maxBodyBytes' | 'challenge' | 'onError']: Exclude<ApiOptions[K], undefined> }>

const METHODS = Object.keys({
  submit: true,
  preview: true,
  grant: true,
  reject: true,
  setExpiry: true,
  revoke: true,
  withdraw: true,
  removeUser: true,
  endAll: true,
  answerMany: true,
  previewAnswer: true,
  renewalDraft: true,
  requests: true,
  accessRequest: true,
  incoming: true,
  incomingRequest: true,
  outgoing: true,
  outgoingRequest: true,
  myAccess: true,
  sessions: true,
  history: true,
  access: true,
  counts: true,
  decideMany: true,
  startImpersonation: true,
  endImpersonation: true,
  endSession: true,
  resume: true,
} satisfies Partial<Record<keyof Consentry, true>>)
const PEOPLE = ['users', 'tenants', 'findUsers', 'findTenants'] as const satisfies readonly (keyof People)[]

const withMethods = <T>(methods: readonly string[], what: string) =>
  z.custom<T>((value) => missingMethods(value, methods).length === 0, { error: ({ input }) => methodsMessage(input, what, methods) })
const hostFunction = <T>() => z.custom<T>((value) => typeof value === 'function', 'must be a function')

const ApiOptionsInput = z.strictObject(
  {
    consentry: withMethods<Consentry>(METHODS, 'a service: what `createConsentry` returns'),
    person: hostFunction<ApiOptions['person']>(),
    keepSession: hostFunction<ApiOptions['keepSession']>().optional(),
    people: withMethods<People>(PEOPLE, `an object with the functions ${PEOPLE.map((name) => `\`${name}\``).join(', ')}`).optional(),
    pages: z
      .union(
        [hostFunction<ConsoleOption>(), ConsolePagesInput],
        'must be `{ locale, timeZone, title, links }`, or a function that returns it',
      )
      .optional(),
    onRequest: hostFunction<ApiOptions['onRequest']>().optional(),
    mayAsk: hostFunction<ApiOptions['mayAsk']>().optional(),
    origins: z.array(Origin).default([]),
    basePath: z
      .string('must be a string')
      .regex(/^(\/[\w.~-]+)*$/, 'must be a path such as `/consentry`: with a slash before it, and none behind it')
      .default(''),
    maxBodyBytes: z.int('must be a whole number of bytes').positive('must be more than 0').default(1_048_576),
    challenge: z
      .string('must be a text')
      .regex(/^[!-~]([ -~]*[!-~])?$/, 'must be printable ASCII without spaces around it')
      .default('Bearer'),
    onError: hostFunction<NonNullable<ApiOptions['onError']>>().default(warnOfErrors),
  },
  'must be an object with `consentry` and `person`',
)

function warnOfErrors(): (error: unknown) => void {
  return oncePerKind((error) => console.warn('consentry: the HTTP API met this error; it is said once, `onError` gets every error:', error))
}

/**
 * Parses and copies the options; later changes to the host's object have no effect.
 * @throws `invalid-input` with the issues at once (SPEC 9.1).
 */
export function parseApiOptions(options: ApiOptions): ApiSettings {
  const parsed: unknown = unwrap(readRecord(ApiOptionsInput, options, 'options'))
  return parsed as ApiSettings
}
