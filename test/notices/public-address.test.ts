/** Which addresses are public: a table of those that look harmless, and random ones, judged by ipaddr.js as well. */
import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, it } from 'vitest'
import { isPublicAddress } from '../../src/notices/public-address.js'

describe('public', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '93.184.215.14',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '168.63.129.15',
    '168.63.129.17',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2000::1',
    '2001:200::1',
    '2001:4860:4860::8888',
    '2001:db7:ffff::1',
    '2001:db9::1',
    '2606:4700:4700::1111',
    '2620:4f:7fff:ffff::1',
    '3ffe:ffff::1',
    '3fff:1000::1',
    '2A00:1450:4001:081B:0000:0000:0000:200E',
    '::ffff:8.8.8.8',
    '::ffff:808:808',
    '0:0:0:0:0:ffff:0808:0808',
    '64:ff9b::8.8.8.8',
    '64:ff9b::808:808',
    '64:ff9b::808:0',
  ])('%s', (address) => expect(isPublicAddress(address)).toBe(true))
})

describe('not public', () => {
  it.each([
    '0.0.0.0',
    '0.255.255.255',
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.0',
    '100.100.100.200',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.255',
    '168.63.129.16',
    '169.254.0.0',
    '169.254.169.254',
    '169.254.170.2',
    '172.16.0.0',
    '172.31.255.255',
    '192.0.0.8',
    '192.0.0.192',
    '192.0.2.1',
    '192.31.196.1',
    '192.52.193.1',
    '192.88.99.1',
    '192.168.0.1',
    '192.168.255.255',
    '192.175.48.1',
    '198.18.0.0',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.255',
    '224.0.0.1',
    '239.255.255.250',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::2',
    '::8.8.8.8',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::FFFF:7F00:0001',
    '0:0:0:0:0:ffff:10.0.0.1',
    '::ffff:169.254.169.254',
    '::ffff:0:0',
    '::ffff:0.0.0.1',
    '::ffff:0:8.8.8.8',
    '64:ff9b::127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::10.0.0.1',
    '64:ff9b::a00:0',
    '64:ff9b::',
    '64:ff9b::1',
    '64:ff9b:0:0:0:0:0.0.0.1',
    '64:ff9b:0:0:0:1:8.8.8.8',
    '64:ff9b:1::8.8.8.8',
    '64:ff9b:1:fffe::7f00:1',
    '100::1',
    '100:0:0:1::1',
    '1fff:ffff::1',
    '2001::1',
    '2001:0:4136:e378:8000:63bf:3fff:fdd2',
    '2001:1::1',
    '2001:2::1',
    '2001:10::1',
    '2001:20::1',
    '2001:1ff:ffff::1',
    '2001:db8::1',
    '2001:db8:ffff:ffff::1',
    '2002:7f00:1::',
    '2002:808:808::1',
    '2620:4f:8000::1',
    '3fff::1',
    '3fff:fff:ffff::1',
    '4000::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fd20:ce::254',
    'fdff:ffff::1',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'fec0::1',
    'ff02::1',
    'ff0e::1',
    '2606:4700:4700::1111%eth0',
    // No addresses as a resolver gives them.
    '',
    'localhost',
    '2130706433',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '08.8.8.8',
    '8.8.8',
    '8.8.8.8 ',
    '8.8.8.8/32',
    '8.8.8.8:80',
    '[2606:4700:4700::1111]',
    '2606:4700::1111::',
    '1:2:3:4:5:6:7:8:9',
  ])('%s', (address) => expect(isPublicAddress(address)).toBe(false))
})

/** One address of the public range that Azure serves itself to its virtual machines, with their secrets. */
const AZURE = '168.63.129.16'

const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96')

/**
 * What ipaddr.js says of an address, with three differences:
 * - it knows nothing of the one address of Azure;
 * - it calls `unicast` what IANA has given to nobody, outside of 2000::/3;
 * - where an IPv6 address stands for an IPv4 one, mapped or by the NAT64 that all networks know, it names the block, and the IPv4 address
 *   decides here.
 */
