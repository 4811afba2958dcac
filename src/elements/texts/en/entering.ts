/** What the elements that start sessions say, in English. */

export const entering = {
  myAccess: 'My access',
  reason: 'Reason for this session',
  reasonHint: 'It is kept for your own tenant. The tenant that you enter does not see it.',
  reasonTooLong: (most: string) => `Shorten the reason to ${most} characters.`,
  reasonTooShort: (least: string) => `Give a reason with ${least} or more letters and digits.`,
  reasonInvalid: 'The reason holds characters that cannot be sent. Type it again instead of pasting it.',
  starting: 'Starting',
  inside: (tenant: string) => `You are inside ${tenant}`,
  insideUntil: (when: string) => `The session ends ${when} at the latest.`,
  leaveFirst: 'Leave it before you enter another tenant.',
  tooMany: (limit: string) => `You have ${limit} sessions already, which is the limit. End one of them, or wait until one is over.`,
  ownTenant: 'This is your own tenant. You are in it already.',
  /** Said of a tenant that the person cannot enter now. */
  denied: (tenant: string) => `You cannot enter ${tenant}`,
  /** Why nobody enters: by the person's status in the tenant, or by the rule of the legacy tool. */
  reasons: {
    pending: 'The tenant has not answered the request yet.',
    rejected: 'The tenant rejected the request.',
    expired: 'The access ended at its expiry.',
    revoked: 'The access was revoked.',
    withdrawn: 'Your own tenant withdrew the request.',
    lapsed: 'Nobody answered the request in time.',
    removed: 'You are no longer in the request.',
    'not-associated': 'You are in no request to this tenant.',
    'legacy-closed': 'The tenant decides by access requests now. The legacy tool is closed here, for good.',
    'legacy-not-permitted': 'You may not use the legacy tool for this tenant.',
    'no-facts': 'Nothing is known about this tenant at the moment.',
    'invalid-question': 'There is no such tenant.',
  },
  /** What a person can do about it who has had no luck. */
  askForRequest: 'Ask your administrator to request access.',
  unsent: 'Your reason, which was not sent',
  /** In the place of what is said to people who answer requests. */
  trouble: {
    impersonating: { title: 'You are inside another tenant', text: 'Leave it first. This page is for people acting under their own name.' },
    'not-permitted': { title: 'You have no access to this page', text: 'Ask an administrator of your tenant.' },
    'not-found': { title: 'There is nothing here', text: 'The address may be incomplete.' },
  },
  errors: {
    impersonating: 'You are inside a tenant already. Leave it before you enter another one.',
    'not-permitted': 'You may not start a session. Ask an administrator of your tenant.',
    'not-found': 'There is no such tenant any more.',
  },
}
