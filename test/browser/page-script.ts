/** The script of the page: the client as a host bundles it, and the call of one of its methods. */
import * as client from '../../src/client.js'
import { packed, unpacked } from './crossing.js'

/** A call of a client in the page. */
export interface PageCall {
  /** The client's number: the first call makes it, by these options. */
  readonly client: number
  readonly options: client.ClientOptions
  readonly method: string
  readonly args: readonly unknown[]
  /** Whether all rows of a list are read. */
  readonly allRows: boolean
}

/** What the page has besides the platform's own. */
export interface PageGlobals {
  readonly consentry: typeof client
  readonly callClient: (call: PageCall) => Promise<{ readonly answer: unknown } | { readonly thrown: unknown }>
}

type Methods = Readonly<Record<string, (...args: unknown[]) => Promise<unknown> & AsyncIterable<unknown>>>
const clients = new Map<number, Methods>()

const callClient: PageGlobals['callClient'] = async ({ client: number, options, method, args, allRows }) => {
  try {
    const made = clients.get(number) ?? (client.consentryClient(options) as unknown as Methods)
    clients.set(number, made)
    const call = made[method]?.(...args.map(unpacked))
    if (call === undefined) throw new Error(`the client has no method ${method}`)
    if (!allRows) return { answer: packed(await call) }
    const rows: unknown[] = []
    for await (const row of call) rows.push(row)
    return { answer: packed(rows) }
  } catch (error) {
    return { thrown: packed(error) }
  }
}

Object.assign(globalThis, { consentry: client, callClient } satisfies PageGlobals)
