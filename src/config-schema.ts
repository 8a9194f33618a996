import { z } from "zod";
import { escalationFaults, officeHours } from "./config-hours.ts";
import {
  LANGUAGES,
  mailboxVariable,
  PLATFORMS,
  parseVisibility,
  ROLES,
  TONES,
} from "./core/index.ts";
import { CHAT_WRAPPERS } from "./ports/chat-wrapper.ts";
import { CLEANINGS, REDACTIONS } from "./ports/knowledge-base.ts";
import { WEBHOOK_EVENTS } from "./ports/webhook.ts";

/** What the generated reference and the environment reader know about a key besides its type. */
interface KeyMeta {
  readonly description: string;
  /** Fixed name of the environment variable; others are derived from the path. */
  readonly env?: string;
  /** Never printed, logged or shown. */
  readonly secret?: boolean;
}

function key<Schema extends z.ZodType>(schema: Schema, meta: KeyMeta): Schema {
  return schema.meta({ ...meta });
}

const port = z.number().int().min(0).max(65_535);
const probability = z.number().min(0).max(1);
const optionalText = z.string().min(1).nullable().default(null);
const httpUrl = z
  .url({ protocol: /^https?$/u, error: "must be an http or https URL" })
  .nullable()
  .default(null);
const secret = z.string().min(1).nullable().default(null);
const visibility = z.string().refine((text) => parseVisibility(text) !== null, {
  error: "must be public, internal, group:NAME or user:ID",
});

const http = z.strictObject({
  host: key(z.string().min(1).default("127.0.0.1"), {
    description:
      "Address that the HTTP server listens on. Health and metrics are open to whoever can reach it; the API needs its key.",
    env: "FRONTDESK_HTTP_HOST",
  }),
  port: key(port.default(8787), {
    description: "Port of the HTTP server; 0 takes any free one.",
    env: "FRONTDESK_HTTP_PORT",
  }),
  apiKey: key(secret, {
    description:
      "Key of the HTTP API under `/api/v1`, sent as `Authorization: Bearer …`. Unset: the API is closed.",
    env: "FRONTDESK_HTTP_API_KEY",
    secret: true,
  }),
  jwtSecret: key(
    z.string().min(32, { error: "must have at least 32 characters" }).nullable().default(null),
    {
      description:
        "Lets people use the document API under their own rights: a JSON Web Token signed with this word (HS256), with `sub`, `exp`, `role` and `groups`.",
      env: "FRONTDESK_HTTP_JWT_SECRET",
      secret: true,
    },
  ),
  requestsPerSecond: key(z.number().int().min(1).max(100_000).default(50), {
    description: "The document API turns away what one caller asks more often.",
  }),
});

const log = z.strictObject({
  level: key(z.enum(["debug", "info", "warn", "error", "silent"]).default("info"), {
    description: "How much is logged. What people write appears at `debug` only.",
    env: "FRONTDESK_LOG_LEVEL",
  }),
  file: key(optionalText, {
    description:
      "File to log to. Unset: `start` logs to standard error, terminal commands to `frontdesk.log` in the data directory.",
  }),
});

const ids = z.array(z.string().min(1)).default([]);
const slashCommand = z.string().regex(/^\/[a-z0-9_-]{1,31}$/u, {
  error: "must be a slash and at most 31 small letters, digits, - and _",
});
const channelMode = z.enum(["follow", "ask", "mention"]);

const channelRules = z.strictObject({
  mode: channelMode.nullable().default(null),
  visible: z.array(visibility).nullable().default(null),
  collection: z.string().min(1).nullable().default(null),
  language: z.enum(LANGUAGES).nullable().default(null),
  tone: z.enum(TONES).nullable().default(null),
  thoughtTokens: z.number().int().min(0).max(32_768).nullable().default(null),
  web: z.boolean().nullable().default(null),
  marked: visibility.nullable().default(null),
  pins: z.boolean().default(false),
});

