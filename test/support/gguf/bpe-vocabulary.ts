import { bool, type GgufValue, i32s, text, texts, u32 } from "./writer.ts";

/** Tokens that chat templates need; the two of ChatML, those of DeepSeek, and the tags of thoughts. */
export const SPECIAL_TOKENS = [
  "<|endoftext|>",
  "<|im_start|>",
  "<|im_end|>",
  "<think>",
  "</think>",
  "<｜User｜>",
  "<｜Assistant｜>",
  "<｜end▁of▁sentence｜>",
] as const;

/** As {@link SPECIAL_TOKENS}, of a model that does not think. */
export const SPECIAL_TOKENS_WITHOUT_THOUGHTS = SPECIAL_TOKENS.filter(
  (token) => !token.includes("think"),
);

const NORMAL = 1;
const CONTROL = 3;
/** Is printed, unlike a control token. */
const USER_DEFINED = 4;

const CHATML =
  "{% for m in messages %}{{'<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>' + '\\n'}}{% endfor %}" +
  "{% if add_generation_prompt %}{{'<|im_start|>assistant\\n'}}{% endif %}";

/** A byte-level vocabulary: every byte, then whole pieces of text, then the special tokens. */
export interface BpeVocabulary {
  readonly tokens: readonly string[];
  readonly header: readonly (readonly [string, GgufValue])[];
  /** Number of the token with this plain text; undefined when there is none. */
  idOf(plain: string): number | undefined;
}

/**
 * @param pieces texts that get a token of their own; those that are one byte or special have one already
 * @param size so many tokens are made of it with words that mean nothing
 * @param specials tokens with a meaning of their own
 */
export function bpeVocabulary(
  pieces: readonly string[],
  size = 0,
  specials: readonly string[] = SPECIAL_TOKENS,
): BpeVocabulary {
  const special = new Set<string>(specials);
  const tokens = [...byteCharacters(), "th"];
  for (const piece of pieces) {
    const encoded = encodeBytes(piece);
    if (!special.has(piece) && !tokens.includes(encoded)) tokens.push(encoded);
  }
  for (let word = 0; tokens.length < size - specials.length; word += 1) {
    tokens.push(encodeBytes(` w${word.toString(36)}`));
  }
  const types = tokens.map(() => NORMAL);
  for (const token of specials) {
    tokens.push(token);
    types.push(token.includes("think") ? USER_DEFINED : CONTROL);
  }
  const ids = new Map(tokens.map((token, index) => [token, index]));
  const endOfTurn = ids.get("<|im_end|>") ?? 0;
  const endOfText = ids.get("<|endoftext|>") ?? 0;
  return {
    tokens,
    idOf: (plain) => ids.get(special.has(plain) ? plain : encodeBytes(plain)),
    header: [
      ["tokenizer.ggml.model", text("gpt2")],
      ["tokenizer.ggml.pre", text("qwen2")],
      ["tokenizer.ggml.tokens", texts(tokens)],
      ["tokenizer.ggml.token_type", i32s(types)],
      // The engine insists on a table of merges; one is enough.
      ["tokenizer.ggml.merges", texts(["t h"])],
      ["tokenizer.ggml.eos_token_id", u32(endOfTurn)],
      ["tokenizer.ggml.padding_token_id", u32(endOfText)],
      ["tokenizer.ggml.bos_token_id", u32(endOfText)],
      ["tokenizer.ggml.add_bos_token", bool(false)],
      ["tokenizer.chat_template", text(CHATML)],
    ],
  };
}

/** GPT-2's table from bytes to printable characters. */
function byteCharacters(): string[] {
  const isPrintable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let moved = 0;
  return Array.from({ length: 256 }, (_, byte) => {
    if (isPrintable(byte)) return String.fromCodePoint(byte);
    moved += 1;
    return String.fromCodePoint(255 + moved);
  });
}

const CHARACTERS = byteCharacters();

function encodeBytes(plain: string): string {
  return [...Buffer.from(plain, "utf8")].map((byte) => CHARACTERS[byte] ?? "").join("");
}
