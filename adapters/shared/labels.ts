import type { Language, Progress, ReplyMark } from "../../src/core/index.ts";

/** The words around what is said, in the reader's language. */
export interface TalkLabels {
  readonly marks: Readonly<Record<ReplyMark, string>>;
  readonly sources: string;
  readonly web: string;
  readonly person: string;
  readonly askPerson: string;
  /** What is sent in the reader's name when that button is pressed. */
  readonly askPersonWords: string;
  readonly stop: string;
  readonly stopListening: string;
  readonly stoppedListening: string;
  readonly share: string;
  readonly shared: (by: string) => string;
  readonly notShared: (sources: readonly string[]) => string;
  readonly expired: string;
  /** Pressed again while it is under way. */
  readonly isBeingShared: string;
  /** It broke off; pressed again, it goes on. */
  readonly sharePaused: string;
  /** Under the first message of a long shared answer. */
  readonly goesOn: string;
  readonly choose: string;
  /** To whoever presses a choice after somebody else did. */
  readonly alreadyChosen: string;
  /** To whoever presses "Stop" under an answer to somebody else. */
  readonly onlyAskerStops: string;
  readonly chosen: (label: string, by: string) => string;
  readonly good: string;
  readonly bad: string;
  readonly thanks: string;
  readonly onlyYou: string;
  readonly tooLong: (characters: number) => string;
  readonly searching: string;
  readonly shallIAnswer: string;
  readonly yesAnswer: string;
  readonly stillNeeded: (minutes: number) => string;
  readonly notAllowed: string;
  readonly nothingToAsk: string;
  readonly stage: (progress: Extract<Progress, { readonly type: "stage" }>) => string;
}

const en: TalkLabels = {
  marks: {
    extractive: "quoted from the documents, no language model",
    "model-away": "quoted from the documents; the language model cannot be used at the moment",
    "model-rejected": "quoted from the documents; the language model's own text could not be used",
    unsure: "low confidence",
    web: "from the web",
    partial: "covers only a part of the question",
    stopped: "stopped before its end",
  },
  sources: "Sources",
  web: "web",
  person: "from the team",
  askPerson: "Ask a person",
  askPersonWords: "I would like to talk to a person.",
  stop: "Stop",
  stopListening: "🔇 Stop listening",
  stoppedListening: "🔇 I no longer follow this thread. Mention me to bring me back.",
  share: "Share with channel",
  shared: (by) => `Shared by ${by}`,
  notShared: (sources) =>
    `I did not share this: not everybody here may read ${sources.join(", ")}. You still see it above.`,
  expired: "This is too old to share. Please ask again.",
  isBeingShared: "This is being shared already.",
  sharePaused: "I could not share all of this just now. Please press the button again in a minute.",
  goesOn: "The answer goes on in the thread below.",
  choose: "Choose one",
  alreadyChosen:
    "Somebody else has already chosen. Ask a question of your own if you need another answer.",
  onlyAskerStops: "Only whoever asked this can stop the answer.",
  chosen: (label, by) => `✓ ${label} — chosen by ${by}`,
  good: "👍 Helpful",
  bad: "👎 Not helpful",
  thanks: "Thank you, noted.",
  onlyYou:
    "🔒 Only you see this: it rests on documents that not everybody in this channel may read.",
  tooLong: (characters) => `Your message is very long; I read its first ${characters} characters.`,
  searching: "Looking this up …",
  shallIAnswer: "Shall I answer this?",
  yesAnswer: "Yes, answer",
  stillNeeded: (minutes) =>
    `I was away when you asked this, ${age(minutes, ["minute", "hour", "day"])} ago. Do you still need it?`,
  notAllowed: "I am not set up to answer here. Please ask whoever looks after me.",
  nothingToAsk: "There is no text in that message that I could answer.",
  stage: (progress) => {
    switch (progress.stage) {
      case "understanding":
        return "is reading your question …";
      case "searching":
        return "is searching the documents …";
      case "reading":
        return `is reading ${progress.documents} ${progress.documents === 1 ? "document" : "documents"} …`;
      case "searching-web":
        return "is searching the web …";
      case "checking":
        return "is checking the answer …";
      case "thinking":
        return "is thinking …";
      case "writing":
        return "is writing …";
      case "queued":
        return `is busy; you are in line, number ${place(progress, " of ")}${wait(progress.etaMs, [", about ", " s", " min"])} …`;
    }
  },
};

