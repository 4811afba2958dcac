/** The lesson for Next.js under Next itself: built, type-checked and started by its own programs, and asked over HTTP. */
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { startPostgres } from '../databases/postgres-server.js'
import { ask, handLessons, LOGIN_KEY } from '../package/lessons.js'
import { npm, pack, root, run } from '../package/programs.js'

const LESSON = 'the-api-on-nextjs.ts'
const ROUTE = 'app/consentry/[...path]/route.ts'
const NEXT = 'node_modules/next/dist/bin/next'
const PACKAGES = [
  'jose@6',
  'pg@8',
  'next@16',
  'react@19',
  'react-dom@19',
  'typescript@6',
  '@types/node@20',
  '@types/pg@8',
  '@types/react@19',
]

/** Starts Next in the project; returns its address, and what stops it and all that it has started. */
function startNext(project: string, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [join(project, NEXT), 'start', '--port', '0', '--hostname', '127.0.0.1'], {
    cwd: project,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const address = new Promise<string>((resolve, reject) => {
    let said = ''
    child.stdout.on('data', (data) => {
      said += data
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? []
      if (found !== undefined && said.includes('Ready')) resolve(found)
    })
    child.on('exit', (code) => reject(new Error(`next start ended with ${code}\n${said}`)))
  })
  return { address, stop: () => void (child.pid !== undefined && child.exitCode === null && process.kill(-child.pid, 'SIGKILL')) }
}

const folder = await mkdtemp(join(tmpdir(), 'consentry-next-'))
const project = join(folder, 'host')
const postgres = await startPostgres()
try {
  await npm(['run', 'build'], root)
  await mkdir(join(folder, 'packed'))
  await mkdir(project)
  await writeFile(join(project, 'package.json'), JSON.stringify({ name: 'host', private: true, type: 'module' }))
  const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline']
  await npm(['install', ...quietly, await pack(root, join(folder, 'packed')), ...PACKAGES], project)
  await handLessons(project, LESSON)
  await mkdir(join(project, dirname(ROUTE)), { recursive: true })
  await rename(join(project, LESSON), join(project, ROUTE))

  const quiet = { NEXT_TELEMETRY_DISABLED: '1' }
  const { stdout: built } = await run(process.execPath, [join(project, NEXT), 'build'], project, quiet)
  const [version = 'Next.js of no version'] = /Next\.js [\d.]+/.exec(built) ?? []
  const { address, stop } = startNext(project, { ...quiet, DATABASE_URL: postgres.connectionString, LOGIN_KEY })
  try {
    const { ended, stdout, stderr } = await ask(project, `${await address}/consentry`)
    if (ended === 'badly') throw new Error(stderr)
    console.log(`${version}: built and started; ${stdout.trim()}`)
  } finally {
    stop()
  }
} finally {
  await postgres.stop()
  await rm(folder, { recursive: true, force: true })
}
