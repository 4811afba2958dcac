/** A process that starts a server, says where it is, and is killed before it could end it. */
import { startPostgres } from './postgres-server.js'

const { connectionString } = await startPostgres()
process.send?.(connectionString)
setInterval(() => {}, 1000)
