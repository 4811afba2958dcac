/** The repository keeps every law in SQLite, by every library. */
import { contractTestsIn } from './contract-tests.js'

contractTestsIn('sqlite')
