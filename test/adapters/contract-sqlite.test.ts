/** The repository keeps every law in SQLite, by every library. */
import { everyLawIsKeptIn } from './contract-tests.js'

everyLawIsKeptIn('sqlite')
