/** A mail server for tests: it takes mails over a socket, or refuses them, and shows what arrived. */
import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser'
import { createTransport } from 'nodemailer'
import { SMTPServer } from 'smtp-server'

/** What arrived: the raw mail, the same parsed, and whom the envelope named. */
export interface Arrived {
  readonly raw: string
  readonly mail: ParsedMail
  readonly envelope: readonly string[]
}

export interface PostOffice {
  readonly arrived: readonly Arrived[]
  /** What the server answers to an address: the code and the text of a refusal. */
  readonly refuses: Map<string, { readonly code: number; readonly text: string }>
  /** Sends over a socket, as a host's transporter does. */
  readonly transport: ReturnType<typeof createTransport>
  /** Returns what arrived of one delivery, by its id. */
  readonly about: (delivery: string) => readonly Arrived[]
  /** Returns what arrived for one address, the only one if none is said. */
  readonly only: (address?: string) => Arrived
  readonly close: () => Promise<void>
}

export async function openPostOffice(): Promise<PostOffice> {
  const arrived: Arrived[] = []
  const refuses: PostOffice['refuses'] = new Map()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    onRcptTo({ address }, _session, done) {
      const refusal = refuses.get(address)
      if (refusal === undefined) return done()
      done(Object.assign(new Error(refusal.text), { responseCode: refusal.code }))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', async () => {
        const raw = Buffer.concat(chunks).toString('utf8')
        const envelope = session.envelope.rcptTo.map(({ address }) => address)
        arrived.push({ raw, mail: await simpleParser(raw, { skipTextToHtml: true }), envelope })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('the mail server has no port')
  const transport = createTransport({ host: '127.0.0.1', port: address.port, ignoreTLS: true })
  return {
    arrived,
    refuses,
    transport,
    about: (delivery) => arrived.filter(({ mail }) => mail.headers.get('x-consentry-notice') === delivery),
    only(wanted) {
      const found = arrived.filter(({ envelope }) => wanted === undefined || envelope.includes(wanted))
      const [first] = found
      if (first === undefined || found.length > 1) throw new Error(`${found.length} mails arrived for ${wanted ?? 'anybody'}`)
      return first
    },
    async close() {
      transport.close()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** The addresses of a header field. */
export function addressesIn(field: AddressObject | AddressObject[] | undefined): { name: string; address: string | undefined }[] {
  return [field ?? []].flat().flatMap(({ value }) => value.map(({ name, address }) => ({ name, address })))
}
