/** What a request would meet in each tenant, read in pieces that do not block the page. */
import { type ClientError, isClientError } from '../client/client-error.js'
import type { ConsentryClient } from '../client/client-types.js'
import { MARKS } from './chosen.js'
import type { Side } from './directory-search.js'
import type { RequestDraft } from './request-draft.js'
import type { NameTable, OutgoingRow } from './requests.js'
import type { SubmissionPlan } from './submission-plan.js'

/** The most tenants, and pairs of a user and a tenant, that are asked about at once. */
const AT_ONCE = { tenants: 50, pairs: 2_000 }

type TenantPreview = Awaited<ReturnType<ConsentryClient['previewSubmission']>>['tenants'][number]

/** What is in one tenant already. */
export interface TenantDetails extends TenantPreview {
  /** The pending requests that name one of the users, newest first. */
  readonly pendingRows: readonly OutgoingRow[]
}

/** What was read of the tenants that are shown. */
export interface Previewed {
  readonly details: ReadonlyMap<string, TenantDetails>
  /** Whether this very request was sent. */
  readonly alreadySent: boolean
}

/** What is known before anything is read. */
export const NOTHING_PREVIEWED: Previewed = { details: new Map(), alreadySent: false }

interface PreviewOptions {
  readonly client: ConsentryClient
  readonly draft: RequestDraft
  /** A name and a message that can be sent; they are not the draft's where something is wrong with those. */
  readonly content: { readonly name: string; readonly message: string }
  /** The tenants that are shown. */
  readonly shown: (plan: SubmissionPlan) => readonly string[]
  readonly names: NameTable
  readonly signal: AbortSignal
}

/**
 * Reads what a request would meet in the tenants that are shown.
 *
 * Users and tenants that it cannot name are marked in the draft, and the others are read. Entries that are wrong in another way are left to the
 * form.
 */
export async function readPreview(options: PreviewOptions): Promise<Previewed> {
  const { draft, shown } = options
  for (;;) {
    const { plan } = draft
    const details = new Map<string, TenantDetails>()
    let alreadySent = false
    const pieces = piecesOf(shown(plan), plan)
    const isAll = pieces.length === 1 && pieces[0]?.length === plan.tenants.length && draft.associations.every(isSendable)
    for (const tenants of pieces) {
      const piece = await readPiece(options, plan, tenants, isAll)
      if (piece === 'marked') break
      alreadySent = piece.alreadySent
      for (const one of piece.tenants) details.set(one.tenant, one)
    }
    if (draft.plan === plan) return { details, alreadySent }
  }
}

const isSendable = ({ users, tenants }: RequestDraft['associations'][number]) => users.size > 0 && tenants.size > 0

/** Divides tenants so that no answer is large. */
function piecesOf(tenants: readonly string[], { usersOf }: SubmissionPlan): readonly (readonly string[])[] {
  const pieces: string[][] = []
  let pairs = Number.POSITIVE_INFINITY
  for (const tenant of tenants) {
    pairs += usersOf(tenant).length
    const last = pieces.at(-1)
    if (last !== undefined && last.length < AT_ONCE.tenants && pairs <= AT_ONCE.pairs) last.push(tenant)
    else {
      pieces.push([tenant])
      pairs = usersOf(tenant).length
    }
  }
  return pieces
}

async function readPiece(
  { client, draft, content, names, signal }: PreviewOptions,
  { usersOf }: SubmissionPlan,
  tenants: readonly string[],
  isAll: boolean,
): Promise<{ readonly tenants: readonly TenantDetails[]; readonly alreadySent: boolean } | 'marked'> {
  const groups = new Map<readonly string[], string[]>()
  for (const tenant of tenants) groups.set(usersOf(tenant), [...(groups.get(usersOf(tenant)) ?? []), tenant])
  const associations = [...groups].map(([users, tenants]) => ({ users, tenants }))
  const id = isAll && content === draft ? draft.id : undefined
  try {
    const preview = await client.previewSubmission({ id, name: content.name, message: content.message, associations, signal })
    names.add(preview.names)
    const isMarked = preview.tenants.filter(({ tooManyOpen }) => tooManyOpen)
    for (const { tenant } of isMarked) draft.mark('tenants', tenant, 'too-many-open')
    if (isMarked.length > 0) return 'marked'
    const rows = await pendingRowsOf(client, preview.tenants, names, signal)
    return {
      alreadySent: preview.alreadySent,
      tenants: preview.tenants.map((one) => ({ ...one, pendingRows: rows.filter(({ tenant }) => tenant === one.tenant) })),
    }
  } catch (error) {
    if (!isClientError(error, 'invalid-input') || markIssues(error, associations, draft) === 0) throw error
    return 'marked'
  }
}

/** Reads the pending requests of which the preview tells no more than the ids. */
async function pendingRowsOf(
  client: ConsentryClient,
  tenants: readonly TenantPreview[],
  names: NameTable,
  signal: AbortSignal,
): Promise<readonly OutgoingRow[]> {
  const pending = new Set(tenants.flatMap(({ users }) => users.flatMap(({ pending }) => pending)))
  if (pending.size === 0) return []
  const asked = tenants.filter(({ users }) => users.some(({ pending }) => pending.length > 0)).map(({ tenant }) => tenant)
  const page = await client.listOutgoing({ tenants: asked, status: 'pending', limit: 200, signal })
  names.add(page.names)
  return page.items.filter(({ id }) => pending.has(id))
}

/** Marks whom the API has refused in what was sent, and returns how many issues there are of that kind. */
export function markIssues(
  { issues }: Pick<ClientError<'invalid-input'>, 'issues'>,
  sent: readonly { readonly [S in Side]: readonly string[] }[],
  draft: RequestDraft,
): number {
  const marks = issues.flatMap(({ path: [, index, side, at], code }) => {
    const mark = MARKS.find((one) => one === code)
    if (mark === undefined || (side !== 'users' && side !== 'tenants')) return []
    const id = sent[Number(index)]?.[side][Number(at)]
    return id === undefined ? [] : [{ side, id, mark } as const]
  })
  for (const { side, id, mark } of marks) draft.mark(side, id, mark)
  return marks.length
}

/** Whether a later preview shows a pending request that an earlier one did not, of the same people. */
export function hasNewPending(before: Previewed, after: Previewed): boolean {
  return [...after.details.values()].some(({ tenant, users }) => {
    const known = new Map(before.details.get(tenant)?.users.map((one) => [one.user, one.pending]))
    return users.some(({ user, pending }) => known.has(user) && pending.some((id) => !known.get(user)?.includes(id)))
  })
}
