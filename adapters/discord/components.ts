import { ButtonStyle, ComponentType } from "discord.js";
import type { Reply, ReplyOption } from "../../src/core/index.ts";
import { ACTIONS, type Action, customId } from "./custom-ids.ts";
import { discordLabels } from "./labels.ts";
import { label } from "./safe-text.ts";

// Limits from docs.discord.com/developers/components/reference.
const MAX_BUTTON_LABEL = 80;
const MAX_BUTTONS = 5;
const MAX_CHOICES = 25;
const MAX_CHOICE_LABEL = 100;

/** A button of a message. */
export interface Button {
  readonly type: ComponentType.Button;
  readonly style: ButtonStyle;
  readonly label: string;
  readonly custom_id: string;
}

interface Select {
  readonly type: ComponentType.StringSelect;
  readonly custom_id: string;
  readonly placeholder: string;
  readonly options: readonly { readonly label: string; readonly value: string }[];
}

/** A row of buttons, or one list. */
export interface Row {
  readonly type: ComponentType.ActionRow;
  readonly components: readonly (Button | Select)[];
}

/** To which message, of which conversation, a button belongs. */
export interface ButtonPlace {
  readonly scope: string;
  readonly mark: string;
}

/** One button. */
export function button(
  action: Action,
  words: string,
  argument: string,
  { scope, mark }: ButtonPlace,
  style: ButtonStyle = ButtonStyle.Secondary,
): Button {
  const id = customId({ action, scope, argument, mark });
  const text = label(words, MAX_BUTTON_LABEL);
  return { type: ComponentType.Button, style, label: text, custom_id: id };
}

/** Buttons side by side. */
export function row(buttons: readonly Button[]): Row {
  return { type: ComponentType.ActionRow, components: buttons };
}

/** Buttons in as many rows as they need. */
export function rows(buttons: readonly Button[]): readonly Row[] {
  const count = Math.ceil(buttons.length / MAX_BUTTONS);
  return Array.from({ length: count }, (_, index) =>
    row(buttons.slice(index * MAX_BUTTONS, (index + 1) * MAX_BUTTONS)),
  );
}

function optionRow(options: readonly ReplyOption[], place: ButtonPlace): Row {
  return row(
    options.map(({ id, label: words }) =>
      button(ACTIONS.choose, words, id, place, ButtonStyle.Primary),
    ),
  );
}

/** The choices of a clarifying question: buttons, or a list when there are more than five. */
export function optionRows(reply: Reply, place: ButtonPlace): readonly Row[] {
  const { options, language } = reply;
  if (options.length === 0) return [];
  if (options.length <= MAX_BUTTONS) return [optionRow(options, place)];
  const id = customId({ action: ACTIONS.pick, scope: place.scope, argument: "", mark: place.mark });
  const select: Select = {
    type: ComponentType.StringSelect,
    custom_id: id,
    placeholder: discordLabels(language).choose,
    options: options
      .slice(0, MAX_CHOICES)
      .map(({ id: value, label: words }) => ({ label: label(words, MAX_CHOICE_LABEL), value })),
  };
  return [{ type: ComponentType.ActionRow, components: [select] }];
}
