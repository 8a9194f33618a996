/**
 * How far places were heard, held still while somebody reads what was missed: what is heard meanwhile lies behind it, and a
 * mark that ran ahead would leave it unread.
 */
export interface HeldMarks {
  /** Something was taken in. */
  heard(name: string, id: string): Promise<void>;
  /** From now on nothing moves until {@link release}. Gives the number of this hold. */
  hold(): number;
  /**
   * What was missed is taken in, up to the hold of this number. Later holds go on.
   * @param except places that could not be read: they stay held until they are
   */
  release(hold: number, except?: (name: string) => boolean): Promise<void>;
}

/** @param move brings the mark of a place to this id, unless it is further on already */
export function createHeldMarks(options: {
  readonly isNewer: (id: string, than: string) => boolean;
  readonly move: (name: string, id: string) => Promise<void>;
}): HeldMarks {
  const { isNewer, move } = options;
  const waiting = new Map<string, string>();
  let isUnread: (name: string) => boolean = () => false;
  let lastHold = 0;
  let isHeld = false;

  return {
    async heard(name, id) {
      if (!isHeld && !isUnread(name)) return move(name, id);
      const before = waiting.get(name);
      if (before === undefined || isNewer(id, before)) waiting.set(name, id);
    },
    hold() {
      isHeld = true;
      lastHold += 1;
      return lastHold;
    },
    async release(hold, except = () => false) {
      if (hold !== lastHold) return;
      isHeld = false;
      isUnread = except;
      const read = [...waiting].filter(([name]) => !except(name));
      for (const [name] of read) waiting.delete(name);
      for (const [name, id] of read) await move(name, id);
    },
  };
}
