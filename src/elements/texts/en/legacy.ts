/** What `consentry-legacy` says, in English. */

export const legacy = {
  title: 'Legacy impersonation tool',
  /** The two doors of the tool, which have these names in every language. */
  doors: { 'legacy-configure': 'Impersonate & Configure', 'legacy-support': 'Impersonate & Support' },
  unknown: {
    title: 'Whether you may enter is checked when you start.',
    text: 'The tool works until the tenant grants its first access request. After that, only people in a request that it granted can enter.',
  },
  granted: {
    title: 'The tenant has granted you access.',
    text: 'Both ways in work for you for as long as that access holds.',
  },
  closed: {
    title: 'The legacy tool is closed here',
    text: 'This tenant decides by access requests now. Only people in a request that it granted can enter, by any method.',
  },
  confirm: (tenant: string) => `Start impersonation in ${tenant}?`,
  confirmText: (door: string) => `You enter by ${door}. The session is recorded under your name.`,
  yes: 'Yes',
  no: 'No',
}
