/** The guard of NestJS against the whole table under Nest 12; the project of this file resolves Nest to that version. */
import { HttpException } from '@nestjs/common'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CASES } from './cases.js'
import { type HostState, type Running, servedBy } from './host.js'
import { nestOnExpress, nestOnFastify } from './hosts/nest.js'
import { trial } from './trial.js'

it('is Nest 12 that runs', async () => {
  const twelve: { HttpException: unknown } = await import('nest-12-common' as string)
  expect(HttpException).toBe(twelve.HttpException)
})

for (const { name, start } of [nestOnExpress, nestOnFastify])
  describe(name, () => {
    const state = { ran: [] } as unknown as HostState
    let running: Running
    beforeAll(async () => {
      running = await start(servedBy(state))
    })
    afterAll(() => running.close())

    for (const { name, run } of CASES) it(name, async () => run(await trial(state, running)))
  })
