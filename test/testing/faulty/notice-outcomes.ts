/** Faults of outcomes: what becomes of deliveries, the lists of them, and what is removed. */
import type { DeadDelivery, DeadKey } from '../../../src/ports/notice-store.js'
import { allRequests, yieldToOthers } from './faults.js'
import { adding, leased, type NoticeFaults, nameOf, ofNotices, remembering, shared } from './notice-faults.js'

const ALL = 1_000
const byId = (a: { readonly id: string }, b: { readonly id: string }) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

export const outcomeFaults: NoticeFaults = {
  'records a recipient as often as it is reached': {
    breaks: ['the recipients that an attempt has reached come with the next attempts, once each'],
    change: ofNotices(({ recordReached, lease }) => {
      const twice = new Map<string, string[]>()
      return {
        recordReached: async (one) => {
          twice.set(nameOf(one), [...(twice.get(nameOf(one)) ?? []), one.recipient])
          await recordReached(one)
        },
        lease: async (query) => (await lease(query)).map((one) => ({ ...one, reached: twice.get(nameOf(one)) ?? one.reached })),
      }
    }),
  },
  'records a recipient for every channel': {
    breaks: ['the recipients that an attempt has reached come with the next attempts, once each'],
    change: ofNotices(({ recordReached }) => ({
      recordReached: async (one) => {
        for (const channel of ['mail', 'hook']) await recordReached({ ...one, channel })
      },
    })),
  },
  'forgets the recipients of earlier attempts': {
    breaks: ['the recipients that an attempt has reached come with the next attempts, once each'],
    change: ofNotices(({ recordReached, lease }) => {
      const last = new Map<string, number>()
      const reached = new Map<string, string[]>()
      return {
        recordReached: async (one) => {
          if (last.get(nameOf(one)) !== one.attempt) reached.set(nameOf(one), [])
          last.set(nameOf(one), one.attempt)
          reached.set(nameOf(one), [...new Set([...(reached.get(nameOf(one)) ?? []), one.recipient])])
          await recordReached(one)
        },
        lease: async (query) => (await lease(query)).map((one) => ({ ...one, reached: reached.get(nameOf(one)) ?? [] })),
      }
    }),
  },
  'reads the recipients, and writes them later': {
    breaks: ['recipients recorded at once are all kept, and exactly'],
    change: ofNotices(({ lease }) => {
      const reached = new Map<string, readonly string[]>()
      return {
        recordReached: async (one) => {
          const before = reached.get(nameOf(one)) ?? []
          await yieldToOthers()
          reached.set(nameOf(one), [...new Set([...before, one.recipient])])
        },
        lease: async (query) => (await lease(query)).map((one) => ({ ...one, reached: reached.get(nameOf(one)) ?? [] })),
      }
    }),
  },
  'tries again 1 ms too early': {
    breaks: [
      'a delivery that waits again may be taken from its new instant on, not 1 ms before',
      'what was bundled with a delivery is sent with it, and waits with it',
    ],
    change: ofNotices(({ settle }) => ({
      settle: (outcomes) => settle(outcomes.map((one) => (one.state === 'waiting' ? { ...one, dueAt: one.dueAt - 1 } : one))),
    })),
  },
  'tries again when the attempt is over': {
    breaks: [
      'a delivery that waits again may be taken from its new instant on, not 1 ms before',
      'the next attempts come with the same notices, whatever is due by then',
      'several attempts are settled by one call, each as it says; an unknown one is ignored',
    ],
    change: ofNotices(({ settle }) => ({ settle: (outcomes) => settle(outcomes.filter(({ state }) => state !== 'waiting')) })),
  },
  'lists what was sent as dead': {
    breaks: [
      'a delivery that was sent is not taken again',
      'a delivery that was sent or given up is not added again',
      'what was bundled with a delivery is sent with it, and waits with it',
      'what was bundled with a delivery is given up with it, is listed and counted with it, and is sent again with it',
      'what an attempt says of a delivery that was sent or given up is ignored',
      'several attempts are settled by one call, each as it says; an unknown one is ignored',
      'dead deliveries wait again, all of them, and no others; the number of them is returned',
      'the count is of those that wait, due or not, and of those that are dead',
    ],
    change: ofNotices(({ settle }) => ({
      settle: (outcomes) => settle(outcomes.map((one) => (one.state === 'done' ? { ...one, state: 'dead', error: '' } : one))),
    })),
  },
  'settles whatever the attempt': {
    breaks: ['what an earlier attempt says is ignored once a later one has begun'],
    change: ofNotices(({ settle, lease }) => {
      const attempts = new Map<string, number>()
      return {
        lease: async (query) => {
          const taken = await lease(query)
          for (const one of taken) attempts.set(nameOf(one), one.attempt)
          return taken
        },
        settle: (outcomes) => settle(outcomes.map((one) => ({ ...one, attempt: attempts.get(nameOf(one)) ?? one.attempt }))),
      }
    }),
  },
  'settles what was given up': {
    breaks: ['what an attempt says of a delivery that was sent or given up is ignored'],
    change: ofNotices((notices) => ({
      settle: async (outcomes) => {
        await notices.settle(outcomes)
        const late = outcomes.filter(({ state }) => state === 'waiting').map(({ id }) => id)
        if (late.length > 0) await notices.again({ now: 0, ids: late })
      },
    })),
  },
  'stops at an attempt that it does not know': {
    breaks: ['several attempts are settled by one call, each as it says; an unknown one is ignored'],
    change: ofNotices(({ settle }) => ({
      settle: async (outcomes) => {
        const unknown = outcomes.findIndex(({ id }) => id === 'unknown')
        await settle(unknown < 0 ? outcomes : outcomes.slice(0, unknown))
      },
    })),
  },
  'settles by the id alone': {
    breaks: ['a delivery is settled by its channel, too', 'the same id by another channel is another delivery'],
    change: ofNotices(({ settle }) => ({
      settle: (outcomes) => settle(outcomes.flatMap((one) => ['mail', 'hook', 'Hook', 'Mail'].map((channel) => ({ ...one, channel })))),
    })),
  },
  'says that a dead delivery was tried once': {
    breaks: ['a dead delivery is listed with its party, notice, attempts, last error and instant'],
    change: ofNotices(({ dead }) => ({ dead: async (query) => (await dead(query)).map((one) => ({ ...one, attempts: 1 })) })),
  },
  'trims what an attempt said': {
    breaks: ['the errors of dead deliveries and the names of endpoints are kept exactly'],
    change: ofNotices(({ dead }) => ({ dead: async (query) => (await dead(query)).map((one) => ({ ...one, error: one.error.trim() })) })),
  },
  'orders dead deliveries of an instant by channel first': {
    breaks: ['dead deliveries are ordered by instant, id and channel, and a page begins after any key'],
    change: ofNotices(({ dead }) => ({ dead: pagedBy(dead, (one) => [one.channel, one.id]) })),
  },
  'orders dead deliveries of an instant by id alone, so that a page can leave some out': {
    breaks: ['dead deliveries are ordered by instant, id and channel, and a page begins after any key'],
    change: ofNotices(({ dead }) => ({ dead: pagedBy(dead, (one) => [one.id]) })),
  },
  'lists each delivery of a dead bundle': {
    breaks: [
      'what was bundled with a delivery is given up with it, is listed and counted with it, and is sent again with it',
      'what was bundled with a delivery does not wait again by its own id',
    ],
    change: ofNotices(({ dead, lease }) => {
      const bundled = new Map<string, readonly unknown[]>()
      return {
        lease: async (query) => {
          const taken = await lease(query)
          for (const one of taken) bundled.set(one.id, one.notices)
          return taken
        },
        dead: async (query) =>
          (await dead(query)).flatMap((one) => (bundled.get(one.id) ?? [one.notice]).map((notice) => ({ ...one, notice }))),
      }
    }),
  },
  'revives a bundle by the id of any of its deliveries': {
    breaks: ['what was bundled with a delivery does not wait again by its own id'],
    change: ofNotices((notices) => {
      const { known, add } = remembering(notices)
      const firstOf = (id: string) => {
        const queue = [...known.values()].find((one) => one.id === id && one.bundled)?.queue
        return [...known.values()].find((one) => one.queue === queue)?.id ?? id
      }
      return { add, again: ({ ids, ...query }) => notices.again({ ...query, ids: ids?.map(firstOf) }) }
    }),
  },
  'switches an endpoint off by every dead delivery': {
    breaks: [
      'an endpoint is switched off by a dead delivery that closes it, and by no other',
      'what an attempt says of a delivery that was sent or given up is ignored',
    ],
    change: ofNotices(({ settle }) => ({
      settle: (outcomes) => settle(outcomes.map((one) => (one.state === 'dead' ? { ...one, closes: one.closes ?? 'any' } : one))),
    })),
  },
  'switches an endpoint off twice': {
    breaks: ['an endpoint is switched off by a dead delivery that closes it, and by no other'],
    change: ofNotices(({ settle, closedEndpoints }) => {
      const closed: string[] = []
      return {
        settle: async (outcomes) => {
          await settle(outcomes)
          for (const one of outcomes) if (one.state === 'dead' && one.closes !== undefined) closed.push(one.closes)
        },
        closedEndpoints: async () => {
          const now = new Set(await closedEndpoints())
          return closed.filter((one) => now.has(one))
        },
      }
    }),
  },
  'revives a delivery at once': {
    breaks: ['dead deliveries wait again, all of them, and no others; the number of them is returned'],
    change: ofNotices(({ again }) => ({ again: (query) => again({ ...query, now: 0 }) })),
  },
  'revives all if none is named': {
    breaks: ['of dead deliveries, those named wait again, by every channel; an empty list names none'],
    change: ofNotices(({ again }) => ({ again: ({ now, ids }) => again({ now, ids: ids?.length === 0 ? undefined : ids }) })),
  },
  'revives a delivery by one channel': {
    breaks: ['of dead deliveries, those named wait again, by every channel; an empty list names none'],
    change: ofNotices(({ again }) => ({ again: async (query) => Math.min(await again(query), query.ids ? 1 : ALL) })),
  },
  'never switches an endpoint on': {
    breaks: ['the endpoints that deliveries switched off are on again once these wait again, and no others'],
    change: ofNotices(({ closedEndpoints, settle }) => {
      const closed = new Set<string>()
      return {
        settle: async (outcomes) => {
          await settle(outcomes)
          for (const one of await closedEndpoints()) closed.add(one)
        },
        closedEndpoints: async () => [...closed],
      }
    }),
  },
  'switches all endpoints on': {
    breaks: ['the endpoints that deliveries switched off are on again once these wait again, and no others'],
    change: ofNotices(({ closedEndpoints, again }) => {
      let revived = false
      return {
        again: (query) => {
          revived = true
          return again(query)
        },
        closedEndpoints: async () => (revived ? [] : closedEndpoints()),
      }
    }),
  },
  'forgets whom a revived delivery has reached': {
    breaks: ['a delivery that waits again keeps whom it has reached, and its place in the queue'],
    change: leased((one) => (one.attempt === 1 ? { ...one, reached: [] } : one)),
  },
  'lets concurrent calls count a revived delivery each': {
    breaks: ['of concurrent calls, one makes a delivery wait again'],
    change: ofNotices(({ again }) => ({ again: shared(again) })),
  },
  'removes what was sent at the instant': {
    breaks: ['a delivery that was sent or given up is removed if that was before the instant, not at it'],
    change: ofNotices(({ purge }) => ({ purge: (query) => purge({ ...query, before: query.before + 1 }) })),
  },
  'removes nothing that was given up': {
    breaks: [
      'a delivery that was sent or given up is removed if that was before the instant, not at it',
      'a delivery is kept until its `keepUntil`, and removed at it',
      'a delivery that was removed may be added again, and is sent again',
    ],
    change: ofNotices(({ purge, settle }) => ({
      settle: (outcomes) => settle(outcomes.map((one) => (one.state === 'dead' && one.at === 5_000 ? { ...one, at: 1e13 } : one))),
      purge,
    })),
  },
  'keeps a delivery 1 ms longer than its `keepUntil`': {
    breaks: ['a delivery is kept until its `keepUntil`, and removed at it'],
    change: ofNotices(({ purge }) => ({ purge: (query) => purge({ ...query, now: query.now - 1 }) })),
  },
  'does not keep what it should keep': {
    breaks: ['a delivery is kept until its `keepUntil`, and removed at it'],
    change: adding((one) => ({ ...one, keepUntil: null })),
  },
  'removes what waits and is kept no longer': {
    breaks: ['a delivery that waits is never removed'],
    change: ofNotices(({ purge, lease, settle }) => ({
      purge: async (query) => {
        const { now } = query
        const taken = await lease({ now, until: now + 1, limit: ALL, perParty: ALL, except: [], maxBundle: 1 })
        await settle(taken.map(({ id, channel, attempt }) => ({ id, channel, attempt, at: 0, state: 'done' })))
        return purge(query)
      },
    })),
  },
  'removes as many as there are': {
    breaks: ['one call removes up to `limit`, and the next calls the others'],
    change: ofNotices(({ purge }) => ({ purge: (query) => purge({ ...query, limit: ALL }) })),
  },
  'never adds the same id again': {
    breaks: [
      'a delivery that was removed may be added again, and is sent again',
      'a delivery that was sent or given up is removed if that was before the instant, not at it',
      'a delivery is kept until its `keepUntil`, and removed at it',
    ],
    change: ofNotices(({ add, purge }) => {
      const seen = new Set<string>()
      let isPurged = false
      return {
        add: (transaction, deliveries) => {
          const fresh = deliveries.filter((one) => !isPurged || !seen.has(nameOf(one)))
          for (const one of deliveries) seen.add(nameOf(one))
          return add(transaction, fresh)
        },
        purge: (query) => {
          isPurged = true
          return purge(query)
        },
      }
    }),
  },
  'counts what waits and is not being sent': {
    breaks: [
      'the count is of those that wait, due or not, and of those that are dead',
      'a delivery that was sent or given up is not added again',
    ],
    change: ofNotices(({ count, lease, settle }) => {
      let taken = 0
      return {
        lease: async (query) => {
          const found = await lease(query)
          taken += found.length
          return found
        },
        settle: async (outcomes) => {
          await settle(outcomes)
          taken -= outcomes.length
        },
        count: async () => {
          const { waiting, dead } = await count()
          return { waiting: waiting - taken, dead }
        },
      }
    }),
  },
  'leaves out what is unanswered since exactly the instant': {
    breaks: [
      'unanswered are the pending requests sent after the key and until the instant',
      'unanswered requests are ordered by the instant of sending and id, and a page begins after any key',
    ],
    change: ofNotices(({ unanswered }) => ({ unanswered: (query) => unanswered({ ...query, until: query.until - 1 }) })),
  },
  'calls a grant unanswered': {
    breaks: ['a request that was answered or has ended is not unanswered'],
    change: ofNotices((_, inner) => ({
      unanswered: async ({ after, until, limit }) =>
        (await allRequests(inner))
          .filter(({ state, sentAt }) => (state === 'pending' || state === 'granted') && sentAt <= until)
          .map(({ id, sentAt }) => ({ dueAt: sentAt, id }))
          .sort((a, b) => a.dueAt - b.dueAt || byId(a, b))
          .filter((one) => one.dueAt > after.dueAt || (one.dueAt === after.dueAt && one.id > after.id))
          .slice(0, limit),
    })),
  },
  'orders what is unanswered by id': {
    breaks: [
      'unanswered requests are ordered by the instant of sending and id, and a page begins after any key',
      'unanswered are the pending requests sent after the key and until the instant',
    ],
    change: ofNotices(({ unanswered }) => ({
      unanswered: async (query) => (await unanswered({ ...query, limit: ALL })).toSorted(byId).slice(0, query.limit),
    })),
  },
}

/** Returns pages of dead deliveries in another order within an instant. */
function pagedBy(
  dead: (query: { readonly limit: number }) => Promise<readonly DeadDelivery[]>,
  orderOf: (key: DeadKey) => readonly string[],
): (query: { readonly after?: DeadKey | undefined; readonly limit: number }) => Promise<readonly DeadDelivery[]> {
  const order = (a: DeadKey, b: DeadKey) => {
    const [first, second] = [orderOf(a).join(' '), orderOf(b).join(' ')]
    return a.at - b.at || (first < second ? -1 : first > second ? 1 : 0)
  }
  return async ({ after, limit }) =>
    (await dead({ limit: ALL }))
      .filter((one) => after === undefined || order(after, one) < 0)
      .toSorted(order)
      .slice(0, limit)
}
