/** The repository keeps every law in PostgreSQL, over several connections and over one. */
import { contractTestsIn } from './contract-tests.js'

contractTestsIn('postgres')
