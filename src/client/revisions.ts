/** The revisions of the rows that a client has read, for its next commands (SPEC 4.10). */

/** The most rows of which a revision is kept. The one read longest ago is forgotten first. */
const MOST = 10_000

type Row = Readonly<Record<string, unknown>>

/** A party has revisions of its own, so they are kept by the side of the path, too. */
export class Revisions {
  readonly #known = new Map<string, number>()

  /** Returns the revision of a command: the given one, none for `null`, or that of the row last read. */
  of(path: string, id: unknown, given: unknown): unknown {
    return given === undefined ? this.#known.get(placeOf(path, id)) : (given ?? undefined)
  }

  /** Remembers the revisions of the rows in an answer. */
  remember(path: string, answer: Row): void {
    // The outcomes of many answers hold a request each.
    for (const row of [answer, answer['items'], answer['outcomes']].flat()) {
      const { id, revision } = Object(Object(row).request ?? row)
      if (typeof id !== 'string' || !Number.isInteger(revision)) continue
      const place = placeOf(path, id)
      this.#known.delete(place)
      this.#known.set(place, revision)
      if (this.#known.size > MOST) this.#known.delete(this.#known.keys().next().value as string)
    }
  }
}

function placeOf(path: string, id: unknown): string {
  return `${path.split('/')[1]} ${id}`
}
