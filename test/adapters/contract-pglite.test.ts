/** The repository keeps every law in PGlite. */
import { everyLawIsKeptIn } from './contract-tests.js'

everyLawIsKeptIn('pglite')
