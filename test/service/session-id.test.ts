/** Session ids: 256 bits in hexadecimal, with the same hash on Node and on Web Crypto alone (SPEC 7.4). */
import { createHash } from 'node:crypto'
import { expect, it, vi } from 'vitest'

async function loaded(process: unknown) {
  vi.resetModules()
  vi.stubGlobal('process', process)
  const { sessionHash, newSessionId } = await import('../../src/service/session-id.js')
  vi.unstubAllGlobals()
  return { sessionHash, newSessionId }
}

for (const [platform, process] of [
  ['Node', globalThis.process],
  ['an older Node', { versions: globalThis.process.versions }],
  ['a platform without a process', undefined],
] as const)
  it(`on ${platform}, the stored hash of an id is the SHA-256`, async () => {
    const { sessionHash, newSessionId } = await loaded(process)
    expect(newSessionId()).toMatch(/^[0-9a-f]{64}$/)
    for (const id of ['a', '~'.repeat(128), '__proto__', '0'.repeat(64), newSessionId()])
      expect(await sessionHash(id)).toBe(createHash('sha256').update(id).digest('hex'))
    expect(await sessionHash('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
