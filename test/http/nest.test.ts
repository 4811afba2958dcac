/** The module of NestJS, over real sockets. */
import { testNest } from './nest-table.js'

testNest()
