/** An encoding of Chinese or Japanese in which a character takes two bytes. */
interface PairEncoding {
  readonly charset: string;
  readonly isLead: (byte: number) => boolean;
  /** Whether a pair is one of the few thousand characters that make up nearly all text; null for punctuation. */
  readonly isCommon: (lead: number, trail: number) => boolean | null;
}

const within = (byte: number, least: number, most: number): boolean =>
  byte >= least && byte <= most;

/** By how the tables are laid out: their first level holds the common characters. */
const ENCODINGS: readonly PairEncoding[] = [
  {
    charset: "gb18030",
    isLead: (byte) => within(byte, 0x81, 0xfe),
    isCommon: (lead, trail) =>
      within(lead, 0xa1, 0xa3) ? null : within(lead, 0xb0, 0xd7) && trail >= 0xa1,
  },
  {
    charset: "big5",
    isLead: (byte) => within(byte, 0x81, 0xfe),
    isCommon: (lead, trail) =>
      within(lead, 0xa1, 0xa3)
        ? null
        : within(lead, 0xa4, 0xc6) && (within(trail, 0x40, 0x7e) || trail >= 0xa1),
  },
  {
    charset: "shift_jis",
    isLead: (byte) => within(byte, 0x81, 0x9f) || within(byte, 0xe0, 0xfc),
    isCommon: (lead) =>
      lead === 0x81 ? null : within(lead, 0x82, 0x83) || within(lead, 0x88, 0x97),
  },
];

const MIN_PAIRS = 2;
const MIN_SHARE = 0.9;

/**
 * The encoding in which nearly all of a text's double bytes are common characters of Chinese or Japanese; null when there
 * is none. Works on a few words already, where statistics over single bytes guess at random.
 */
export function hanCharset(sample: Uint8Array): string | null {
  const scored = ENCODINGS.map((encoding) => ({ encoding, share: commonShare(sample, encoding) }))
    .filter(({ share }) => share >= MIN_SHARE)
    .sort((a, b) => b.share - a.share);
  return scored[0]?.encoding.charset ?? null;
}

function commonShare(sample: Uint8Array, encoding: PairEncoding): number {
  let pairs = 0;
  let common = 0;
  for (let at = 0; at < sample.length - 1; at += 1) {
    const lead = sample[at] ?? 0;
    if (lead < 0x80) continue;
    const trail = sample[at + 1] ?? 0;
    if (!encoding.isLead(lead) || trail < 0x40) {
      pairs += 1;
      continue;
    }
    at += 1;
    const verdict = encoding.isCommon(lead, trail);
    if (verdict === null) continue;
    pairs += 1;
    if (verdict) common += 1;
  }
  return pairs < MIN_PAIRS ? 0 : common / pairs;
}
