/** The mail channel: a mail to each person of a party, over nodemailer. */
import * as z from 'zod'
import { askHost } from '../domain/host-calls.js'
import { Id } from '../domain/input.js'
import type { People, Recipient, RecipientsQuery } from '../ports/people.js'
import { DeliveryError, type NoticeChannel, type NoticeDelivery, type SendContext } from './channel.js'
import { composeMail, MAX_ITEMS } from './mail-compose.js'
import { oneLine, readMailNames } from './mail-facts.js'
import { expectTransport, isMailAddress, type MailMessage, type MailOptions, type MailTransport, parseMailOptions } from './mail-options.js'

/**
 * Returns a channel that sends mails by nodemailer, or by anything with a `sendMail` like its own.
 *
 * Each recipient of `people.recipients` gets a mail of their own: first as plain text, then as HTML, with one link to a page of yours. If
 * some cannot be reached, only they are tried again.
 * @throws `invalid-input` with the issues of the options, and a `TypeError` for a transport without `sendMail`.
 * @example
 * ```ts
 * import { mail } from 'consentry/notices'
 *
 * const transport = { sendMail: async () => {} } // stands for nodemailer.createTransport('smtps://…')
 * const channel = mail(transport, {
 *   from: 'Consentry <access@example.com>',
 *   link: ({ page, id }) => `https://app.example.com/consentry/console#/${page}${id === null ? '' : `/${id}`}`,
 * })
 * console.log(channel.name) // mail
 * ```
 */
export function mail(transport: MailTransport, options: MailOptions): NoticeChannel {
  expectTransport(transport)
  const settings = parseMailOptions(options)

  async function deliver(delivery: NoticeDelivery, context: SendContext): Promise<void> {
    const { people, reached, signal, now } = context
    const recipients = await readRecipients(people, delivery)
    const left = recipients.filter(({ id }) => !reached.includes(id))
    if (left.length === 0) return
    const names = await readMailNames(people, delivery.to, delivery.notices.slice(0, MAX_ITEMS))
    // Nobody waits for this attempt any more, and the next one may have begun.
    signal.throwIfAborted()
    const sending = left.map(async (recipient): Promise<MailFailure | undefined> => {
      let message: MailMessage
      try {
        if (!isMailAddress(recipient.email)) throw new TypeError('there is no address to write to')
        message = composeMail(settings, delivery, recipient, names, now)
      } catch (error) {
        return { recipient: recipient.id, isPermanent: true, error }
      }
      try {
        await transport.sendMail(message)
        await context.recordReached(recipient.id)
        return undefined
      } catch (error) {
        return { recipient: recipient.id, isPermanent: isRefusal(error), error }
      }
    })
    const failures = (await Promise.all(sending)).filter((one) => one !== undefined)
    if (failures.length > 0) throw failureOf(failures, left.length)
  }

  return {
    name: settings.name,
    roles: ['requester', 'user', 'tenant'],
    digests: true,
    send: (delivery, context) => untilAborted(context.signal, () => deliver(delivery, context)),
  }
}

/** The mail to one recipient that was not sent. It is permanent if another attempt would fail as well. */
interface MailFailure {
  readonly recipient: string
  readonly isPermanent: boolean
  readonly error: unknown
}

const Recipients = z.array(z.looseObject({ id: Id, name: z.string(), email: z.unknown() }))

async function readRecipients(people: People | undefined, { to, notices }: NoticeDelivery): Promise<readonly Recipient[]> {
  if (people?.recipients === undefined)
    throw new DeliveryError('nobody says whom to write to: pass `people` with a function `recipients` to the notices', { retry: false })
  const kinds = [...new Set(notices.map(({ kind }) => kind))]
  const query: RecipientsQuery =
    to.role === 'user'
      ? { requestingTenant: to.tenant, users: [to.user], kinds }
      : { tenant: to.tenant, permission: to.role === 'requester' ? 'submit' : 'answer', kinds }
  const { success, data } = Recipients.safeParse(await people.recipients(query))
  if (!success) throw new DeliveryError('`people.recipients` must return a list of `{ id, name, email }`')
  // By their ids, so that none is left out or repeated when the reached ones are.
  return [...new Map(data.map((one) => [one.id, one as Recipient])).values()]
}

/**
 * Whether the server refused this mail or its recipient for good.
 * Where it refused the sender, the login or the connection, the host can mend that.
 */
function isRefusal(error: unknown): boolean {
  const { responseCode, command } = Object(error) as { readonly responseCode?: unknown; readonly command?: unknown }
  if (typeof responseCode !== 'number' || responseCode < 500 || responseCode > 599) return false
  return command === undefined || command === 'RCPT TO' || command === 'DATA'
}

/** How many failures the message of an error names, and how much it says of each. */
const MAX_NAMED = 5
const MAX_REASON = 200

function failureOf(failures: readonly MailFailure[], all: number): DeliveryError {
  const named = failures.slice(0, MAX_NAMED).map(({ recipient, error }) => `${recipient}: ${reasonOf(error)}`)
  const more = failures.length > MAX_NAMED ? `; and ${failures.length - MAX_NAMED} more` : ''
  return new DeliveryError(`${failures.length} of ${all} mails could not be sent: ${named.join('; ')}${more}`, {
    retry: !failures.every(({ isPermanent }) => isPermanent),
    cause: new AggregateError(failures.map(({ error }) => error)),
  })
}

/** What an error says, without addresses: it is stored, and they are not. */
function reasonOf(error: unknown): string {
  const said = askHost(() => (error instanceof Error ? error.message : String(error)))
  if (typeof said !== 'string') return 'unknown error'
  return oneLine(said.slice(0, 10 * MAX_REASON))
    .replace(/[^\s<>"'(),;:]+@[^\s<>"'(),;:]+/g, '(address)')
    .slice(0, MAX_REASON)
}

/** Waits for work until the signal aborts; what becomes of it afterwards is ignored. */
async function untilAborted(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  const stopped = () => new DeliveryError('the attempt was stopped before all mails were sent', { cause: signal.reason })
  if (signal.aborted) throw stopped()
  let stop = () => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(stopped())
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    await Promise.race([work(), aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
