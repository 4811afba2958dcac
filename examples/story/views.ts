/** Prints what each party sees of the same requests, from the service's lists. */
import type { Consentry, IncomingRequest, MyAccess, OutgoingRequest } from 'consentry'
import { caroline, charlotte, elizabeth, hundredAdmin, nameOf, tomAdmin } from './cast.js'
import { dim, list, moment } from './screen.js'

/** Prints the outgoing list, both incoming lists, and my access of both account managers. */
export async function showViews(consentry: Consentry): Promise<void> {
  const { items: sent } = await consentry.outgoing(elizabeth)
  list(`Outgoing, as ${nameOf(elizabeth.tenant)} sees it`, sent.flatMap(outgoingLines))
  for (const admin of [tomAdmin, hundredAdmin]) {
    const { items } = await consentry.incoming(admin)
    list(`Incoming, as ${nameOf(admin.tenant)} sees it`, items.flatMap(incomingLines))
  }
  for (const user of [caroline, charlotte]) {
    const { items } = await consentry.myAccess(user)
    list(`My access, as ${nameOf(user.user)} sees it`, items.map(myAccessLine))
  }
}

function outgoingLines(request: OutgoingRequest): string[] {
  const { name, tenant, users, status } = request
  return [`${name.padEnd(16)}${tenant.padEnd(14)}${users.join(', ').padEnd(22)}${status}`, ...lifeLines(request)]
}

function incomingLines(request: IncomingRequest): string[] {
  const { requestingTenant, message, status } = request
  return [`from ${requestingTenant.padEnd(11)}${`"${message}"`.padEnd(52)}${status}`, ...lifeLines(request)]
}

function myAccessLine(row: MyAccess): string {
  const access = `${row.tenant.padEnd(16)}${row.status.padEnd(14)}`
  return row.status === 'granted' ? `${access}${endOf(row.expiresAt)}${said(row.message)}` : access.trimEnd()
}

function lifeLines(life: IncomingRequest | OutgoingRequest): string[] {
  const lines = []
  if ('expiresAt' in life) lines.push(`granted ${by(life.answer, 'tenant')}, ${endOf(life.expiresAt)}`)
  if ('ended' in life) lines.push(`${life.status} ${by(life.ended, life.ended.by)}`)
  return lines.map((text) => dim(`  ${text}`))
}

function by({ at, user, message }: { at: number; user: string | null; message: string }, party: string): string {
  return `${moment(at)} by the ${party}${user === null ? '' : ` (${user})`}${said(message)}`
}

function said(message: string): string {
  return message === '' ? '' : `, "${message}"`
}

function endOf(expiresAt: number | null): string {
  return expiresAt === null ? 'without an end' : `until ${moment(expiresAt)}`
}
