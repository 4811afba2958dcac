/** How a host's compiler meets the notices: a channel of the library's, one of its own, and what must not compile. */
import { DeliveryError, NOTICE_KINDS, type Notice, type NoticeChannel, type NoticeKind, type NoticeParty, webhook } from 'consentry/notices'

const secret: string = `whsec_${'A'.repeat(32)}`
export const hooks: NoticeChannel = webhook({
  endpoint: async (party: NoticeParty) => (party.role === 'tenant' ? { url: `https://${party.tenant}.example/`, secret: [secret] } : null),
  trustedOrigins: ['http://127.0.0.1:8080'],
  timeoutMs: 10_000,
})

/** What a notice has depends on its kind and on whom it is for. */
export function textOf(notice: Notice): string {
  if (notice.kind === 'granted' && notice.to.role === 'tenant') return notice.to.tenant
  return notice.kind === 'expired' ? `ended at ${new Date(notice.at).toISOString()}` : notice.kind
}

export const log: NoticeChannel = {
  name: 'log',
  roles: ['tenant', 'user'],
  digests: false,
  async send({ notices: [first], attempt }, { signal, isClosed }) {
    signal.throwIfAborted()
    if (isClosed('log')) throw new DeliveryError('the log is full', { retry: false })
    if (attempt > 3) throw new DeliveryError(textOf(first), { retryAfterMs: 60_000, closes: 'log' })
  },
}

export const kinds: readonly NoticeKind[] = NOTICE_KINDS

// @ts-expect-error a webhook needs an endpoint
webhook({})
// @ts-expect-error an endpoint has a secret
webhook({ endpoint: () => ({ url: 'https://hooks.example.com' }) })
// @ts-expect-error there is no such role
export const role: NoticeParty = { role: 'vendor', tenant: 'classics' }
