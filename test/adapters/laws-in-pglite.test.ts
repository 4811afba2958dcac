/** The repository keeps every law in PGlite. */
import { everyLawIsKeptIn } from './law-keeping.js'

everyLawIsKeptIn('pglite')
