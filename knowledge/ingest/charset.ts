import { isUtf8 } from "node:buffer";
import { analyse } from "chardet";
import iconv from "iconv-lite";
import { hanCharset } from "./charset-han.ts";

/** A text and the encoding it was read in. */
export interface DecodedText {
  readonly text: string;
  /** Name of the encoding as iconv-lite knows it. */
  readonly charset: string;
  /** What a person should look at: bytes that are not valid in this encoding, or an encoding that was guessed. */
  readonly doubt: string | null;
}

/**
 * Decodes bytes of unknown encoding: byte-order mark first, then UTF-16 by its zero bytes, then UTF-8 when it is valid
 * or broken in few places only, then what the sender declared, then a guess from statistics. Never fails: what cannot
 * be decoded becomes U+FFFD.
 * @param declared encoding named by an HTTP header or a `<meta>` tag
 */
export function decodeText(bytes: Uint8Array, declared: string | null = null): DecodedText {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const charset = byMark(buffer) ?? utf16WithoutMark(buffer) ?? byContent(buffer, declared);
  const text = iconv.decode(buffer, charset);
  return { text, charset, doubt: doubtOf(buffer, { text, charset, declared }) };
}

function doubtOf(
  bytes: Buffer,
  read: { readonly text: string; readonly charset: string; readonly declared: string | null },
): string | null {
  const { text, charset, declared } = read;
  if (isUtf8(bytes) || charset.startsWith("utf-16") || charset.startsWith("utf-32")) return null;
  if (charset === "utf-8") {
    const broken = text.split("\ufffd").length - 1;
    return `is not valid UTF-8 in ${broken} place${broken === 1 ? "" : "s"}, shown as \ufffd; save it as UTF-8`;
  }
  if (declared !== null && widen(declared) === charset) return null;
  return `is not UTF-8 and was read as ${charset}; save it as UTF-8 if letters look wrong`;
}

function byMark(bytes: Buffer): string | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return "utf-8";
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return bytes[2] === 0 && bytes[3] === 0 && bytes.length >= 4 ? "utf-32le" : "utf-16le";
  }
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : null;
}

const SAMPLE_BYTES = 65_536;
/** Letters, digits, marks, punctuation, symbols and white space: what text consists of. */
const TEXTUAL = /[\p{L}\p{N}\p{M}\p{P}\p{S}\p{Zs}\t\n\r]/gu;

/**
 * The byte order of UTF-16 text that has no mark, or null when it is none. Only UTF-16 has zero bytes in text (line ends
 * and spaces have one even in Chinese), so the order is the one that makes readable characters.
 */
export function utf16WithoutMark(bytes: Buffer): "utf-16le" | "utf-16be" | null {
  const sample = bytes.subarray(0, SAMPLE_BYTES - (SAMPLE_BYTES % 2));
  if (!sample.includes(0) || bytes.length % 2 !== 0) return null;
  const scored = (["utf-16le", "utf-16be"] as const).map((charset) => {
    const text = iconv.decode(sample, charset);
    const common = text.match(/[\p{Script=Latin}\p{Script=Han}\p{Script=Kana}\p{P}\p{Nd}\s]/gu);
    return {
      charset,
      share: (text.match(TEXTUAL)?.length ?? 0) / Math.max(1, text.length),
      common: common?.length ?? 0,
    };
  });
  const best = scored
    .filter((candidate) => candidate.share > 0.97)
    .sort((a, b) => b.common - a.common)[0];
  return best?.charset ?? null;
}

function byContent(bytes: Buffer, declared: string | null): string {
  if (isUtf8(bytes) || isMostlyUtf8(bytes)) return "utf-8";
  if (declared !== null && iconv.encodingExists(declared)) return widen(declared);
  return byStatistics(bytes) ?? "windows-1252";
}

/** More whole multi-byte characters than broken ones: damaged UTF-8. Other encodings hardly ever look like that. */
function isMostlyUtf8(bytes: Buffer): boolean {
  const text = bytes.toString("utf8");
  let broken = 0;
  let whole = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0xfffd) broken += 1;
    else if (code > 0x7f) whole += 1;
  }
  return whole > broken;
}

/** From this confidence (of 100) on the statistics are right about short texts too. */
const SURE = 50;

function byStatistics(bytes: Buffer): string | null {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const guesses = analyse(sample);
  const han = (guesses[0]?.confidence ?? 0) < SURE ? hanCharset(sample) : null;
  if (han !== null) return han;
  for (const guess of guesses) {
    if (!iconv.encodingExists(guess.name) || /^utf-?(?:8|16|32)/iu.test(guess.name)) continue;
    const charset = widen(guess.name);
    const text = iconv.decode(sample.subarray(0, -3), charset);
    if (!text.slice(0, -2).includes("\ufffd")) return charset;
  }
  return null;
}

/** The encodings that browsers use for a narrower label. */
function widen(charset: string): string {
  const name = charset.toLowerCase();
  if (name === "iso-8859-1" || name === "ascii" || name === "us-ascii") return "windows-1252";
  return name === "gb2312" || name === "gbk" ? "gb18030" : name;
}
