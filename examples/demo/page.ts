/** The demo's pages: one logs in as anybody, and lists what to ask by curl and with the client; another one is the outbox. */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { type Request, Router, static as serveFiles } from 'express'
import type { Database } from 'libsql'
import type { Outbox } from './outbox.js'
import { STORY_PEOPLE } from './people.js'
import { everybody, PASSWORD, type Somebody } from './tables.js'

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; require-trusted-types-for 'script'"

/** Mails have styles of their own, and nothing that runs or is loaded. */
const OUTBOX_POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'"

/** How many people of a tenant can be chosen. */
const MOST = 6

/** What to try as each person: a line of what it shows, and the call of the client. */
const TRIES: Readonly<Record<string, readonly (readonly [shows: string, call: string])[]>> = {
  elizabeth: [
    ['what you sent, a row for each tenant', 'await consentry.listOutgoing()'],
    [
      'a request for George too',
      "await consentry.submit({ name: 'GeorgeToo', associations: [{ users: ['wickham'], tenants: ['tom-sawyer'] }] })",
    ],
    ['who has been where', 'await consentry.listSessions()'],
  ],
  customer: [
    ['who asks: no name, no users, no other tenant', 'await consentry.listIncoming()'],
    [
      'grant the first until tomorrow',
      'await consentry.grant((await consentry.listIncoming()).items[0].id, { expiresAt: Date.now() + 86_400_000, message: "Welcome." })',
    ],
    [
      'take it back: a person inside is out at once',
      "for await (const { id } of consentry.listIncoming({ status: 'granted' })) await consentry.revokeIncoming(id)",
    ],
  ],
  staff: [
    ['where you may go', 'await consentry.listMyAccess()'],
    ['enter Tom Sawyer, once it has granted', "await consentry.startSession({ tenant: 'tom-sawyer', method: 'access-request' })"],
    ["see the customer's fences", "await (await fetch('/tenants/tom-sawyer/fences')).json()"],
    ['leave', 'await consentry.leaveSession()'],
  ],
  requester: [
    ['what was sent, a row for each tenant', 'await consentry.listOutgoing()'],
    ['what is pending', "await consentry.listOutgoing({ status: 'pending' })"],
    ['who has been where', 'await consentry.listSessions()'],
  ],
  visitor: [
    ['where you may go', "await consentry.listMyAccess({ status: 'granted' })"],
    [
      'enter the first of them',
      "await consentry.startSession({ tenant: (await consentry.listMyAccess({ status: 'granted' })).items[0].tenant, method: 'access-request' })",
    ],
    ['leave', 'await consentry.leaveSession()'],
  ],
}

/** What to try by curl: the path of a read, and a command with its body. */
const CURLS: Readonly<Record<string, { readonly read: string; readonly command: string; readonly body: string }>> = {
  elizabeth: { read: 'outgoing', command: 'removals', body: '{"user":"charlotte"}' },
  customer: { read: 'incoming', command: 'incoming/<id>/grant', body: '{"expiresAt":null}' },
  staff: { read: 'my-access', command: 'session', body: '{"tenant":"tom-sawyer","method":"access-request"}' },
  requester: { read: 'outgoing', command: 'outgoing/<id>/withdrawal', body: '{}' },
  visitor: { read: 'my-access', command: 'session', body: '{"tenant":"jarndyce","method":"access-request"}' },
}

/** Returns the routes of the pages, the script and the client. */
export async function demoPage(database: Database, outbox: Outbox): Promise<Router> {
  const browser = await bundled()
  const people = everybody(database)
  const page = Router()
  page.use((_request, response, next) => {
    response.set({ 'content-security-policy': POLICY, 'cache-control': 'no-store' })
    next()
  })
  page.get('/', (request, response) => void response.type('html').send(pageOf(people, request)))
  page.get('/outbox', (_request, response) => {
    response.set('content-security-policy', OUTBOX_POLICY).type('html').send(outbox.page())
  })
  page.get('/browser.js', (_request, response) => void response.type('js').send(browser))
  page.post('/logout', (request, response) => {
    request.session = null
    response.sendStatus(204)
  })
  page.use(serveFiles(fileURLToPath(new URL('assets', import.meta.url))))
  return page
}

