/** A mark on frozen objects that this module alone can set, and that no copy has. */

/** A class whose instance is the object that it is given. */
class Given {
  constructor(value: object) {
    // biome-ignore lint/correctness/noConstructorReturn: so a derived class puts its private field on this object.
    return value
  }
}

// A private field, because a `WeakSet` costs more than to validate the facts of a decision once again.
class Marked extends Given {
  readonly #mark = true

  static has(value: object): boolean {
    return #mark in value
  }
}

/**
 * Freezes the object and marks it.
 *
 * The caller has frozen what it holds, and vouches for it by the mark.
 */
export function freezeMarked<T extends object>(value: T): T {
  return Object.freeze(new Marked(value)) as T
}

/** Whether `value` is an object that `freezeMarked` returned, and not a copy or a proxy of one. */
export function isMarked(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Marked.has(value)
}
