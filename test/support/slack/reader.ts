import { shown } from "./block-rules.ts";
import type { SlackMessage, World } from "./world.ts";

/** A button or a choice that a reader can press. */
export interface SeenControl {
  readonly actionId: string;
  readonly blockId: string;
  readonly label: string;
  readonly value: string;
  readonly type: "button" | "static_select" | "feedback_buttons";
}

/** A message as somebody who looks at the screen sees it. */
export interface SeenMessage {
  readonly ts: string;
  readonly user: string;
  readonly author: string;
  /** All words of it: blocks where it has some, else the text. */
  readonly text: string;
  /** What a notification shows. */
  readonly notification: string;
  readonly controls: readonly SeenControl[];
  readonly isBot: boolean;
  readonly isEphemeral: boolean;
  readonly isEdited: boolean;
  readonly isStreaming: boolean;
  readonly metadata: SlackMessage["metadata"];
}

function controlsOf(message: SlackMessage): readonly SeenControl[] {
  return message.blocks.flatMap((block): readonly SeenControl[] => {
    const blockId = "block_id" in block ? (block.block_id ?? "") : "";
    if (block.type === "section" && block.accessory?.type === "button") {
      const { text, action_id: actionId, value = "" } = block.accessory;
      return [{ actionId, blockId, label: text.text, value, type: "button" }];
    }
    if (block.type === "context_actions") {
      return block.elements.flatMap(({ action_id: actionId, positive_button, negative_button }) =>
        [positive_button, negative_button].map(({ text, value }) => ({
          actionId,
          blockId,
          label: text.text,
          value,
          type: "feedback_buttons" as const,
        })),
      );
    }
    if (block.type !== "actions") return [];
    return block.elements.flatMap((element): readonly SeenControl[] => {
      const { action_id: actionId, type } = element;
      if (element.type === "button") {
        return [{ actionId, blockId, label: element.text.text, value: element.value ?? "", type }];
      }
      return element.options.map(({ text, value }) => ({
        actionId,
        blockId,
        label: text.text,
        value,
        type,
      }));
    });
  });
}

/** What one message looks like. */
export function seen(world: World, message: SlackMessage): SeenMessage {
  return {
    ts: message.ts,
    user: message.user,
    author: world.users.get(message.user)?.realName ?? message.user,
    text: message.blocks.length === 0 ? message.text : message.blocks.map(shown).join("\n"),
    notification: message.text,
    controls: controlsOf(message),
    isBot: message.botId !== null,
    isEphemeral: message.ephemeralTo !== null,
    isEdited: message.editedTs !== null,
    isStreaming: message.stream !== null,
    metadata: message.metadata,
  };
}

/**
 * What somebody sees in a channel (`thread` null: what stands in the channel itself) or a thread, oldest first.
 * @param as ephemeral messages for this person are included
 */
export function readMessages(
  world: World,
  place: { readonly channel: string; readonly thread: string | null; readonly as: string | null },
): readonly SeenMessage[] {
  return world.messages
    .filter((message) => {
      if (message.channel !== place.channel) return false;
      if (message.ephemeralTo !== null && message.ephemeralTo !== place.as) return false;
      if (place.thread === null) return message.threadTs === null;
      return message.threadTs === place.thread || message.ts === place.thread;
    })
    .map((message) => seen(world, message));
}
