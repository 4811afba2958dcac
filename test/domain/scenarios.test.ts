/** The table of cases, by the pure functions, an access over the facts and one that follows the events. */
import { byFunctions } from '../story/by-functions.js'
import { play } from '../story/scenario.js'
import { SCENARIOS } from '../story/scenarios.js'

play(SCENARIOS, byFunctions)