function isPublicByOracle(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  const range = address.range()
  if (!('parts' in address)) return range === 'unicast' && address.toString() !== AZURE
  const [first = 0, , , , , , high = 0, low = 0] = address.parts
  if (range === 'ipv4Mapped' || address.match(NAT64)) return isPublicByOracle(new ipaddr.IPv4([high >> 8, high & 255, low >> 8, low & 255]))
  return range === 'unicast' && first >> 13 === 1
}

/** Blocks to look into, since few random addresses are in one, nor right beside one. */
const blocks = (...texts: readonly string[]) => texts.map((text) => ipaddr.parseCIDR(text))
const BLOCKS_4 = blocks(
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '168.63.129.16/32', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.31.196.0/24', '192.52.193.0/24', '192.88.99.0/24', '192.168.0.0/16'],
  ...['192.175.48.0/24', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
)
const BLOCKS_6 = blocks(
  ...['::/96', '::ffff:0:0/96', '::ffff:0:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2000::/3', '2001::/23'],
  ...['2001::/32', '2001:2::/48', '2001:10::/28', '2001:20::/28', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48'],
  ...['3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'ff00::/8'],
  // An IPv4 address behind, which decides.
  ...BLOCKS_4.flatMap(([network, prefix]) => ['::ffff', '64:ff9b:'].map((before) => `${before}:${network}/${96 + prefix}`)),
)

/** Bytes of an address that shares the beginning of a block, or all but the last bit of it, with random ones behind. */
function near(around: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][], length: number): fc.Arbitrary<number[]> {
  const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: length, maxLength: length })
  const edges = fc.constantFrom(undefined, 0, 255)
  return fc
    .record({ block: fc.constantFrom(...around), behind: bytes, edge: edges, beside: fc.boolean() })
    .map(({ block: [network, prefix], behind, edge, beside }) => {
      const first = network.toByteArray()
      return behind.map((byte, index) => {
        const shared = Math.min(Math.max(prefix - index * 8, 0), 8)
        const mask = (0xff << (8 - shared)) & 0xff
        const last = beside && prefix > index * 8 && prefix <= index * 8 + 8 ? 1 << (8 - shared) : 0
        return (((first[index] ?? 0) ^ last) & mask) | ((edge ?? byte) & ~mask & 0xff)
      })
    })
}

describe.each([
  { family: 'IPv4', around: BLOCKS_4, length: 4 },
  { family: 'IPv6', around: BLOCKS_6, length: 16 },
])('$family', ({ around, length }) => {
  const any = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: length, maxLength: length })
  const addresses = fc.oneof(any, near(around, length), near(around, length)).map((bytes) => ipaddr.fromByteArray(bytes))

  it('is judged as ipaddr.js judges it', () => {
    const seen = { public: 0, not: 0 }
    fc.assert(
      fc.property(addresses, (address) => {
        const wanted = isPublicByOracle(address)
        seen[wanted ? 'public' : 'not'] += 1
        const spellings = [address.toString(), address.toNormalizedString()]
        expect([address.toString(), ...spellings.map(isPublicAddress)]).toEqual([address.toString(), wanted, wanted])
      }),
      { numRuns: 20_000 },
    )
    expect(Math.min(seen.public, seen.not)).toBeGreaterThan(2_000)
  })
})

it('a judge that forgets a block is found', () => {
  const forgets = (address: ipaddr.IPv4) => address.range() === 'carrierGradeNat' || isPublicAddress(address.toString())
  const check = () =>
    fc.assert(
      fc.property(near(BLOCKS_4, 4), (bytes) => {
        const address = new ipaddr.IPv4(bytes)
        return forgets(address) === isPublicByOracle(address)
      }),
      { numRuns: 20_000 },
    )
  expect(check).toThrow('Property failed')
})
