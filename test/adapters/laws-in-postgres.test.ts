/** The repository keeps every law in PostgreSQL, over several connections and over one. */
import { everyLawIsKeptIn } from './law-keeping.js'

everyLawIsKeptIn('postgres')
