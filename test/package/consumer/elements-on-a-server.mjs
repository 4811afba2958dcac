/** The elements on a server that renders pages: they load where Lit is installed, and React writes their tags. */
import assert from 'node:assert/strict'
import { ConsentryIncoming, defineElements, en, fr, instantOfWallTime } from 'consentry/elements'
import * as components from 'consentry/elements/react'
import { createElement } from 'react'
import { renderToString } from 'react-dom/server'

assert.equal(typeof ConsentryIncoming, 'function')
assert.equal(typeof defineElements, 'function')
assert.notEqual(en.incoming.title, fr.incoming.title)
assert.equal(instantOfWallTime('2026-10-25T02:30', 'Europe/Paris'), Date.UTC(2026, 9, 25, 0, 30))
assert.equal(
  renderToString(createElement(components.ConsentryIncoming, { filter: 'granted', onNavigate: () => {} })),
  '<consentry-incoming filter="granted"></consentry-incoming>',
)
process.stdout.write('told\n')
