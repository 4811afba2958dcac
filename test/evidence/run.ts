/** The long evidence: runs all proofs, and prints a table of required and reached figures. */
import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { outcomeOf } from '../databases/programs.js'

interface Proof {
  /** What is proven, and the required figure. */
  readonly target: string
  readonly command: readonly [program: string, ...args: string[]]
  readonly env?: Readonly<Record<string, string>>
  /** Finds the reached figure in the program's output. */
  readonly figure: RegExp
}

const { values } = parseArgs({ options: { scale: { type: 'string', default: '1' } } })
const scale = Number(values.scale)
if (!(scale > 0 && scale <= 1)) throw new Error(`\`--scale ${values.scale}\` is not more than 0 and at most 1`)
const whole = scale === 1
const scaled = (full: number) => Math.max(1, Math.round(full * scale))
const inWords = (count: number) => count.toLocaleString('en-US')

/** A test file of the behaviour project, and the variables that set its numbers. */
const vitest = (file: string, env: Readonly<Record<string, number | string>>): Pick<Proof, 'command' | 'env'> => ({
  command: ['vitest', 'run', '--config', 'test/vitest.config.ts', '--project', 'behaviour', '--reporter', 'default', file],
  env: Object.fromEntries(Object.entries(env).map(([name, value]) => [`CONSENTRY_${name}`, String(value)])),
})

const [commands, decisions, hostile, sessions] = [scaled(20_000_000), scaled(200_000_000), scaled(2_000_000), scaled(2_000_000)]
const [logs, rounds, sqliteKills, postgresKills] = [scaled(1_000), scaled(5_000), scaled(300), scaled(100)]
const loadSeconds = scaled(30)
const [storedLogs, httpRequests] = [scaled(3_000), scaled(100_000)]
const [noticeEvents, noticeKills] = [scaled(10_000), scaled(100)]
const [liveCommands, liveTroubles, schedules, failovers] = [scaled(10_000), scaled(60), scaled(2_000), scaled(5)]

