import type { types } from "@slack/bolt";
import { type CaseRecord, draftOf } from "../../src/core/index.ts";
import { caseHead } from "../shared/desk-packet.ts";
import type { DeskWords } from "../shared/desk-words.ts";
import { actionsBlock, button, markdownBlock, type SlackBlock, sectionBlock } from "./blocks.ts";
import { defuse } from "./safe-text.ts";

/** Names of everything that can be pressed at the desk. They stand in old messages: never rename one. */
export const DESK_ACTIONS = {
  claim: "fd.desk.claim",
  reply: "fd.desk.reply",
  draft: "fd.desk.draft",
  release: "fd.desk.release",
  resolve: "fd.desk.resolve",
  reopen: "fd.desk.reopen",
  learn: "fd.desk.learn",
} as const;

/** Callback id of the window in which an agent writes to the customer. */
export const REPLY_VIEW = "fd.desk.reply";

/** Names of its field. */
export const REPLY_FIELD = { block: "reply", action: "text" } as const;

function buttonsFor(record: CaseRecord, words: DeskWords): readonly types.Button[] {
  const { id, state } = record;
  if (state === "resolved" || state === "closed") {
    const learn = draftOf(record) === null ? [] : [button(DESK_ACTIONS.learn, words.learn, id)];
    return [button(DESK_ACTIONS.reopen, words.reopen, id), ...learn];
  }
  const first =
    state === "waiting"
      ? button(DESK_ACTIONS.claim, words.claim, id, "primary")
      : button(DESK_ACTIONS.release, words.release, id);
  return [
    first,
    button(DESK_ACTIONS.reply, words.reply, id),
    button(DESK_ACTIONS.draft, words.draft, id),
    button(DESK_ACTIONS.resolve, words.resolve, id),
  ];
}

/** The message above the thread of a case. */
export function headContent(
  record: CaseRecord,
  words: DeskWords,
): { readonly text: string; readonly blocks: readonly SlackBlock[] } {
  const text = defuse(caseHead(record, words));
  return { text, blocks: [markdownBlock(text), actionsBlock(buttonsFor(record, words), "desk")] };
}

/** A line in the thread of a case. */
export function lineContent(markdown: string) {
  const text = defuse(markdown);
  return { text, blocks: [markdownBlock(text)] };
}

/**
 * A line that rings: whoever is called stands before it, in Slack's own markup. Only ids get in there, never words of anybody.
 * @param ids of people (`U1`) and user groups (`S1`)
 */
export function callContent(ids: readonly string[], markdown: string) {
  const { text, blocks } = lineContent(markdown);
  if (ids.length === 0) return { text, blocks };
  const mentions = ids
    .filter((id) => /^[A-Z0-9]+$/u.test(id))
    .map((id) => (id.startsWith("S") ? `<!subteam^${id}>` : `<@${id}>`))
    .join(" ");
  return { text: `${mentions} ${text}`, blocks: [sectionBlock(mentions), ...blocks] };
}

/** The window in which an agent writes to the customer. */
export function replyView(caseId: string, words: DeskWords): types.ModalView {
  const plain = (text: string) => ({ type: "plain_text" as const, text });
  return {
    type: "modal",
    callback_id: REPLY_VIEW,
    private_metadata: caseId,
    title: plain(words.title(caseId).slice(0, 24)),
    submit: plain(words.send.slice(0, 24)),
    close: plain(words.cancel),
    blocks: [
      {
        type: "input",
        block_id: REPLY_FIELD.block,
        label: plain(words.replyLabel),
        element: { type: "plain_text_input", action_id: REPLY_FIELD.action, multiline: true },
      },
    ],
  };
}
