/** Listening to a repository for as long as anybody follows it: where that is lost, or does not begin, it is tried again. */
import type { Repository } from '../ports/repository.js'
import { type Patience, retryDelay } from './patience.js'

/** Who listens: with whose patience, what wakes him, and who hears of failures. */
export interface SubscriptionOptions {
  readonly patience: Patience
  readonly timeout: number
  readonly wake: () => void
  readonly tell: (error: unknown) => void
}

/** Listens until all waiting is over, where the repository can be listened to at all. */
export async function keepSubscribed(repository: Repository, { patience, timeout, wake, tell }: SubscriptionOptions): Promise<void> {
  for (let failures = 0; repository.subscribe !== undefined && !patience.ended; ) {
    try {
      const loss = deferred()
      const listening = repository.subscribe({ onChange: wake, onDisconnect: loss.lose })
      const stop = await patience
        .withTimeout(() => listening, timeout)
        .catch((error) => {
          listening.then((late) => late()).catch(() => {})
          throw error
        })
      failures = 0
      wake() // what came before it listened
      const error = await Promise.race([loss.lost, patience.over])
      if (!patience.ended) throw error
      await stop()
    } catch (error) {
      tell(error)
      await patience.sleep(retryDelay(failures++))
    }
  }
}

function deferred(): { readonly lost: Promise<unknown>; readonly lose: (error: unknown) => void } {
  let lose = (_error: unknown): void => {}
  const promise = new Promise((resolve) => {
    lose = resolve
  })
  return { lost: promise, lose }
}
