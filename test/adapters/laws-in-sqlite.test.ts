/** The repository keeps every law in SQLite, by every library. */
import { everyLawIsKeptIn } from './law-keeping.js'

everyLawIsKeptIn('sqlite')
