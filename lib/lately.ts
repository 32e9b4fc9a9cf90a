// What was read lately of what never changes, so that it need not be read again. Always true: it holds no more than has room, but for the latest,
// which is kept however large it is.

/** So many values of all maps together, some 200 bytes each, and so many maps: more acts than are under way at once. */
const MOST_VALUES = 100_000;
const MOST_MAPS = 200;

/** Maps that are not empty, by name; those looked at last are kept longest. */
export class Lately {
  readonly #mostValues: number;
  readonly #maps = new Map<string, ReadonlyMap<string, unknown>>();
  #values = 0;

  constructor(mostValues = MOST_VALUES) {
    this.#mostValues = mostValues;
  }

  get(name: string): ReadonlyMap<string, unknown> | undefined {
    const found = this.#maps.get(name);
    if (found !== undefined) this.keep(name, found);
    return found;
  }

  keep(name: string, map: ReadonlyMap<string, unknown>): void {
    this.#forget(name);
    this.#maps.set(name, map);
    this.#values += map.size;
    for (const oldest of this.#maps.keys()) {
      const isRoom = this.#values <= this.#mostValues && this.#maps.size <= MOST_MAPS;
      if (isRoom || oldest === name) return;
      this.#forget(oldest);
    }
  }

  #forget(name: string): void {
    this.#values -= this.#maps.get(name)?.size ?? 0;
    this.#maps.delete(name);
  }
}
