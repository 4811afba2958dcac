/** A client in a page, whose methods are called from here. */
import type { Page } from 'playwright-core'
import { ADDRESSES } from '../../src/client/addresses.js'
import type { ClientOptions, ConsentryClient } from '../../src/client.js'
import { packed, unpacked } from './crossing.js'
import type { PageGlobals } from './page-script.js'

declare const callClient: PageGlobals['callClient']

let made = 0

/** Returns a client that the page makes, and that asks by the page's own fetch. No call takes a `signal`: that cannot leave its process. */
export function pageClient(page: Page, options: ClientOptions): ConsentryClient {
  const client = ++made
  const ask = async (method: string, args: readonly unknown[], allRows: boolean) => {
    const call = { client, options, method, args: args.map(packed), allRows }
    const outcome = await page.evaluate((given) => callClient(given), call)
    if ('thrown' in outcome) throw unpacked(outcome.thrown)
    return unpacked(outcome.answer)
  }
  const methods = Object.keys(ADDRESSES).map((method) => {
    const call = (...args: unknown[]) => {
      const answer = ask(method, args, false)
      // A caller who only iterates never awaits it.
      answer.catch(() => {})
      async function* rows() {
        yield* (await ask(method, args, true)) as unknown[]
      }
      return Object.assign(answer, { [Symbol.asyncIterator]: rows })
    }
    return [method, call]
  })
  return Object.fromEntries(methods)
}
