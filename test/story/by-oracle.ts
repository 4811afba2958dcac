/** The oracle as a subject. */
import { Oracle, type Outcome } from '../model/oracle.js'
import { type Actor, idOf, type ListingSubject, type SubmitInput } from './subject.js'

export class OracleSubject extends Oracle implements ListingSubject {
  override submit(actor: Actor, input: SubmitInput, now: number): Outcome {
    return super.submit(actor, input, now, (tenant) => idOf(input.id, tenant))
  }

  eventCount(): number {
    return this.events.length
  }
}
