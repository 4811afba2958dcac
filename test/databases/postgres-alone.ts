/** A program that starts a server and prints its address; the test kills it before it stops the server. */
import { startPostgres } from './postgres-server.js'

const { connectionString } = await startPostgres()
process.send?.(connectionString)
setInterval(() => {}, 1000)
