/** Bad receivers: whatever they do, an attempt ends in time, costs little, and says in our words what happened. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { webhook, webhookOver } from '../../src/notices/webhook.js'
import { contextOf, deliveryOf, failureOf, httpReceiver, httpsReceiver, noticeOf, OPEN, rawReceiver, SECRET } from './receivers.js'

/** How long an attempt may take here, in milliseconds, and how much longer until the test has noticed its end. */
const [TIMEOUT_MS, SLACK_MS] = [300, 3_000]
const TIMED_OUT = 'there was no answer within 300 ms'

function channelTo(port: number, timeoutMs = TIMEOUT_MS) {
  const origin = `http://127.0.0.1:${port}`
  return webhook({ endpoint: () => ({ url: `${origin}/?token=hunter2`, secret: SECRET }), trustedOrigins: [origin], timeoutMs })
}

/** Writes the beginning at once, and then more of it 50 times a second. */
function drip(socket: Socket, beginning: string, more: string): void {
  socket.write(beginning)
  const timer = setInterval(() => socket.write(more), 20)
  socket.on('close', () => clearInterval(timer))
}

async function timed<T>(run: () => Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
  const start = performance.now()
  return { result: await run(), ms: performance.now() - start }
}

/** Waits until the other end has let go of every connection. */
async function abandoned(sockets: ReadonlySet<Socket>): Promise<void> {
  // `once` would reject if the other end breaks the connection.
  for (const socket of sockets) if (!socket.closed) await new Promise((resolve) => socket.on('close', resolve))
}

const HEAD = 'HTTP/1.1 200 OK\r\n'

it.each<[string, (socket: Socket) => void]>([
  ['never answers', () => {}],
  ['stops within the headers', (socket) => socket.write(`${HEAD}content-type: te`)],
  ['sends headers one by one for ever', (socket) => drip(socket, HEAD, 'x-a: b\r\n')],
  ['sends a header letter by letter', (socket) => drip(socket, `${HEAD}x-a: `, 'a')],
  ['promises an answer for ever', (socket) => drip(socket, '', 'HTTP/1.1 102 Processing\r\n\r\n')],
  ['says to continue for ever', (socket) => drip(socket, '', 'HTTP/1.1 100 Continue\r\n\r\n')],
])('a receiver that %s costs the time of an attempt and no more', async (_what, meet) => {
  const { port, sockets } = await rawReceiver(meet)
  const { result, ms } = await timed(() => failureOf(channelTo(port)))
  expect(result).toMatchObject({ message: TIMED_OUT, retry: true, closes: undefined })
  expect(ms).toBeGreaterThan(TIMEOUT_MS - 20)
  expect(ms).toBeLessThan(TIMEOUT_MS + SLACK_MS)
  expect(sockets.size).toBe(1)
  await abandoned(sockets)
})

