/** Ports of the host: what is no repository or directory is refused at start, with what to do (SPEC 2.5, 9.1). */
import { setTimeout as sleep } from 'node:timers/promises'
import { PGlite } from '@electric-sql/pglite'
import Sqlite from 'libsql'
import pg from 'pg'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { memoryRepository } from '../../src/adapters/memory.js'
import { createConsentry } from '../../src/consentry.js'
import { createLiveAccess } from '../../src/live-access/live-access.js'
import { directoryIds } from '../../src/ports/directory.js'
import type { Repository } from '../../src/ports/repository.js'
import { REPOSITORY_METHODS } from '../../src/ports/repository-schema.js'
import { issuesThrown } from '../domain/results.js'
import { directory, elizabeth, SUPPORT_ACCESS, TOM, tomAdmin } from '../story/cast.js'

const repository = memoryRepository()
const withService = (given: object) => issuesThrown(() => createConsentry({ repository, directory, ...given } as never))
const withLiveAccess = (given: unknown) => issuesThrown(() => createLiveAccess({ repository: given } as never))

describe('a repository', () => {
  it('is recognised by the methods that every repository has, and `subscribe`, `readers` and `notices` are not among them', () => {
    const { subscribe: _, readers: __, notices: ___, ...required } = repository
    expect([...REPOSITORY_METHODS].sort()).toEqual(Object.keys(required).sort())
  })

  const pool = 'a connection to a database, not a repository: pass `postgresRepository({ pool })`, or `({ client })`'
  it.each<[string, () => unknown, string]>([
    ['a pool of `pg`', () => new pg.Pool(), `an object is ${pool}`],
    ['a client of `pg`', () => new pg.Client(), `an object is ${pool}`],
    ['a PGlite', () => Object.create(PGlite.prototype), 'an object is a database, not a repository: pass `postgresRepository({ pglite })`'],
    [
      'a database of libsql',
      () => new Sqlite(':memory:'),
      'an object is a database, not a repository: pass `sqliteRepository({ database })`',
    ],
    ['a promise of a repository', () => Promise.resolve(repository), 'a promise must be a repository: await it first'],
    ['the function that makes one', () => memoryRepository, 'a function must be a repository: call it, and pass what it returns'],
    ['an empty object', () => ({}), 'an object must be a repository: it has no `saveSubmission`, `saveChanges`, 27 more methods'],
    ['one without a method', () => ({ ...repository, factsFor: undefined }), 'an object must be a repository: it has no `factsFor`'],
    [
      'one without two',
      () => ({ ...repository, factsFor: 1, sessionRows: 2 }),
      'an object must be a repository: it has no `factsFor`, `sessionRows`',
    ],
    ['a connection string', () => 'postgres://localhost', '`postgres://localhost` must be a repository'],
    ['null', () => null, '`null` must be a repository'],
  ])('is not %s: refused at start, with what to do', (_, make, message) => {
    const given = make()
    expect(withService({ repository: given })).toEqual([`options.repository: ${message}`])
    expect(withLiveAccess(given)).toEqual([`options.repository: ${message}`])
  })

  it('and a directory may be instances of classes, whose methods use `this`', async () => {
    class Directory {
      readonly #known = directory
      members(tenant: string, users: readonly string[]) {
        return this.#known.members(tenant, users)
      }
      askable(tenant: string, tenants: readonly string[]) {
        return this.#known.askable(tenant, tenants)
      }
    }
    const kept = memoryRepository()
    const methods = REPOSITORY_METHODS.map((name) => [
      name,
      {
        value(this: { kept: Repository }, ...given: never[]) {
          return (this.kept[name as keyof Repository] as (...all: never[]) => unknown)(...given)
        },
      },
    ])
    class Store {
      readonly kept = kept
    }
    Object.defineProperties(Store.prototype, Object.fromEntries(methods))
    const store = new Store() as unknown as Repository
    const consentry = createConsentry({ repository: store, directory: new Directory() })
    const { sent } = await consentry.submit(elizabeth, SUPPORT_ACCESS)
    const id = sent.find(({ tenant }) => tenant === TOM)?.id ?? ''
    expect((await consentry.grant(tomAdmin, id, { expiresAt: null })).status).toBe('granted')
    const live = createLiveAccess({ repository: store })
    onTestFinished(() => live.close())
    await live.ready()
    expect(live.usersFor(TOM, Date.now())).toEqual(['caroline', 'charlotte'])
  })
})

