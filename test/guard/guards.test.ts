/** Every guard against the whole table, over real sockets and the real service. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CASES } from './cases.js'
import { type HostState, type Running, servedBy } from './host.js'
import { expressHost, fastifyHost, honoHost, webHost } from './hosts/frameworks.js'
import { nestOnExpress, nestOnFastify } from './hosts/nest.js'
import { trial } from './trial.js'

it('all cases have different names', () => expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length))

for (const { name, start } of [expressHost, fastifyHost, honoHost, webHost, nestOnExpress, nestOnFastify])
  describe(name, () => {
    const state = { ran: [] } as unknown as HostState
    let running: Running
    beforeAll(async () => {
      running = await start(servedBy(state))
    })
    afterAll(() => running.close())

    for (const { name, run } of CASES) it(name, async () => run(await trial(state, running)))
  })