it.each<[string, (socket: Socket) => void, RegExp]>([
  ['closes at once', (socket) => socket.end(), /^the receiver could not be reached: ECONNRESET$/],
  ['resets', (socket) => socket.resetAndDestroy(), /^the receiver could not be reached: ECONNRESET$/],
  ['closes within the headers', (socket) => socket.end(`${HEAD}content-le`), /^the receiver could not be reached: ECONNRESET$/],
  ['does not talk HTTP', (socket) => socket.end("receiver's own words\r\n\r\n"), /: HPE_INVALID_\w+$/],
  ['sends headers without end', (socket) => drip(socket, HEAD, 'x-a: b\r\n'.repeat(9_000)), /: HPE_HEADER_OVERFLOW$/],
  [
    'speaks another protocol',
    (socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    /^the receiver c/,
  ],
])('a receiver that %s is a failure at once', async (_what, meet, message) => {
  const { port, sockets } = await rawReceiver(meet)
  expect(await failureOf(channelTo(port, 10_000))).toMatchObject({ message: expect.stringMatching(message), retry: true })
  await abandoned(sockets)
})

it('where nobody listens, it is a failure at once', async () => {
  const receiver = await httpReceiver(() => {})
  receiver.close()
  await once(receiver, 'close')
  const error = await failureOf(channelTo(receiver.port, 10_000))
  expect(error).toMatchObject({ message: 'the receiver could not be reached: ECONNREFUSED', retry: true })
})

it('a receiver that has not accepted the connection costs the time of an attempt', async () => {
  // A process that is stopped accepts nothing; once its queue is full, the system does not either.
  const program =
    "require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, function () { console.log(this.address().port) })"
  const child = spawn(process.execPath, ['--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const port = Number(String((await once(child.stdout, 'data'))[0]))
  child.kill('SIGSTOP')
  const queue = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => {}))
  onTestFinished(() => {
    for (const socket of queue) socket.destroy()
  })
  await sleep(200)
  expect(queue.some(({ connecting }) => connecting)).toBe(true)

  const { result, ms } = await timed(() => failureOf(channelTo(port)))
  expect(result).toMatchObject({ message: TIMED_OUT, retry: true })
  expect(ms).toBeLessThan(TIMEOUT_MS + SLACK_MS)
})

it('a receiver that never greets by TLS costs the time of an attempt', async () => {
  const { port, sockets } = await rawReceiver(() => {})
  const channel = webhookOver(OPEN, {
    endpoint: () => ({ url: `https://hooks.example.test:${port}/`, secret: SECRET }),
    timeoutMs: TIMEOUT_MS,
  })
  const { result, ms } = await timed(() => failureOf(channel))
  expect(result?.message).toBe(TIMED_OUT)
  expect(ms).toBeLessThan(TIMEOUT_MS + SLACK_MS)
  await abandoned(sockets)
})

it('a name that is never resolved, and an endpoint that is never found out, cost the time of an attempt', async () => {
  const never = () => new Promise<never>(() => {})
  const endpoint = () => ({ url: 'https://hooks.example.test/', secret: SECRET })
  const channels = [
    webhookOver({ ...OPEN, lookup: never }, { endpoint, timeoutMs: TIMEOUT_MS }),
    webhook({ endpoint: never, timeoutMs: TIMEOUT_MS }),
  ]
  for (const channel of channels) {
    const { result, ms } = await timed(() => failureOf(channel))
    expect(result).toMatchObject({ message: TIMED_OUT, retry: true })
    expect(ms).toBeLessThan(TIMEOUT_MS + SLACK_MS)
  }
})

it('what is found out too late calls nobody', async () => {
  const receiver = await httpReceiver((_request, response) => void response.end())
  const origin = `http://127.0.0.1:${receiver.port}`
  const late = async <T>(value: T) => sleep(TIMEOUT_MS + 100, value)
  const channel = webhook({ endpoint: () => late({ url: origin, secret: SECRET }), trustedOrigins: [origin], timeoutMs: TIMEOUT_MS })
  expect((await failureOf(channel))?.message).toBe(TIMED_OUT)
  await sleep(300)
  expect(receiver.sockets.size).toBe(0)
})

it('the signal of the attempt ends it, before it and while it waits', async () => {
  const { port, sockets } = await rawReceiver(() => {})
  const channel = channelTo(port, 10_000)
  expect(await failureOf(channel, contextOf({ signal: AbortSignal.abort() }))).toMatchObject({
    message: 'the attempt was stopped',
    retry: true,
  })
  expect(sockets.size).toBe(0)
  const { result, ms } = await timed(() => failureOf(channel, contextOf({ signal: AbortSignal.timeout(200) })))
  expect(result).toMatchObject({ message: 'the attempt was stopped', retry: true })
  expect(ms).toBeLessThan(200 + SLACK_MS)
  await abandoned(sockets)
})

it.each([
  [200, undefined],
  [500, 'the receiver answered 500'],
])('an answer of %i with a gigabyte behind it is an answer; the gigabyte is not read', async (status, message) => {
  const chunk = Buffer.alloc(65_536, 'a')
  const receiver = await httpReceiver((_request, response) => {
    response.writeHead(status, { 'content-length': String(2 ** 30) })
    const more = () => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', more)
    more()
  })
  const channel = channelTo(receiver.port, 5_000)
  const before = process.memoryUsage().rss
  const { result, ms } = await timed(() => failureOf(channel))
  expect(result?.message).toBe(message)
  expect(ms).toBeLessThan(SLACK_MS)
  await abandoned(receiver.sockets)
  const [socket] = receiver.sockets
  expect(socket?.bytesWritten).toBeGreaterThan(65_536)
  expect(socket?.bytesWritten).toBeLessThan(32 * 2 ** 20) // what the buffers of the system hold
  expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20)
})

