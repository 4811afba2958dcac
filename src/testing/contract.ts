/** The contract tests of the repository port, for any adapter and any test runner. */

import type { ContractTest, NoticeContractTest } from './contract/contract-test.js'
import { factsTests } from './contract/facts.js'
import { feedTests } from './contract/feed.js'
import { feedConcurrencyTests } from './contract/feed-concurrency.js'
import { findRequestsTests } from './contract/find-requests.js'
import { governedTests } from './contract/governed.js'
import { grantTests } from './contract/grants.js'
import { historyTests } from './contract/history.js'
import { historyFilterTests } from './contract/history-filters.js'
import { idTests } from './contract/ids.js'
import { immutabilityTests } from './contract/immutability.js'
import { listPageTests } from './contract/list-pages.js'
import { listTests } from './contract/lists.js'
import { myAccessFilterTests } from './contract/my-access-filters.js'
import { noticeAddTests } from './contract/notice-add.js'
import { noticeBundleTests } from './contract/notice-bundles.js'
import { noticeDeadTests } from './contract/notice-dead.js'
import { noticeLeaseTests } from './contract/notice-lease.js'
import { noticeSettleTests } from './contract/notice-settle.js'
import { noticeUpkeepTests } from './contract/notice-upkeep.js'
import { ownSessionTests } from './contract/own-sessions.js'
import { pageIdsTests } from './contract/page-ids.js'
import { positionTests } from './contract/positions.js'
import { readerHoldTests } from './contract/reader-holds.js'
import { readerMoveTests } from './contract/reader-moves.js'
import { requestConcurrencyTests } from './contract/request-concurrency.js'
import { requestCountTests } from './contract/request-counts.js'
import { requestFilterTests } from './contract/request-filters.js'
import { roundTripTests } from './contract/round-trip.js'
import { saveTests } from './contract/save.js'
import { sessionConcurrencyTests } from './contract/session-concurrency.js'
import { sessionFilterTests } from './contract/session-filters.js'
import { sessionHistoryTests } from './contract/session-history.js'
import { sessionPageTests } from './contract/session-pages.js'
import { sessionSaveTests } from './contract/session-save.js'
import { sessionTests } from './contract/sessions.js'
import { snapshotTests } from './contract/snapshot.js'
import { snapshotConcurrencyTests } from './contract/snapshot-concurrency.js'
import { submitTests } from './contract/submit.js'
import { subscribeTests } from './contract/subscribe.js'
import { tenantSummaryTests } from './contract/tenant-summaries.js'

export type { ContractTest, NoticeContractTest, RepositoryFactory } from './contract/contract-test.js'

/**
 * All contract tests of the repository port. Each one checks one promise, through the port only.
 * An adapter that passes all of them is a correct repository.
 *
 * @example
 * ```ts
 * import { memoryRepository } from 'consentry/adapters/memory'
 * import { repositoryContract } from 'consentry/testing/contract'
 *
 * // In your test runner: for (const { name, check } of repositoryContract) it(name, () => check(makeRepository))
 * const [first] = repositoryContract
 * await first?.check(memoryRepository)
 * ```
 */
export const repositoryContract: readonly ContractTest[] = Object.freeze([
  ...submitTests,
  ...saveTests,
  ...requestConcurrencyTests,
  ...governedTests,
  ...findRequestsTests,
  ...tenantSummaryTests,
  ...factsTests,
  ...listTests,
  ...listPageTests,
  ...requestFilterTests,
  ...requestCountTests,
  ...myAccessFilterTests,
  ...historyTests,
  ...historyFilterTests,
  ...grantTests,
  ...sessionSaveTests,
  ...sessionConcurrencyTests,
  ...sessionTests,
  ...sessionPageTests,
  ...sessionFilterTests,
  ...ownSessionTests,
  ...sessionHistoryTests,
  ...feedTests,
  ...feedConcurrencyTests,
  ...positionTests,
  ...snapshotTests,
  ...snapshotConcurrencyTests,
  ...pageIdsTests,
  ...subscribeTests,
  ...idTests,
  ...roundTripTests,
  ...immutabilityTests,
])

/**
 * All contract tests of what notices need of a repository: its `readers` and its `notices`.
 * A repository passes them beside `repositoryContract`.
 *
 * @example
 * ```ts
 * import { memoryRepository } from 'consentry/adapters/memory'
 * import { noticeContract } from 'consentry/testing/contract'
 *
 * // In your test runner: for (const { name, check } of noticeContract) it(name, () => check(makeRepository))
 * const [first] = noticeContract
 * await first?.check(memoryRepository)
 * ```
 */
export const noticeContract: readonly NoticeContractTest[] = Object.freeze([
  ...readerHoldTests,
  ...readerMoveTests,
  ...noticeAddTests,
  ...noticeLeaseTests,
  ...noticeBundleTests,
  ...noticeSettleTests,
  ...noticeDeadTests,
  ...noticeUpkeepTests,
])
