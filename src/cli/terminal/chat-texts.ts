import { detectLanguage, type ErrorCode, type Language, type Progress } from "../../core/index.ts";

/** What the terminal itself says to whoever chats. */
export interface ChatTexts {
  readonly sentenceGap: string;
  readonly knows: (documents: number) => string;
  readonly knowsNothing: string;
  readonly withModel: (model: string) => string;
  readonly withModelSoon: (model: string) => string;
  readonly modelAway: string;
  readonly withoutModel: string;
  readonly bothLanguages: string;
  readonly keys: string;
  readonly attached: (pid: number) => string;
  readonly earlier: string;
  readonly newConversation: string;
  readonly stillAnswering: string;
  readonly stages: (stage: Extract<Progress, { type: "stage" }>) => string;
  readonly working: string;
  readonly stopping: string;
  readonly seconds: (seconds: number) => string;
  readonly nothingRunning: string;
  readonly againLeaves: string;
  readonly settled: Readonly<Record<"forwarded" | "ignored", string>>;
  readonly correction: string;
  readonly edited: string;
  readonly removed: string;
  readonly erased: string;
  readonly caseHint: string;
  readonly person: string;
  readonly goOnWith: string;
  readonly answerFollows: string;
  readonly pasted: (lines: number) => string;
  readonly unknownCommand: (command: string) => string;
  readonly errors: Partial<Readonly<Record<ErrorCode, string>>>;
  readonly help: readonly (readonly [command: string, meaning: string])[];
  /** The dialogue says the same when an answer was under way. */
  readonly resetDone: string;
  readonly searchUsage: string;
  readonly nothingFound: string;
  readonly wordsOnly: string;
  readonly answerSources: string;
  readonly knowledgeSources: string;
  readonly sourceCounts: (documents: number, passages: number) => string;
  readonly noSources: string;
  readonly noHistory: string;
  readonly noCases: string;
}

const en: ChatTexts = {
  sentenceGap: " ",
  knows: (documents) => `It answers from ${documents} document${documents === 1 ? "" : "s"}.`,
  knowsNothing: "There are no documents for you yet: npx frontdesk ingest <folder> adds some.",
  withModel: (model) => `Answers are written by ${model}.`,
  withModelSoon: (model) => `Answers are written by ${model}, which is being loaded.`,
  modelAway: "Answers are quoted for now: the chat model cannot be used.",
  withoutModel: "Answers are quoted; there is no language model.",
  bothLanguages: "Ask in English or Chinese · 可以用中文提问",
  keys: "/help lists the commands · Ctrl-C stops an answer, twice leaves",
  attached: (pid) => `Attached to the Frontdesk that runs already (process ${pid}).`,
  earlier: "earlier in this conversation",
  newConversation: "from here on",
  stillAnswering: "finishing the answer to your last question",
  stages(progress) {
    switch (progress.stage) {
      case "understanding":
        return "understanding the question";
      case "searching":
        return "searching the documents";
      case "checking":
        return "checking the answer";
      case "reading":
        return `reading ${progress.documents} document${progress.documents === 1 ? "" : "s"}`;
      case "searching-web":
        return "searching the web";
      case "thinking":
        return "thinking";
      case "writing":
        return "writing";
      case "queued":
        return progress.etaMs === null
          ? `waiting, place ${progress.place} in line`
          : `waiting, place ${progress.place} in line, about ${Math.ceil(progress.etaMs / 1000)} s`;
    }
  },
  working: "working",
  stopping: "stopping",
  seconds: (seconds) => `${seconds} s`,
  nothingRunning: "Nothing is running. Press Ctrl-C again to leave.",
  againLeaves: "Press Ctrl-C again to leave.",
  settled: {
    forwarded: "Passed on to the person who looks after your case.",
    ignored: "Taken as not meant for the bot; it does not answer.",
  },
  correction: "The answer was corrected while it was checked:",
  edited: "changed:",
  removed: "A message was taken back.",
  erased: "This conversation was deleted; its last question is not answered.",
  caseHint: "/desk shows the case here; npx frontdesk desk does in a second terminal.",
  person: "person",
  goOnWith: "Go on with:",
  answerFollows: "Your last question is not lost: it is answered when you come back.",
  pasted: (lines) => `pasted: ${lines} lines`,
  unknownCommand: (command) => `There is no command ${command}; /help lists them.`,
  errors: {
    message_too_long:
      "That is too long for one message (at most 16,000 characters). Shorten it, or add long texts with npx frontdesk ingest.",
    message_empty: "That message has no text.",
    conversation_deleted: "This conversation was deleted; its last question is not answered.",
    disk_full:
      "The disk is full, so the message could not be kept. Free some space and send it again.",
    store_unavailable: "The conversation cannot be reached at the moment. Please send it again.",
    knowledge_unavailable: "The documents cannot be reached at the moment. Please try again.",
    not_running:
      "The Frontdesk process that does the work has gone away. Nothing is lost; start it again.",
    case_not_found: "There is no such case; /desk lists them.",
  },
  help: [
    ["/search words", "shows the passages found, without an answer"],
    ["/sources", "the sources of the last answer, and of the knowledge base"],
    ["/history", "what was said in this conversation"],
    ["/reset", "forgets the conversation and begins anew"],
    ["/desk", "open cases; /desk open|claim|reply|note|release|resolve NUMBER [text]"],
    ["/quit", "leaves (Ctrl-D too); the conversation is kept"],
    ["Ctrl-C", "stops the running answer; twice leaves"],
    ["1, 2, …", "chooses when the bot has asked back; your own words work too"],
    ["I want to talk to a person", "brings in a colleague"],
  ],
  resetDone: "Done: I have forgotten what was said here. What would you like to know?",
  searchUsage: "Write what to look for: /search words",
  nothingFound: "Nothing found.",
  wordsOnly: "found by words only, vectors are not available (npx frontdesk doctor says why)",
  answerSources: "sources of the last answer",
  knowledgeSources: "knowledge base",
  sourceCounts: (documents, passages) =>
    `${documents} document${documents === 1 ? "" : "s"}, ${passages} passage${passages === 1 ? "" : "s"}`,
  noSources: "There are no documents for you yet: npx frontdesk ingest <folder> adds some.",
  noHistory: "Nothing was said yet.",
  noCases: "No open cases.",
};

