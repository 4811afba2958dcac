/** The repository contract: every promise of the port as a law that any adapter can be held to, in any test runner or none. */
import { enteringLaws } from './laws/entering.js'
import { enteringAtOnceLaws } from './laws/entering-at-once.js'
import { feedingLaws } from './laws/feeding.js'
import { feedingAtOnceLaws } from './laws/feeding-at-once.js'
import { fillingLaws } from './laws/filling.js'
import { fillingAtOnceLaws } from './laws/filling-at-once.js'
import { findingLaws } from './laws/finding.js'
import { governingLaws } from './laws/governing.js'
import { identifyingLaws } from './laws/identifying.js'
import { insideLaws } from './laws/inside.js'
import { insidePagingLaws } from './laws/inside-paging.js'
import { keepingLaws } from './laws/keeping.js'
import { knowingLaws } from './laws/knowing.js'
import type { Law } from './laws/law.js'
import { listeningLaws } from './laws/listening.js'
import { listingLaws } from './laws/listing.js'
import { pagingLaws } from './laws/paging.js'
import { racingLaws } from './laws/racing.js'
import { recountingLaws } from './laws/recounting.js'
import { savingLaws } from './laws/saving.js'
import { sealingLaws } from './laws/sealing.js'
import { submittingLaws } from './laws/submitting.js'
import { tellingLaws } from './laws/telling.js'

export type { Law, RepositoryFactory } from './laws/law.js'

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
