/** From a revocation until the last of four processes denies, by two builds: undisturbed, and beside many grants. */
import { openOnPostgres } from './builds.js'
import { type Line, ofEach, type Pair, printLine } from './compared.js'
import { type Granted, grantedIn, latencyOf, percentiles, startFollower, WARM_UP, withFollowers } from './live-latency.js'
import type { Compared } from './writes.js'
import { ids } from './writing-load.js'

const TURNS = 10
const REVOCATIONS_A_TURN = 20
const GRANTING_CLIENTS = 10
/** More than are granted during all turns. */
const GRANTS = 40_000

type Build = Compared & { readonly grants: readonly Granted[] }

export async function compareLatency(places: Pair<Compared>): Promise<Line[]> {
  const builds = await ofEach(places, async (place): Promise<Build> => {
    const { consentry, close } = await openOnPostgres(place.build, place.connectionString)
    const grants = await grantedIn(consentry, ids(WARM_UP + 2 * TURNS * REVOCATIONS_A_TURN))
    await close()
    return { ...place, grants }
  })
  const { before, now } = builds
  const measured = await withTurns(now, (turnOfNow) =>
    before === undefined ? taken(turnOfNow) : withTurns(before, (turnOfBefore) => taken(turnOfNow, turnOfBefore)),
  )
  return measured.flatMap(({ how, was, is }) => [lineOf(how, 'p50', was, is), lineOf(how, 'p99', was, is)])
}

type Turn = (disturbed: boolean) => Promise<readonly number[]>

/** Takes the turns of both builds in alternation. */
async function taken(now: Turn, before?: Turn) {
  const measured: { readonly how: string; readonly was: number[]; readonly is: number[] }[] = []
  for (const [how, disturbed] of [
    ['undisturbed', false],
    [`beside grants by ${GRANTING_CLIENTS} clients`, true],
  ] as const) {
    const [was, is]: [number[], number[]] = [[], []]
    for (let turn = 0; turn < TURNS; turn++) {
      was.push(...((await before?.(disturbed)) ?? []))
      is.push(...(await now(disturbed)))
    }
    measured.push({ how, was, is })
  }
  return measured
}

/** Starts a build's processes, and hands out what revokes some of its grants at each turn. */
function withTurns<Result>({ build, connectionString, grants }: Build, work: (turn: Turn) => Promise<Result>): Promise<Result> {
  return withFollowers(build.folder, connectionString, 'listening', async (followers) => {
    const granter = startFollower(build.folder, connectionString, 'granting')
    try {
      let n = 0
      const next = async () => latencyOf(followers, grants[n] as Granted, n++)
      for (; n < WARM_UP; ) await next()
      await granter.call('refill', GRANTS)
      return await work(async (disturbed) => {
        const times: number[] = []
        if (disturbed) await granter.call('startGranting', GRANTING_CLIENTS)
        for (let left = REVOCATIONS_A_TURN; left > 0; left--) times.push(await next())
        if (disturbed) await granter.call('stopGranting')
        return times
      })
    } finally {
      await granter.stop()
    }
  })
}

function lineOf(how: string, which: 'p50' | 'p99', was: readonly number[], is: readonly number[]): Line {
  const [before, now] = [was.length === 0 ? undefined : percentiles(was)[which], percentiles(is)[which]]
  const ratio = before && now / before
  const target = which === 'p99' ? '≤ 50 ms' : undefined
  return printLine({ what: `PostgreSQL, a revocation until 4 processes deny, ${how}, ms ${which}`, before, now, ratio, target })
}
