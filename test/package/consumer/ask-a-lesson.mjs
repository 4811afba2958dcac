/** Plays a consent on a lesson: over HTTP, or by the methods that a route file exports, called as Next calls them. */
import { playConsent } from './clients/play-consent.ts'

const { BASE_URL, ROUTE_FILE, TOKENS } = process.env
const route = ROUTE_FILE === undefined ? undefined : await import(`./${ROUTE_FILE}`)
const fetch = route && ((url, init) => route[init.method](new Request(url, init)))
console.log(await playConsent({ baseUrl: BASE_URL, tokens: JSON.parse(TOKENS), fetch }))
process.exit() // the pool of a route holds the process until its clients have been idle for long
