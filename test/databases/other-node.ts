/** The `node:sqlite` adapter in a child process of a later Node. */
import { nodeOf } from '../package/nodes.js'
import type { Adapter } from './adapters.js'
import type { InOtherNode } from './in-other-node.js'
import { type Child, programNamed } from './programs.js'

const MAJOR = 24

/** Returns the adapter. The child starts with the first request, and ends with `close` or its parent. */
export function nodeSqlite(): Pick<Adapter, 'passes' | 'answers' | 'close'> {
  const program = programNamed('in-other-node')
  let starting: Promise<Child<InOtherNode>> | undefined
  const start = async () => {
    const child = await program.start<InOtherNode>([], await nodeOf(MAJOR))
    const version = await child.call('version')
    if (!version.startsWith(`v${MAJOR}.`)) throw new Error(`expected Node ${MAJOR}, but ${version} answered`)
    return child
  }
  const started = () => {
    starting ??= start()
    return starting
  }
  return {
    passes: async ({ name }) => {
      const passed = await (await started()).call('test', name)
      if (passed !== name) throw new Error(`asked for \`${name}\`, got \`${passed}\``)
    },
    answers: async (play) => (await started()).call('play', play),
    close: async () => {
      const ending = starting
      starting = undefined
      await (await ending)?.end()
      await program.remove()
    },
  }
}
