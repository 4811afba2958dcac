/** The addresses that a webhook may be sent to: public ones, by IANA's registries of special purposes. */
import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** IPv4 blocks that are for a special purpose, and one address of a cloud that looks public. */
const SPECIAL_IPV4 = subnets('ipv4', [
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // shared by customers of a carrier
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link-local, the metadata of clouds among it
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.31.196.0/24', // AS112
  '192.52.193.0/24', // AMT
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '192.175.48.0/24', // AS112
  '198.18.0.0/15', // benchmarking
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast among it
  '168.63.129.16/32', // what Azure serves to each of its virtual machines
])

/** The only block of IPv6 from which public addresses are given. */
const GLOBAL_IPV6 = subnets('ipv6', ['2000::/3'])

/** Blocks of it for a special purpose. Teredo and 6to4 carry an IPv4 address; both are out of use. */
const SPECIAL_IPV6 = subnets('ipv6', [
  '2001::/23', // protocol assignments: Teredo, benchmarking, ORCHID and others
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '2620:4f:8000::/48', // AS112
  '3fff::/20', // documentation
])

function subnets(family: 'ipv4' | 'ipv6', blocks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const block of blocks) {
    const [network = '', prefix] = block.split('/')
    list.addSubnet(network, Number(prefix), family)
  }
  return list
}

/**
 * Whether an IP address is public unicast.
 *
 * For an IPv6 address that stands for an IPv4 one, the latter counts: mapped, or by NAT64, which networks without IPv4 give to every name that
 * has only that. What is no address, and one with a zone, is not public.
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !SPECIAL_IPV4.check(address, 'ipv4')
  if (!isIPv6(address) || address.includes('%')) return false
  const embedded = embeddedIPv4(address)
  if (embedded !== undefined) return isPublicAddress(embedded)
  return GLOBAL_IPV6.check(address, 'ipv6') && !SPECIAL_IPV6.check(address, 'ipv6')
}

// A URL writes each address in one way, so that two groups behind the prefix are the whole IPv4 address.
// Of NAT64, `0.0.x.y` has one group, and is found in no block of global addresses.
function embeddedIPv4(address: string): string | undefined {
  const [, high, low] = /^\[(?:::ffff:|64:ff9b::)([\da-f]+):([\da-f]+)\]$/.exec(new URL(`http://[${address}]`).hostname) ?? []
  if (high === undefined || low === undefined) return undefined
  const [upper, lower] = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
  return [upper >> 8, upper & 255, lower >> 8, lower & 255].join('.')
}
