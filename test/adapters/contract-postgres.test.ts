/** The PostgreSQL repository passes the contract tests, over a pool and over a client. */
import { contractTestsIn } from './contract-tests.js'

contractTestsIn('postgres')
