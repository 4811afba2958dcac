/** The body of a request: counted while it streams, then read as strict JSON (SPEC 11.3). */
import { ok, type Result, refused } from '../domain/refusal.js'
import { DoorRefusal, HostFailure } from './door.js'
import { repeatedKey } from './repeated-key.js'

/**
 * Returns the JSON value of a body. Nothing is filled in for one that is absent or unreadable.
 *
 * @throws `too-large`. A body that something else has read already is a mistake of the host.
 */
export async function readBody(request: Request, maxBytes: number): Promise<Result<unknown>> {
  if (request.bodyUsed) throw new HostFailure("the request's body was read before the API: pass a request whose body is unread")
  const bytes = await readBytes(request, maxBytes)
  if (bytes === undefined) return refusedBody('could not be read to its end')
  if (bytes.length === 0) return refusedBody('is required: send a JSON object')
  return parseBody(bytes)
}

/**
 * Returns the bytes; `undefined` if the stream breaks.
 * A stated length is not trusted: the host may have unpacked the body.
 */
async function readBytes({ body, headers }: Request, maxBytes: number): Promise<Uint8Array | undefined> {
  if (Number(headers.get('content-length')) > maxBytes) throw new DoorRefusal('too-large')
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = body?.getReader()
  for (let chunk = await nextChunk(reader); !chunk.done; chunk = await nextChunk(reader)) {
    length += chunk.value.length
    if (length > maxBytes) {
      reader?.cancel().catch(() => {})
      throw new DoorRefusal('too-large')
    }
    chunks.push(chunk.value)
    if (chunk.broken) return undefined
  }
  const bytes = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    bytes.set(chunk, offset)
    offset += chunk.length
  }
  return bytes
}

type Chunk = { readonly done: true } | { readonly done: false; readonly value: Uint8Array; readonly broken?: true }

async function nextChunk(reader: ReadableStreamDefaultReader<Uint8Array> | undefined): Promise<Chunk> {
  try {
    const read = await reader?.read()
    return read?.value === undefined ? { done: true } : { done: false, value: read.value }
  } catch {
    return { done: false, value: new Uint8Array(), broken: true }
  }
}

function parseBody(bytes: Uint8Array): Result<unknown> {
  let text: string
  try {
    // A byte order mark stays, and is then refused as no JSON.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return refusedBody('is not UTF-8')
  }
  if (text.startsWith('\ufeff')) return refusedBody('begins with a byte order mark: send JSON without it')
  try {
    const value: unknown = JSON.parse(text)
    const path = repeatedKey(text)
    if (path === undefined) return ok(value)
    return refusedBody(path === 'too-deep' ? 'is nested too deeply' : 'has a key twice: say each once', path === 'too-deep' ? [] : path)
  } catch {
    return refusedBody('is not JSON')
  }
}

function refusedBody(what: string, path: readonly (string | number)[] = []): Result<never> {
  const message = path.length === 0 ? `the body ${what}` : `the object ${what}`
  return refused({ code: 'invalid-input', issues: [{ path, code: 'invalid', message }] })
}
