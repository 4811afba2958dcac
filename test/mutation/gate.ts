/** A mutation gate: mutates the rules, and passes only if the tests detect all but equivalent ones. */
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { Stryker } from '@stryker-mutator/core'
import { EQUIVALENTS } from './equivalents.js'
import { GATES } from './gates.js'
import { judge, type Outcome, type Row } from './verdict.js'

type Options = ConstructorParameters<typeof Stryker>[0]
type MutantResult = Awaited<ReturnType<Stryker['runMutationTest']>>[number]

const name = process.argv[2] ?? ''
const gate = GATES.get(name)
process.env['CONSENTRY_GATE'] = name
if (!gate) throw new Error(`there is no gate \`${name}\`, only ${[...GATES.keys()].join(' and ')}`)
const pathOf = (file: string) => `src/${file}`
const sources = new Map(gate.files.map((file) => [file, readFileSync(pathOf(file), 'utf8').split('\n')]))

// All mutators and lines are included. Equivalent mutations are listed in equivalents.ts, each with its reason.
const options: Options & { vitest: object } = {
  mutate: gate.files.map(pathOf),
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.ts', related: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // Far longer than the tests take on a busy machine: only endless loops should time out.
  timeoutMS: 60_000,
  ignorePatterns: ['dist', 'examples', 'reports', 'coverage', '*.tgz'],
  tempDirName: '.stryker-tmp',
  reporters: ['html', ...(process.stdout.isTTY ? ['progress'] : [])],
  htmlReporter: { fileName: `reports/mutation-${name}.html` },
  logLevel: 'warn' as NonNullable<Options['logLevel']>,
  warnings: false,
}

/** Converts a result; the report counts lines and columns from 1. */
function outcomeOf({ fileName, mutatorName, location: { start, end }, replacement, status }: MutantResult): Outcome {
  const file = relative('src', fileName).replaceAll('\\', '/')
  const lines = sources.get(file)?.slice(start.line - 1, end.line) ?? []
  const original = lines
    .map((line, index) => (index === lines.length - 1 ? line.slice(0, end.column - 1) : line))
    .map((line, index) => (index === 0 ? line.slice(start.column - 1) : line))
    .join('\n')
  const at = `${pathOf(file)}:${start.line}`
  return { file, mutator: mutatorName, line: lines[0]?.trim() ?? '', original, replacement, status, at }
}

function tableOf(rows: readonly Row[]): string {
  const cells = rows.map(({ file, score, ...counts }) => [file, ...Object.values(counts), `${score.toFixed(2)} %`].map(String))
  const table = [['file', 'mutants', 'killed', 'equivalent', 'survived', 'score'], ...cells]
  return table.map(([first = '', ...rest]) => first.padEnd(26) + rest.map((cell) => cell.padStart(12)).join('')).join('\n')
}

const started = performance.now()
const outcomes = (await new Stryker(options).runMutationTest()).map(outcomeOf)
const { rows, survivors, faults } = judge(outcomes, gate, EQUIVALENTS)
const seconds = ((performance.now() - started) / 1000).toFixed(0)

console.log(`\n${tableOf(rows)}\n`)
if (survivors.length > 0) console.log(`survived:\n${survivors.map((line) => `  ${line}`).join('\n')}\n`)
for (const fault of faults) console.error(`fault: ${fault}`)
console.log(`mutation gate ${name}: ${faults.length === 0 ? 'passed' : 'FAILED'} in ${seconds} s`)
process.exitCode = faults.length === 0 ? 0 : 1
