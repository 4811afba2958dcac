/** The repository keeps every law in memory. */
import { contractTestsIn } from './contract-tests.js'

contractTestsIn('memory')
