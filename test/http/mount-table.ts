/** Every case of every route through a mount, and every bad request at a few routes. */
import { describe, expect, it } from 'vitest'
import { isAbout, ROWS } from './bad-requests.js'
import { ALL_CASES, ask, prepared, routeOf } from './cases.js'
import { type Mount, servedAt } from './mounts.js'
import { expectOutcome } from './outcome.js'
import { CANARY } from './scene.js'

export function testMount(mount: Mount): void {
  const { basePath = '', own, unseen, few = false } = mount
  describe(mount.name, () => {
    it.each(ALL_CASES.filter(({ code }) => !few || code === 'ok'))('$id: $code', async ({ id, code }) => {
      const { on, asked } = await prepared(id, code, { basePath }, servedAt(mount))
      await expectOutcome(on, { id, code, asked })
      await on.close()
    })

    it.each(['grant', 'listOutgoing', 'leaveSession'])('%s refuses every bad request, and nothing has changed', async (id) => {
      const { on, asked } = await prepared(id, 'ok', { basePath }, servedAt(mount))
      const before = JSON.stringify(await on.events())
      const wrong: unknown[] = []
      for (const { name, status, bad } of ROWS.filter((row) => isAbout(routeOf(id), row) && !unseen?.test(row.name))) {
        const answer = await ask(on, { ...asked, ...bad(asked) }).catch((error: NodeJS.ErrnoException) => ({
          status: error.code,
          text: '',
          headers: {} as Record<string, unknown>,
        }))
        const isClosed = status === 413 && (answer.status === 'EPIPE' || answer.status === 'ECONNRESET')
        const isOwn = own?.test(name) && Number(answer.status) >= 400 && Number(answer.status) < 500
        const isRefused = answer.status === status && answer.headers['cache-control'] === 'no-store'
        if (!(isClosed || isOwn || isRefused) || answer.text.includes(CANARY))
          wrong.push([name, answer.status, answer.headers['cache-control'], answer.text])
      }
      expect(wrong).toEqual([])
      expect(on.errors).toEqual([])
      expect(JSON.stringify(await on.events())).toBe(before)
      await on.close()
    })
  })
}
