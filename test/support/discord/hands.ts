import type { Choices } from "./component-rules.ts";
import type { FirstAnswer, InteractionKind, Interactions, Pending } from "./interactions.ts";
import { permissionsIn } from "./permissions.ts";
import { readMessages, type SeenControl } from "./reader.ts";
import { wireChannel, wireMember, wireMessage, wireUser } from "./wire.ts";
import type { DiscordChannel, DiscordMessage, DiscordUser, Emit, World } from "./world.ts";

type Body = Readonly<Record<string, unknown>>;

/** An option of a command, as it is typed in. */
interface TypedOption {
  readonly name: string;
  readonly value: string;
}

/** What became of an interaction. */
interface Pressed {
  readonly pending: Pending;
  readonly first: FirstAnswer;
}

/** What people press and call. Each resolves with the app's first answer, or with none after three seconds. */
export interface Hands {
  /** `/ask question:…`; `command` may hold a subcommand: `kb list`. */
  slash(
    user: DiscordUser,
    channel: DiscordChannel,
    command: string,
    options?: readonly TypedOption[],
  ): Promise<Pressed>;
  /** What is offered while somebody types. */
  autocomplete(
    user: DiscordUser,
    channel: DiscordChannel,
    command: string,
    option: TypedOption,
  ): Promise<Choices | null>;
  /** Presses the button (or picks the choice) with this label, on the newest message that has it. */
  press(user: DiscordUser, channel: DiscordChannel, label: string | RegExp): Promise<Pressed>;
  pressControl(user: DiscordUser, message: DiscordMessage, control: SeenControl): Promise<Pressed>;
  /** Fills in the form that a press has opened. */
  fill(user: DiscordUser, opened: Pressed, text: string): Promise<Pressed>;
  /** Apps › … on a message. */
  contextMenu(user: DiscordUser, message: DiscordMessage, name: string): Promise<Pressed>;
}

function matches(label: string, wanted: string | RegExp): boolean {
  return typeof wanted === "string" ? label === wanted : wanted.test(label);
}

export function createHands(options: {
  readonly world: World;
  readonly interactions: Interactions;
  readonly emit: Emit;
  readonly baseUrl: () => string;
}): Hands {
  const { world, interactions, emit } = options;

  const who = (user: DiscordUser, channel: DiscordChannel): Body => {
    const guild = world.guilds.get(channel.guildId ?? "");
    if (guild === undefined) return { user: wireUser(user) };
    const permissions = String(permissionsIn(world, channel, user.id));
    const member = { ...wireMember(guild, user.id), user: wireUser(user), permissions };
    return { guild_id: guild.id, member };
  };

  const send = async (
    user: DiscordUser,
    channel: DiscordChannel,
    source: DiscordMessage | null,
    body: Body & { readonly type: InteractionKind },
  ): Promise<Pressed> => {
    const kind = body.type;
    const pending = interactions.open({ user: user.id, channel: channel.id, source, kind });
    const data = {
      id: pending.id,
      application_id: world.applicationId,
      token: pending.token,
      version: 1,
      channel_id: channel.id,
      channel: wireChannel(world, channel),
      locale: user.locale,
      app_permissions: "0",
      ...who(user, channel),
      ...body,
    };
    const answer = interactions.answered(pending);
    // Interactions come whatever the bot may see.
    emit("INTERACTION_CREATE", data, channel.guildId, null);
    return { pending, first: await answer };
  };

  const commandData = (command: string, typed: readonly Body[]): Body => {
    const [name = "", sub] = command.split(" ");
    const given = typed.map((one) => ({ type: 3, ...one }));
    const under = sub === undefined ? given : [{ name: sub, type: 1, options: given }];
    return { id: world.newId(), name, type: 1, options: under };
  };

  const channelOf = (id: string): DiscordChannel => {
    const channel = world.channels.get(id);
    if (channel === undefined) throw new Error(`no channel ${id}`);
    return channel;
  };

  const wire = (message: DiscordMessage): Body =>
    wireMessage(world, message, { baseUrl: options.baseUrl() });

  const pressControl: Hands["pressControl"] = (user, message, control) => {
    const values = control.value === null ? {} : { values: [control.value] };
    const flags = message.ephemeralTo === null ? {} : { flags: message.flags | 64 };
    return send(user, channelOf(message.channelId), message, {
      type: 3,
      message: { ...wire(message), ...flags },
      data: {
        custom_id: control.customId,
        component_type: control.type === "button" ? 2 : 3,
        ...values,
      },
    });
  };

  return {
    pressControl,
    slash: (user, channel, command, typed = []) =>
      send(user, channel, null, {
        type: 2,
        data: commandData(
          command,
          typed.map((one) => ({ ...one })),
        ),
      }),
    async autocomplete(user, channel, command, option) {
      const data = commandData(command, [{ ...option, focused: true }]);
      const { first } = await send(user, channel, null, { type: 4, data });
      return first.type === "choices" ? first.choices : null;
    },
    press(user, channel, label) {
      const shown = readMessages(world, channel.id, user.id).toReversed();
      for (const { id, controls } of shown) {
        const control = controls.find((one) => matches(one.label, label));
        const message = world.find(channel.id, id);
        if (control !== undefined && message !== null) return pressControl(user, message, control);
      }
      const all = JSON.stringify(shown.map(({ controls }) => controls.map((one) => one.label)));
      throw new Error(`nobody can press ${String(label)}: ${all}`);
    },
    fill(user, { pending, first }, text) {
      if (first.type !== "modal") throw new Error(`no form was opened: ${first.type}`);
      const { modal } = first;
      const components = modal.components.map(({ component }) => ({
        type: 18,
        component: { type: 4, custom_id: component.custom_id, value: text },
      }));
      const message = pending.source === null ? {} : { message: wire(pending.source) };
      return send(user, channelOf(pending.channel), pending.source, {
        type: 5,
        ...message,
        data: { custom_id: modal.custom_id, components },
      });
    },
    contextMenu(user, message, name) {
      const resolved = { messages: { [message.id]: wire(message) } };
      const data = { id: world.newId(), name, type: 3, target_id: message.id, resolved };
      return send(user, channelOf(message.channelId), null, { type: 2, data });
    },
  };
}
