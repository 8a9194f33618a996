/** Addresses one instance of a machine: the dialogue of a conversation, a case, a custom flow. */
export interface InstanceAddress {
  /** Name of the machine kind in the registry, e.g. `dialogue`. Letters, digits and `-`. */
  readonly kind: string;
  readonly id: string;
}

/** The one text form of an address, used as mailbox name: `dialogue/slack:T1:C1:170000.1`. */
export function instanceKey(address: InstanceAddress): string {
  return `${address.kind}/${address.id}`;
}

/** Reads {@link instanceKey} back; null when it is none. */
export function parseInstanceKey(key: string): InstanceAddress | null {
  const slash = key.indexOf("/");
  if (slash <= 0 || slash === key.length - 1) return null;
  return { kind: key.slice(0, slash), id: key.slice(slash + 1) };
}
