/** The module of NestJS under Nest 12; the project of this file resolves Nest to that version. */
import { Module } from '@nestjs/common'
import { expect, it } from 'vitest'
import { testNest } from './nest-table.js'

it('is Nest 12 that runs', async () => {
  const twelve: { Module: unknown } = await import('nest-12-common' as string)
  expect(Module).toBe(twelve.Module)
})

testNest()
