/** The repository keeps every law in memory. */
import { everyLawIsKeptIn } from './law-keeping.js'

everyLawIsKeptIn('memory')
