/** Installs the manifests named on the command line, each from its lock file, unless it is installed already. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Installs the packages of one folder if its lock file has changed since they were last installed. */
export function install(folder: string): void {
  const lock = readFileSync(join(root, folder, 'package-lock.json'), 'utf8')
  const stamp = join(root, folder, 'node_modules/.installed-lock.json')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.error(`installing the packages of ${folder}/package.json, once`)
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: join(root, folder),
    stdio: ['ignore', 2, 2],
    // `npm run` sets these to the project it runs in, and npm would install there.
    env: { ...process.env, npm_config_local_prefix: undefined, npm_config_prefix: undefined, INIT_CWD: undefined },
    shell: npm.endsWith('.cmd'),
  })
  if (status !== 0) throw new Error(`npm ci failed in ${folder}`)
  writeFileSync(stamp, lock)
}

for (const folder of process.argv[1] === fileURLToPath(import.meta.url) ? process.argv.slice(2) : []) install(folder)
