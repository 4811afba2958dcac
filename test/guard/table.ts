/** The whole table of cases, against running hosts. */
import { afterAll, beforeAll, describe, it } from 'vitest'
import { CASES } from './cases.js'
import { type Host, type HostState, type Running, servedBy } from './host.js'
import { trial } from './trial.js'

/** Runs every case against each of these hosts. */
export function testEveryCase(hosts: readonly Host[]): void {
  for (const { name, start } of hosts)
    describe(name, () => {
      const state = { ran: [] } as unknown as HostState
      let running: Running
      beforeAll(async () => {
        running = await start(servedBy(state))
      })
      afterAll(() => running.close())

      for (const { name, run } of CASES) it(name, async () => run(await trial(state, running)))
    })
}
