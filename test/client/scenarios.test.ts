/** The table of cases, through the client and a real socket: what the service answers, the client answers. */
import { byClient } from '../story/by-client.js'
import { play, type Scenarios } from '../story/scenario.js'
import { LISTING_SCENARIOS, SCENARIOS } from '../story/scenarios.js'
import type { Subject } from '../story/subject.js'

/** What an API answers otherwise: it makes the actor itself, its paths say the side, and its instants have years of four digits. */
const OF_THE_SERVICE = [
  /^refuses an actor whose/,
  /^checks impersonation and permission after the actor/,
  /^counts distinct tenants and distinct pairs/,
  /^(grant|setExpiry|reject|revoke|withdraw):/,
  /^with both permissions, each party/,
  /^ids, messages, instants and revisions/,
  // A number there is an instant to the client: it names no tenant, and the question is denied.
  /^is malformed if `from` is neither/,
  // No JSON can say some of them.
  /^may come with a Date or a number/,
  /^messages of 1,000 code points, and the last instant/,
]

function behindTheApi<S extends Subject>(table: Scenarios<S>): Scenarios<S> {
  const kept = (titles: object) => Object.entries(titles).filter(([title]) => !OF_THE_SERVICE.some((one) => one.test(title)))
  const rules = Object.entries(table).map(([rule, scenarios]) => [rule, Object.fromEntries(kept(scenarios))] as const)
  return Object.fromEntries(rules.filter(([, scenarios]) => Object.keys(scenarios).length > 0))
}

play(behindTheApi(SCENARIOS), byClient)
play(behindTheApi(LISTING_SCENARIOS), byClient)