// A part that cannot be scaled down is replaced by its check for every change.
const PROOFS: readonly Proof[] = [
  {
    target: `mutation score: ${whole ? 'the whole domain, ≥ 95 %' : 'decision and transitions, 100 % but listed equivalents'}`,
    command: ['tsx', 'test/mutation/gate.ts', whole ? 'domain' : 'decision'],
    figure: /^all .* ([\d.]+ %)$/m,
  },
  {
    target: `oracle: 0 divergences in ${inWords(commands)} commands, ${inWords(decisions)} decisions`,
    ...vitest('test/model/model-check.test.ts', { COMMANDS: commands, DECISIONS: decisions }),
    figure: /oracle: (\d+ commands, \d+ decisions, \d+ divergences)/,
  },
  {
    target: `oracle beside SQLite and PostgreSQL: 0 divergences in ${inWords(storedLogs)} logs`,
    ...vitest('test/storage/model.test.ts', { STORED_LOGS: storedLogs }),
    figure: /PostgreSQL: (\d+ commands and \d+ decisions by the store, \d+ divergences)/,
  },
  {
    target: `sessions: 0 divergences in ${inWords(sessions)} commands`,
    ...vitest('test/model/sessions.test.ts', { SESSIONS: sessions }),
    figure: /sessions: (\d+ commands, \d+ divergences)/,
  },
  {
    target: `exhaustive scope: ${whole ? '3x3x2, depth 6' : '2x2x2, closed'}`,
    ...vitest('test/model/small-scope.test.ts', whole ? { SCOPE: '3x3x2', DEPTH: 6 } : {}),
    figure: /exhaustive: .*?: (\d+ states, \d+ histories.*?) in [\d.]+ s/,
  },
  {
    target: `hostile input: 0 untyped errors, 0 rows left behind in ${inWords(hostile)}`,
    ...vitest('test/service/hostile-input.test.ts', { HOSTILE: hostile }),
    figure: /hostile input: (\d+ inputs, \d+ untyped errors, \d+ rows left behind)/,
  },
  {
    target: `HTTP: 0 undescribed answers, 0 changes by refused ones, 0 leaks in ${inWords(httpRequests)} requests`,
    ...vitest('test/http/fuzz.test.ts', { HTTP_REQUESTS: httpRequests }),
    figure: /HTTP: (\d+ requests, \d+ undescribed answers, [^\n]* leaks)/,
  },
  {
    target: `notices: each delivered under one id and in order, ${inWords(noticeEvents)} events, ${noticeKills} kills`,
    ...vitest('test/storage/notice-kills.test.ts', { NOTICE_EVENTS: noticeEvents, NOTICE_KILLS: noticeKills }),
    figure: /notices: PostgreSQL: (\d+ events, \d+ kills, \d+ notices, \d+ lost, \d+ repeated, \d+ out of order)/,
  },
  {
    target: 'every law in every adapter: kept',
    ...vitest('test/adapters/contract', { LAWS: 'all' }),
    figure: /contract tests: (\d+ of \d+ run on PostgreSQL, a client)/,
  },
  {
    target: 'faulty repositories, each by every law: each breaks the laws it is to break, and no other',
    ...vitest('test/testing/contract.test.ts', { CROSS: 'whole' }),
    figure: /faulty repositories: (\d+ checked by all of \d+ contract tests)/,
  },
  {
    target: `equal in every adapter: 0 differences in ${inWords(logs)} logs`,
    ...vitest('test/adapters/same-answers.test.ts', { LOGS: logs }),
    figure: /logs: (\d+ logs x \d+ adapters, \d+ differences)/,
  },
  {
    target: `answer race: one winner in ${inWords(rounds)} rounds x 8, on each database`,
    ...vitest('test/storage/races.test.ts', { RACES: rounds }),
    figure: /races: (\d+ rounds x 8 on [^\n]*)/,
  },
  {
    target: `the feed while transactions commit out of order: 0 events missed in ${inWords(schedules)} schedules`,
    ...vitest('test/storage/feed.test.ts', { SCHEDULES: schedules }),
    figure: /feed: (\d+ schedules of three writers, \d+ events missed)/,
  },
  {
    target: `live access in four processes: 0 still allowed, 0 differences in ${inWords(liveCommands)} commands`,
    ...vitest('test/storage/live.test.ts', { LIVE_COMMANDS: liveCommands }),
    figure: /live: (\d+ commands by \d+ processes, .*? differences)/,
  },
  {
    target: `the same in trouble: 0 still allowed, 0 differences in ${inWords(liveTroubles)} troubles`,
    ...vitest('test/storage/live-trouble.test.ts', { LIVE_TROUBLES: liveTroubles }),
    figure: /live: (\d+ troubles in .*? differences)/,
  },
  {
    target: `mixed commands on PostgreSQL, 8 processes x ${loadSeconds} s, clocks ± 3 s: 0 failed, p99 ≤ 2 s, 0 states unlike their events`,
    ...vitest('test/storage/mixed-load.test.ts', { LOAD_PROCESSES: 8, LOAD_SECONDS: loadSeconds }),
    figure: /mixed load: (\d+ calls by [^\n]*)/,
  },
  {
    target: `kill -9 while writing: 0 lost in ${inWords(sqliteKills)} cycles on SQLite, ${inWords(postgresKills)} on PostgreSQL`,
    ...vitest('test/storage/kills.test.ts', { KILLS_SQLITE: sqliteKills, KILLS_POSTGRES: postgresKills }),
    figure: /kills: (\d+ cycles on [^\n]*)/,
  },
  {
    target: 'the lesson for Next.js: built, type-checked and started by Next itself, and asked over HTTP',
    command: ['tsx', 'test/evidence/nextjs.ts'],
    figure: /(Next\.js [\d.]+: built and started; granted: [^\n]*)/,
  },
  {
    target: `a streaming standby promoted: 0 still allowed in ${inWords(3 * failovers)} promotions with lost events, ${inWords(failovers)} without`,
    command: ['tsx', 'test/evidence/replica.ts', String(failovers)],
    figure: /replica: (\d+ promotions with lost events, [^\n]*)/,
  },
]

const rows: object[] = []
for (const { target, command, env, figure } of PROOFS) {
  console.log(`\n# ${target}\n`)
  const started = performance.now()
  const [program, ...args] = command
  const environment = { ...process.env, NO_COLOR: '1', ...env }
  const child = spawn(`node_modules/.bin/${program}`, args, { env: environment, stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.pipe(process.stdout)
  const { said, ended } = await outcomeOf(child)
  const reached = figure.exec(said)?.[1] ?? 'none'
  // A successful program without a figure has not run the proof.
  const passed = ended === '0' && reached !== 'none'
  rows.push({ target, reached, seconds: Math.round((performance.now() - started) / 1000), result: passed ? 'passed' : 'FAILED' })
  if (!passed) process.exitCode = 1
}
console.log(`\n# evidence, at scale ${scale}\n`)
console.table(rows)
