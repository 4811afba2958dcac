/** Faults of deliveries: what is added, and what is taken to be sent. */
import type { LeasedDelivery } from '../../../src/ports/notice-store.js'
import { MAX_WAIT_MS } from '../../../src/ports/notice-store.js'
import { adding, addLater, leased, leasing, type NoticeFaults, nameOf, ofNotices, remembering, shared, untake } from './notice-faults.js'

export const noticeFaults: NoticeFaults = {
  'returns a delivery without its party': {
    breaks: [
      'a delivery is taken with its id, channel, party and notice, as its first attempt, without recipients',
      'a delivery that waits already is left as it is, also if it is added twice in one call',
      'none of `except` is taken, by channel and party',
    ],
    change: leased((one) => ({ ...one, party: '' })),
  },
  'adds the deliveries of a call in the order of their ids': {
    breaks: [
      'the deliveries of a queue are taken in the order in which they were added, by one call or several',
      'a bundled delivery comes with those of its queue that are due and bundled, in order',
      'what is not bundled, not due, of another queue or of another channel is in no bundle',
      'a delivery that is not bundled comes alone',
      'the recipients that an attempt has reached come with the next attempts, once each',
      'a delivery that was removed may be added again, and is sent again',
    ],
    change: ofNotices(({ add }) => ({
      add: (transaction, deliveries) =>
        add(
          transaction,
          deliveries.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
        ),
    })),
  },
  'adds the last delivery of an id in a call': {
    breaks: ['a delivery that waits already is left as it is, also if it is added twice in one call'],
    change: ofNotices(({ add }) => ({
      add: (transaction, deliveries) => add(transaction, [...new Map(deliveries.map((one) => [nameOf(one), one])).values()]),
    })),
  },
  'adds again what was sent': {
    breaks: [
      'a delivery that was sent or given up is not added again',
      'a delivery that was sent or given up is removed if that was before the instant, not at it',
      'a delivery is kept until its `keepUntil`, and removed at it',
      'one call removes up to `limit`, and the next calls the others',
    ],
    change: ofNotices(({ settle, purge }) => ({
      settle: async (outcomes) => {
        await settle(outcomes.map((one) => (one.state === 'done' ? { ...one, at: -1e15 } : one)))
        await purge({ now: 8.64e15, before: -1e14, limit: 1_000 })
      },
    })),
  },
  'takes an id for one delivery, whatever the channel': {
    breaks: [
      'the same id by another channel is another delivery',
      'ids, channels, parties and queues are compared exactly',
      'one call takes up to `perParty` of one party by one channel',
      'none of `except` is taken, by channel and party',
      'the recipients that an attempt has reached come with the next attempts, once each',
      'a delivery is settled by its channel, too',
      'dead deliveries are ordered by instant, id and channel, and a page begins after any key',
      'of dead deliveries, those named wait again, by every channel; an empty list names none',
    ],
    change: ofNotices((notices) => {
      const channels = new Map<string, string>()
      const isFirst = (id: string, channel: string) => {
        if (!channels.has(id)) channels.set(id, channel)
        return channels.get(id) === channel
      }
      return {
        add: (transaction, deliveries) =>
          notices.add(
            transaction,
            deliveries.filter((one) => isFirst(one.id, one.channel)),
          ),
      }
    }),
  },
  'throws on an empty list': {
    breaks: ['an empty list adds nothing'],
    change: ofNotices(({ add }) => ({
      add(transaction, deliveries) {
        if (deliveries.length === 0) throw new Error('a syntax error at `values`')
        return add(transaction, deliveries)
      },
    })),
  },
  'compares parties without case': {
    breaks: ['ids, channels, parties and queues are compared exactly'],
    change: ofNotices(({ add, lease }) => ({
      add: (transaction, deliveries) =>
        add(
          transaction,
          deliveries.map((one) => ({ ...one, party: one.party.toLowerCase() })),
        ),
      lease,
    })),
  },
  'strips byte order marks': {
    breaks: ['notices are kept exactly: texts, numbers, and keys of every object'],
    change: adding((one) => ({ ...one, notice: JSON.parse(JSON.stringify(one.notice).replaceAll('\ufeff', '')) })),
  },
  'drops the keys of every object': {
    breaks: ['notices are kept exactly: texts, numbers, and keys of every object'],
    change: adding((one) => {
      const copy: Record<string, unknown> = {}
      for (const [key, value] of Object.entries(one.notice as object)) if (!(key in {})) copy[key] = value
      return { ...one, notice: copy }
    }),
  },
  'returns the notice that was passed in, uncopied': {
    breaks: ['changing what was passed in, or what was returned, changes nothing stored'],
    change: ofNotices(({ add, lease }) => {
      const passed = new Map<string, unknown>()
      return {
        add: (transaction, deliveries) => {
          for (const one of deliveries) if (!passed.has(nameOf(one))) passed.set(nameOf(one), one.notice)
          return add(transaction, deliveries)
        },
        lease: async (query) =>
          (await lease(query)).map((one) => ({ ...one, notices: [passed.get(nameOf(one)), ...one.notices.slice(1)] })),
      }
    }),
  },
  'takes a delivery 1 ms before it is due': {
    breaks: [
      'a delivery may be taken from `dueAt` on, not 1 ms before',
      'a delivery that is due further ahead than `MAX_WAIT_MS` is due',
      'a delivery that is not due holds up its queue, and no other',
      'taking a delivery counts the attempt, and it may be taken again from `until` on',
      'what is not bundled, not due, of another queue or of another channel is in no bundle',
      'the next attempts come with the same notices, whatever is due by then',
      'what was bundled with a delivery is sent with it, and waits with it',
      'a delivery that waits again may be taken from its new instant on, not 1 ms before',
      'several attempts are settled by one call, each as it says; an unknown one is ignored',
      'dead deliveries wait again, all of them, and no others; the number of them is returned',
    ],
    change: leasing((query) => ({ ...query, now: query.now + 1 })),
  },
  'waits for a delivery that is due in a hundred years': {
    breaks: ['a delivery that is due further ahead than `MAX_WAIT_MS` is due'],
    change: adding((one) => ({ ...one, dueAt: Math.min(one.dueAt, MAX_WAIT_MS) })),
  },
  'takes a delivery for due that is due `MAX_WAIT_MS` ahead': {
    breaks: ['a delivery that is due further ahead than `MAX_WAIT_MS` is due'],
    change: adding((one) => ({ ...one, dueAt: one.dueAt >= MAX_WAIT_MS ? one.dueAt + 1 : one.dueAt })),
  },
  'takes all deliveries of a queue at once': {
    breaks: [
      'of a queue only the first waiting delivery is taken, and the next one once that was sent',
      'a delivery that was given up no longer holds up its queue',
      'a delivery that is not due holds up its queue, and no other',
      'a call takes something if anything may be taken, however much is due that may not',
      'what is not bundled, not due, of another queue or of another channel is in no bundle',
      'a delivery that is not bundled comes alone',
      'a delivery that waits again keeps whom it has reached, and its place in the queue',
    ],
    change: adding((one) => ({ ...one, queue: one.bundled ? one.queue : `${one.queue} ${one.id}` })),
  },
  'takes the first due delivery of a queue, not the first that waits': {
    breaks: ['a delivery that is not due holds up its queue, and no other'],
    change: ofNotices((notices, inner) => {
      const { known, add } = remembering(notices)
      return {
        add,
        lease: async (query) => {
          const taken = await inner.notices.lease(query)
          for (const one of known.values()) {
            if (one.dueAt <= query.now || one.bundled) continue
            const next = [...known.values()].find(({ queue, dueAt }) => queue === one.queue && dueAt <= query.now)
            if (next && query.limit > 2) return [...taken, { ...next, attempt: 1, notices: [next.notice], reached: [] }]
          }
          return taken
        },
      }
    }),
  },
  'has one queue of a name for all channels': {
    breaks: [
      'queues of one name in two channels are two queues',
      'the same id by another channel is another delivery',
      'ids, channels, parties and queues are compared exactly',
      'one call takes up to `perParty` of one party by one channel',
      'what is not bundled, not due, of another queue or of another channel is in no bundle',
      'the recipients that an attempt has reached come with the next attempts, once each',
      'a delivery is settled by its channel, too',
      'dead deliveries are ordered by instant, id and channel, and a page begins after any key',
      'of dead deliveries, those named wait again, by every channel; an empty list names none',
    ],
    change: ofNotices((notices) => {
      const { known, add } = remembering(notices)
      return {
        add,
        lease: async (query) => {
          const queues = new Map<string, string>()
          const kept: LeasedDelivery[] = []
          for (const one of await notices.lease(query)) {
            const queue = known.get(nameOf(one))?.queue ?? ''
            if (!queues.has(queue)) queues.set(queue, one.channel)
            if (queues.get(queue) === one.channel) kept.push(one)
            else await untake(notices, query.until, one)
          }
          return kept
        },
      }
    }),
  },
  'lets a delivery that was given up hold up its queue': {
    breaks: [
      'a delivery that was given up no longer holds up its queue',
      'what an earlier attempt says is ignored once a later one has begun',
      'a delivery is settled by its channel, too',
      'a delivery that was sent or given up is removed if that was before the instant, not at it',
      'a delivery is kept until its `keepUntil`, and removed at it',
      'a delivery that was removed may be added again, and is sent again',
    ],
    change: ofNotices((notices) => {
      const { known, add } = remembering(notices)
      const dead = new Map<string, string>()
      return {
        add,
        settle: async (outcomes) => {
          await notices.settle(outcomes)
          for (const one of outcomes) if (one.state === 'dead') dead.set(known.get(nameOf(one))?.queue ?? '', one.id)
        },
        again: async (query) => {
          dead.clear()
          return notices.again(query)
        },
        lease: async (query) => {
          const kept: LeasedDelivery[] = []
          for (const one of await notices.lease(query)) {
            if (!dead.has(known.get(nameOf(one))?.queue ?? '')) kept.push(one)
            else await untake(notices, query.until, one)
          }
          return kept
        },
      }
    }),
  },
  'takes the latest due first': {
    breaks: ['the deliveries are taken earliest due first'],
    change: ofNotices((notices) => ({
      lease: async (query) => {
        if (query.limit !== 1) return notices.lease(query)
        const all = await notices.lease({ ...query, limit: 1_000 })
        for (const one of all.slice(0, -1)) await untake(notices, query.now, one)
        return all.slice(-1)
      },
    })),
  },
  'takes one more than `limit`': {
    breaks: ['one call takes up to `limit`, and the next calls the others'],
    change: leasing((query) => ({ ...query, limit: query.limit + 1 })),
  },
  'takes one more than `perParty`': {
    breaks: ['one call takes up to `perParty` of one party by one channel'],
    change: leasing((query) => ({ ...query, perParty: query.perParty + 1 })),
  },
  'leaves out a party by every channel': {
    breaks: ['none of `except` is taken, by channel and party', 'ids, channels, parties and queues are compared exactly'],
    change: leasing((query) => {
      const channels = ['mail', 'hook', 'Mail']
      return { ...query, except: query.except.flatMap(({ party }) => channels.map((channel) => ({ channel, party }))) }
    }),
  },
  'leaves out nobody': {
    breaks: [
      'none of `except` is taken, by channel and party',
      'ids, channels, parties and queues are compared exactly',
      'a call takes something if anything may be taken, however much is due that may not',
    ],
    change: leasing((query) => ({ ...query, except: [] })),
  },
  'takes what is due first, and then leaves out parties': {
    breaks: [
      'one call takes up to `perParty` of one party by one channel',
      'a call takes something if anything may be taken, however much is due that may not',
    ],
    change: ofNotices((notices) => ({
      lease: async (query) => {
        const kept: LeasedDelivery[] = []
        for (const one of await notices.lease({ ...query, except: [], perParty: 1_000 })) {
          if (query.except.some(({ channel, party }) => channel === one.channel && party === one.party))
            await untake(notices, query.now, one)
          else kept.push(one)
        }
        return kept
      },
    })),
  },
  'does not count attempts': {
    breaks: [
      'taking a delivery counts the attempt, and it may be taken again from `until` on',
      'the next attempts come with the same notices, whatever is due by then',
      'a delivery that waits again may be taken from its new instant on, not 1 ms before',
      'what an earlier attempt says is ignored once a later one has begun',
    ],
    change: ofNotices((notices) => {
      const attempts = new Map<string, number>()
      return {
        lease: async (query) => {
          const taken = await notices.lease(query)
          for (const one of taken) attempts.set(nameOf(one), one.attempt)
          return taken.map((one) => ({ ...one, attempt: 1 }))
        },
        settle: (outcomes) => notices.settle(outcomes.map((one) => ({ ...one, attempt: attempts.get(nameOf(one)) ?? 0 }))),
      }
    }),
  },
  'gives a delivery again 1 ms before `until`': {
    breaks: [
      'taking a delivery counts the attempt, and it may be taken again from `until` on',
      'several attempts are settled by one call, each as it says; an unknown one is ignored',
    ],
    change: leasing((query) => ({ ...query, until: query.until - 1 })),
  },
  'gives a delivery again only after `until`': {
    breaks: [
      'taking a delivery counts the attempt, and it may be taken again from `until` on',
      'the same id by another channel is another delivery',
      'changing what was passed in, or what was returned, changes nothing stored',
      'the deliveries are taken earliest due first',
      'the next attempts come with the same notices, whatever is due by then',
      'the recipients that an attempt has reached come with the next attempts, once each',
      'recipients recorded at once are all kept, and exactly',
      'a delivery that was sent is not taken again',
      'what an earlier attempt says is ignored once a later one has begun',
      'several attempts are settled by one call, each as it says; an unknown one is ignored',
      'a delivery is settled by its channel, too',
      'a dead delivery is listed with its party, notice, attempts, last error and instant',
      'a delivery that waits is never removed',
    ],
    change: leasing((query) => ({ ...query, until: query.until + 1 })),
  },
  'gives concurrent calls the same deliveries': {
    breaks: ['of concurrent calls, one takes a delivery'],
    change: ofNotices(({ lease }) => ({ lease: shared(lease) })),
  },
  'bundles nothing': {
    breaks: [
      'a bundled delivery comes with those of its queue that are due and bundled, in order',
      'what is not bundled, not due, of another queue or of another channel is in no bundle',
      'a delivery that is not bundled comes alone',
      'a bundle has up to `maxBundle` notices, and the next one has the others',
      'the next attempts come with the same notices, whatever is due by then',
      'what was bundled with a delivery is sent with it, and waits with it',
      'what was bundled with a delivery is given up with it, is listed and counted with it, and is sent again with it',
      'what was bundled with a delivery does not wait again by its own id',
    ],
    change: adding((one) => ({ ...one, bundled: false })),
  },
  'bundles what is not due': {
    breaks: [
      'what is not bundled, not due, of another queue or of another channel is in no bundle',
      'the next attempts come with the same notices, whatever is due by then',
    ],
    change: adding((one) => (one.bundled ? { ...one, dueAt: Math.min(one.dueAt, 1_000) } : one)),
  },
  'bundles a whole queue': {
    breaks: [
      'what is not bundled, not due, of another queue or of another channel is in no bundle',
      'a delivery that is not bundled comes alone',
    ],
    change: adding((one) => ({ ...one, bundled: one.queue === 'digest' })),
  },
  'bundles one more than `maxBundle`': {
    breaks: ['a bundle has up to `maxBundle` notices, and the next one has the others'],
    change: leasing((query) => ({ ...query, maxBundle: query.maxBundle + 1 })),
  },
  'bundles no more than `maxBundle` of the present call at a later attempt': {
    breaks: [
      'the next attempts come with the same notices, whatever is due by then',
      'what was bundled with a delivery is given up with it, is listed and counted with it, and is sent again with it',
    ],
    change: leased((one, { maxBundle }) => ({ ...one, notices: one.notices.slice(0, maxBundle) })),
  },
  'bundles in the order of ids': {
    breaks: ['a bundled delivery comes with those of its queue that are due and bundled, in order'],
    change: leased((one) => ({ ...one, notices: one.notices.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) })),
  },
  'sends again what was bundled with a delivery': {
    breaks: [
      'what was bundled with a delivery is sent with it, and waits with it',
      'a bundle has up to `maxBundle` notices, and the next one has the others',
      'what was bundled with a delivery is given up with it, is listed and counted with it, and is sent again with it',
    ],
    change: ofNotices((notices, inner) => {
      const bundles = new Map<string, LeasedDelivery>()
      return {
        lease: async (query) => {
          const taken = await notices.lease(query)
          for (const one of taken) bundles.set(nameOf(one), one)
          return taken
        },
        settle: async (outcomes) => {
          await notices.settle(outcomes)
          for (const one of outcomes) {
            const bundle = bundles.get(nameOf(one))
            if (bundle === undefined || bundle.notices.length === 1 || one.state !== 'done') continue
            const own = { id: `${one.id} again`, party: bundle.party, queue: 'digest', bundled: false, dueAt: 1e6, keepUntil: null }
            await addLater(inner, [{ ...own, channel: one.channel, notice: bundle.notices[1] }])
          }
        },
      }
    }),
  },
}
