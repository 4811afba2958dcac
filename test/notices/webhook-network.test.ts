/** Whom a webhook reaches: public addresses only, those that were checked, and a process that ends. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import * as https from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isPublicAddress } from '../../src/notices/public-address.js'
import { webhook, webhookOver } from '../../src/notices/webhook.js'
import { PUBLIC } from '../../src/notices/webhook-network.js'
import { withTsx } from '../package/programs.js'
import { certificate, failureOf, httpReceiver, httpsReceiver, OPEN, SECRET, trustCertificate } from './receivers.js'

const NOT_PUBLIC = 'the webhook was not called: its host has an address that is not public'
const endpointAt = (url: string) => () => ({ url, secret: SECRET })
const addressesOf = (...addresses: readonly string[]) => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
/** The platform's rules, but for names, which all lead to these addresses. */
const leadingTo = (...addresses: readonly string[]) => ({ ...PUBLIC, lookup: async () => addressesOf(...addresses) })

/** A receiver at 127.0.0.1 that nobody may call; `calls` are its connections. */
async function forbidden() {
  const receiver = await httpsReceiver((_request, response) => void response.end())
  return { port: receiver.port, calls: receiver.sockets }
}

describe('an address in the url that is not public is not called', () => {
  it.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '017700000001',
    '127.0.0.1.',
    '①②⑦.⓪.⓪.①',
    '127%2e0%2e0%2e1',
    '127。0。0。1',
    '0.0.0.0',
    '0',
    '10.1.2.3',
    '100.64.0.1',
    '169.254.169.254',
    '0xa9fea9fe',
    '2852039166',
    '168.63.129.16',
    '172.16.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '[::]',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::127.0.0.1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::FFFF:169.254.169.254]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::a9fe:a9fe]',
    '[64:ff9b:1::7f00:1]',
    '[2001:0:7f00:1::]',
    '[2001:db8::1]',
    '[2002:7f00:1::]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[fe80::1]',
    '[fec0::1]',
    '[ff02::1]',
  ])('%s', async (host) => {
    const { port, calls } = await forbidden()
    expect(await failureOf(webhook({ endpoint: endpointAt(`https://${host}:${port}/`) }))).toMatchObject({
      message: NOT_PUBLIC,
      retry: true,
    })
    expect(calls.size).toBe(0)
  })

  it('a zone makes it no url', async () =>
    expect((await failureOf(webhook({ endpoint: endpointAt('https://[fe80::1%25lo]/') })))?.message).toMatch('`url` must be a URL'))
})

describe('a name that leads to an address that is not public is not called', () => {
  it.each([
    ['127.0.0.1'],
    ['169.254.169.254'],
    ['10.0.0.1'],
    ['::1'],
    ['::ffff:127.0.0.1'],
    ['64:ff9b::7f00:1'],
    ['fe80::1%lo'],
    ['9.9.9.9', '149.112.112.112', '2620:fe::fe', '127.0.0.1'],
    ['127.0.0.1', '9.9.9.9'],
    ['2620:fe::fe', 'fd00::1'],
    [],
  ])('%s %s %s %s', async (...addresses) => {
    const { port, calls } = await forbidden()
    const channel = webhookOver(leadingTo(...addresses), { endpoint: endpointAt(`https://hooks.example.test:${port}/`) })
    expect(await failureOf(channel)).toMatchObject({ message: NOT_PUBLIC, retry: true })
    expect(calls.size).toBe(0)
  })

  it("localhost, by the machine's own resolver", async () => {
    const { port, calls } = await forbidden()
    expect((await failureOf(webhook({ endpoint: endpointAt(`https://localhost:${port}/`) })))?.message).toBe(NOT_PUBLIC)
    expect(calls.size).toBe(0)
  })

  it('a name that is nowhere is a failure of the network', async () => {
    const lookup = () => Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND token=hunter2'), { code: 'ENOTFOUND' }))
    const channel = webhookOver({ ...PUBLIC, lookup }, { endpoint: endpointAt('https://hooks.example.test/') })
    expect(await failureOf(channel)).toMatchObject({ message: 'the receiver could not be reached: ENOTFOUND', retry: true })
  })

  it('an address that was given for the name, and is public, is called', async () => {
    await trustCertificate()
    const asked: string[] = []
    const receiver = await httpsReceiver((_request, response) => void response.end())
    const lookup = async (name: string) => {
      asked.push(name)
      return addressesOf('127.0.0.1')
    }
    const rules = { lookup, isPublic: () => true }
    const channel = webhookOver(rules, { endpoint: endpointAt(`https://hooks.example.test:${receiver.port}/`) })
    expect(await failureOf(channel)).toBeUndefined()
    expect([asked, receiver.sockets.size]).toEqual([['hooks.example.test'], 1])
  })

  it('the certificate is compared with the name, not with the address', async () => {
    await trustCertificate()
    const { port } = await forbidden()
    const channel = webhookOver(OPEN, { endpoint: endpointAt(`https://other.example.test:${port}/`) })
    expect(await failureOf(channel)).toMatchObject({ message: 'the receiver could not be reached: ERR_TLS_CERT_ALTNAME_INVALID' })
  })
})

