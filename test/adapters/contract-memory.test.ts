/** The memory repository passes every contract test. */
import { contractTestsIn } from './contract-tests.js'

contractTestsIn('memory')
