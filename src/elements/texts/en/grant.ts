/** What `consentry-grant` says, in English. */

export const grant = {
  request: 'The request',
  from: 'From',
  message: 'Message',
  number: 'Number',
  sent: 'Sent',
  answeredBy: 'Answered by',
  answeredAt: 'Answered',
  ends: 'Ends',
  ended: 'Ended',
  states: {
    pending: { title: 'This request waits for an answer', text: 'Nobody can enter by it yet.' },
    holds: { title: 'The access holds', text: 'The people of this request can enter your tenant.' },
    soon: {
      title: (relative: string) => `The access ends ${relative}`,
      text: 'After that nobody enters by it. Change the expiry to keep it longer.',
    },
    ended: {
      title: 'The access has ended',
      text: 'Nobody can enter by this request any more. What has ended never comes back: it takes a new request.',
    },
    never: { title: 'There is no access', text: 'Nobody can enter by this request. It takes a new one.' },
  },
  answerNow: 'Answer',
  changeExpiry: 'Change the expiry',
  saveExpiry: 'Save the expiry',
  saved: 'The expiry is saved.',
  revoke: 'Revoke the access',
  revoking: {
    title: 'Revoke this access?',
    text: 'It ends at once, also for those who are inside now. It cannot be given back: that takes a new request.',
  },
  revokeNow: 'Revoke now',
  meanwhile: 'This access has ended or changed meanwhile. Your change was not made.',
}
