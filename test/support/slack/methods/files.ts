import { z } from "zod";
import { ApiError } from "../api-error.ts";
import { type SlackFile, threadKey } from "../world.ts";
import { writableChannel } from "./lookup.ts";
import type { MethodContext, Methods } from "./method.ts";
import { wireFile, wireMessage } from "./wire.ts";

const listed = z.array(z.object({ id: z.string(), title: z.string().optional() })).min(1);

/** "Size in bytes of the file being uploaded": Slack takes files of up to 1 GB. */
const MAX_BYTES = 1_073_741_824;

function sharedFile({ world, args }: MethodContext, name: string): SlackFile {
  const id = args.required(name);
  const file =
    world.messages.flatMap(({ files }) => files).find((one) => one.id === id) ??
    world.uploads.get(id)?.file ??
    undefined;
  if (file === undefined) throw new ApiError("file_not_found");
  return file;
}

/** Where a file is shared, by kind and id of its channels. */
function sharesOf({ world }: MethodContext, id: string) {
  const found = world.messages.filter(({ files }) => files.some((file) => file.id === id));
  const of = (isPublic: boolean) =>
    Object.fromEntries(
      found
        .filter(({ channel }) => (world.channels.get(channel)?.kind === "public") === isPublic)
        .map(({ channel, ts, threadTs }) => [channel, [{ ts, thread_ts: threadTs ?? undefined }]]),
    );
  return { public: of(true), private: of(false) };
}

function complete(context: MethodContext): Readonly<Record<string, unknown>> {
  const { world, args, emit, baseUrl } = context;
  const given = listed.safeParse(args.json("files"));
  if (!given.success) throw new ApiError("invalid_arguments");
  const files = given.data.map(({ id }) => {
    const upload = world.uploads.get(id);
    if (upload === undefined) throw new ApiError("file_not_found");
    // The bytes have to be there, and as many as was said.
    if (upload.file === null) throw new ApiError("file_upload_size_mismatch");
    return upload.file;
  });
  const channelId = args.optional("channel_id");
  if (channelId === null) return { files: files.map(({ id }) => ({ id })) };
  const channel = writableChannel(world, channelId);
  const threadTs = args.optional("thread_ts");
  if (threadTs !== null && world.find(channel.id, threadTs) === null) {
    throw new ApiError("thread_not_found");
  }
  // Shared anew, however often it is asked for: nobody says that Slack looks.
  const message = world.add({
    channel: channel.id,
    threadTs,
    user: world.bot.id,
    botId: null,
    text: args.optional("initial_comment") ?? "",
    files,
    subtype: "file_share",
  });
  if (threadTs !== null) world.statuses.delete(threadKey(channel.id, threadTs));
  const wire = wireMessage(world, message, { baseUrl, withMetadata: false });
  emit({ ...wire, type: "message", channel: channel.id });
  return { files: files.map(({ id, name }) => ({ id, title: name })) };
}

export const fileMethods: Methods = {
  "files.info": {
    scopes: ["files:read"],
    tier: "4",
    token: "bot",
    run: (context) => {
      const file = sharedFile(context, "file");
      const wire = wireFile({ ...file, isElsewhere: false }, context.baseUrl);
      return { file: { ...wire, shares: sharesOf(context, file.id) } };
    },
  },
  "files.getUploadURLExternal": {
    scopes: ["files:write"],
    tier: "4",
    token: "bot",
    run: ({ world, args, baseUrl }) => {
      const name = args.required("filename");
      const length = args.number("length", 0);
      if (length <= 0) throw new ApiError("invalid_arguments");
      if (length > MAX_BYTES) throw new ApiError("file_upload_size_restricted");
      const id = world.newId("F");
      world.uploads.set(id, { name, length, file: null });
      return { upload_url: `${baseUrl}/upload/${id}`, file_id: id };
    },
  },
  "files.completeUploadExternal": {
    scopes: ["files:write"],
    tier: "4",
    token: "bot",
    run: complete,
  },
  "files.delete": {
    scopes: ["files:write"],
    tier: "3",
    token: "bot",
    run: (context) => {
      const { world } = context;
      const file = sharedFile(context, "file");
      if (!world.uploads.has(file.id)) throw new ApiError("cant_delete_file");
      world.uploads.delete(file.id);
      for (const message of world.messages.filter(({ files }) => files.includes(file))) {
        if (message.files.length === 1 && message.text === "")
          world.remove(message.channel, message.ts);
      }
      world.changed();
      return {};
    },
  },
};
