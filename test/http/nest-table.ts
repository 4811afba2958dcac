/** What the module of NestJS does, under whatever version of Nest the project of the test resolves. */
import { ExpressAdapter } from '@nestjs/platform-express'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { expect, it } from 'vitest'
import { ConsentryModule, nestRequestOf } from '../../src/http/nest.js'
import { testMount } from './mount-table.js'
import { NEST_MOUNTS, startNest } from './nest-mounts.js'
import { PERSONS, scene } from './scene.js'
import { exchange } from './socket.js'

const ADAPTERS = [
  ['Express', () => new ExpressAdapter()],
  ['Fastify', () => new FastifyAdapter()],
] as const

export function testNest(): void {
  for (const mount of NEST_MOUNTS) testMount(mount)

  it.each(ADAPTERS)('on %s, the service is injected everywhere, and there are no routes without a choice', async (_, adapter) => {
    const on = await scene()
    const { port, close } = await startNest({ adapter: adapter(), module: ConsentryModule.forRoot({ consentry: on.consentry }) })
    const own = await exchange(port, { path: '/own' })
    expect([own.status, own.text]).toEqual([200, '{"pending":0}'])
    expect((await exchange(port, { path: '/consentry/openapi.json' })).status).toBe(404)
    await close()
    await on.close()
  })

  it.each(ADAPTERS)('on %s, the options see the request of the platform', async (_, adapter) => {
    const on = await scene()
    const person = (request: Request) => PERSONS[nestRequestOf<{ headers: Record<string, string> }>(request).headers['x-user'] ?? '']
    const module = ConsentryModule.forRoot({ consentry: on.consentry, routes: { person } })
    const { port, close } = await startNest({ adapter: adapter(), module, prefix: 'api' })
    const ask = (path: string) => exchange(port, { path, headers: { 'x-user': 'huck' } })
    expect((await ask('/api/consentry/me')).status).toBe(200)
    expect((await ask('/consentry/me')).status).toBe(404)
    expect((await ask('/api/consentry')).status).toBe(404)
    expect((await ask('/api/own')).status).toBe(200)
    expect(JSON.parse((await ask('/api/consentry/openapi.json')).text).servers).toEqual([{ url: '/consentry' }])
    await close()
    await on.close()
  })

  it('an option that is wrong fails when the application starts', async () => {
    const { consentry, close } = await scene()
    const wrong = { consentry, routes: { person: () => null, presons: true } as never }
    await expect(startNest({ adapter: new ExpressAdapter(), module: ConsentryModule.forRoot(wrong) })).rejects.toThrow('presons')
    await close()
  })
}
