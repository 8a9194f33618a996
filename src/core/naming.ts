/** Somebody is spoken to by name: `<@U123>` as platforms write it, or `@Ann` at the start of a word. */
export const NAMES_SOMEBODY = /<@|(^|\s)@\S/u;