const slack = z.strictObject({
  botToken: key(secret, {
    description: "Bot token of the Slack app (`xoxb-…`).",
    env: "SLACK_BOT_TOKEN",
    secret: true,
  }),
  appToken: key(secret, {
    description: "App-level token for Socket Mode (`xapp-…`).",
    env: "SLACK_APP_TOKEN",
    secret: true,
  }),
  signingSecret: key(secret, {
    description: "Signing secret, for HTTP mode.",
    env: "SLACK_SIGNING_SECRET",
    secret: true,
  }),
  apiUrl: key(httpUrl, { description: "Slack's Web API, for tests.", env: "SLACK_API_URL" }),
  mode: key(z.enum(["socket", "http"]).default("socket"), {
    description: "How events arrive.",
    env: "SLACK_MODE",
  }),
  host: key(z.string().min(1).default("127.0.0.1"), {
    description: "Address that HTTP mode listens on.",
  }),
  port: key(port.default(3000), { description: "Port of HTTP mode; 0 takes any free one." }),
  publicUrl: key(httpUrl, {
    description: "Address at which Slack reaches HTTP mode, for the manifest.",
  }),
  channelMode: key(channelMode.default("follow"), {
    description:
      "In the threads it takes part in: `follow` reads on and answers what is meant for it, `ask` offers to answer, `mention` answers when named.",
  }),
  channels: key(z.record(z.string(), channelRules).default({}), {
    description:
      "By channel id: `mode`, `visible` (which documents an answer there may use), `collection` (the one that answers there rest on), `language` (`en` or `zh`, whatever the question is in) `tone` (`neutral`, `friendly`, `formal`, `brief`), `thoughtTokens` (as `models.thoughtTokens`), `web` (`false`: the web is not asked for questions from there), `marked` (who may read what editors add to the documents from there; unset: `internal`, and nothing from private places) and `pins` (`true`: pinned messages are documents).",
  }),
  allowChannels: key(ids, { description: "Ids of the channels it answers in; empty for all." }),
  denyChannels: key(ids, { description: "Ids of channels it does not answer in." }),
  allowUsers: key(ids, { description: "Ids of the people it answers; empty for all." }),
  denyUsers: key(ids, { description: "Ids of people it does not answer." }),
  allowBots: key(ids, { description: "Ids of other bots whose mentions it answers." }),
  groups: key(z.record(z.string(), z.string().min(1)).default({}), {
    description:
      "Slack user groups by id or handle, and the name of the group that their members belong to (`people-team: hr`).",
  }),
  roles: key(z.record(z.string(), z.enum(ROLES)).default({}), {
    description:
      "Slack user groups by id or handle, and what their members may do (`docs-team: editor`).",
  }),
  askCommand: key(slashCommand.default("/ask"), { description: "Slash command to ask privately." }),
  kbCommand: key(slashCommand.default("/kb"), { description: "Slash command for the documents." }),
  knowledgeEmoji: key(
    z
      .string()
      .regex(/^[\w+'-]+$/u)
      .nullable()
      .default("books"),
    {
      description:
        "Name of the reaction with which editors add a message to the documents; empty for none.",
    },
  ),
  streaming: key(z.enum(["edits", "native", "off"]).default("edits"), {
    description:
      "While an answer is written: `edits` of one message (survives a crash), Slack's `native` streaming (smoother; a crash can leave a half answer), or `off`.",
  }),
  missedMinutes: key(z.number().min(0).max(1440).default(15), {
    description: "Questions missed while it was away are answered when younger than this.",
  }),
  prompts: key(z.array(z.string().min(1).max(200)).max(4).default([]), {
    description: "Suggested questions, at most four.",
  }),
});

const discordRole = z.record(z.string(), z.enum(ROLES)).default({});

const discord = z.strictObject({
  token: key(secret, {
    description: "Bot token of the Discord application.",
    env: "DISCORD_TOKEN",
    secret: true,
  }),
  apiUrl: key(httpUrl, {
    description: "Discord's REST API without `/v10`, for tests.",
    env: "DISCORD_API_URL",
  }),
  guildId: key(optionalText, {
    description: "Register commands in this server only.",
    env: "DISCORD_GUILD_ID",
  }),
  homeGuilds: key(ids, {
    description:
      "Ids of the servers whose members belong to the organisation; empty: every server that is not open to all. Members of other servers are guests.",
  }),
  shardCount: key(z.number().int().min(1).nullable().default(null), {
    description: "Shards of all processes together; unset: as many as Discord advises.",
  }),
  shardIds: key(z.array(z.number().int().min(0)).nullable().default(null), {
    description: "The shards that this process connects; unset: all of them.",
  }),
  channelMode: key(channelMode.default("follow"), {
    description:
      "In the threads and forum posts it takes part in: `follow` reads on and answers what is meant for it, `ask` offers to answer, `mention` answers when named.",
  }),
  channels: key(z.record(z.string(), channelRules).default({}), {
    description:
      "By channel id: `mode`, `visible` (which documents an answer there may use), `collection` (the one that answers there rest on), `language` (`en` or `zh`, whatever the question is in) `tone` (`neutral`, `friendly`, `formal`, `brief`), `thoughtTokens` (as `models.thoughtTokens`), `web` (`false`: the web is not asked for questions from there), `marked` (who may read what editors add to the documents from there; unset: `internal`, and nothing from private places) and `pins` (`true`: pinned messages are documents).",
  }),
  allowGuilds: key(ids, { description: "Ids of the servers it answers in; empty for all." }),
  denyGuilds: key(ids, { description: "Ids of servers it does not answer in." }),
  allowChannels: key(ids, { description: "Ids of the channels it answers in; empty for all." }),
  denyChannels: key(ids, { description: "Ids of channels it does not answer in." }),
  allowRoles: key(ids, { description: "Ids of the roles it answers; empty for all." }),
  denyRoles: key(ids, { description: "Ids of roles it does not answer." }),
  allowUsers: key(ids, { description: "Ids of the people it answers; empty for all." }),
  denyUsers: key(ids, { description: "Ids of people it does not answer." }),
  allowBots: key(ids, { description: "Ids of other bots whose mentions it answers." }),
  groups: key(z.record(z.string(), z.string().min(1)).default({}), {
    description:
      "Discord roles by id, and the name of the group that their members belong to (`'1234': hr`).",
  }),
  roles: key(discordRole, {
    description: "Discord roles by id, and what their members may do (`'1234': editor`).",
  }),
  knowledgeEmoji: key(z.string().min(1).max(32).nullable().default("📚"), {
    description:
      "The reaction with which editors add a message to the documents: an emoji, or the name of one of the server's own; empty for none.",
  }),
  streaming: key(z.enum(["edits", "off"]).default("edits"), {
    description: "While an answer is written: `edits` of one message, or `off`.",
  }),
  longAnswers: key(z.enum(["messages", "file"]).default("messages"), {
    description: "What is too long for one message: further `messages`, or a text `file`.",
  }),
  missedMinutes: key(z.number().min(0).max(1440).default(15), {
    description: "Questions missed while it was away are answered when younger than this.",
  }),
});

const upstream = z.strictObject({
  url: z.url({ protocol: /^https?$/u, error: "must be an http or https URL" }),
  model: z.string().min(1).nullable().default(null),
  apiKey: z.string().min(1).nullable().default(null),
  weight: z.number().positive().max(1000).default(1),
  backup: z.boolean().default(false),
  opensThoughts: z.boolean().default(false),
  thinkingOff: z.enum(["template", "effort"]).nullable().default(null),
});

const modelKeys = z.strictObject({
  chat: key(optionalText, {
    description:
      "Chat model: a catalog name or the path of a GGUF file. Unset: the one that was chosen at the first chat, else answers are quoted from the documents. `off` for none.",
    env: "FRONTDESK_MODEL",
  }),
  embed: key(z.string().min(1).default("starter"), {
    description: "Embedding model: `starter`, a catalog name, the path of a GGUF file, or `off`.",
    env: "FRONTDESK_EMBED_MODEL",
  }),
  rerank: key(optionalText, {
    description: "Reranking model: a catalog name or the path of a GGUF file.",
    env: "FRONTDESK_RERANK_MODEL",
  }),
  url: key(httpUrl, {
    description: "OpenAI-compatible server for the chat model, up to and including `/v1`.",
    env: "FRONTDESK_MODEL_URL",
  }),
  apiKey: key(secret, {
    description: "Key for that server.",
    env: "FRONTDESK_MODEL_API_KEY",
    secret: true,
  }),
  opensThoughts: key(z.boolean().default(false), {
    description:
      "Whether the server of `models.url` begins a thought by itself, so that its text only ends it with `</think>` (DeepSeek-R1 on vLLM without a reasoning parser).",
  }),
  thinkingOff: key(z.enum(["template", "effort"]).nullable().default(null), {
    description:
      "How the server of `models.url` is told to answer without thinking: `template` sends `chat_template_kwargs: {enable_thinking: false}` (vLLM, SGLang, llama-server), `effort` sends `reasoning_effort: none` (Ollama, OpenAI). Unset: it is not told, since some servers refuse what they do not know.",
  }),
  upstreams: key(z.array(upstream).default([]), {
    description:
      "More servers for the chat model, each with `url`, `model` (default: `models.chat`), `apiKey`, `weight` (share of the conversations, default 1), `backup` (asked only when no other one can be), `opensThoughts` and `thinkingOff`.",
    secret: true,
  }),
  embedUrl: key(httpUrl, {
    description:
      "OpenAI-compatible server for the embedding model, up to and including `/v1`; `models.embed` is then its name there.",
    env: "FRONTDESK_EMBED_URL",
  }),
  embedApiKey: key(secret, {
    description: "Key for that server.",
    env: "FRONTDESK_EMBED_API_KEY",
    secret: true,
  }),
  embedQueryPrefix: key(z.string().default(""), {
    description: "Text that the embedding model of a server wants before every question.",
  }),
  embedPassagePrefix: key(z.string().default(""), {
    description: "Text that the embedding model of a server wants before every passage.",
  }),
  rerankUrl: key(httpUrl, {
    description:
      "Server with `/rerank` (vLLM, llama-server, Jina, Cohere) for the reranking model, up to and including `/v1`; `models.rerank` is then its name there.",
    env: "FRONTDESK_RERANK_URL",
  }),
  rerankApiKey: key(secret, {
    description: "Key for that server.",
    env: "FRONTDESK_RERANK_API_KEY",
    secret: true,
  }),
  mirror: key(httpUrl, {
    description:
      "Address that takes the place of `https://huggingface.co` when models are pulled, such as a mirror of your own.",
  }),
  offer: key(z.boolean().default(true), {
    description: "Whether the first chat at a terminal offers to download a chat model.",
  }),
  gpu: key(z.enum(["auto", "required", "off"]).default("auto"), {
    description:
      "Use of a GPU by local chat and reranking models; `required` refuses to run them without one.",
  }),
  wrapper: key(z.enum(CHAT_WRAPPERS).nullable().default(null), {
    description:
      "Format in which local chat models of your own are given a conversation; models of the catalog have theirs. Unset: told from the template in the file.",
  }),
  contextTokens: key(z.number().int().min(512).max(131_072).nullable().default(null), {
    description:
      "Context of each conversation in the local chat model, in tokens. Unset: 4096, or 2048 where memory is short.",
  }),
  sequences: key(z.number().int().min(1).max(64).nullable().default(null), {
    description:
      "Conversations that the local chat model answers at the same time. Unset: what memory allows, at most 2, or 4 on a GPU.",
  }),
  spillMegabytes: key(z.number().int().min(0).max(1_000_000).default(0), {
    description:
      "Megabytes of disk for conversations whose place in the local chat model another one takes, so that they need not be read again when they go on within half an hour. Encrypted with a key that is nowhere but in memory; on Linux only. 0: they are not put on disk.",
  }),
  adapters: key(z.record(z.string(), z.string().min(1)).default({}), {
    description:
      "LoRA adapters of the chat model by collection: the path of a GGUF file that was trained for `models.chat`, or for a model on a server the name by which the server knows the adapter (vLLM: `--lora-modules`). Answers that rest on that collection are written with it.",
  }),
  maxWaitSeconds: key(z.number().min(0).max(3600).default(60), {
    description:
      "Longest wait for a place at a local chat model. Whoever would have to wait longer is answered at once by the other chat model where there is one (`models.small`), else by quotations.",
  }),
  maxAnswerSeconds: key(z.number().min(5).max(3600).default(300), {
    description:
      "Longest time from a question's arrival at a local chat model to the end of its answer. What is written by then is the answer.",
  }),
  small: key(optionalText, {
    description:
      "A second chat model, which runs on this machine beside `models.chat` or beside a server: a catalog name or the path of a GGUF file.",
    env: "FRONTDESK_SMALL_MODEL",
  }),
  smallFor: key(z.enum(["overflow", "backup", "routine"]).default("backup"), {
    description:
      "What the second model is for: `routine` has it answer routine questions and the other model hard ones, `overflow` has it answer first and gives the other model what would have to wait too long, `backup` asks it when the other one is busy or away.",
  }),
  thoughtTokens: key(z.number().int().min(0).max(32_768).nullable().default(null), {
    description:
      "Most tokens that a reasoning model may think before it answers; 0 for none. Unset: half of what the context leaves, for a server 1,024.",
  }),
  maxAnswerTokens: key(z.number().int().min(16).max(8192).default(512), {
    description: "Longest answer, in tokens.",
  }),
});

/** An adapter on a server is a name there: a file of this machine would be asked for in vain with every question. */
const models = modelKeys.superRefine(({ url, upstreams, adapters }, context) => {
  if (url === null && upstreams.length === 0) return;
  for (const [collection, adapter] of Object.entries(adapters)) {
    if (!/\.gguf$/iu.test(adapter)) continue;
    context.addIssue({
      code: "custom",
      path: ["adapters", collection],
      message: "must be the name of the adapter on the model server, not a file of this machine",
    });
  }
});

const field = z.string().min(1).max(200);
const searchApi = z.strictObject({
  name: z.string().min(1).max(80),
  url: z.url({ protocol: /^https?$/u, error: "must be an http or https URL" }),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.record(z.string(), z.unknown()).nullable().default(null),
  results: z.string().max(200).default("results"),
  fields: z
    .strictObject({
      url: field.default("url"),
      title: field.default("title"),
      text: field.default("content"),
    })
    .default({ url: "url", title: "title", text: "content" }),
});

const ENGINES = ["searxng", "brave", "tavily"] as const;
const ENGINE_NEEDS = {
  searxng: "searxngUrl",
  brave: "braveApiKey",
  tavily: "tavilyApiKey",
} as const;

const web = z
  .strictObject({
    provider: key(z.enum(["off", ...ENGINES]).default("off"), {
      description: "Web search for what the documents do not answer.",
      env: "FRONTDESK_WEB_SEARCH",
    }),
    also: key(z.array(z.enum(ENGINES)).default([]), {
      description: "Further ones, asked at the same time.",
    }),
    searxngUrl: key(httpUrl, { description: "Base URL of SearXNG.", env: "SEARXNG_URL" }),
    braveApiKey: key(secret, {
      description: "Key of Brave Search.",
      env: "BRAVE_API_KEY",
      secret: true,
    }),
    tavilyApiKey: key(secret, {
      description: "Key of Tavily.",
      env: "TAVILY_API_KEY",
      secret: true,
    }),
    apis: key(z.array(searchApi).max(10).default([]), {
      description:
        "Systems of your own that are searched like the web, each with `name`, `url` (with `{query}`, and `{language}` and `{count}` if wanted), `headers` (where its key goes), `body` (sent as JSON by POST, filled in the same way), `results` (where the list stands in the answer, `data.items`) and `fields` (`url`, `title` and `text` of a result).",
      secret: true,
    }),
    readPages: key(z.boolean().default(true), {
      description:
        "Reads the best pages themselves; else only what the search engine says of them.",
    }),
  })
  .superRefine((value, context) => {
    const engines = new Set([value.provider, ...value.also]);
    for (const engine of ENGINES) {
      const needed = ENGINE_NEEDS[engine];
      if (!engines.has(engine) || value[needed] !== null) continue;
      context.addIssue({
        code: "custom",
        path: [needed],
        message: `must be set when ${engine} is asked`,
      });
    }
  });

const person = z.strictObject({
  role: z.enum(ROLES).default("viewer"),
  groups: z.array(z.string().min(1)).default([]),
  name: z.string().min(1).optional(),
});

const access = z.strictObject({
  defaultRole: key(z.enum(ROLES).default("viewer"), {
    description: "Role of people who are not listed in `access.people`.",
  }),
  people: key(z.record(z.string(), person).default({}), {
    description: "People by id (`console:ana`, `slack:U123`): their `role`, `groups` and `name`.",
  }),
});

/** A mailbox is read with a password: it is said in the open on this machine only. */
const mailbox = z
  .strictObject({
    host: z.string().min(1),
    port: port.min(1).nullable().default(null),
    tls: z.enum(["on", "starttls", "off"]).default("on"),
    user: z.string().min(1),
    password: z.string().min(1).nullable().default(null),
  })
  .refine(({ tls, host }) => tls !== "off" || /^(?:localhost|127\.[\d.]+|::1)$/u.test(host), {
    error: "tls: off is for a server on this machine only; use on or starttls",
  });
const mailboxName = z
  .string()
  .regex(/^[\w-]{1,60}$/u, { error: "must be letters, digits, _ and -" });
/** Otherwise the password of one would go to the server of another. */
const mailboxes = z
  .record(mailboxName, mailbox)
  .refine(
    (named) => new Set(Object.keys(named).map(mailboxVariable)).size === Object.keys(named).length,
    {
      error:
        "two names differ only by case, or by - and _, so that one variable would be the password of both",
    },
  );

const knowledge = z.strictObject({
  mailboxes: key(mailboxes.default({}), {
    description:
      "Mailboxes that can be sources (`imap:NAME`), each with `host`, `port` (993, or 143 with `starttls`), `tls` (`on`, `starttls`; `off` on this machine only), `user` and `password`; better than in the file stands the password in `FRONTDESK_IMAP_NAME_PASSWORD`.",
    secret: true,
  }),
  defaultVisibility: key(visibility.default("internal"), {
    description: "Visibility of documents that are ingested without `--visibility`.",
  }),
  freshness: key(z.number().min(0).max(1).default(0.05), {
    description:
      "Of passages that answer about equally well, those of newer documents come first: the most that age can take from a score, half of it after a year. 0 lets age out.",
  }),
  maxDocumentBytes: key(
    z
      .number()
      .int()
      .min(1024)
      .default(50 * 1024 * 1024),
    {
      description: "Larger documents are refused, in bytes.",
    },
  ),
  parseTimeoutMs: key(z.number().int().min(1000).default(60_000), {
    description: "A document that takes longer to read is given up, in milliseconds.",
  }),
  allowPrivate: key(z.boolean().default(false), {
    description:
      "Lets web pages that are ingested lie inside your own network (intranet, `localhost`).",
  }),
  heedRobots: key(z.boolean().default(true), {
    description: "Leaves unread what web sites forbid to programs (`robots.txt`).",
  }),
  pauseMs: key(z.number().int().min(0).max(600_000).default(500), {
    description: "Least time between two requests to one web site, in milliseconds.",
  }),
  clean: key(z.array(z.enum(CLEANINGS)).default([]), {
    description:
      "Dropped from documents: `boilerplate` (repeated headers and footers), `quotes` (signatures, quoted mails). `sources add --clean` says otherwise for a source.",
  }),
  redact: key(z.array(z.enum(REDACTIONS)).default([]), {
    description:
      "Personal data blacked out in documents: `email`, `iban`, `card`, `id`, `phone`. `sources add --redact` says otherwise for a source.",
  }),
  watch: key(z.boolean().default(false), {
    description:
      "Brings folders and files up to date as soon as they change, while `start` runs. `sources add --watch` and `--no-watch` say otherwise for a source.",
  }),
  url: key(httpUrl, {
    description:
      "Knowledge server of another machine (`start --role knowledge`), asked instead of documents of our own.",
    env: "KNOWLEDGE_URL",
  }),
  apiKey: key(secret, {
    description: "Key of the knowledge server, the same on both sides.",
    env: "FRONTDESK_KNOWLEDGE_API_KEY",
    secret: true,
  }),
  requestsPerSecond: key(z.number().int().min(1).max(100_000).default(50), {
    description: "A knowledge server turns away what comes more often.",
  }),
  top: key(z.number().int().min(1).max(50).default(8), {
    description: "Passages that an answer may draw on.",
  }),
});

const webhooks = z
  .strictObject({
    url: key(httpUrl, {
      description: "Address that is told what happens: a signed POST of JSON for each event.",
    }),
    secret: key(secret, { description: "Signs each of them (HMAC-SHA256).", secret: true }),
    events: key(z.array(z.enum(WEBHOOK_EVENTS)).default([...WEBHOOK_EVENTS]), {
      description: "What is told: `case.opened`, `case.resolved`, `delivery.failed`.",
    }),
    allowPrivate: key(z.boolean().default(false), {
      description: "Lets webhooks reach addresses inside your own network.",
    }),
  })
  .refine(({ url, secret: word }) => url === null || word !== null, {
    path: ["secret"],
    error: "must be set when webhooks.url is: receivers know by it that a webhook is ours",
  });

const tickets = z.strictObject({
  system: key(z.enum(["webhook", "zammad"]).default("webhook"), {
    description:
      "Help desk that cases go to with `FRONTDESK_DESK=http`: `zammad`, or any other by signed webhooks.",
  }),
  url: key(httpUrl, {
    description: "Its address: of Zammad itself, or where webhooks are posted to.",
  }),
  secret: key(secret, {
    description:
      "Signs what is sent and received (`webhook`), or what Zammad sends (its HMAC SHA1 signature token).",
    secret: true,
  }),
  token: key(secret, {
    description: "Access token of an agent's account in Zammad.",
    secret: true,
  }),
  login: key(optionalText, { description: "Login of that account: its own changes are ignored." }),
  group: key(z.string().min(1).default("Users"), {
    description: "Group in Zammad in which tickets are made.",
  }),
  customer: key(optionalText, {
    description: "Customer in Zammad in whose name tickets are made: login or e-mail.",
  }),
  allowPrivate: key(z.boolean().default(false), {
    description: "Lets it be at an address inside your own network.",
  }),
});

/** People, user groups of Slack and roles of Discord. */
const callees = z
  .array(
    z.string().regex(/^(?:slack:[UWS][A-Z0-9]+|discord:&?\d{5,25})$/u, {
      error:
        "must be a person or a user group of Slack (slack:U0123456, slack:S0123456), or a person or a role of Discord (discord:123456789, discord:&123456789)",
    }),
  )
  .max(20)
  .default([]);

const team = z.strictObject({
  name: z.string().min(1).max(80),
  topics: z.array(z.string().min(1)).default([]),
  hours: officeHours,
  escalateTo: optionalText,
  agents: z.array(z.string().min(1)).default([]),
  notify: callees,
});

const handoverKeys = z.strictObject({
  language: key(z.enum(LANGUAGES).default("en"), {
    description: "Language of what the bot writes at the desk.",
  }),
  teams: key(z.array(team).default([]), {
    description:
      "Teams of the desk, each with `name`, `topics` (words in what the customer said; the first team with one of them gets the case), and where they differ `hours`, `escalateTo`, `notify` and `agents` (ids like `slack:U123`, or names). None: one queue for all.",
  }),
  hours: key(officeHours, {
    description:
      "Office hours: `timeZone`, shifts by weekday (`monday: [09:00-12:30, 13:30-17:00]`) and `holidays` (`2026-12-25`, or `12-25` for every year). Targets are counted in them, and customers are told when nobody is there. Unset: always open.",
  }),
  escalateTo: key(optionalText, {
    description:
      "The team that gets a case which nobody has taken after the last reminder, where its own team names no other.",
  }),
  notify: key(callees, {
    description:
      "Who is mentioned at the desk when a case that nobody has is reminded of or passed on, where its team names nobody: `slack:U123` a person, `slack:S123` a user group, `discord:123` a person, `discord:&123` a role.",
  }),
  assign: key(z.enum(["off", "online"]).default("off"), {
    description:
      "`online` gives waiting cases to those who are at the desk and have room; `off` leaves it to agents to take them.",
  }),
  onlineMinutes: key(z.number().min(0.01).max(100_000).default(480), {
    description: "An agent who does nothing at the desk for so long is taken to have left.",
  }),
  longQueueAt: key(z.number().int().min(1).max(100_000).nullable().default(null), {
    description: "With so many cases before his a customer is told that it takes long.",
  }),
  resolutionHours: key(z.number().min(0.01).max(10_000).nullable().default(null), {
    description:
      "Office hours within which a case should be resolved; then the desk is reminded. Unset: no such target.",
  }),
  capacity: key(z.number().int().min(1).max(1000).nullable().default(null), {
    description: "Cases that one agent may have at a time; unset: no limit.",
  }),
  firstReplyMinutes: key(z.number().min(0.01).max(100_000).default(15), {
    description:
      "A customer who has no answer from a person after this time (office time) is reminded of at the desk, whether or not somebody has taken his case.",
  }),
  nextReplyMinutes: key(z.number().min(0.01).max(100_000).default(30), {
    description:
      "A customer who has waited so long (office time) for the next answer is reminded of.",
  }),
  reminders: key(z.number().int().min(0).max(20).default(3), {
    description:
      "Reminders before a waiting case is made more urgent, or is taken from an agent who leaves the customer waiting.",
  }),
  idleHours: key(z.number().min(0.01).max(10_000).default(24), {
    description: "A customer who does not answer an agent for so long is taken to be served.",
  }),
  reopenHours: key(z.number().min(0.01).max(10_000).default(48), {
    description:
      "A resolved case goes on, instead of a new one, when it is needed within this time.",
  }),
  canned: key(z.record(z.string(), z.string().min(1)).default({}), {
    description:
      "Ready answers by name, for `!canned NAME`; `{customer}`, `{agent}` and `{case}` stand for what they say.",
  }),
  plainTextReplies: key(z.boolean().default(false), {
    description:
      "On a desk channel plain text goes to the customer, and `//` begins a note. Otherwise plain text is a note, and `!r` replies.",
  }),
  agentNames: key(z.enum(["own", "first", "team"]).default("own"), {
    description:
      "Under which name customers see agents: their `own`, its `first` word, or the name of the `team` (`handover.teamName`).",
  }),
  teamName: key(optionalText, {
    description: "The name that all agents go by, if they share one.",
  }),
  blockDays: key(z.number().min(0.01).max(10_000).default(30), {
    description: "How long somebody whom an agent has blocked gets no answers.",
  }),
});

const handover = handoverKeys.superRefine((given, context) => {
  for (const message of escalationFaults(given)) {
    context.addIssue({ code: "custom", path: ["escalateTo"], message });
  }
});

const dialogue = z.strictObject({
  answerAt: key(probability.default(0.7), {
    description: "Confidence from which a question is answered.",
  }),
  clarifyAt: key(probability.default(0.4), {
    description:
      "Confidence from which the bot asks back or answers with a reservation; below it declines.",
  }),
  maxClarifications: key(z.number().int().min(0).max(5).default(2), {
    description: "Clarifying questions in a row before it answers the best reading.",
  }),
  gatherMs: key(z.number().int().min(0).max(10_000).default(300), {
    description: "Wait for further messages of the same burst, in milliseconds.",
  }),
  clarifyTimeoutMinutes: key(z.number().min(0.01).default(30), {
    description: "An unanswered clarifying question is dropped after this time.",
  }),
  followUpMinutes: key(z.number().min(0.01).default(60), {
    description: "How long a question may refer to what was said before.",
  }),
  answerCacheHours: key(z.number().min(0).max(10_000).default(24), {
    description:
      "An answer that the chat model has written is given again, for so many hours, to whoever asks nearly the same and may see the same documents, as long as none of them has changed. 0: every answer is written anew.",
  }),
  sensitiveTopics: key(z.array(z.string().min(1)).default([]), {
    description: "Words or phrases that always bring in a person.",
  }),
  maxTurnsPerMinute: key(z.number().int().min(0).max(1000).default(20), {
    description:
      "Messages to the bot that are taken from one person on Slack or Discord within a minute, over all processes; who asks more is told once. 0 for no limit.",
  }),
  idleDays: key(z.number().min(0.01).default(30), {
    description: "Conversations are forgotten after this time of silence, in days.",
  }),
});

const flows = z.strictObject({
  folder: key(z.string().min(1).default("flows/custom"), {
    description:
      "Folder with flows of your own, one file each: forms in YAML, machines in JavaScript, whose code runs in the process of the bot; see docs/flows.md.",
  }),
  privateHosts: key(z.array(z.string().min(1)).default([]), {
    description: "Hosts inside your own network that flows may call.",
  }),
  secrets: key(z.record(z.string(), z.string().min(1)).default({}), {
    description:
      "Set by variables alone, `FRONTDESK_FLOW_NAME` for a secret `NAME` in the calls of flows.",
    secret: true,
  }),
});

const review = z.strictObject({
  keepDays: key(z.number().int().min(0).max(3_650).default(90), {
    description:
      "So many days questions are kept with what was decided, for `frontdesk review`. 0 keeps none.",
  }),
});

/** The whole configuration; `docs/configuration.md` and `.env.example` are generated from it. */
export const configSchema = z.strictObject({
  dataDir: key(z.string().min(1).default("data"), {
    description:
      "Directory that holds everything: conversations, knowledge, logs. One process owns it.",
    env: "FRONTDESK_DATA_DIR",
  }),
  redisUrl: key(optionalText, {
    description:
      "Redis for conversations, shared by several processes and machines: `redis://host:6379`, `rediss://user:password@host:6380/0`, `redis-cluster://host:7000,host:7001` or `redis-sentinel://host:26379/mymaster`. Unset: SQLite files in the data directory.",
    env: "REDIS_URL",
    secret: true,
  }),
  redisPrefix: key(
    z
      .string()
      .regex(/^[\w.-]{1,40}$/u, { error: "must be 1 to 40 letters, digits, ., _ and -" })
      .default("fd"),
    {
      description: "Before every key in Redis, so that several installations can share one.",
      env: "FRONTDESK_REDIS_PREFIX",
    },
  ),
  chromaUrl: key(httpUrl, {
    description: "Chroma server for vectors. Unset: one is run as a child process.",
    env: "CHROMA_URL",
  }),
  desk: key(
    z
      .string()
      .regex(new RegExp(`^(${PLATFORMS.join("|")})(:.+)?$`, "u"), {
        error: "must be a platform and a channel id, like slack:C0123456",
      })
      .default("console"),
    {
      description:
        "Where handovers to people go: `<platform>:<channel id>`, `http` for a ticket system (`tickets`), or `console`.",
      env: "FRONTDESK_DESK",
    },
  ),
  http: http.prefault({}),
  log: log.prefault({}),
  models: models.prefault({}),
  knowledge: knowledge.prefault({}),
  dialogue: dialogue.prefault({}),
  flows: flows.prefault({}),
  review: review.prefault({}),
  handover: handover.prefault({}),
  access: access.prefault({}),
  web: web.prefault({}),
  webhooks: webhooks.prefault({}),
  tickets: tickets.prefault({}),
  slack: slack.prefault({}),
  discord: discord.prefault({}),
});

/** The configuration as every part sees it: complete and frozen. */
export type Config = z.infer<typeof configSchema>;
