/** The API behind Express, Fastify, Hono and Next.js, over real sockets. */

import { testMount } from './mount-table.js'
import { MOUNTS } from './mounts.js'

for (const mount of MOUNTS) testMount(mount)