/** Bundles the page's script for browsers, with the client. */
async function bundled(): Promise<string> {
  const entryPoints = [fileURLToPath(new URL('browser.js', import.meta.url))]
  const { outputFiles } = await build({ entryPoints, bundle: true, format: 'esm', target: 'es2022', write: false, logLevel: 'error' })
  return outputFiles.map(({ text }) => text).join('')
}

function pageOf(people: readonly Somebody[], request: Request): string {
  const me = people.find(({ id }) => id === request.session?.['user'])
  const host = `${request.protocol}://${request.get('host')}`
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Consentry demo</title>
<link rel="stylesheet" href="/demo.css">
<script type="module" src="/browser.js"></script>
<main>
<h1>Consentry demo</h1>
<p class="lead">Classics, Inc. has asked two customers to let its account managers in. Log in as anybody; everything is in memory.</p>
<p><a href="/outbox">The outbox</a> has the mails that tell people of it.</p>
<section class="people" aria-label="Log in as">${people.slice(0, STORY_PEOPLE.length).map(buttonOf(me)).join('')}</section>
${othersOf(people.slice(STORY_PEOPLE.length), me)}
${me ? triesOf(me, host) : '<p class="hint">Nobody is logged in.</p>'}
</main>
`
}

/** The people outside the story, by tenant: requests have come and gone for two years. */
function othersOf(others: readonly Somebody[], me: Somebody | undefined): string {
  const tenants = [...new Set(others.map(({ tenant }) => tenant))]
  const lists = tenants.map((tenant) => {
    const people = others.filter((one) => one.tenant === tenant).slice(0, MOST)
    return `<section><h3><bdi>${escaped(tenant)}</bdi></h3><div class="people">${people.map(buttonOf(me)).join('')}</div></section>`
  })
  return `<details${me && others.includes(me) ? ' open' : ''}>
<summary>Others: ${tenants.length} tenants with two years of requests</summary>
<div class="tenants">${lists.join('\n')}</div>
</details>`
}

const buttonOf = (me: Somebody | undefined) => (one: Somebody) =>
  `<button type="button" data-user="${one.id}" aria-pressed="${one === me}"><b><bdi>${escaped(one.name)}</bdi></b><span><bdi>${escaped(one.tenant)}</bdi></span></button>`

/** The kind of person whose calls are shown. */
function roleOf({ id, permissions }: Somebody): string {
  if (id in TRIES) return id
  if (permissions.includes('submit')) return 'requester'
  if (permissions.includes('answer')) return 'customer'
  return STORY_PEOPLE.includes(id) ? 'staff' : 'visitor'
}

function triesOf(me: Somebody, host: string): string {
  const { id, name, tenant } = me
  const role = roleOf(me)
  const { read = '', command = '', body = '' } = CURLS[role] ?? {}
  const json = "-H 'content-type: application/json'"
  const curls = [
    ['log in', `curl -c jar ${json} -d '{"user":"${id}","password":"${PASSWORD}"}' ${host}/login`],
    ['who you are, and whether you are inside a tenant', `curl -b jar ${host}/consentry/me`],
    ['a page of rows', `curl -b jar ${host}/consentry/${read}`],
    [
      'a command; a browser sends the second header itself',
      `curl -b jar ${json} -H 'sec-fetch-site: same-origin' -d '${body}' ${host}/consentry/${command}`,
    ],
  ] as const
  return `<h2>You are <bdi>${escaped(name)}</bdi>, <bdi>${escaped(tenant)}</bdi></h2>
<p><a class="console" href="/consentry/console">Open the console</a> · <a href="/consentry/console?lang=fr" lang="fr">En français</a>${
    role === 'staff' ? ' · <a href="/consentry/console#/legacy/tom-sawyer">The legacy tool, for Tom Sawyer</a>' : ''
  }</p>
<h3>With the client</h3>
<p>Open the developer tools of this page. <code>consentry</code> is a client of the API:</p>
${listOf(TRIES[role] ?? [])}
<h3>By curl</h3>
${listOf(curls)}
<p>All routes: <a href="/consentry/openapi.json">openapi.json</a>.</p>
<button type="button" class="quiet" data-logout>Log out</button>`
}

/** Returns a text as HTML, also for an attribute between double quotes. */
export const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

const listOf = (tries: readonly (readonly [shows: string, call: string])[]) =>
  `<dl>${tries.map(([shows, call]) => `<dt>${escaped(shows)}</dt><dd><code>${escaped(call)}</code></dd>`).join('')}</dl>`
