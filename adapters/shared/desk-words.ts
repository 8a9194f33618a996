import type {
  CasePriority,
  CaseRecord,
  CaseResolution,
  ErrorCode,
  HandoffReason,
  KnowledgeDraft,
  Language,
  Role,
} from "../../src/core/index.ts";

/** What stands in the places where the team works on cases. */
export interface DeskWords {
  readonly state: Readonly<Record<CaseRecord["state"], string>>;
  readonly reason: Readonly<Record<HandoffReason, string>>;
  readonly priority: Readonly<Record<CasePriority, string>>;
  readonly resolution: Readonly<Record<CaseResolution, string>>;
  readonly language: Readonly<Record<Language, string>>;
  readonly title: (id: string) => string;
  readonly customer: string;
  readonly from: string;
  /** A platform without channels, by the name of the conversation. */
  readonly elsewhere: (platform: string, conversation: string) => string;
  readonly direct: string;
  readonly toMessage: string;
  readonly role: Readonly<Record<Role, string>>;
  readonly why: string;
  readonly question: string;
  readonly summary: string;
  readonly transcript: string;
  readonly confidence: string;
  readonly tried: string;
  /** The documents were not asked at all. */
  readonly notSearched: string;
  readonly nothingTried: string;
  readonly suggested: string;
  readonly bot: string;
  readonly toCustomer: (agent: string) => string;
  readonly noteBy: (agent: string) => string;
  readonly types: (customer: string) => string;
  readonly taken: (agent: string) => string;
  readonly waits: string;
  readonly resolvedBy: (agent: string, how: string) => string;
  readonly closed: string;
  /** The customer's conversation was deleted, and the case with it. */
  readonly erased: string;
  readonly back: string;
  readonly claim: string;
  readonly reply: string;
  readonly draft: string;
  readonly release: string;
  readonly resolve: string;
  readonly reopen: string;
  readonly note: string;
  readonly giveBack: string;
  readonly send: string;
  readonly cancel: string;
  readonly replyLabel: string;
  readonly noteLabel: string;
  readonly hintLabel: string;
  /** Behind the name of who changed a line. */
  readonly edited: string;
  /** In the place of a line that was taken back. */
  readonly deleted: (name: string) => string;
  /** Said below, since an edit rings no bell. */
  readonly changedAbove: (name: string) => string;
  readonly deletedAbove: (name: string) => string;
  readonly unclear: (word: string) => string;
  /** An edit made an order of what was none, or another one of it. */
  readonly noOrder: string;
  /** Files came with an order that passes none on. */
  readonly filesStay: string;
  readonly nobody: (who: string) => string;
  readonly noResolution: (name: string, known: readonly string[]) => string;
  readonly noTeam: (name: string, known: readonly string[]) => string;
  readonly noCanned: (name: string, known: readonly string[]) => string;
  /** Somebody else was to get a case. */
  readonly noRoom: (name: string, held: number) => string;
  readonly learn: string;
  readonly learnTitle: string;
  readonly learnSubmit: string;
  readonly learnAnswer: string;
  readonly learnVisibility: string;
  readonly learnOffer: (draft: KnowledgeDraft) => string;
  readonly learned: (agent: string, visibility: string) => string;
  readonly notTeam: string;
  readonly online: string;
  readonly away: string;
  /** In the window, which stays open with what was written. */
  readonly notSent: (why: string) => string;
  /** Above words that could not be handed in and whose window is closed. */
  readonly givenBack: (why: string) => string;
  /** The platform is slow to say who the agent is. */
  readonly whoLate: string;
  readonly nothingWritten: string;
  readonly noWindow: string;
  readonly noDraft: string;
  readonly help: string;
  readonly refused: Partial<Readonly<Record<ErrorCode, string>>>;
}

