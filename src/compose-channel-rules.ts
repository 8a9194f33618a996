import { parseVisibility, type Visibility } from "./core/index.ts";

/** What the configuration says of a channel about visibilities, as words. */
interface WrittenRules {
  readonly visible: readonly string[] | null;
  readonly marked: string | null;
}

type ReadRules<Rules> = Omit<Rules, keyof WrittenRules> & {
  readonly visible: readonly Visibility[] | null;
  readonly marked: Visibility | null;
};

/** The rules of channels of any platform, by channel id, with their visibilities read. */
export function channelRules<Rules extends WrittenRules>(
  channels: Readonly<Record<string, Rules>>,
): Readonly<Record<string, ReadRules<Rules>>> {
  return Object.fromEntries(
    Object.entries(channels).map(([id, { visible, marked, ...rest }]) => [
      id,
      {
        ...rest,
        visible: visible?.flatMap((text) => parseVisibility(text) ?? []) ?? null,
        marked: marked === null ? null : parseVisibility(marked),
      },
    ]),
  );
}
