/** What `consentry-request-editor` says, in English. */
import type { Formats } from '../../formats.js'
import { counted } from '../counted.js'

export const editor = {
  title: 'New request',
  lead: 'Ask customers to let your people act inside their tenants. Each tenant gets a request of its own, and answers for itself.',
  name: 'Name of the request',
  nameHint: 'Letters and digits, without spaces. Your customers do not see it.',
  nameMissing: 'Give the request a name.',
  nameInvalid: 'Use letters and digits only: no spaces, no other characters.',
  nameTooLong: (most: string) => `Shorten the name to ${most} characters.`,
  message: 'Message',
  messageHint: 'Your customers read this message, but neither the name nor the people: say who would come, and why.',
  associations: 'Tenant-user associations',
  associationsHint: 'An association says which users ask to enter which tenants.',
  association: (number: string) => `Association ${number}`,
  /** Before what is wrong with an association. */
  inAssociation: (number: string, issue: string) => `Association ${number}: ${issue}`,
  newAssociation: 'New association',
  edit: 'Edit',
  remove: 'Remove',
  removed: (association: string) => `${association} is removed.`,
  undo: 'Undo',
  tabs: { users: 'Users', tenants: 'Tenants' },
  assign: { users: 'Assign employees', tenants: 'Assign tenants' },
  search: { users: 'Search users', tenants: 'Search tenants' },
  notFound: { users: 'No user matches the search.', tenants: 'No tenant matches the search.' },
  notSearched: 'The search did not work.',
  nobody: { users: 'No user is assigned yet.', tenants: 'No tenant is assigned yet.' },
  chosen: 'assigned',
  findChosen: 'Search among the assigned',
  before: 'Show those before',
  confirm: 'Confirm',
  /** Where the host has no search: ids are typed. */
  byHand: {
    users: 'Ids of users',
    tenants: 'Ids of tenants',
    hint: 'There is no search here. An id has 1 to 128 letters, digits and signs, without spaces or accents. A space stands between two.',
    add: 'Add',
    missing: 'Type an id first.',
    wrong: (id: string) => `${id} is not an id.`,
  },
  counts: {
    users: (count: number, formats: Formats) => counted(count, formats, '1 user', (n) => `${n} users`),
    tenants: (count: number, formats: Formats) => counted(count, formats, '1 tenant', (n) => `${n} tenants`),
    move: (count: number, formats: Formats) => counted(count, formats, 'Move 1 selected', (n) => `Move ${n} selected`),
    listed: (count: number, formats: Formats) => counted(count, formats, '1 shown', (n) => `${n} shown`),
    more: (count: number, formats: Formats) => counted(count, formats, 'and 1 more', (n) => `and ${n} more`),
    /** Said of people and tenants who are ticked, and not moved yet. */
    ticked: (count: number, formats: Formats) =>
      counted(
        count,
        formats,
        '1 is selected and not moved yet. Move it, or clear its checkbox.',
        (n) => `${n} are selected and not moved yet. Move them, or clear their checkboxes.`,
      ),
    removeMarked: (count: number, formats: Formats) =>
      counted(count, formats, 'Remove the entry that cannot be sent', (n) => `Remove ${n} entries that cannot be sent`),
    willBeSent: (count: number, formats: Formats) =>
      counted(count, formats, '1 separate request will be sent', (n) => `${n} separate requests will be sent`),
    sent: (count: number, formats: Formats) => counted(count, formats, '1 request is sent', (n) => `${n} separate requests are sent`),
  },
  /** Behind the name of a user or a tenant that a request cannot name. */
  marks: {
    'unknown-user': 'not one of your people any more',
    'unknown-tenant': 'cannot be asked',
    'own-tenant': 'your own tenant',
    'too-many-open': 'too many open requests there',
  },
  marked: 'somebody cannot be in a request. Remove them, or choose others.',
  missing: {
    associations: 'Add an association.',
    users: 'assign at least one user.',
    tenants: 'assign at least one tenant.',
  },
  merged: 'Somebody is named more than once for the same tenant. It is asked about them once.',
  limits: {
    tenants: (count: string, most: string) => `This names ${count} tenants, and one request takes ${most}. Split it.`,
    pairs: (count: string, most: string) => `This makes ${count} pairs of a user and a tenant, and one request takes ${most}. Split it.`,
    users: (count: string, most: string) => `This names ${count} users for one tenant, and one request takes ${most}. Split it.`,
  },
  nothingYet: 'Nothing will be sent yet',
  nothingYetText: 'As soon as an association has users and tenants, this shows who will be asked about whom.',
  lookingUp: 'Looking up what is there already',
  /** Before the names of users. */
  pending: (name: string, relative: string) => `Pending already, by ${name}, sent ${relative}:`,
  pendingSome: 'Pending already:',
  granted: 'Access already:',
  legacyClosed: 'The legacy tool is closed there.',
  alreadySent: 'This very request was sent already. Saving it again sends nothing, and shows it.',
  save: 'Save',
  sentText: 'Each tenant answers for itself. You see the answers on the page of the request.',
  seeRequest: 'See the request',
  newRequest: 'New request',
  discard: {
    title: 'Discard this request?',
    text: 'It has not been sent. What you entered will be lost.',
    keep: 'Keep editing',
    now: 'Discard',
  },
  /** Above the form. */
  alerts: {
    tooMuch: 'The request names more users and tenants than the server takes at once. Split it into several.',
    moreIssues: 'More entries cannot be sent than are marked. Correct these, then save again.',
    alreadySubmitted: 'Another request was sent in the place of this one. Look at your outgoing requests before you save again.',
    earlier: 'What you entered before your last change was sent after all. Saving sends another request.',
    meanwhile: 'A colleague has asked for the same meanwhile: look at what is pending below. Saving sends your request as well.',
  },
  trouble: {
    impersonating: {
      title: 'You are inside another tenant',
      text: 'Leave it first. Requests are sent by people acting under their own name.',
    },
    'not-permitted': { title: 'You may not send requests', text: 'Ask an administrator of your tenant.' },
    'not-found': { title: 'There is no such request', text: 'The link may be incomplete, or your tenant did not send it.' },
  },
  errors: {
    impersonating:
      'You are acting inside another tenant, and only somebody acting under their own name may send a request. Leave that tenant first.',
    'not-permitted': 'You may not send requests any more. Ask an administrator of your tenant.',
    unreachable: 'The server did not answer, so it is not known whether the request was sent. Saving again is safe: it is sent once.',
  },
}
