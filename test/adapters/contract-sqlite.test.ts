/** The SQLite repository passes every contract test, with every driver. */
import { contractTestsIn } from './contract-tests.js'

contractTestsIn('sqlite')
