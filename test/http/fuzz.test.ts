/**
 * Random requests to every operation of the OpenAPI document, by every party, nobody and a rival: whatever is asked, the answer is one that the
 * document lists, what is refused changes nothing, and nobody learns what is another party's (SPEC 6.4, 9.3, 11.2 to 11.4).
 */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openApiDocument } from '../../src/http/routes.js'
import { unavailable } from '../../src/service/context.js'
import { answerChecker, operationAt, operationsOf } from './described.js'
import { type Faults, neighbourOf, type Office, openOffice, PEOPLE } from './fuzz/office.js'
import { type Planned, requestsTo } from './fuzz/requests.js'

const REQUESTS = Number(process.env['CONSENTRY_HTTP_REQUESTS'] ?? 3_000)
const SEED = Number(process.env['CONSENTRY_SEED'] ?? 20_260_101)
/** How many requests one office gets: more would make its lists long, and each request slow. */
const OF_AN_OFFICE = 150

const document = openApiDocument()
const operations = operationsOf(document)
const wrongIn = answerChecker(document)
const requests = requestsTo(document, PEOPLE)

/** The operations by POST that change nothing. */
const READING = new Set(['previewSubmission', 'decideMany'])

interface Tally {
  requests: number
  readonly statuses: Map<string, number>
}

/** Returns what is wrong with the answer to a request, by the properties. */
async function faultsOf(office: Office, planned: Planned, { statuses }: Tally): Promise<readonly string[]> {
  const before = await office.state()
  const { sent, ...answer } = await office.send(planned)
  const after = await office.state()
  const { status, text } = answer
  const reached = operationAt(operations, planned.method, sent.path.split('?')[0] ?? '')
  const name = `${reached?.operationId} ${status}`
  statuses.set(name, (statuses.get(name) ?? 0) + 1)
  const changedBefore = status === 503 && 'changed' in JSON.parse(text)
  const isRead = !['POST', 'PUT', 'DELETE'].includes(planned.method) || READING.has(reached?.operationId ?? '')
  return [
    ...(status >= 500 && status !== 503 ? [`answered ${status}`] : []),
    ...(status === 503 && planned.outage > 7 ? ['answered 503 without an outage'] : []),
    ...wrongIn(reached, answer).map((wrong) => `undescribed: ${wrong}`),
    ...(before !== after && ((status >= 400 && !changedBefore) || isRead) ? ['changed something'] : []),
    ...office.leaks(planned, sent, answer).map((leak) => `leaked ${leak}`),
  ].map((fault) => `${fault}: ${planned.method} ${sent.path} ${sent.body} by ${PEOPLE[planned.as]?.user}: ${status} ${text.slice(0, 500)}`)
}

async function attack(count: number, seed: number, faults: Faults = {}): Promise<Tally> {
  const tally: Tally = { requests: 0, statuses: new Map() }
  const property = fc.asyncProperty(
    fc.array(requests, { minLength: Math.min(count, OF_AN_OFFICE), maxLength: OF_AN_OFFICE, size: 'max' }),
    async (all) => {
      const office = await openOffice(faults)
      for (const planned of all) {
        tally.requests++
        const faults = await faultsOf(office, planned, tally)
        if (faults.length > 0) throw new Error(faults.join('\n'))
      }
      expect(office.errors.filter((error) => !/the people are gone|question/.test(String(error)))).toEqual([])
    },
  )
  // Not by `assert`, which would print every request of an office.
  const { failed, errorInstance, counterexamplePath } = await fc.check(property, {
    numRuns: Math.ceil(count / OF_AN_OFFICE),
    seed,
    endOnFailure: true,
  })
  if (failed) throw new Error(`seed ${seed}, office ${counterexamplePath}: ${(errorInstance as Error).message}`, { cause: errorInstance })
  return tally
}