const zh: TalkLabels = {
  marks: {
    extractive: "摘自文档原文，未使用语言模型",
    "model-away": "摘自文档原文；语言模型目前无法使用",
    "model-rejected": "摘自文档原文；没有采用语言模型自己写的内容",
    unsure: "把握不大",
    web: "来自网络",
    partial: "只涉及问题的一部分",
    stopped: "未说完就停止了",
  },
  sources: "来源",
  web: "网络",
  person: "人工回复",
  askPerson: "转人工",
  askPersonWords: "请帮我转人工。",
  stop: "停止",
  stopListening: "🔇 不再跟进",
  stoppedListening: "🔇 我不再跟进这个话题。需要时请 @ 我。",
  share: "分享到频道",
  shared: (by) => `由 ${by} 分享`,
  notShared: (sources) =>
    `没有分享：这里不是所有人都能看 ${sources.join("、")}。上面的内容仍只有您能看到。`,
  expired: "内容太久，无法分享。请重新提问。",
  isBeingShared: "正在分享，请稍候。",
  sharePaused: "暂时没能全部分享。请一分钟后再按一次按钮。",
  goesOn: "回答在下面的话题中继续。",
  choose: "请选择",
  alreadyChosen: "已有人选择了。如果需要别的回答，请自己提问。",
  onlyAskerStops: "只有提问的人可以停止这个回答。",
  chosen: (label, by) => `✓ ${label} — 由 ${by} 选择`,
  good: "👍 有帮助",
  bad: "👎 没帮助",
  thanks: "谢谢，已记录。",
  onlyYou: "🔒 只有您能看到：内容来自频道里并非所有人都能看的文档。",
  tooLong: (characters) => `消息很长，我只读了前 ${characters} 个字符。`,
  searching: "正在查找……",
  shallIAnswer: "需要我回答这个问题吗？",
  yesAnswer: "请回答",
  stillNeeded: (minutes) => `您 ${ageZh(minutes)}前提问时我不在线。现在还需要回答吗？`,
  notAllowed: "我没有被设置为在这里回答。请联系管理员。",
  nothingToAsk: "这条消息里没有我可以回答的文字。",
  stage: (progress) => {
    switch (progress.stage) {
      case "understanding":
        return "正在理解问题……";
      case "searching":
        return "正在查找文档……";
      case "reading":
        return `正在阅读 ${progress.documents} 份文档……`;
      case "searching-web":
        return "正在搜索网络……";
      case "checking":
        return "正在核对答案……";
      case "thinking":
        return "正在思考……";
      case "writing":
        return "正在撰写……";
      case "queued":
        return `正忙，您排在第 ${place(progress, "/")} 位${wait(progress.etaMs, ["，大约 ", " 秒", " 分钟"])}……`;
    }
  },
};

function place(
  { place: at, of }: { readonly place: number; readonly of?: number },
  parting: string,
): string {
  return of === undefined ? `${at}` : `${at}${parting}${of}`;
}

/** Nothing where nobody knows how long it will take. */
function wait(
  etaMs: number | null,
  [about, seconds, minutes]: readonly [string, string, string],
): string {
  if (etaMs === null) return "";
  const inSeconds = Math.max(1, Math.ceil(etaMs / 1000));
  return inSeconds < 100
    ? `${about}${inSeconds}${seconds}`
    : `${about}${Math.round(inSeconds / 60)}${minutes}`;
}

function age(minutes: number, units: readonly [string, string, string]): string {
  const [count, unit] =
    minutes < 120
      ? [Math.max(1, Math.round(minutes)), units[0]]
      : minutes < 48 * 60
        ? [Math.round(minutes / 60), units[1]]
        : [Math.round(minutes / (24 * 60)), units[2]];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

function ageZh(minutes: number): string {
  if (minutes < 120) return `${Math.max(1, Math.round(minutes))} 分钟`;
  return minutes < 48 * 60
    ? `${Math.round(minutes / 60)} 小时`
    : `${Math.round(minutes / (24 * 60))} 天`;
}

/** The words around what is said. */
export function talkLabels(language: Language): TalkLabels {
  return language === "zh" ? zh : en;
}
