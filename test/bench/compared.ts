/** The table of two builds compared: before, now, their ratio, the target and the floor. */
import { inRounds, inWords, median, ratio } from './measure.js'

/** Something of each build that is compared; without another build, only of the present one. */
export interface Pair<Of> {
  readonly before?: Of
  readonly now: Of
}

/** One line of the table. A target is a limit of the ratio to before, of the ratio to the floor, or of the figure itself. */
export interface Line {
  readonly what: string
  readonly before?: number | undefined
  readonly now: number
  readonly ratio?: number | undefined
  readonly target?: string | undefined
  readonly floor?: number | undefined
  readonly overFloor?: number | undefined
}

const HEAD = ['what', 'before', 'now', 'now ÷ before', 'target', 'floor', 'now ÷ floor']
const WIDTHS = [68, 9, 9, 13, 26, 9, 12]

export function printHead(): void {
  printCells(HEAD)
}

export function printLine(line: Line): Line {
  const { what, target = '' } = line
  const figures = [line.before, line.now, line.ratio].map(inCell)
  printCells([what, ...figures, target, ...[line.floor, line.overFloor].map(inCell)])
  return line
}

function inCell(figure: number | undefined): string {
  return figure === undefined || Number.isNaN(figure) ? '' : inWords(figure)
}

function printCells(cells: readonly string[]): void {
  console.log(cells.map((cell, n) => (n === 0 ? cell.padEnd(WIDTHS[0] ?? 0) : cell.padStart(WIDTHS[n] ?? 0))).join(' |'))
}

/** Measures both builds, and their floor if there is one, in alternation and in a changing order; prints and returns the medians. */
export async function compare<Of>(
  what: string,
  { before, now }: Pair<Of>,
  measure: (one: Of) => Promise<number>,
  { rounds, target, floor }: { rounds: number; target?: string | undefined; floor?: (() => Promise<number>) | undefined },
): Promise<Line> {
  const turns = { ...(before && { before: () => measure(before) }), now: () => measure(now), ...(floor && { floor }) }
  let forwards = false
  const times = await inRounds<string>(rounds, async () => {
    forwards = !forwards
    const figures: Record<string, number> = {}
    const order = Object.entries(turns)
    for (const [name, turn] of forwards ? order : order.reverse()) figures[name] = await turn()
    return figures
  })
  const { before: was, now: is = [], floor: least } = times
  return printLine({
    what,
    before: was && median(was),
    now: median(is),
    ratio: was && ratio(is, was),
    target,
    floor: least && median(least),
    overFloor: least && ratio(is, least),
  })
}

/** Does the work with each build, one after the other. */
export async function ofEach<Of, Result>({ before, now }: Pair<Of>, work: (one: Of) => Promise<Result>): Promise<Pair<Result>> {
  return { ...(before !== undefined && { before: await work(before) }), now: await work(now) }
}
