/** Opens SQLite files with better-sqlite3, which needs a compiler if it has no prebuilt binary. */
import type { Database } from 'better-sqlite3'

/** Opens a file; `undefined` if better-sqlite3 could not be installed, which is an error in CI. */
export const betterSqlite3: ((path: string) => Database) | undefined = await load()

/** The title of tests that are skipped without better-sqlite3. */
export const NO_BETTER_SQLITE3 = 'better-sqlite3 is not installed (it needs a C++ compiler): its tests are skipped'

async function load(): Promise<typeof betterSqlite3> {
  try {
    const { default: BetterSqlite3 } = await import('better-sqlite3')
    new BetterSqlite3(':memory:').close()
    return (path) => new BetterSqlite3(path)
  } catch (error) {
    if (process.env['CI']) throw error
    return undefined
  }
}
