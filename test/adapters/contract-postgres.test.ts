/** The repository keeps every law in PostgreSQL, over several connections and over one. */
import { everyLawIsKeptIn } from './contract-tests.js'

everyLawIsKeptIn('postgres')