const en: DeskWords = {
  state: { waiting: "waiting", claimed: "being worked on", resolved: "resolved", closed: "closed" },
  reason: {
    "asked-for-person": "asked for a person",
    "repeated-failure": "the bot could not answer",
    anger: "is upset",
    "sensitive-topic": "a sensitive topic",
    "clarification-failed": "the bot could not find out what is meant",
    "conversation-unreadable": "the conversation could not be read",
    "internal-error": "something broke inside the bot",
  },
  priority: { low: "low", normal: "normal", high: "high", urgent: "urgent" },
  resolution: {
    solved: "solved",
    unsolved: "unsolved",
    duplicate: "a duplicate",
    spam: "spam",
    returned: "back to the bot",
    blocked: "customer blocked",
    cancelled: "withdrawn by the customer",
    "no-answer": "the customer said nothing more",
  },
  language: { en: "English", zh: "Chinese" },
  title: (id) => `Case ${id}`,
  customer: "Customer",
  from: "from",
  elsewhere: (platform, conversation) =>
    `${platform === "console" ? "a terminal" : platform.toUpperCase()}, conversation ${conversation}`,
  direct: "in direct messages",
  toMessage: "to the place",
  role: {
    admin: "administrator",
    editor: "editor",
    viewer: "member",
    "restricted-viewer": "restricted member",
    guest: "guest",
  },
  why: "Why",
  question: "Question",
  summary: "Summary",
  transcript: "What was said",
  confidence: "the bot's confidence",
  tried: "Sources tried",
  notSearched: "nothing was searched",
  nothingTried: "nothing fitting was found",
  suggested: "Suggested answer",
  bot: "Bot",
  toCustomer: (agent) => `${agent} → customer`,
  noteBy: (agent) => `Note by ${agent} (stays here)`,
  types: (customer) => `says that ${customer} is typing …`,
  taken: (agent) => `${agent} has this case. The bot is silent.`,
  waits: "The case waits for somebody.",
  resolvedBy: (agent, how) => `${agent === "" ? "" : `${agent}: `}${how}. The bot answers again.`,
  closed: "The case is closed.",
  erased:
    "The customer's conversation was deleted, and this case with it. It is closed; nothing written here reaches anybody any more.",
  back: "The customer is back; the case is open again.",
  claim: "Claim",
  reply: "Reply …",
  draft: "Draft",
  release: "Release",
  resolve: "Resolve",
  reopen: "Reopen",
  note: "Note …",
  giveBack: "Return to bot …",
  send: "Send to customer",
  cancel: "Cancel",
  replyLabel: "Your words to the customer",
  noteLabel: "Your note; it stays here",
  hintLabel: "A hint or question for the bot",
  edited: "edited",
  deleted: (name) => `${name} deleted this message.`,
  changedAbove: (name) => `${name} changed a message above.`,
  deletedAbove: (name) => `${name} deleted a message above; its words are gone from here.`,
  unclear: (word) =>
    `I cannot read the order !${word}, so nothing was done. \`!help\` lists all, and what they take.`,
  noOrder:
    "Nothing was done: an edit changes the words of a reply or a note, and gives no order. Write it as a new message.",
  filesStay:
    "The files of your message stay here: files go to the customer with `!r`, with or without words.",
  nobody: (who) => `I cannot tell who ${who} is. Name somebody with @.`,
  noRoom: (name, held) =>
    `That was not done: ${name} has ${held} open cases already, as many as one person may have.`,
  noResolution: (name, known) =>
    `Nothing was done: a case is not resolved as ${name}; there are ${known.join(", ")}.`,
  noTeam: (name, known) => `There is no team ${name}; there are ${known.join(", ")}.`,
  noCanned: (name, known) =>
    `There is no ready answer ${name}; there are: ${known.length === 0 ? "none" : known.join(", ")}.`,
  noDraft: "No draft: the documents say nothing about this.",
  learn: "Add to documents …",
  learnTitle: "Add to the documents",
  learnSubmit: "Add",
  learnAnswer: "Answer",
  learnVisibility: "Who may read it: public, internal or group:NAME",
  learnOffer: ({ question, answer }) =>
    `This could go into the documents, so that the bot knows it next time. An editor adds it with \`!learn internal\` (or public, group:NAME); look for names first.\n${question}\n${answer}`,
  learned: (agent, visibility) => `${agent} added this to the documents (${visibility}).`,
  online: "You are at the desk.",
  away: "You have left the desk; the cases you had wait for somebody else.",
  notTeam: "Only members of the team can work on cases; guests cannot.",
  notSent: (why) =>
    `This was not sent. ${why} Your text stays here: try again in a moment, or keep a copy before you close the window.`,
  givenBack: (why) => `${why} Here are your words, so that they are not lost:`,
  whoLate: "Slack has not said yet who you are.",
  nothingWritten: "Nothing is written here yet.",
  noWindow:
    "The window could not be opened in time. Press the button again, or write `!r TEXT` here in the thread: it sends TEXT to the customer.",
  help: [
    "Whatever you write here is an internal note, unless it begins with an order:",
    "`!r TEXT` sends text to the customer · `!claim` `!release` · `!assign @NAME` · `!team NAME`",
    "`!priority low|normal|high|urgent` · `!draft` asks the bot for a draft · `!canned NAME` sends a ready answer",
    "`!resolve [solved|unsolved|duplicate|spam]` · `!return [HINT]` gives it back to the bot · `!reopen` · `!block`",
    "`!learn public|internal|group:NAME` puts question and answer into the documents (editors)",
    "`!online` you are at the desk · `!away` you leave it, and your cases wait for others (both also in the channel itself)",
  ].join("\n"),
  refused: {
    case_taken: "That was not done: somebody else has this case, or it is over.",
    forbidden: "That was not done: only editors and administrators add to the documents.",
    agent_busy: "That was not done: you have as many cases as one person may have.",
    case_not_found: "That was not done: this case is no longer known.",
    store_unavailable: "That was not done: the store cannot be reached. Try again in a moment.",
  },
};

