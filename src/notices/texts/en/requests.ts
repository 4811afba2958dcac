/** What mails say of requests, their answers and what changes them, in English. */
import type { NoticeTexts } from '../../mail-texts.js'

const until = (expiresAt: string | null) => (expiresAt === null ? ', without an end date' : ` until ${expiresAt}`)
/** Below the end of somebody's own access: another one may still hold. */
export const NOW = 'The page shows where you can act now.'
/** Below the end of an access. */
export const GONE = 'What has ended never comes back: it takes a new request.'
const last = (removedUser: string | null) => (removedUser === null ? [] : [`Because its last user was removed: ${removedUser}.`])

export const requests: Pick<
  NoticeTexts,
  'submitted' | 'received' | 'granted' | 'rejected' | 'revoked' | 'withdrawn' | 'revoked-by-requester' | 'expiry-set' | 'user-removed'
> = {
  submitted: {
    requester: ({ name, associations }) => ({
      subject: `Request sent: ${name}`,
      lines: [
        `The request ${name} has been sent.`,
        ...associations.map(({ users, tenants }) => `To act in ${tenants}: ${users}.`),
        'Each tenant answers for itself.',
      ],
    }),
  },
  received: {
    user: ({ tenant }) => ({
      subject: `Access to ${tenant} was requested for you`,
      lines: [`${tenant} was asked to let you act there.`, 'You can enter once it has granted the request.'],
    }),
    tenant: ({ requestingTenant, answerBy }) => ({
      subject: `${requestingTenant} asks for access`,
      lines: [
        `${requestingTenant} asks to let people of its own act inside your tenant.`,
        'Nobody enters until you say so, and you can end it at any time.',
        ...(answerBy === null ? [] : [`The request lapses if nobody answers it before ${answerBy}.`]),
      ],
    }),
  },
  granted: {
    requester: ({ tenant, expiresAt, removedUsers }) => ({
      subject: `${tenant} granted access`,
      lines: [
        `${tenant} granted access${until(expiresAt)}.`,
        `The legacy tool is closed in ${tenant}: only people in a request that it granted can enter, by any method.`,
        ...(removedUsers === null ? [] : [`Without ${removedUsers}, no longer with you.`]),
      ],
    }),
    user: ({ tenant, expiresAt }) => ({
      subject: `${tenant} granted you access`,
      lines: [`${tenant} granted you access${until(expiresAt)}.`],
    }),
    tenant: ({ by, requestingTenant, expiresAt, legacyClosed }) => ({
      subject: `Access granted to ${requestingTenant}`,
      lines: [
        `${by} granted access to ${requestingTenant}${until(expiresAt)}.`,
        ...(legacyClosed
          ? [
              'With this first grant the legacy tool is closed in your tenant, for good: only people in a request that you granted can enter.',
            ]
          : []),
      ],
    }),
  },
  rejected: {
    requester: ({ tenant }) => ({ subject: `${tenant} rejected the request`, lines: [`${tenant} rejected the request.`] }),
    user: ({ tenant }) => ({
      subject: `Access to ${tenant}: rejected`,
      lines: [`A request for you to act in ${tenant} was rejected.`, NOW],
    }),
    tenant: ({ by, requestingTenant }) => ({
      subject: `Request of ${requestingTenant} rejected`,
      lines: [`${by} rejected the request of ${requestingTenant}.`],
    }),
  },
  revoked: {
    requester: ({ tenant }) => ({ subject: `${tenant} revoked the access`, lines: [`${tenant} revoked the access.`, GONE] }),
    user: ({ tenant }) => ({ subject: `Access to ${tenant}: revoked`, lines: [`An access of yours to ${tenant} was revoked.`, NOW] }),
    tenant: ({ by, requestingTenant }) => ({
      subject: `Access of ${requestingTenant} revoked`,
      lines: [`${by} revoked the access of ${requestingTenant}.`, GONE],
    }),
  },
  withdrawn: {
    requester: ({ by, tenant, removedUser }) => ({
      subject: `Request to ${tenant} withdrawn`,
      lines: [`${by} withdrew the request to ${tenant}.`, ...last(removedUser)],
    }),
    user: ({ tenant }) => ({
      subject: `Access to ${tenant}: withdrawn`,
      lines: [`A request for you to act in ${tenant} was withdrawn.`, NOW],
    }),
    tenant: ({ requestingTenant }) => ({
      subject: `${requestingTenant} withdrew its request`,
      lines: [`${requestingTenant} withdrew its request.`, 'You need not answer it any more.'],
    }),
  },
  'revoked-by-requester': {
    requester: ({ by, tenant, removedUser }) => ({
      subject: `Access to ${tenant} given up`,
      lines: [`${by} gave up the access to ${tenant}.`, ...last(removedUser)],
    }),
    user: ({ tenant }) => ({ subject: `Access to ${tenant}: revoked`, lines: [`An access of yours to ${tenant} was revoked.`, NOW] }),
    tenant: ({ requestingTenant }) => ({
      subject: `${requestingTenant} gave its access up`,
      lines: [`${requestingTenant} gave its access up.`, GONE],
    }),
  },
  'expiry-set': {
    requester: ({ tenant, expiresAt }) => ({
      subject: `${tenant} changed when the access ends`,
      lines: [`${tenant} changed when the access ends. It now ends on ${expiresAt}.`],
    }),
    user: ({ tenant, expiresAt }) => ({
      subject: `Access to ${tenant}: new end`,
      lines: [`An access of yours to ${tenant} now ends on ${expiresAt}.`],
    }),
    tenant: ({ by, requestingTenant, expiresAt }) => ({
      subject: `Access of ${requestingTenant}: new end`,
      lines: [`${by} changed when the access of ${requestingTenant} ends. It now ends on ${expiresAt}.`],
    }),
  },
  'user-removed': {
    requester: ({ user, tenant }) => ({
      subject: `${user} removed from the request to ${tenant}`,
      lines: [`${user} was removed from the request to ${tenant}.`],
    }),
    user: ({ tenant }) => ({ subject: `Access to ${tenant}: removed`, lines: [`You were removed from a request to ${tenant}.`, NOW] }),
  },
}
