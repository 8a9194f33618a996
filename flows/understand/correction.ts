const ENGLISH =
  /^(?:no|nope|sorry|wait|oops|actually|hm+)?[\s,.!:-]*(?:(?:i|what i) (?:actually |really )?(?:mean|meant|wanted to (?:ask|know|say)|was asking about|am asking about|want to know)(?: (?:is|was|to (?:ask|say)))?|(?:my )?correction|to be (?:more )?(?:precise|specific|clear)|rather|let me rephrase(?: that)?|in other words)\b[\s,.:-]*(.+)$/iu;
const NOT_BUT = /^(?:no|nope|not)[\s,]+not (.+?)[,;.\s]+(?:but |i mean(?:t)? |rather )(.+)$/iu;
const CHINESE =
  /^(?:不是|不对|不|错了|哦|抱歉|等等|等一下)?[\s,，。!！]*(?:我(?:的意思)?(?:是说|是指|指的是|想问的是|问的是|要问的是|说的是)|更正(?:一下)?|准确地?说|换(?:个|句)(?:说法|话说))[\s,，:：是]*(.+)$/u;

/** What a person means instead: "no, I meant the staging server" → "the staging server". Null when nothing is corrected. */
export function readCorrection(text: string): string | null {
  const found = NOT_BUT.exec(text)?.[2] ?? ENGLISH.exec(text)?.[1] ?? CHINESE.exec(text)?.[1];
  const meant = found?.trim() ?? "";
  return meant.length > 1 ? meant : null;
}
