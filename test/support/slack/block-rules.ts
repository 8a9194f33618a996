import { z } from "zod";
import { ApiError } from "./api-error.ts";

// Limits from docs.slack.dev/reference/block-kit, one schema for each kind of block.

const plain = (max: number) =>
  z.strictObject({
    type: z.literal("plain_text"),
    text: z.string().min(1).max(max),
    emoji: z.boolean().optional(),
  });
const mrkdwn = (max: number) =>
  z.strictObject({
    type: z.literal("mrkdwn"),
    text: z.string().min(1).max(max),
    verbatim: z.boolean().optional(),
  });
const text = (max: number) => z.discriminatedUnion("type", [plain(max), mrkdwn(max)]);
const blockId = z.string().min(1).max(255).optional();
const actionId = z.string().min(1).max(255);

const button = z.strictObject({
  type: z.literal("button"),
  text: plain(75),
  action_id: actionId,
  value: z.string().max(2000).optional(),
  url: z.url().max(3000).optional(),
  style: z.enum(["primary", "danger"]).optional(),
  accessibility_label: z.string().max(75).optional(),
});
const option = z.strictObject({ text: plain(75), value: z.string().min(1).max(150) });
const select = z.strictObject({
  type: z.literal("static_select"),
  action_id: actionId,
  placeholder: plain(150).optional(),
  options: z.array(option).min(1).max(100),
});
const feedbackButton = z.strictObject({
  text: plain(75),
  value: z.string().min(1).max(2000),
  accessibility_label: z.string().max(75).optional(),
});
const feedback = z.strictObject({
  type: z.literal("feedback_buttons"),
  action_id: actionId,
  positive_button: feedbackButton,
  negative_button: feedbackButton,
});

const blocks = {
  markdown: z.strictObject({
    type: z.literal("markdown"),
    block_id: blockId,
    text: z.string().min(1).max(12_000),
  }),
  section: z.strictObject({
    type: z.literal("section"),
    block_id: blockId,
    text: text(3000),
    accessory: z.discriminatedUnion("type", [button, select]).optional(),
  }),
  context: z.strictObject({
    type: z.literal("context"),
    block_id: blockId,
    elements: z.array(text(3000)).min(1).max(10),
  }),
  actions: z.strictObject({
    type: z.literal("actions"),
    block_id: blockId,
    elements: z
      .array(z.discriminatedUnion("type", [button, select]))
      .min(1)
      .max(25),
  }),
  contextActions: z.strictObject({
    type: z.literal("context_actions"),
    block_id: blockId,
    elements: z.array(feedback).min(1).max(5),
  }),
  input: z.strictObject({
    type: z.literal("input"),
    block_id: blockId,
    label: plain(2000),
    optional: z.boolean().optional(),
    element: z.strictObject({
      type: z.literal("plain_text_input"),
      action_id: actionId,
      multiline: z.boolean().optional(),
      initial_value: z.string().optional(),
    }),
  }),
  divider: z.strictObject({ type: z.literal("divider"), block_id: blockId }),
  header: z.strictObject({ type: z.literal("header"), block_id: blockId, text: plain(150) }),
} as const;

const block = z.discriminatedUnion("type", [
  blocks.markdown,
  blocks.section,
  blocks.context,
  blocks.actions,
  blocks.contextActions,
  blocks.divider,
  blocks.header,
  blocks.input,
]);

/** A block that Slack takes. */
export type Block = z.infer<typeof block>;

/** All markdown blocks of one message together. */
const MAX_MARKDOWN = 12_000;
/** Seen in practice for the blocks of one message together (slackapi/bolt-js#2509). */
const MAX_TOTAL = 13_200;

function fail(messages: readonly string[], code = "invalid_blocks"): never {
  throw new ApiError(code, { response_metadata: { messages } });
}

function duplicates(values: readonly string[]): readonly string[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

function checkIds(parsed: readonly Block[]): void {
  const twice = duplicates(parsed.flatMap((one) => one.block_id ?? []));
  if (twice.length > 0) fail([`[ERROR] block_id ${twice[0]} is used twice`]);
  for (const one of parsed) {
    if (one.type !== "actions" && one.type !== "context_actions") continue;
    const ids = duplicates(one.elements.map((element) => element.action_id));
    if (ids.length > 0) fail([`[ERROR] action_id ${ids[0]} is used twice in a block`]);
  }
}

function checkLength(parsed: readonly Block[]): void {
  const markdown = parsed.reduce(
    (sum, one) => sum + (one.type === "markdown" ? one.text.length : 0),
    0,
  );
  const total = parsed.reduce((sum, one) => sum + shown(one).length, 0);
  if (markdown > MAX_MARKDOWN || total > MAX_TOTAL) {
    fail(["[ERROR] the blocks are too long together"], "msg_blocks_too_long");
  }
}

/** The words of a block, whatever their place. */
export function shown(one: Block): string {
  switch (one.type) {
    case "markdown":
      return one.text;
    case "header":
      return one.text.text;
    case "section": {
      const labels = one.accessory === undefined ? [] : elementWords(one.accessory);
      return [one.text.text, ...labels].join("\n");
    }
    case "context":
      return one.elements.map((element) => element.text).join("\n");
    case "actions":
      return one.elements.flatMap(elementWords).join("\n");
    case "context_actions":
    case "divider":
      return "";
    case "input":
      return one.label.text;
  }
}

function elementWords(element: z.infer<typeof button> | z.infer<typeof select>): readonly string[] {
  if (element.type === "button") return [element.text.text];
  return element.options.map((one) => one.text.text);
}

/**
 * Blocks as Slack would take them.
 * @throws ApiError `invalid_blocks_format`, `invalid_blocks`, `msg_blocks_too_long`
 */
export function parseBlocks(value: unknown, max = 50): readonly Block[] {
  if (!Array.isArray(value)) throw new ApiError("invalid_blocks_format");
  if (value.length > max) fail([`[ERROR] no more than ${max} items allowed`]);
  const parsed = z.array(block).safeParse(value);
  if (!parsed.success) {
    fail(parsed.error.issues.map(({ path, message }) => `[ERROR] /${path.join("/")} ${message}`));
  }
  checkIds(parsed.data);
  checkLength(parsed.data);
  return parsed.data;
}
