/** The SQLite repository passes the contract tests, with every driver. */
import { contractTestsIn } from './contract-tests.js'

contractTestsIn('sqlite')
