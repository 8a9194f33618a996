import type { DiscordMessage, World } from "./world.ts";

/** A button or a choice that a reader can press. */
export interface SeenControl {
  readonly customId: string;
  readonly label: string;
  readonly type: "button" | "select";
  /** Of a choice. */
  readonly value: string | null;
}

/** A message as somebody who looks at the screen sees it. */
export interface SeenMessage {
  readonly id: string;
  readonly channelId: string;
  readonly author: string;
  readonly text: string;
  readonly controls: readonly SeenControl[];
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly isBot: boolean;
  readonly isEphemeral: boolean;
  readonly isEdited: boolean;
  /** "Frontdesk is thinking …" */
  readonly isLoading: boolean;
  readonly replyTo: string | null;
  readonly hasPreviews: boolean;
  readonly rung: readonly string[];
}

function controlsOf(message: DiscordMessage): readonly SeenControl[] {
  return message.components.flatMap((row) =>
    row.components.flatMap((component): readonly SeenControl[] => {
      const customId = component.custom_id;
      if (component.type === 2) {
        return [{ customId, label: component.label, type: "button", value: null }];
      }
      return component.options.map(({ label, value }) => ({
        customId,
        label,
        type: "select",
        value,
      }));
    }),
  );
}

/** What one message looks like. */
function seen(world: World, message: DiscordMessage): SeenMessage {
  const { id, channelId, authorId, content, files, ephemeralTo, editedAt, flags } = message;
  return {
    id,
    channelId,
    author: world.users.get(authorId)?.name ?? authorId,
    text: content,
    controls: controlsOf(message),
    files: files.map(({ name, bytes }) => ({ name, text: bytes.toString("utf8") })),
    isBot: authorId === world.bot.id,
    isEphemeral: ephemeralTo !== null,
    isEdited: editedAt !== null,
    isLoading: message.isLoading,
    replyTo: message.replyTo,
    hasPreviews: (flags & 4) === 0,
    rung: message.rung,
  };
}

/** What somebody sees in a channel or thread, oldest first. @param as ephemeral messages for this person are included */
export function readMessages(
  world: World,
  channel: string,
  as: string | null,
): readonly SeenMessage[] {
  return world.messages
    .filter((one) => one.channelId === channel)
    .filter(({ ephemeralTo }) => ephemeralTo === null || ephemeralTo === as)
    .map((message) => seen(world, message));
}
