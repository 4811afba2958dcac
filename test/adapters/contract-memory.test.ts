/** The repository keeps every law in memory. */
import { everyLawIsKeptIn } from './contract-tests.js'

everyLawIsKeptIn('memory')
