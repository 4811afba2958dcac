/** For each route: a call of the client that succeeds in the scene of the route's case. */
import type { ConsentryClient } from '../../src/client.js'
import { INSIDE } from '../http/cases.js'
import type { AskedScene } from '../http/scene.js'
import { CLASSICS, TOM } from '../story/cast.js'

const EXPIRY = Date.UTC(2026, 2, 1)
const submission = { name: 'SupportAccess', associations: [{ users: ['caroline'], tenants: [TOM] }] }

type Call = (client: ConsentryClient, on: AskedScene) => Promise<unknown>

export const CALLS: { readonly [Id in keyof ConsentryClient]: Call } = {
  submit: (client) => client.submit(submission),
  previewSubmission: (client) => client.previewSubmission(submission),
  listRequests: (client) => client.listRequests({ users: ['caroline'], name: 'Supp', limit: 1 }),
  getRequest: (client) => client.getRequest({ id: 'order-1' }),
  withdrawRequest: (client) => client.withdrawRequest({ accessRequest: 'order-1' }),
  removeUser: (client) => client.removeUser({ user: 'caroline' }),
  endAll: (client) => client.endAll({ with: CLASSICS, message: 'It is over.' }),
  listOutgoing: (client) => client.listOutgoing({ status: ['granted', 'pending'], tenants: [TOM], from: new Date('2026-01-01T00:00:00Z') }),
  getOutgoing: (client, { request }) => client.getOutgoing(request),
  draftRenewal: (client, { request }) => client.draftRenewal(request),
  withdrawOutgoing: (client, { request }) => client.withdrawOutgoing(request, { ifRevision: 1 }),
  revokeOutgoing: (client, { request }) => client.revokeOutgoing(request, { ifRevision: 2, message: 'Done.' }),
  listIncoming: (client) => client.listIncoming({ requestingTenants: [CLASSICS], order: 'newest', to: '2027-01-01T00:00:00+01:00' }),
  answerMany: (client, { request }) => client.answerMany({ answers: [{ id: request, answer: 'grant', expiresAt: EXPIRY, ifRevision: 1 }] }),
  getIncoming: (client, { request }) => client.getIncoming(request),
  previewAnswer: (client, { request }) => client.previewAnswer(request),
  grant: (client, { request }) => client.grant(request, { expiresAt: EXPIRY, message: 'Welcome.', ifRevision: 1 }),
  reject: (client, { request }) => client.reject(request, { message: 'No.' }),
  revokeIncoming: (client, { request }) => client.revokeIncoming(request),
  setExpiry: (client, { request }) => client.setExpiry(request, { expiresAt: EXPIRY }),
  startSession: (client) => client.startSession({ ...INSIDE, reason: 'ticket 7' }),
  getSession: (client) => client.getSession(),
  leaveSession: (client) => client.leaveSession(),
  listSessions: (client) => client.listSessions({ status: 'live', methods: 'access-request', users: ['caroline'], tenants: [TOM] }),
  endSession: (client, { hash }) => client.endSession({ hash }),
  listMyAccess: (client) => client.listMyAccess({ status: ['granted'], order: 'expiring' }),
  listHistory: (client) => client.listHistory({ limit: 200 }),
  listAccess: (client) => client.listAccess({ from: Date.UTC(2026, 0), to: Date.UTC(2030, 0), tenant: TOM }),
  countRows: (client) => client.countRows({ list: 'incoming' }),
  decideMany: (client) =>
    client.decideMany({ questions: [{ user: 'caroline', ...INSIDE, from: CLASSICS, at: EXPIRY }, { user: '' } as never] }),
  getMe: (client) => client.getMe(),
  searchUsers: (client) => client.searchUsers({ search: 'c', limit: 10 }),
  searchTenants: (client) => client.searchTenants(),
  getOpenApi: (client) => client.getOpenApi(),
}
