/** A program that starts a server and prints its address; it stops the server on SIGTERM, and is killed otherwise. */
import { startPostgres } from './postgres-server.js'

const { connectionString, stop } = await startPostgres()
process.on('SIGTERM', () => stop().then(() => process.exit()))
process.send?.(connectionString)
setInterval(() => {}, 1000)
