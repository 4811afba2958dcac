/** The figures of the deciding benchmark. */

/** The properties of a built index. */
export interface Ready {
  readonly buildMilliseconds: number
  /** `null` for few grants, where other heap contents dominate. */
  readonly bytesPerGrant: number | null
  /** The number of answers compared with the oracle. */
  readonly checked: number
  readonly questionsPerRound: number
}

/** The figures of one engine for one number of grants, or why it was skipped. */
export type DecisionFigure = { readonly engine: string; readonly grants: number } & (
  | { readonly skipped: string }
  | (Ready & {
      readonly nanoseconds: number
      /** The ratio to the floor: the median over the rounds. */
      readonly ratio: number
    })
)

/** All figures of the deciding benchmark. */
export interface DecisionFigures {
  readonly rounds: number
  /** The engine that the others are compared with. */
  readonly floor: string
  readonly versions: Readonly<Record<string, string>>
  readonly figures: readonly DecisionFigure[]
}
