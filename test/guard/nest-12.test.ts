/** The guard of NestJS against the whole table under Nest 12; the project of this file resolves Nest to that version. */
import { HttpException } from '@nestjs/common'
import { expect, it } from 'vitest'
import { nestOnExpress, nestOnFastify } from './hosts/nest.js'
import { testEveryCase } from './table.js'

it('is Nest 12 that runs', async () => {
  const twelve: { HttpException: unknown } = await import('nest-12-common' as string)
  expect(HttpException).toBe(twelve.HttpException)
})

testEveryCase([nestOnExpress, nestOnFastify])
