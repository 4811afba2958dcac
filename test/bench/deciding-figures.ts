/** What is measured at deciding. */

/** What is said of an index that is ready. */
export interface Ready {
  readonly buildMilliseconds: number
  /** `null` for so few grants that whatever else is in the heap would drown them. */
  readonly bytesPerGrant: number | null
  /** How many answers were compared with the oracle's. */
  readonly checked: number
  readonly questionsPerRound: number
}

/** What was measured of one engine over that many grants, or why it was not. */
export type DecisionFigure = { readonly engine: string; readonly grants: number } & (
  | { readonly skipped: string }
  | (Ready & {
      readonly nanoseconds: number
      /** Times the floor: the median of what it was in each round. */
      readonly ratio: number
    })
)

/** All that was measured at deciding. */
export interface DecisionFigures {
  readonly rounds: number
  /** The engine the others are compared with. */
  readonly floor: string
  readonly versions: Readonly<Record<string, string>>
  readonly figures: readonly DecisionFigure[]
}