const zh: DeskWords = {
  state: { waiting: "等待中", claimed: "处理中", resolved: "已解决", closed: "已关闭" },
  reason: {
    "asked-for-person": "要求人工",
    "repeated-failure": "机器人答不上来",
    anger: "客户不满",
    "sensitive-topic": "敏感话题",
    "clarification-failed": "机器人没弄清意思",
    "conversation-unreadable": "对话读不出来",
    "internal-error": "机器人内部出错",
  },
  priority: { low: "低", normal: "普通", high: "高", urgent: "紧急" },
  resolution: {
    solved: "已解决",
    unsolved: "未解决",
    duplicate: "重复",
    spam: "垃圾消息",
    returned: "交还机器人",
    blocked: "客户已屏蔽",
    cancelled: "客户撤回",
    "no-answer": "客户没有再说话",
  },
  language: { en: "英文", zh: "中文" },
  title: (id) => `工单 ${id}`,
  customer: "客户",
  from: "来自",
  elsewhere: (platform, conversation) =>
    `${platform === "console" ? "终端" : platform.toUpperCase()}，对话 ${conversation}`,
  direct: "私信",
  toMessage: "去看原处",
  role: {
    admin: "管理员",
    editor: "编辑",
    viewer: "成员",
    "restricted-viewer": "受限成员",
    guest: "访客",
  },
  why: "原因",
  question: "问题",
  summary: "摘要",
  transcript: "对话记录",
  confidence: "机器人的把握",
  tried: "查过的资料",
  notSearched: "没有查过文档",
  nothingTried: "没有找到合适的内容",
  suggested: "建议的回答",
  bot: "机器人",
  toCustomer: (agent) => `${agent} → 客户`,
  noteBy: (agent) => `${agent} 的备注（只在这里）`,
  types: (customer) => `：${customer} 正在输入……`,
  taken: (agent) => `${agent} 已接手，机器人保持沉默。`,
  waits: "工单在等人接手。",
  resolvedBy: (agent, how) => `${agent === "" ? "" : `${agent}：`}${how}。机器人重新回答。`,
  closed: "工单已关闭。",
  erased: "客户的对话已被删除，工单随之删除并关闭；之后写在这里的内容不会再发给任何人。",
  back: "客户又来了，工单重新打开。",
  claim: "接手",
  reply: "回复…",
  draft: "草稿",
  release: "放回",
  resolve: "结束",
  reopen: "重新打开",
  note: "备注…",
  giveBack: "交还机器人…",
  send: "发给客户",
  cancel: "取消",
  replyLabel: "给客户的话",
  noteLabel: "备注，只留在这里",
  hintLabel: "给机器人的提示或问题",
  edited: "已修改",
  deleted: (name) => `${name} 删除了这条消息。`,
  changedAbove: (name) => `${name} 修改了上面的一条消息。`,
  deletedAbove: (name) => `${name} 删除了上面的一条消息，文字已从这里去掉。`,
  unclear: (word) => `看不懂 !${word} 这条命令，什么都没有做。\`!help\` 列出全部命令和写法。`,
  noOrder: "什么都没有做：修改只能改回复或备注的文字，不能当作命令。请作为新消息再写一次。",
  filesStay: "消息里的文件留在这里：要把文件发给客户，请用 `!r`，有没有文字都行。",
  nobody: (who) => `不知道 ${who} 是谁，请用 @ 指定。`,
  noRoom: (name, held) => `没有执行：${name} 手上已有 ${held} 个工单，到了上限。`,
  noResolution: (name, known) =>
    `什么都没有做：不能以 ${name} 结束工单；可用：${known.join("、")}。`,
  noTeam: (name, known) => `没有叫 ${name} 的团队；现有：${known.join("、")}。`,
  noCanned: (name, known) =>
    `没有叫 ${name} 的现成回答；现有：${known.length === 0 ? "无" : known.join("、")}。`,
  noDraft: "没有草稿：文档里没有相关内容。",
  learn: "加入文档…",
  learnTitle: "加入文档",
  learnSubmit: "加入",
  learnAnswer: "回答",
  learnVisibility: "谁能看到：public、internal 或 group:名称",
  learnOffer: ({ question, answer }) =>
    `这个回答可以加入文档，下次机器人就会了。编辑可以写 \`!learn internal\`（也可以是 public、group:名称）；请先看看里面有没有人名。\n${question}\n${answer}`,
  learned: (agent, visibility) => `${agent} 已把它加入文档（${visibility}）。`,
  online: "您已上线。",
  away: "您已离线，手上的工单已放回队列。",
  notTeam: "只有团队成员能处理工单，访客不行。",
  notSent: (why) => `没有发出。${why}您写的内容还在这里：请稍后再试，或者先复制保存再关闭窗口。`,
  givenBack: (why) => `${why}您写的内容在下面，不会丢失：`,
  whoLate: "Slack 还没有说明您是谁。",
  nothingWritten: "这里还没有写内容。",
  noWindow: "窗口没能及时打开。请再按一次按钮，或者在这个话题里写 `!r 文字`，文字就会发给客户。",
  help: [
    "这里写的内容都是内部备注，除非以命令开头：",
    "`!r 文字` 发给客户 · `!claim` 接手 `!release` 放回 · `!assign @名字` · `!team 团队`",
    "`!priority low|normal|high|urgent` · `!draft` 让机器人起草 · `!canned 名称` 发送现成的回答",
    "`!resolve [solved|unsolved|duplicate|spam]` · `!return [提示]` 交还机器人 · `!reopen` · `!block`",
    "`!learn public|internal|group:名称` 把问题和回答加入文档（编辑）",
    "`!online` 上线 · `!away` 离线，手上的工单放回队列（也可以直接写在频道里）",
  ].join("\n"),
  refused: {
    case_taken: "没有执行：工单在同事手里，或者已经结束。",
    forbidden: "没有执行：只有编辑和管理员能往文档里加内容。",
    agent_busy: "没有执行：您手上的工单已到上限。",
    case_not_found: "没有执行：找不到这个工单。",
    store_unavailable: "没有执行：暂时连不上存储，请稍后再试。",
  },
};

/** The words of a desk in the language of the team. */
export function deskWords(language: Language): DeskWords {
  return language === "zh" ? zh : en;
}
