/** The table of cases, through the service. */
import { byService } from '../story/by-service.js'
import { play } from '../story/scenario.js'
import { LISTING_SCENARIOS, SCENARIOS } from '../story/scenarios.js'

play(SCENARIOS, byService)
play(LISTING_SCENARIOS, byService)
