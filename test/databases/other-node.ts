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
  const started = () => {
    starting ??= nodeOf(MAJOR).then((execPath) => program.start<InOtherNode>([], execPath))
    return starting
  }
  const expectNode = (node: string) => {
    if (!node.startsWith(`v${MAJOR}.`)) throw new Error(`expected Node ${MAJOR}, but ${node} answered`)
  }
  return {
    passes: async ({ name }) => {
      const { passed, node } = await (await started()).call('test', name)
      expectNode(node)
      if (passed !== name) throw new Error(`asked for \`${name}\`, got \`${passed}\``)
    },
    answers: async (play) => {
      const { answers, node } = await (await started()).call('play', play)
      expectNode(node)
      return answers
    },
    close: async () => {
      const ending = starting
      starting = undefined
      await (await ending)?.end()
      await program.remove()
    },
  }
}
