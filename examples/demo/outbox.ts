/** The demo's outbox: the mails that were sent, and the page that shows them. */
import type { MailMessage } from 'consentry/notices'
import type { Transporter } from 'nodemailer'
import { escaped } from './page.js'

/** How many mails are kept. */
const MOST = 200

/** The last mails, newest first. */
export class Outbox {
  readonly #mails: MailMessage[] = []

  constructor(mailer: Pick<Transporter, 'use'>) {
    mailer.use('compile', ({ data }, done) => {
      this.#mails.unshift({ ...(data as MailMessage) }) // the transport changes its own
      this.#mails.length = Math.min(this.#mails.length, MOST)
      done()
    })
  }

  /** Returns the page. */
  page(): string {
    const [mails, none] = [this.#mails.map(mailOf).join('\n'), '<p class="hint">Nothing was sent yet.</p>']
    return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Outbox of the Consentry demo</title>
<link rel="stylesheet" href="/demo.css">
<main>
<p><a href="/">Consentry demo</a></p>
<h1>Outbox</h1>
<p class="lead">The last ${MOST} mails, newest first. Each person gets one of their own. They are kept here until the demo ends.</p>
${mails || none}
</main>
`
  }
}

function mailOf({ to, subject, date, text, html = '' }: MailMessage, place: number): string {
  // Each link opens beside the page: a mail itself may open and run nothing.
  const shown = html.replace('<head>', '<head><base target="_blank">')
  return `<details class="mail"${place === 0 ? ' open' : ''}>
<summary><b><bdi>${escaped(subject)}</bdi></b>
<span><bdi>${escaped(to.name)}</bdi> &lt;${escaped(to.address)}&gt; · <time datetime="${date.toISOString()}">${timeOf(date)}</time></span></summary>
<div class="bodies">
<iframe title="HTML of the mail" sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy" srcdoc="${escaped(shown)}"></iframe>
<pre aria-label="Text of the mail" dir="auto">${escaped(text)}</pre>
</div>
</details>`
}

const timeOf = (date: Date) => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`
