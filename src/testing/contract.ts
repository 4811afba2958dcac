/** The repository contract: every promise of the port as a law that any adapter can be held to, in any test runner or none. */

import type { Law } from './contract/contract-test.js'
import { knowingLaws } from './contract/facts.js'
import { feedingLaws } from './contract/feed.js'
import { feedingAtOnceLaws } from './contract/feed-concurrency.js'
import { findingLaws } from './contract/find-requests.js'
import { governingLaws } from './contract/governed.js'
import { recountingLaws } from './contract/history.js'
import { identifyingLaws } from './contract/ids.js'
import { sealingLaws } from './contract/immutability.js'
import { pagingLaws } from './contract/list-pages.js'
import { listingLaws } from './contract/lists.js'
import { racingLaws } from './contract/request-concurrency.js'
import { keepingLaws } from './contract/round-trip.js'
import { savingLaws } from './contract/save.js'
import { enteringAtOnceLaws } from './contract/session-concurrency.js'
import { tellingLaws } from './contract/session-history.js'
import { insidePagingLaws } from './contract/session-pages.js'
import { enteringLaws } from './contract/session-save.js'
import { insideLaws } from './contract/sessions.js'
import { fillingLaws } from './contract/snapshot.js'
import { fillingAtOnceLaws } from './contract/snapshot-concurrency.js'
import { submittingLaws } from './contract/submit.js'
import { listeningLaws } from './contract/subscribe.js'

export type { Law, RepositoryFactory } from './contract/contract-test.js'

/**
 * All laws of the repository port. Each needs a fresh, empty repository at every call of the factory and checks one promise by the port
 * alone; run `law.check(makeRepository)` for each, as one test each. An adapter that keeps them all may stand in for any other.
 */
export const repositoryLaws: readonly Law[] = Object.freeze([
  ...submittingLaws,
  ...savingLaws,
  ...racingLaws,
  ...governingLaws,
  ...findingLaws,
  ...knowingLaws,
  ...listingLaws,
  ...pagingLaws,
  ...recountingLaws,
  ...enteringLaws,
  ...enteringAtOnceLaws,
  ...insideLaws,
  ...insidePagingLaws,
  ...tellingLaws,
  ...feedingLaws,
  ...feedingAtOnceLaws,
  ...fillingLaws,
  ...fillingAtOnceLaws,
  ...listeningLaws,
  ...identifyingLaws,
  ...keepingLaws,
  ...sealingLaws,
])
