/** The elements on a server that renders pages: they load where Lit is installed, and define nothing by themselves. */
import assert from 'node:assert/strict'
import { ConsentryIncoming, defineElements, en, fr, instantOfWallTime } from 'consentry/elements'

assert.equal(typeof ConsentryIncoming, 'function')
assert.equal(typeof defineElements, 'function')
assert.notEqual(en.incoming.title, fr.incoming.title)
assert.equal(instantOfWallTime('2026-10-25T02:30', 'Europe/Paris'), Date.UTC(2026, 9, 25, 0, 30))
process.stdout.write('told\n')
