import { ButtonStyle, ComponentType } from "discord.js";
import type { CaseRecord } from "../../src/core/index.ts";
import { caseHead } from "../shared/desk-packet.ts";
import type { DeskWords } from "../shared/desk-words.ts";
import { cut } from "../shared/text.ts";
import { type Button, type Row, row } from "./components.ts";
import { label, safeText } from "./safe-text.ts";

/** Names of everything that can be pressed at the desk. They stand in old messages: never rename one. */
const DESK_ACTIONS = [
  "claim",
  "release",
  "draft",
  "resolve",
  "reopen",
  /** These open a window first. */
  "reply",
  "note",
  "return",
] as const;
export type DeskAction = (typeof DESK_ACTIONS)[number];

// Limits from docs.discord.com/developers/components/reference.
const MAX_CONTENT = 2_000;
const MAX_LABEL = 80;
const MAX_FORM_TEXT = 4_000;
const MAX_FORM_LABEL = 45;

/** `desk:claim:C-12345-67890` */
function deskId(action: DeskAction, caseId: string): string {
  return `desk:${action}:${caseId}`;
}

/** Reads what a button or a window of the desk says; null when it is none of the desk's. */
export function parseDeskId(
  text: string,
): { readonly action: DeskAction; readonly caseId: string } | null {
  const [, name = "", caseId = ""] = /^desk:([a-z]+):(.+)$/u.exec(text) ?? [];
  const action = DESK_ACTIONS.find((one) => one === name);
  return action === undefined ? null : { action, caseId };
}

function button(action: DeskAction, words: string, caseId: string, style?: ButtonStyle): Button {
  return {
    type: ComponentType.Button,
    style: style ?? ButtonStyle.Secondary,
    label: label(words, MAX_LABEL),
    custom_id: deskId(action, caseId),
  };
}

function rowsFor({ id, state }: CaseRecord, words: DeskWords): readonly Row[] {
  if (state === "resolved" || state === "closed") {
    return [row([button("reopen", words.reopen, id)])];
  }
  const first =
    state === "waiting"
      ? button("claim", words.claim, id, ButtonStyle.Primary)
      : button("release", words.release, id);
  return [
    row([
      first,
      button("reply", words.reply, id),
      button("note", words.note, id),
      button("draft", words.draft, id),
    ]),
    row([button("resolve", words.resolve, id), button("return", words.giveBack, id)]),
  ];
}

/** The message at the head of a case, with its buttons. */
export function headOf(
  record: CaseRecord,
  words: DeskWords,
): { readonly content: string; readonly components: readonly Row[] } {
  const content = cut(safeText(caseHead(record, words)), MAX_CONTENT);
  return { content, components: rowsFor(record, words) };
}

/** The window of a button that asks for words. */
export function formOf(
  action: "reply" | "note" | "return",
  caseId: string,
  words: DeskWords,
): Readonly<Record<string, unknown>> {
  const labels = { reply: words.replyLabel, note: words.noteLabel, return: words.hintLabel };
  const field = {
    type: ComponentType.TextInput,
    custom_id: "text",
    style: 2,
    required: action !== "return",
    max_length: MAX_FORM_TEXT,
  };
  return {
    custom_id: deskId(action, caseId),
    title: cut(words.title(caseId), MAX_FORM_LABEL),
    components: [
      { type: ComponentType.Label, label: cut(labels[action], MAX_FORM_LABEL), component: field },
    ],
  };
}
