const EDGE_PUNCTUATION = /^[\s\p{P}\p{S}]+|[\s\p{P}\p{S}]+$/gu;
const MENTION = /<[@#!][^>]{0,60}>|(?<=^|\s)@\S+/gu;

/** Text in lower case without mentions of others and without punctuation and emoji at its edges. */
export function bare(text: string): string {
  return text.replace(MENTION, " ").replace(/\s+/gu, " ").replace(EDGE_PUNCTUATION, "");
}

/** A pattern for a whole message that is one of these phrases, in a frame of fillers and politeness. */
export function wholePhrase(english: readonly string[], chinese: readonly string[]): RegExp {
  const before =
    "(?:(?:um+|uh|well|ok|okay|oh|no|yes|yeah|hey|hi|hello|please|sorry|actually|so|and|嗯|哦|啊|那|那就|好吧|好的|请|麻烦|你好|您好)[\\s,.!，。！]*)*";
  const after =
    "(?:[\\s,.!，。！]*(?:please|then|now|thanks|thank you|bot|frontdesk|吧|啦|了|啊|呀|哦|谢谢|吗|呢))*";
  return new RegExp(`^${before}(?:${[...english, ...chinese].join("|")})${after}$`, "u");
}