const zh: ChatTexts = {
  sentenceGap: "",
  knows: (documents) => `根据 ${documents} 篇文档回答。`,
  knowsNothing: "还没有您可以查阅的文档：用 npx frontdesk ingest <文件夹> 添加。",
  withModel: (model) => `回答由 ${model} 撰写。`,
  withModelSoon: (model) => `回答由 ${model} 撰写，模型正在加载。`,
  modelAway: "回答目前摘自原文：语言模型无法使用。",
  withoutModel: "回答摘自原文，没有使用语言模型。",
  bothLanguages: "可以用中文提问 · Ask in English or Chinese",
  keys: "/help 列出命令 · Ctrl-C 停止回答，按两次退出",
  attached: (pid) => `已连接到正在运行的 Frontdesk（进程 ${pid}）。`,
  earlier: "此前的对话",
  newConversation: "从这里继续",
  stillAnswering: "正在完成上一个问题的回答",
  stages(progress) {
    switch (progress.stage) {
      case "understanding":
        return "正在理解问题";
      case "searching":
        return "正在查找文档";
      case "checking":
        return "正在核对回答";
      case "reading":
        return `正在阅读 ${progress.documents} 篇文档`;
      case "searching-web":
        return "正在搜索网络";
      case "thinking":
        return "正在思考";
      case "writing":
        return "正在撰写";
      case "queued":
        return progress.etaMs === null
          ? `排队中，第 ${progress.place} 位`
          : `排队中，第 ${progress.place} 位，约 ${Math.ceil(progress.etaMs / 1000)} 秒`;
    }
  },
  working: "处理中",
  stopping: "正在停止",
  seconds: (seconds) => `${seconds} 秒`,
  nothingRunning: "没有正在进行的回答。再按一次 Ctrl-C 退出。",
  againLeaves: "再按一次 Ctrl-C 退出。",
  settled: {
    forwarded: "已转给负责您的同事。",
    ignored: "这条消息似乎不是对机器人说的，因此不作回答。",
  },
  correction: "核对之后回答有所更正：",
  edited: "已修改：",
  removed: "有一条消息被撤回。",
  erased: "这次对话已被删除，最后的问题不会再有回答。",
  caseHint: "/desk 在这里查看工单；也可以在另一个终端运行 npx frontdesk desk。",
  person: "人工",
  goOnWith: "继续这次对话：",
  answerFollows: "您的上一个问题不会丢失，下次打开时会得到回答。",
  pasted: (lines) => `已粘贴 ${lines} 行`,
  unknownCommand: (command) => `没有命令 ${command}；/help 列出所有命令。`,
  errors: {
    message_too_long:
      "一条消息太长了（最多 16,000 个字符）。请缩短，或者用 npx frontdesk ingest 添加长文。",
    message_empty: "这条消息没有文字。",
    conversation_deleted: "这次对话已被删除，最后的问题不会再有回答。",
    disk_full: "磁盘已满，消息没有保存。请腾出空间后重新发送。",
    store_unavailable: "暂时无法访问这次对话，请重新发送。",
    knowledge_unavailable: "暂时无法访问文档，请稍后再试。",
    not_running: "负责处理的 Frontdesk 进程已退出。没有丢失任何内容，请重新启动。",
    case_not_found: "没有这个工单；/desk 列出所有工单。",
  },
  help: [
    ["/search 词语", "只显示找到的段落，不作回答"],
    ["/sources", "上一个回答的来源，以及知识库的来源"],
    ["/history", "这次对话说过的话"],
    ["/reset", "忘记这次对话，重新开始"],
    ["/desk", "未完成的工单；/desk open|claim|reply|note|release|resolve 编号 [文字]"],
    ["/quit", "退出（Ctrl-D 也可以）；对话会保留"],
    ["Ctrl-C", "停止正在进行的回答；按两次退出"],
    ["1、2……", "机器人反问时选择一个选项；用自己的话也可以"],
    ["转人工", "请一位同事来帮忙"],
  ],
  resetDone: "好了，之前的内容我已经忘掉。您想了解什么？",
  searchUsage: "请写出要查找的词语：/search 词语",
  nothingFound: "什么也没有找到。",
  wordsOnly: "仅按词语查找，向量检索不可用（npx frontdesk doctor 说明原因）",
  answerSources: "上一个回答的来源",
  knowledgeSources: "知识库",
  sourceCounts: (documents, passages) => `${documents} 篇文档，${passages} 个段落`,
  noSources: "还没有您可以查阅的文档：用 npx frontdesk ingest <文件夹> 添加文档。",
  noHistory: "还没有说过什么。",
  noCases: "没有未完成的工单。",
};

/** The terminal's own words. */
export function chatTexts(language: Language): ChatTexts {
  return language === "zh" ? zh : en;
}

/** The terminal's own words in the language of a text. */
export function chatTextsFor(text: string): ChatTexts {
  return chatTexts(detectLanguage(text));
}

/** The language of whoever sits at this terminal, as the system names it; English unless it is Chinese. */
export function systemLanguage(): Language {
  return new Intl.DateTimeFormat().resolvedOptions().locale.startsWith("zh") ? "zh" : "en";
}
