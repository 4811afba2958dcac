/** Every way a tenant request can live: all states and endings, with the instants at which a status could turn. */
import type { Instant } from '../../domain/instant.js'
import { CAROLINE, CHARLOTTE } from './scene.js'
import { expiring, givingUp, granting, rejecting, removing, revoking, settingExpiry, type Verb, withdrawing } from './verbs.js'

/** A life: the verbs that a request sent for Caroline and Charlotte at 1,000 ms goes through. */
export type Life = readonly Verb[]

/**
 * One life of each kind, its instants later by `later` ms. Nearly all that end do so at one instant, whoever or whatever ends them, so
 * that nothing but the kind of end tells them apart.
 */
export function livesFrom(later: Instant): readonly Life[] {
  const [t2, t3, t4] = [2_000 + later, 3_000 + later, 4_000 + later]
  return [
    [],
    [granting(t2)],
    [granting(t2, t3)],
    [granting(t2, t3), settingExpiry(t2 + 1, t4)],
    [granting(t2), settingExpiry(t2 + 1, t3)],
    [granting(t2, t3), expiring()],
    [rejecting(t3)],
    [withdrawing(t3)],
    [granting(t2), revoking(t3)],
    [granting(t2, t4), givingUp(t3)],
    [removing(CAROLINE, t3)],
    [granting(t2), removing(CAROLINE, t3)],
    [removing(CHARLOTTE, t2), removing(CAROLINE, t3)],
    [granting(t2), removing(CHARLOTTE, t2 + 1), removing(CAROLINE, t3)],
  ]
}

/** The instants around every turn of those lives, before and after them all included. */
export function instantsFrom(later: Instant): readonly Instant[] {
  const turns = [2_000, 3_000, 4_000].map((at) => at + later)
  return [0, ...turns.flatMap((at) => [at - 1, at]), 9_000]
}
