/** What a request will ask of whom, and what is there already: the page's side. */
import { html, nothing, type TemplateResult } from 'lit'
import type { EditorParts } from './editor-parts.js'
import type { ElementsPolicy } from './element-context.js'
import type { Formats } from './formats.js'
import type { Loaded } from './loader.js'
import { isolated, named } from './named.js'
import type { OutgoingRow } from './requests.js'
import { type RowWindow, windowView } from './row-window.js'
import type { SubmissionPlan } from './submission-plan.js'
import type { Previewed, TenantDetails } from './submission-preview.js'
import type { Texts } from './texts/texts.js'
import { outdatedView } from './views.js'

/** How many names stand in one line. */
const NAMES = 5
/** How many pending requests a tenant shows. */
const PENDING = 3

interface PreviewInput {
  readonly plan: SubmissionPlan
  readonly loaded: Loaded<Previewed>
  readonly isReading: boolean
  readonly policy: ElementsPolicy | undefined
  readonly rows: RowWindow
  readonly retry: () => void
  readonly parts: EditorParts
}

/** Shows the tenants that will be asked, with the users of each, and what is there already. */
export function previewView({ plan, loaded, isReading, policy, rows, retry, parts }: PreviewInput): TemplateResult {
  const { texts, formats } = parts
  const { editor } = texts
  if (plan.tenants.length === 0)
    return html`<aside class="card preview" part="preview" aria-labelledby="preview-title">
      <header>
        <h3 id="preview-title">${editor.nothingYet}</h3>
        <small>${editor.nothingYetText}</small>
      </header>
    </aside>`
  const known = loaded.kind === 'ready' ? loaded.value : undefined
  const trouble = loaded.kind === 'failed' ? loaded.trouble : loaded.kind === 'ready' ? loaded.outdated : undefined
  return html`<aside class="card preview" part="preview" aria-labelledby="preview-title" aria-busy=${isReading}>
    <header><h3 id="preview-title" aria-live="polite">${editor.counts.willBeSent(plan.tenants.length, formats)}</h3></header>
    ${trouble === undefined ? nothing : outdatedView(texts, trouble, retry)}
    ${[...limitsOf(plan, policy, texts, formats), ...(known?.alreadySent ? [editor.alreadySent] : [])].map((text) => html`<p class="note warn">${text}</p>`)}
    ${plan.isMerged ? html`<p class="note">${editor.merged}</p>` : nothing}
    <ul id="previewed" role="list" tabindex="0" aria-labelledby="preview-title">
      ${windowView({
        window: rows,
        rows: plan.tenants,
        row: (tenant, index) => tenantRow(tenant, index, plan.usersOf(tenant), known?.details.get(tenant), parts),
        id: 'previewed',
        parts,
      })}
    </ul>
    ${isReading ? html`<small class="looking">${editor.lookingUp}</small>` : nothing}
  </aside>`
}

/** Says which limits it is beyond, by the host's policy or the service's defaults. The API decides. */
function limitsOf(
  { tenants, pairs, mostUsers }: SubmissionPlan,
  policy: ElementsPolicy | undefined,
  { editor }: Texts,
  { number }: Formats,
): readonly string[] {
  const { maxTenants = 10_000, maxPairs = 100_000, maxUsersPerTenant = 1_000 } = policy ?? {}
  const { limits } = editor
  return [
    ...(tenants.length > maxTenants ? [limits.tenants(number(tenants.length), number(maxTenants))] : []),
    ...(pairs > maxPairs ? [limits.pairs(number(pairs), number(maxPairs))] : []),
    ...(mostUsers > maxUsersPerTenant ? [limits.users(number(mostUsers), number(maxUsersPerTenant))] : []),
  ]
}

function tenantRow(
  tenant: string,
  index: number,
  users: readonly string[],
  details: TenantDetails | undefined,
  parts: EditorParts,
): TemplateResult {
  const { names, texts } = parts
  const { editor } = texts
  return html`<li data-index=${index} tabindex="-1">
    ${isolated(names.tenant(tenant))}
    <small>${namesOf(users, parts)}</small>
    ${details ? thereAlready(details, users, parts) : nothing}
    ${details?.legacy === 'closed' ? html`<small>${editor.legacyClosed}</small>` : nothing}
  </li>`
}

function thereAlready({ users, pendingRows }: TenantDetails, asked: readonly string[], parts: EditorParts): unknown {
  const { editor } = parts.texts
  const among = new Set(asked)
  const those = users.filter(({ user }) => among.has(user))
  const granted = those.flatMap(({ user, status }) => (status === 'granted' ? user : []))
  const pending = new Set(those.flatMap(({ pending }) => pending))
  const rows = pendingRows.filter(({ id }) => pending.has(id))
  const unread = those.filter((one) => one.pending.some((id) => !rows.some((row) => row.id === id))).map(({ user }) => user)
  const pendingLine = (row: OutgoingRow) => {
    const waiting = those.flatMap(({ user, pending }) => (pending.includes(row.id) ? user : []))
    const relative = parts.formats.relative(row.sentAt, Date.now())
    return html`<small class="soon">${named((name = '') => editor.pending(name, relative), row.name)} ${namesOf(waiting, parts)}</small>`
  }
  return html`${rows.slice(0, PENDING).map(pendingLine)}
  ${rows.length > PENDING ? html`<small class="soon">${editor.counts.more(rows.length - PENDING, parts.formats)}</small>` : nothing}
  ${unread.length > 0 ? html`<small class="soon">${editor.pendingSome} ${namesOf(unread, parts)}</small>` : nothing}
  ${granted.length > 0 ? html`<small>${editor.granted} ${namesOf(granted, parts)}</small>` : nothing}`
}

/** Shows the names of users in one line: some of them, and how many more there are. */
function namesOf(users: readonly string[], { names, texts, formats }: EditorParts): unknown {
  const more = users.length - NAMES
  return html`${users.slice(0, NAMES).map((user, index) => html`${index > 0 ? ', ' : nothing}${isolated(names.user(user))}`)}
  ${more > 0 ? texts.editor.counts.more(more, formats) : nothing}`
}
