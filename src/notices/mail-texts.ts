/** The shape of the texts of mails, which every language has. */
import type { Association } from '../domain/association.js'
import type { AccessMethod } from '../domain/decision-types.js'
import type { SessionEndCause } from '../domain/event.js'
import type { NOTICES, NoticeKind, NoticeOf, NoticeRole } from './notice.js'

/** A page that a mail leads to, by the names that the console has for its pages. */
export type MailPage = 'incoming' | 'outgoing' | 'new-request' | 'my-access' | 'sessions'

/** An association as a mail shows it: `users` and `tenants`, each a list of names as one text. */
export interface ShownAssociation {
  readonly users: string
  readonly tenants: string
}

/** Facts that are no part of a sentence: what only a link needs, and what has its own place. */
type Apart = 'accessRequest' | 'tenantRequest' | 'session' | 'tag' | 'message' | 'reason'

type Shown<Fact> = Fact extends string | number
  ? string
  : Fact extends readonly Association[]
    ? readonly ShownAssociation[]
    : Fact extends readonly unknown[]
      ? string | null
      : Fact
type RoleOf<Kind extends NoticeKind> = keyof (typeof NOTICES)[Kind] & NoticeRole

/**
 * The facts of a notice as texts.
 *
 * They have a name for each user and tenant, a method in words, and instants with their time zone.
 * A list is one text, and `null` if it is empty. What a fact does not say is `null` here too. Names are isolated from the direction of the
 * sentence around them, by U+2068 and U+2069, which the HTML writes as `<bdi>`.
 */
export type ShownFacts<Kind extends NoticeKind, Role extends NoticeRole> = {
  readonly [Field in Exclude<keyof NoticeOf<Kind, Role>['facts'], Apart>]: Field extends 'cause'
    ? SessionEndCause
    : Shown<NoticeOf<Kind, Role>['facts'][Field]>
}

/** What a mail says of a notice: its `subject` and its `lines`. The first says what happened. */
export interface NoticeText {
  readonly subject: string
  readonly lines: readonly [string, ...string[]]
}

/** What is said of each kind of notice to each role that gets it. */
export type NoticeTexts = {
  readonly [Kind in NoticeKind]: { readonly [Role in RoleOf<Kind>]: (facts: ShownFacts<Kind, Role>) => NoticeText }
}

/**
 * The texts of mails in one language.
 *
 * A text that a language lacks does not compile. Messages and reasons are never parts of a text: a mail quotes them.
 */
export interface MailTexts {
  /** The direction of the language. */
  readonly direction: 'ltr' | 'rtl'
  /** The ways to enter, in the words of the pages by which people enter. */
  readonly methods: Readonly<Record<AccessMethod, string>>
  /** The number of a request, for people who talk about it. */
  readonly tag: (tag: string) => string
  /** When it happened. */
  readonly happened: (when: string) => string
  /** The last in a list of names: 2 or more, and the same as text. */
  readonly others: (count: number, shown: string) => string
  /** Said where a mail would be too long. */
  readonly rest: string
  /** Before the message of a party. */
  readonly message: string
  /** Before the reason of a session. */
  readonly reason: string
  /** The links to the pages. */
  readonly open: Readonly<Record<MailPage, string>>
  /** Why somebody gets the mail; `tenant` is the one of the party. */
  readonly why: Readonly<Record<NoticeRole, (tenant: string) => string>>
  /** Of several notices in one mail: how many there are, or are not listed, and the same as text. */
  readonly digest: {
    readonly subject: (count: number, shown: string) => string
    readonly more: (count: number, shown: string) => string
  }
  /** What is said of each notice. */
  readonly notices: NoticeTexts
}
