/** Names of everything that can be pressed. They stand in old messages: never rename one. */
export const ACTIONS = {
  /** Begins the id of the block of a clarifying question's choices. */
  options: "fd.options",
  choose: "fd.choose",
  feedback: "fd.feedback",
  person: "fd.person",
  stop: "fd.stop",
  mute: "fd.mute",
  share: "fd.share",
  /** "Yes, answer": the value is the `ts` of the message that is meant. */
  answer: "fd.answer",
  /** Shows a private message of which nobody knows whether it arrived. */
  again: "fd.again",
  /** A suggested question on the home tab. */
  prompt: "fd.prompt",
} as const;

/** Callback id of the message shortcut. */
export const SHORTCUT = "fd.ask";
/** Callback id of the message shortcut that makes a document of a message. */
export const KEEP_SHORTCUT = "fd.keep";