it('an answer whose body never ends is an answer, and its connection is given up', async () => {
  const { port, sockets } = await rawReceiver((socket) => drip(socket, `${HEAD}content-length: 1000\r\n\r\n`, 'a'))
  const { result, ms } = await timed(() => failureOf(channelTo(port, 10_000)))
  expect(result).toBeUndefined()
  expect(ms).toBeLessThan(SLACK_MS)
  await abandoned(sockets)
})

it('an answer before the notice was read is an answer, and its connection is given up', async () => {
  const { port, sockets } = await rawReceiver((socket) => {
    socket.pause()
    socket.write('HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n')
  })
  const notice = noticeOf('a'.repeat(20 * 2 ** 20))
  const { result, ms } = await timed(() => failureOf(channelTo(port, 10_000), contextOf(), deliveryOf(notice)))
  expect(result?.message).toBe('the receiver answered 413')
  expect(ms).toBeLessThan(SLACK_MS)
  for (const socket of sockets) socket.resume()
  await abandoned(sockets)
})

it('a certificate that nobody vouches for is refused', async () => {
  let calls = 0
  const receiver = await httpsReceiver((_request, response) => {
    calls += 1
    response.end()
  })
  const channel = webhookOver(OPEN, { endpoint: () => ({ url: `https://hooks.example.test:${receiver.port}/`, secret: SECRET }) })
  expect(await failureOf(channel)).toMatchObject({ message: 'the receiver could not be reached: DEPTH_ZERO_SELF_SIGNED_CERT', retry: true })
  expect(calls).toBe(0)
})

it('a connection is used again for some seconds, and then closed; a slow answer is waited for', async () => {
  const receiver = await httpReceiver((_request, response) => void response.end('a'.repeat(8_000)))
  const channel = channelTo(receiver.port, 10_000)
  for (let n = 0; n < 3; n += 1) expect(await failureOf(channel)).toBeUndefined()
  expect(receiver.sockets.size).toBe(1)

  const slow = await httpReceiver((_request, response) => void setTimeout(() => response.end(), 5_000))
  const [{ ms }, failure] = await Promise.all([timed(() => abandoned(receiver.sockets)), failureOf(channelTo(slow.port, 10_000))])
  expect(ms).toBeGreaterThan(2_000)
  expect(failure).toBeUndefined()
})

it('a connection with an answer that is too long is not used again', async () => {
  const receiver = await httpReceiver((_request, response) => void response.end('a'.repeat(2 ** 20)))
  const channel = channelTo(receiver.port, 10_000)
  for (let n = 0; n < 3; n += 1) expect(await failureOf(channel)).toBeUndefined()
  expect(receiver.sockets.size).toBe(3)
})

it('one receiver gets a bounded number of connections', async () => {
  const receiver = await httpReceiver((_request, response) => void setTimeout(() => response.end(), 50))
  const channel = channelTo(receiver.port, 10_000)
  const failures = await Promise.all(Array.from({ length: 100 }, () => failureOf(channel)))
  expect(failures.filter((failure) => failure !== undefined)).toEqual([])
  expect(receiver.sockets.size).toBeLessThanOrEqual(16)
})
