// Linear patterns on purpose: the texts come from strangers and may be long.
// biome-ignore-start lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL_SEQUENCE = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]/gu;
const COMMAND_STRING =
  /(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)/gu;
const SHORT_ESCAPE = /\u001b[ -/]*[0-~]/gu;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: as above
const LINE_BREAK = /\r\n|[\r\u2028\u2029\u0085]/gu;
const CONTROL = /[^\P{Cc}\n]/gu;
/** Characters that reorder what stands around them, or that cannot be seen at all (tag characters). */
const DECEPTIVE = /[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu;

/**
 * Makes a text of users, documents or models harmless for a terminal: no escape sequences, no control characters but
 * the line break, nothing that turns the direction of writing around. Tabs become two spaces.
 */
export function safeText(text: string): string {
  return text
    .replace(COMMAND_STRING, "")
    .replace(CONTROL_SEQUENCE, "")
    .replace(SHORT_ESCAPE, "")
    .replace(LINE_BREAK, "\n")
    .replaceAll("\t", "  ")
    .replace(CONTROL, "")
    .replace(DECEPTIVE, "");
}

/** The same for one line: line breaks and runs of spaces become one space. */
export function safeLine(text: string): string {
  return safeText(text).replaceAll(/\s+/gu, " ").trim();
}
