/** The verdict on a mutation run: the score, and every fault that makes it worthless. */

/** One mutation, identified without line numbers, so that moved lines do not change its identity. */
export interface Mutation {
  /** The file's path below `src`. */
  readonly file: string
  /** The mutator, as Stryker names it. */
  readonly mutator: string
  /** The source line on which it begins, without indentation. */
  readonly line: string
  readonly original: string
  readonly replacement: string
}

/** A mutation after the run; only `Killed` counts as detected. */
export interface Outcome extends Mutation {
  readonly status: string
  /** Its current file and line, for the report. */
  readonly at: string
}

/** A mutation that changes no behaviour, and the reason. */
export interface Equivalent extends Mutation {
  readonly reason: string
  /** How often the original text occurs on the line; 1 by default. */
  readonly times?: number
}

export interface Gate {
  /** The files to mutate, by their paths below `src`. */
  readonly files: readonly string[]
  /** The minimum percentage of killed mutations, without those listed as equivalent. */
  readonly least: number
  /** Mutations that must be made and killed; otherwise the run proves nothing. */
  readonly canaries: readonly Mutation[]
}

/** The figures of one file, or of all. */
export type Row = ReturnType<typeof judge>['rows'][number]

/**
 * Judges a run: the figures of each file and of all, the survivors, and the faults. Without faults, the gate is passed.
 * A mutation that was not killed counts as survived, also if it timed out: on a busy machine any mutant may time out. An endless mutation
 * is listed as equivalent with that reason.
 */
export function judge(outcomes: readonly Outcome[], gate: Gate, equivalents: readonly Equivalent[]) {
  const listed = equivalents.filter(({ file }) => gate.files.includes(file))
  const alive = outcomes.filter(({ status }) => status !== 'Killed')
  const excused = new Set(listed.flatMap((one) => alive.filter((outcome) => same(outcome, one)).slice(0, one.times ?? 1)))
  const survivors = alive.filter((outcome) => !excused.has(outcome))
  const row = (file: string, of: readonly Outcome[]) => {
    const [equivalent, survived] = [of.filter((one) => excused.has(one)).length, of.filter((one) => survivors.includes(one)).length]
    const killed = of.length - equivalent - survived
    return { file, mutants: of.length, killed, equivalent, survived, score: (100 * killed) / (killed + survived) }
  }
  const all = row('all', outcomes)
  const of = (path: string) => outcomes.filter(({ file }) => file === path)
  const rows = [...gate.files.map((file) => row(file, of(file))), all]
  return {
    rows,
    survivors: survivors.map((one) => `${one.at} ${one.status}: ${describe(one)}`),
    faults: [
      ...rows.filter(({ mutants }) => mutants === 0).map(({ file }) => `no mutation of ${file} was made`),
      ...gate.canaries.flatMap((canary) => canaryFaults(canary, outcomes, alive)),
      ...listed.flatMap((one) => staleEntries(one, alive)),
      ...(all.score >= gate.least ? [] : [`${all.score.toFixed(2)} % killed, at least ${gate.least} % demanded`]),
    ],
  }
}

function canaryFaults(canary: Mutation, made: readonly Outcome[], alive: readonly Outcome[]): string[] {
  const isCanary = (outcome: Outcome) => same(outcome, canary)
  if (!made.some(isCanary)) return [`the canary was not made: ${canary.file} ${describe(canary)}`]
  return alive.some(isCanary) ? [`the canary lives: ${canary.file} ${describe(canary)}`] : []
}

function staleEntries(one: Equivalent, alive: readonly Outcome[]): string[] {
  const [count, times] = [alive.filter((outcome) => same(outcome, one)).length, one.times ?? 1]
  return count === times ? [] : [`listed as equivalent ${times} times, but lives ${count} times: ${one.file} ${describe(one)}`]
}

function same(a: Mutation, b: Mutation): boolean {
  return a.file === b.file && a.mutator === b.mutator && a.line === b.line && a.original === b.original && a.replacement === b.replacement
}

function describe({ mutator, line, original, replacement }: Mutation): string {
  return `${mutator} in \`${line}\`: \`${original}\` → \`${replacement}\``
}
