/**
 * Nouns that name a kind of which documents speak of many: "the animal" of which nobody has spoken names none. Not what a reader
 * at work has one of (the company, the office, the device), nor what software calls by such a word (a player, an actor).
 */
const KINDS =
  "animal|breed|species|bird|insect|mammal|reptile|athlete|actress|singer|musician|poet|novelist|scientist|inventor|politician|celebrity|movie|film|book|novel|song|album|musical|river|mountain|island|planet|disease|museum|library|country|(?:credit|debit) card|(?:tv|television) (?:show|series)|(?:basketball|football|soccer|tennis|baseball|hockey|cricket) (?:player|team|club)|(?:famous|well-known|popular) (?:\\p{L}+ )?(?:player|actor|author|artist|writer|person|team|band|game|show|series)";
const QUALITIES = "famous|well-known|popular|particular|specific|fictional|wild|state|public";
/** What follows says which one: "the song of the year", "the book that I ordered". */
const RESTRICTED =
  "of|who|whom|whose|that|which|where|called|named|titled|by|about|from|with|for|i|you|we|they|he|she|it";
const KIND = new RegExp(
  `\\b(the|this|that)\\s+((?:(?:${QUALITIES})\\s+)*(${KINDS}))(?=['’]s\\b|[\\s?.!,]|$)(?!\\s+(?:${RESTRICTED})\\b)`,
  "iu",
);
const CHINESE_KIND =
  /(?<pointer>[这那]|该)(?<measure>一?(?:个|种|只|位|本|部|首|名|条|座|款|家|张))?(?<kind>动物|品种|物种|鸟|昆虫|球员|运动员|演员|歌手|作家|诗人|科学家|发明家|政治家|明星|电影|影片|电视剧|小说|歌曲|专辑|河流|山峰|岛屿|行星|疾病|博物馆|图书馆|国家|信用卡)/u;

/** Whether a text has a word, in the singular or the plural; "animated" is no "animal". */
function says(text: string, word: string): boolean {
  const words = text.toLowerCase().match(/\p{L}[\p{L}\p{N}-]*/gu) ?? [];
  const plurals = [`${word}s`, `${word}es`, word.replace(/y$/u, "ies")];
  return words.some((each) => each === word || plurals.includes(each));
}

/**
 * "the animal", 这种动物: a kind of thing that a question speaks of as if it were known, although its word was not said before; null
 * when there is none.
 */
export function unnamedKind(text: string, said: readonly string[]): string | null {
  const chinese = CHINESE_KIND.exec(text);
  if (chinese !== null) {
    const kind = chinese.groups?.["kind"] ?? "";
    return said.some((each) => each.includes(kind)) ? null : chinese[0];
  }
  const [, pointer = "", words = "", kind = ""] = KIND.exec(text) ?? [];
  if (kind === "") return null;
  const head = (kind.split(/\s+/u).at(-1) ?? kind).toLowerCase();
  return said.some((each) => says(each, head)) ? null : `${pointer} ${words}`;
}