describe('a name whose address changes between the check and the call', () => {
  /** Two receivers at one port: 127.0.0.2 counts as public, 127.0.0.1 does not. The name leads to the first once, then to the second. */
  async function rebound() {
    await trustCertificate()
    const open = await httpsReceiver((_request, response) => void response.end(), '127.0.0.2')
    const inner = await httpsReceiver((_request, response) => void response.end(), '127.0.0.1', open.port)
    let asked = 0
    const lookup = async () => {
      asked += 1
      return addressesOf(asked === 1 ? '127.0.0.2' : '127.0.0.1')
    }
    const isPublic = (address: string) => address === '127.0.0.2'
    const url = `https://hooks.example.test:${open.port}/`
    return { url, rules: { lookup, isPublic }, reached: () => ({ open: open.sockets.size, inner: inner.sockets.size, asked }) }
  }

  it('is called where it was checked, and not at all once it leads elsewhere', async () => {
    const { url, rules, reached } = await rebound()
    const channel = webhookOver(rules, { endpoint: endpointAt(url) })
    expect(await failureOf(channel)).toBeUndefined()
    expect(reached()).toEqual({ open: 1, inner: 0, asked: 1 })
    expect((await failureOf(channel))?.message).toBe(NOT_PUBLIC)
    expect(reached()).toEqual({ open: 1, inner: 0, asked: 2 })
  })

  it('is called elsewhere by a channel that checks, and then calls by the name', async () => {
    const { url, rules, reached } = await rebound()
    const [checked] = await rules.lookup()
    expect(rules.isPublic(checked?.address ?? '')).toBe(true)
    const request = https.request(url, {
      method: 'POST',
      lookup: (_name, { all }, callback) =>
        void rules.lookup().then(([found]) => (all ? callback(null, found ? [found] : []) : callback(null, found?.address ?? '', 4))),
    })
    request.end()
    await once(request, 'response')
    expect(reached()).toEqual({ open: 0, inner: 1, asked: 2 })
  })
})

describe('a trusted origin', () => {
  it('is called whatever its scheme and address, and nothing beside it', async () => {
    const [trusted, other] = await Promise.all([1, 2].map(() => httpReceiver((_request, response) => void response.end())))
    const trustedOrigins = [`http://127.0.0.1:${trusted?.port}`]
    expect(await failureOf(webhook({ endpoint: endpointAt(`http://127.0.0.1:${trusted?.port}/a`), trustedOrigins }))).toBeUndefined()
    for (const url of [`http://127.0.0.1:${other?.port}`, `http://localhost:${trusted?.port}`, `https://127.0.0.1:${trusted?.port}`])
      expect((await failureOf(webhook({ endpoint: endpointAt(url), trustedOrigins })))?.message).toMatch('the webhook was not called')
    expect([trusted?.sockets.size, other?.sockets.size]).toEqual([1, 0])
  })

  it('may be a name, which the platform resolves', async () => {
    const receiver = await httpReceiver((_request, response) => void response.end())
    const origin = `http://localhost:${receiver.port}`
    expect(await failureOf(webhook({ endpoint: endpointAt(origin), trustedOrigins: [origin] }))).toBeUndefined()
  })
})

describe('a process of a host', () => {
  /** Runs `sending.ts` with these variables; returns what it said, and how long it went on after it had sent. */
  async function sending(url: string, env: NodeJS.ProcessEnv = {}) {
    const program = fileURLToPath(new URL('sending.ts', import.meta.url))
    const child = spawn(process.execPath, [...withTsx, program, url], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [said] = await once(child.stdout, 'data')
    const start = performance.now()
    const [code] = await once(child, 'exit')
    return { said: String(said).trim(), code, ms: performance.now() - start }
  }

  it('ends while a connection is idle, and not while one is held', async () => {
    const receiver = await httpReceiver((_request, response) => void response.end())
    const url = `http://127.0.0.1:${receiver.port}/`
    const [ends, held] = await Promise.all([sending(url), sending(url, { HOLD: 'yes' })])
    expect(ends).toMatchObject({ said: 'sent', code: 0 })
    expect(held).toMatchObject({ said: 'sent', code: 0 })
    expect(ends.ms).toBeLessThan(2_500)
    expect(held.ms).toBeGreaterThan(2_500)
  })

  it('trusts the certificates that NODE_EXTRA_CA_CERTS adds, and no others, whatever the environment says', async () => {
    const receiver = await httpsReceiver((_request, response) => void response.end())
    const url = `https://127.0.0.1:${receiver.port}/`
    const folder = await mkdtemp(join(tmpdir(), 'consentry-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'ca.pem'), (await certificate()).cert)
    const [trusting, careless] = await Promise.all([
      sending(url, { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') }),
      sending(url, { NODE_TLS_REJECT_UNAUTHORIZED: '0' }),
    ])
    expect(trusting.said).toBe('sent')
    expect(careless.said).toBe('the receiver could not be reached: DEPTH_ZERO_SELF_SIGNED_CERT')
  })

  it('does not send by the proxy that the environment names', async () => {
    const [proxy, receiver] = await Promise.all([1, 2].map(() => httpReceiver((_request, response) => void response.end())))
    const through = `http://127.0.0.1:${proxy?.port}`
    const env = {
      HTTP_PROXY: through,
      http_proxy: through,
      HTTPS_PROXY: through,
      https_proxy: through,
      NODE_USE_ENV_PROXY: '1',
      NO_PROXY: '',
    }
    expect((await sending(`http://127.0.0.1:${receiver?.port}/`, env)).said).toBe('sent')
    expect([proxy?.sockets.size, receiver?.sockets.size]).toEqual([0, 1])
  })
})

it('the platform is asked about names by a resolver that gives all addresses', async () => {
  const addresses = await PUBLIC.lookup('localhost')
  expect(addresses.map(({ address }) => address)).toContain('127.0.0.1')
  expect(addresses.filter(({ address }) => isPublicAddress(address))).toEqual([])
})
