/** The repository keeps every law in PGlite. */
import { contractTestsIn } from './contract-tests.js'

contractTestsIn('pglite')