describe('a directory', () => {
  const what = 'must be a directory: an object with the functions `members` and `askable`'
  it.each<[string, unknown, string]>([
    ['a promise of one', Promise.resolve(directory), `a promise ${what}: await it first`],
    ['one without `askable`', { members: directory.members }, `an object ${what}: it has no \`askable\``],
    ['one whose `members` is a list', { ...directory, members: ['caroline'] }, `an object ${what}: it has no \`members\``],
    ['a function', () => directory, `a function ${what}: call it, and pass what it returns`],
    ['a list', [], `an empty list ${what}: it has no \`members\`, \`askable\``],
    ['a number', 7, `\`7\` ${what}`],
  ])('is not %s', (_, given, message) => expect(withService({ directory: given })).toEqual([`options.directory: ${message}`]))
})

describe('an answer of the directory (SPEC 2.5)', () => {
  it('is a list of strings, maybe empty', () => {
    expect(directoryIds('members', [])).toEqual(new Set())
    expect(directoryIds('askable', ['a', 'b', 'a'])).toEqual(new Set(['a', 'b']))
  })

  const rows = ': return the ids alone, such as `rows.map((row) => row.id)`'
  const strings = ': return a list of ids, as strings'
  const ofNumbers = ': ids are strings, use `String(id)`, or `id::text` in PostgreSQL'
  it.each<[unknown, string]>([
    [undefined, 'nothing: return a list of ids; maybe a `return` is missing'],
    [null, `\`null\`${strings}`],
    ['caroline', `\`caroline\`${strings}`],
    [true, `\`true\`${strings}`],
    [{}, `an object${strings}`],
    [new Set(['caroline']), 'a set: return a list, such as `[...ids]`'],
    [new Map([['caroline', true]]), 'a map: return a list of ids, such as `[...map.keys()]`'],
    [{ rows: [{ id: 'caroline' }] }, 'the result of a query: return a list of ids, such as `result.rows.map((row) => row.id)`'],
    [[{ id: 'caroline' }], `a list with an object at 0${rows}`],
    [['caroline', 7], `a list with \`7\` at 1${ofNumbers}`],
    [[7n], `a list with \`7\` at 0${ofNumbers}`],
    [[null], `a list with \`null\` at 0${strings}`],
    [new Array(1), `a list with \`undefined\` at 0${strings}`],
  ])('is not %o: it says which method, what it answered and what to do', (answer, message) =>
    expect(() => directoryIds('members', answer)).toThrow(new TypeError(`\`members\` of the directory answered ${message}`)),
  )

  it('is no list of promises, whose rejections do not end the process', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    onTestFinished(() => void process.off('unhandledRejection', unhandled))
    const message = '`askable` of the directory answered a list with a promise at 0: await it, such as by `await Promise.all(ids)`'
    expect(() => directoryIds('askable', [Promise.reject(new Error('refused'))])).toThrow(message)
    await sleep(1)
    expect(unhandled).not.toHaveBeenCalled()
  })

  it('is the host’s fault: `unavailable`, whose cause and log name the method', async () => {
    const onError = vi.fn()
    const members = (async () => ({ rows: [] })) as never
    const consentry = createConsentry({ repository, directory: { ...directory, members }, onError })
    const error = await consentry.submit(elizabeth, SUPPORT_ACCESS).catch((thrown: unknown) => thrown)
    const cause = expect.objectContaining({ message: expect.stringContaining('`members` of the directory answered the result of a query') })
    expect(error).toMatchObject({ code: 'unavailable', port: 'directory', message: 'the directory failed', cause })
    expect(onError.mock.calls).toEqual([[cause]])
  })
})
