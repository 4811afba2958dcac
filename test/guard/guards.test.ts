/** Every guard against the whole table, over real sockets and the real service. */
import { expect, it } from 'vitest'
import { CASES } from './cases.js'
import { expressHost, fastifyHost, honoHost, webHost } from './hosts/frameworks.js'
import { nestOnExpress, nestOnFastify } from './hosts/nest.js'
import { testEveryCase } from './table.js'

it('all cases have different names', () => expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length))

testEveryCase([expressHost, fastifyHost, honoHost, webHost, nestOnExpress, nestOnFastify])
