/** All engines of the deciding benchmark, in the order of the table. */
import type { Engine } from './engine.js'
import { casbinEngines } from './engines-casbin.js'
import { caslEngines } from './engines-casl.js'
import { cedarEngines } from './engines-cedar.js'
import { mapEngines } from './engines-maps.js'
import { otherEngines } from './engines-others.js'

/** The engines, including the floor. */
export const engines: readonly Engine[] = [...mapEngines, ...otherEngines, ...caslEngines, ...casbinEngines, ...cedarEngines]
