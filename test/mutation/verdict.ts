/** The verdict on a mutation run: what it proves, and every reason why it proves nothing. */

/** One change of the source, told without line numbers, so that it stays the same change wherever the line moves. */
export interface Mutation {
  /** The file's path below `src`. */
  readonly file: string
  /** The kind of change, as Stryker names it. */
  readonly mutator: string
  /** The source line on which it begins, without its indentation. */
  readonly line: string
  readonly original: string
  readonly replacement: string
}

/** A mutation after the run; only `Killed` counts as found by a test. */
export interface Outcome extends Mutation {
  readonly status: string
  /** Where it is today, for the reader of a report. */
  readonly at: string
}

/** A mutation that changes no behaviour, and why. */
export interface Equivalent extends Mutation {
  readonly reason: string
  /** How many such changes the line allows, where one text stands on it more than once; 1 if absent. */
  readonly times?: number
}

/** What a gate demands. */
export interface Gate {
  /** The files to change, by their paths below `src`. */
  readonly files: readonly string[]
  /** The least share of mutations to be killed, in per cent, those listed as equivalent not counted. */
  readonly least: number
  /** Mutations that must be killed: should one live, or not be made at all, the run has tested nothing. */
  readonly canaries: readonly Mutation[]
}

/** One line of the gate's table. */
export interface Row {
  readonly file: string
  readonly mutants: number
  readonly killed: number
  readonly equivalent: number
  readonly survived: number
  readonly score: number
}

/** The verdict: the table, its last row the sum, and who survived, and what is wrong; the gate is passed where nothing is. */
export interface Verdict {
  readonly rows: readonly Row[]
  readonly survivors: readonly string[]
  readonly faults: readonly string[]
}

/**
 * Judges a run. Whatever was not killed has survived: no test reached it, or the run broke, or it took too long. A time-out is no
 * proof, since on a busy machine any mutant may time out; a mutation that truly never ends is listed with that as its reason.
 */
export function judge(outcomes: readonly Outcome[], gate: Gate, equivalents: readonly Equivalent[]): Verdict {
  const listed = equivalents.filter(({ file }) => gate.files.includes(file))
  const alive = outcomes.filter(({ status }) => status !== 'Killed')
  const excused = new Set(listed.flatMap((one) => alive.filter((outcome) => same(outcome, one)).slice(0, one.times ?? 1)))
  const survivors = alive.filter((outcome) => !excused.has(outcome))
  const row = (file: string, of: readonly Outcome[]): Row => {
    const [equivalent, survived] = [of.filter((one) => excused.has(one)).length, of.filter((one) => survivors.includes(one)).length]
    const killed = of.length - equivalent - survived
    return { file, mutants: of.length, killed, equivalent, survived, score: (100 * killed) / (killed + survived) }
  }
  const all = row('all', outcomes)
  const rows = [
    ...gate.files.map((file) =>
      row(
        file,
        outcomes.filter((outcome) => outcome.file === file),
      ),
    ),
    all,
  ]
  return {
    rows,
    survivors: survivors.map((one) => `${one.at} ${one.status}: ${told(one)}`),
    faults: [
      ...rows.filter(({ mutants }) => mutants === 0).map(({ file }) => `no mutation of ${file} was made`),
      ...gate.canaries.flatMap((canary) => sung(canary, outcomes)),
      ...listed.flatMap((one) => rotten(one, outcomes)),
      ...(all.score >= gate.least ? [] : [`${all.score.toFixed(2)} % killed, at least ${gate.least} % demanded`]),
    ],
  }
}

function sung(canary: Mutation, outcomes: readonly Outcome[]): string[] {
  const made = outcomes.filter((outcome) => same(outcome, canary))
  if (made.length === 0) return [`the canary was not made: ${canary.file} ${told(canary)}`]
  return made.every(({ status }) => status === 'Killed') ? [] : [`the canary lives: ${canary.file} ${told(canary)}`]
}

function rotten(one: Equivalent, outcomes: readonly Outcome[]): string[] {
  const [count, times] = [outcomes.filter((outcome) => same(outcome, one) && outcome.status !== 'Killed').length, one.times ?? 1]
  return count === times ? [] : [`listed as equivalent ${times} times, but lives ${count} times: ${one.file} ${told(one)}`]
}

function same(a: Mutation, b: Mutation): boolean {
  return a.file === b.file && a.mutator === b.mutator && a.line === b.line && a.original === b.original && a.replacement === b.replacement
}

function told({ mutator, line, original, replacement }: Mutation): string {
  return `${mutator} in \`${line}\`: \`${original}\` → \`${replacement}\``
}
