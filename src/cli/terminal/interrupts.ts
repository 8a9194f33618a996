/** Presses of Ctrl-C within this time of one another leave. */
const TWICE_MS = 2_000;

/** Tells a single Ctrl-C from one that means it. */
export class Interrupts {
  #last = Number.NEGATIVE_INFINITY;

  /** True when this is the second one within two seconds. */
  press(now: number): boolean {
    const isSecond = now - this.#last <= TWICE_MS;
    this.#last = now;
    return isSecond;
  }
}
