/** The PGlite repository passes the contract tests. */
import { contractTestsIn } from './contract-tests.js'

contractTestsIn('pglite')
