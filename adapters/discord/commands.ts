import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  PermissionFlagsBits,
} from "discord.js";
import { LANGUAGES, TONES } from "../../src/core/index.ts";
import { CHANNEL_MODES } from "../shared/channel-mode.ts";

// Limits from docs.discord.com/interactions/application-commands: names 32, descriptions 100 characters.

const { String: TEXT, Subcommand } = ApplicationCommandOptionType;

/** A description in English and Chinese; Discord shows the one that goes with the reader's language. */
function described(english: string, chinese: string) {
  return {
    description: english,
    description_localizations: { "zh-CN": chinese, "zh-TW": chinese },
  };
}

/** Takes a setting of a channel away again. */
const DEFAULT = "default";

function choicesOf(values: readonly string[]) {
  return values.map((value) => ({ name: value, value }));
}

/** In servers and in direct messages with the bot; Discord's numbers for them. */
const EVERYWHERE = { contexts: [0, 1], integration_types: [0] } as const;
const IN_SERVERS = { contexts: [0], integration_types: [0] } as const;

const ask = {
  type: ApplicationCommandType.ChatInput,
  name: "ask",
  ...described("Ask a question; only you see the answer", "提问，只有您能看到回答"),
  ...EVERYWHERE,
  options: [
    {
      type: TEXT,
      name: "question",
      ...described("Your question", "您的问题"),
      required: true,
      max_length: 2000,
    },
  ],
};

const search = {
  type: ApplicationCommandType.ChatInput,
  name: "search",
  ...described("What the documents say; only you see it", "查找文档内容，只有您能看到"),
  ...EVERYWHERE,
  options: [
    {
      type: TEXT,
      name: "query",
      ...described("A title, a question or a few words", "标题、问题或关键词"),
      required: true,
      autocomplete: true,
      max_length: 500,
    },
  ],
};

const human = {
  type: ApplicationCommandType.ChatInput,
  name: "human",
  ...described("Ask for a person", "请求人工帮助"),
  ...EVERYWHERE,
  options: [
    {
      type: TEXT,
      name: "message",
      ...described("What it is about", "是什么事"),
      required: false,
      max_length: 2000,
    },
  ],
};

const kb = {
  type: ApplicationCommandType.ChatInput,
  name: "kb",
  ...described("Look after the documents and this channel", "管理文档与本频道"),
  ...IN_SERVERS,
  /** Shown to who may manage the server; its owner can widen it under Integrations. */
  default_member_permissions: String(PermissionFlagsBits.ManageGuild),
  options: [
    {
      type: Subcommand,
      name: "add",
      ...described("Add a page or a document from the web", "从网络添加网页或文档"),
      options: [
        { type: TEXT, name: "url", ...described("Its address", "网址"), required: true },
        {
          type: TEXT,
          name: "visibility",
          ...described("public, internal or group:NAME", "public、internal 或 group:NAME"),
          required: false,
        },
      ],
    },
    { type: Subcommand, name: "list", ...described("Which documents there are", "有哪些文档") },
    {
      type: Subcommand,
      name: "document",
      ...described("Hide or boost a document", "隐藏或优先某个文档"),
      options: [
        {
          type: TEXT,
          name: "do",
          ...described(
            "hide: answer from it no more; boost: let it come first; reset: neither",
            "hide：不再用它回答；boost：让它优先；reset：恢复普通",
          ),
          required: true,
          choices: choicesOf(["hide", "boost", "reset"]),
        },
        {
          type: TEXT,
          name: "document",
          ...described("Its title or address", "标题或地址"),
          required: true,
          max_length: 500,
        },
      ],
    },
    {
      type: Subcommand,
      name: "settings",
      ...described("How I behave in this channel", "我在此频道的行为"),
      options: [
        {
          type: TEXT,
          name: "mode",
          ...described("In threads that I take part in", "在我参与的话题里"),
          required: false,
          choices: choicesOf([...CHANNEL_MODES, DEFAULT]),
        },
        {
          type: TEXT,
          name: "collection",
          ...described(
            "Which documents answers here rest on; all for every one",
            "此处回答所依据的文档集；all 为全部",
          ),
          required: false,
          max_length: 100,
        },
        {
          type: TEXT,
          name: "language",
          ...described("Language of answers here", "此处回答的语言"),
          required: false,
          choices: choicesOf([...LANGUAGES, DEFAULT]),
        },
        {
          type: TEXT,
          name: "tone",
          ...described("How answers here sound", "此处回答的语气"),
          required: false,
          choices: choicesOf([...TONES, DEFAULT]),
        },
      ],
    },
  ],
};

const askAbout = {
  type: ApplicationCommandType.Message,
  name: "Ask Frontdesk",
  name_localizations: { "zh-CN": "问 Frontdesk", "zh-TW": "問 Frontdesk" },
  ...EVERYWHERE,
};

/** Name of the menu that makes a document of a message. */
export const KEEP_COMMAND = "Add to knowledge";

const keep = {
  type: ApplicationCommandType.Message,
  name: KEEP_COMMAND,
  name_localizations: { "zh-CN": "加入知识库", "zh-TW": "加入知識庫" },
  ...IN_SERVERS,
};

/** Everything that can be called in Discord, as it is registered. */
export const DISCORD_COMMANDS = [ask, search, human, kb, askAbout, keep] as const;