it(`${REQUESTS} requests: none leaks, none changes anything when refused, and each answer is described`, {
  timeout: 3_600_000,
}, async () => {
  const { requests: sent, statuses } = await attack(REQUESTS, SEED)
  console.log(`HTTP: ${sent} requests, 0 undescribed answers, 0 changes by refused ones, 0 leaks`)
  expect(sent).toBeGreaterThanOrEqual(REQUESTS)
  // Each operation was reached, with its success.
  const succeeded = new Set([...statuses.keys()].flatMap((name) => (/ 20[014]$/.test(name) ? [name.split(' ')[0]] : [])))
  if (REQUESTS >= 3_000) expect(operations.map(({ operationId }) => operationId).filter((id) => !succeeded.has(id))).toEqual([])
})

/** Changes the answers of an API to some requests. */
const answering =
  (
    isMeant: (request: Request, response: Response) => boolean,
    change: (response: Response, text: string) => Response,
  ): NonNullable<Faults['api']> =>
  (api) =>
  async (request) => {
    const response = await api(request)
    return isMeant(request, response) ? change(response, await response.text()) : response
  }
const isGet = (path: string) => (request: Request, response: Response) =>
  request.method === 'GET' && new URL(request.url).pathname === path && response.status === 200

describe('an API that breaks a property is found', () => {
  it.each<readonly [what: string, found: RegExp, faults: Faults]>([
    [
      "a list of another tenant's rows",
      /leaked Secret0of0/,
      { service: ({ incoming }) => ({ incoming: (actor, input) => incoming({ ...actor, tenant: neighbourOf(actor.tenant) }, input) }) },
    ],
    [
      "a row of another vendor's",
      /leaked \S*0of0/,
      {
        service: ({ outgoingRequest }) => ({
          outgoingRequest: (actor, id) =>
            outgoingRequest(actor, id).catch(() => outgoingRequest({ ...actor, tenant: neighbourOf(actor.tenant) }, id)),
        }),
      },
    ],
    [
      'a secret in a header of a refusal',
      /leaked Secret0of0/,
      {
        api:
          (api, { secret }) =>
          async (request) => {
            const response = await api(request)
            if (response.status === 404) response.headers.set('x-trace', secret)
            return response
          },
      },
    ],
    [
      "a session's id in its answer",
      /leaked [0-9a-f]{64}/,
      {
        service: ({ startImpersonation }) => ({
          startImpersonation: async (...args) => {
            const session = await startImpersonation(...args)
            return { ...session, reason: session.id as never }
          },
        }),
      },
    ],
    [
      'a refused command that changes something',
      /changed something/,
      {
        service: ({ grant, reject }) => ({
          grant: (actor, id, input) =>
            grant(actor, id, input).catch(async (error: unknown) => {
              await reject(actor, id).catch(() => {})
              throw error
            }),
        }),
      },
    ],
    [
      'a question that changes something',
      /changed something/,
      {
        service: ({ preview, submit }) => ({
          preview: async (actor, input) => {
            const seen = await preview(actor, input)
            await submit(actor, input)
            return seen
          },
        }),
      },
    ],
    [
      'an unexpected error',
      /answered 500/,
      { service: () => ({ history: () => Promise.reject(new TypeError('undefined is not a function')) }) },
    ],
    [
      'an answer whose value is of another type',
      /undescribed: the body \S*\/sentAt must be string/,
      {
        api: answering(
          ({ url }, { status }) => new URL(url).pathname === '/incoming' && status === 200,
          (response, text) => new Response(text.replaceAll(/"sentAt":"[^"]*"/g, '"sentAt":0'), response),
        ),
      },
    ],
    [
      'an answer that is cut off',
      /the body is not JSON/,
      { api: answering(isGet('/me'), (response, text) => new Response(text.slice(1), response)) },
    ],
    [
      'a page of the server',
      /the content type text\/html is not listed/,
      { api: answering(isGet('/counts'), () => new Response('<p>', { headers: { 'content-type': 'text/html' } })) },
    ],
    [
      'a status that is not listed',
      /the status 201 is not listed/,
      { api: answering(isGet('/sessions'), ({ headers }, text) => new Response(text, { status: 201, headers })) },
    ],
    [
      'an outage that is none',
      /answered 503 without an outage/,
      { service: () => ({ sessions: () => Promise.reject(unavailable('repository')) }) },
    ],
  ])('%s', async (_, found, faults) => {
    await expect(attack(1_500, SEED, faults)).rejects.toThrow(found)
  })
})
