/** A channel of the host's own: notices as CloudEvents 1.0, posted to an event broker as structured JSON. */
import { deepEqual, doesNotMatch } from 'node:assert/strict'
import { type CloudEvent, HTTP } from 'cloudevents'
import { DeliveryError, type NoticeChannel, startNotices } from 'consentry/notices'
import { ask, consentry, repository, startReceiver } from './notices/office.js'

/** Delivers at least once: the broker may drop an event whose `source` and `id` it knows. */
function cloudEvents(url: string): NoticeChannel {
  return {
    name: 'cloudevents',
    roles: ['requester', 'tenant'],
    digests: false,
    async send({ notices: [{ id, kind, at, to, facts }] }, { signal }) {
      const [source, time] = ['https://classics.example/consentry', new Date(at).toISOString()]
      const type = `example.classics.consentry.${kind}`
      const event = { specversion: '1.0', id, source, type, time, subject: `${to.role}/${to.tenant}`, data: facts }
      const headers = { 'content-type': 'application/cloudevents+json; charset=utf-8' }
      const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(event), redirect: 'error', signal })
      if (!answer.ok) throw new DeliveryError(`the broker answered ${answer.status}`)
    },
  }
}

// The broker reads events by the SDK of CloudEvents, which throws at what the specification does not allow. At first it has no room.
const [refused, accepted]: [CloudEvent[], CloudEvent[]] = [[], []]
const broker = await startReceiver((body, headers) => {
  const event = HTTP.toEvent({ headers, body }) as CloudEvent
  const isFull = event.validate() && refused.length < 2
  const events = isFull ? refused : accepted
  events.push(event)
  return isFull ? 503 : 202
})

let now = Date.now()
const deliver = [cloudEvents(broker.url)]
// A server leaves out the clock and `background`: it then works by itself until `close()`.
const notices = await startNotices({ consentry, repository, deliver, clock: () => now, background: false })
await ask('Caroline looks after your account.')
await notices.gather()
await notices.send()
deepEqual([refused.length, accepted.length], [2, 0])
now += 10_000 // the first retry comes after 5 to 6 seconds
await notices.send()
await notices.close()
broker.close()

const idsOf = (events: readonly CloudEvent[]) => events.map(({ id }) => id).sort()
deepEqual(idsOf(accepted), idsOf(refused)) // a repeat keeps its id
const toTom = accepted.find(({ type }) => type === 'example.classics.consentry.received')
doesNotMatch(JSON.stringify(toTom), /SupportAccess|"caroline/) // what a tenant may not see is in no notice to it
console.log(toTom?.toString())
