import type { FileTrouble } from "../../src/core/index.ts";
import type { Texts } from "./texts.ts";

const FILE_REASONS: Readonly<Record<FileTrouble, string>> = {
  "too-large": "它超过 10 MB",
  unreadable: "取不到文件，它已被删除或不允许读取",
  unsupported: "那里不能显示文件",
  "in-tickets": "它在我们的工单系统里，那里的文件不会传过来",
  private: "这段对话只有一个人能看到，而文件会被所有人看到",
  refused: "平台不接收它",
  "not-permitted": "我在那里没有传文件的权限",
  "gave-up": "半小时内都连不上平台",
};

/** What the team can do about it. */
function fileAdvice(why: FileTrouble): string {
  return why === "not-permitted" ? "`frontdesk doctor` 会说明缺哪一个。" : "";
}

/** Chinese (simplified). */
export const zh: Texts = {
  greeting: (botName) =>
    `您好！我是 ${botName}。关于我们文档里的内容，您尽管问；找不到答案时，我会请同事来帮您。`,
  greetingAgain: "您好！想了解什么？",
  howAreYou: "我很好，谢谢。您想了解什么？",
  thanks: "不客气！",
  goodbye: "再见！需要时随时找我。",
  praise: "谢谢，能帮上忙我很高兴。",
  amBot: (botName) =>
    `我是 ${botName}，是一个程序，不是真人。我根据文档回答问题，并注明出处。如果您想和真人沟通，直接告诉我就好。`,
  capabilities: (botName) =>
    `我是 ${botName}。我从我们的文档里找答案，并告诉您出处；问题有多种理解时我会先问清楚；帮不上忙时我会请同事来。用您自己的话问就行，中文、英文都可以。`,
  help: (botName) =>
    [
      `我是 ${botName}。用您自己的话提问，我会根据文档回答，并注明出处。`,
      "",
      "- 说“转人工”，我会请同事来",
      "- 说“重新开始”，我会忘掉之前的内容",
      "- 说“再说一遍”，我会重复上一条回答",
      "- 说“把对话记录发给我”，我会列出这里说过的话",
      "- 说“算了”，当前的问题就不再处理",
    ].join("\n"),
  noMore:
    "关于这个，我找到的就是这些。其余内容在回答下面的来源里；您也可以问得更具体一些，或者让我找同事。",
  howCertain:
    "我的回答都出自文档，来源写在回答下面。重要的事情请以来源为准；如果有误，请告诉我，或者让我找同事。",
  acknowledged: "好的。还有什么想了解的吗？",
  declinedOffer: "好的，那先不找同事。您可以换个说法再问我。",
  nothingToRepeat: "我还没有说过可以重复的内容。您想了解什么？",
  answeredPrivately: "（已私下回答）",
  repeated: "我刚才说的是：",
  transcript: (zone) => `这里的对话记录如下（时间：${zone}）：`,
  transcriptShortened: (zone) => `这里的对话记录如下，较早的部分只有概要（时间：${zone}）：`,
  transcriptEmpty: "这里还没有说过什么，没有可以显示的记录。",
  transcriptGiven: "（对话记录）",
  yes: "是",
  no: "否",
  cancelled: "好的，这个问题先放下。",
  nothingToCancel: "现在没有正在处理的问题。您想了解什么？",
  emptyMessage: "收到的消息没有文字。您想了解什么？",
  attachmentOnly: "文件收到了。您想了解什么？请把问题和文件一起发给我。",
  fileTooLarge: (name) => `我没有读 ${name}：它超过 10 MB。`,
  fileEncrypted: (name) => `我读不了 ${name}：它有密码保护。`,
  fileUnreadable: (name) =>
    `我读不了 ${name}。我能读文本、PDF、Word、Excel、PowerPoint、HTML 和邮件文件。`,
  filesLeft: (most, left) =>
    `一个问题我最多读 ${most} 个文件，另有 ${left} 个没有读。请在另一条消息里询问。`,
  unclear: "我没看懂这条消息。请用一句简短的话告诉我您想了解什么。",
  dissatisfied: "抱歉，没能帮到您。请换个说法告诉我您需要什么，或者说“转人工”。",

  stopped: "已停止。需要时随时再问。",
  started: "好了，之前的内容我已经忘掉。您想了解什么？",
  tooBusy: "这个对话里排队的问题太多了，暂时接不了新的。请稍后再问。",
  tooFast: (seconds) =>
    `您问得太快了，这一条我没有处理。请在 ${seconds} 秒后再问一次，在那之前的消息我都不会回答。`,
  staleOption: "这个选项已经失效。请把问题再问一遍。",

  clarify: (question) => `“${question}”在文档里有几种情况，您指的是哪一种？`,
  clarifyMore: "您指的是下面哪一种？",
  noneOfThese: "都不是",
  askWhat: (words) => `我不清楚这里的“${words}”指的是什么。您说的是什么？写个名称或几个字就行。`,
  inYourWords: "明白了。那请用您自己的话，尽量具体地说说您想找什么。",
  bestReading: (label) => `我理解您指的是**${label}**。`,

  quoted: "文档里是这样写的：",
  quotedOtherLanguage: "文档里是这样写的（原文为英文）：",
  unsure: "我不确定这是否回答了您的问题，这是我找到的最接近的内容：",
  fromWeb: "我们的文档没有涉及这个问题。我在网上找到：",
  missing: (terms) => `关于${terms}，文档里没有找到相关内容。`,
  otherFigure: (quote, n) => `另一份文档给出的数字不同：“${quote}” [${n}] `,
  lastChanged: (days) => `最后修改：${days}。`,

  notInDocuments: "文档里没有找到这个问题的答案。",
  notInDocumentsTopic: (topic) => `文档里没有找到关于“${topic}”的内容。`,
  notOnWebEither: "文档里没有找到答案，网上也没有查到合适的内容。",
  canDo: "我能回答的是文档里写到的内容。",
  offerPerson: "需要我请同事来帮您吗？",

  escalated: {
    "asked-for-person": "好的，我已经请同事过来，会在这里回复您。",
    "repeated-failure": "抱歉，我没能帮上忙。我已经请同事来协助您。",
    anger: "给您添麻烦了，很抱歉。我已经请同事来处理。",
    "sensitive-topic": "这件事由真人来处理更合适。我已经请同事过来，会在这里回复您。",
    "clarification-failed": "抱歉，我没能弄清您要找的内容。我已经请同事来协助您。",
    "conversation-unreadable": "抱歉，我们之前的对话我接不上了。我已经请同事来协助您。",
    "internal-error": "抱歉，我这边出了点问题。我已经请同事来协助您。",
  },
  caseNumber: (id) => `您的编号是 ${id}。您在这里补充的内容，同事也会看到。`,
  addedToCase: (id) => `已补充到 ${id}。如果不再需要同事协助，说“算了”就行。`,
  caseCancelled: "好的，我已经告诉同事您不再需要协助。",
  agentJoined: (agent) => `${agent} 已接手，会在这里回复您。`,
  agentLeft: (agent) => `${agent} 已结束本次协助。还有需要的话，我在这里。`,

  caseIdle:
    "您有一段时间没有回复，同事已把工单关闭。我回来了：有问题尽管问，还需要人工也请告诉我。",
  agentReleased: (agent) =>
    `${agent} 需要先离开。您的工单在等下一位同事，之前的内容他们都能看到；您补充的内容也会转过去。`,
  agentReturned: (agent) => `${agent} 已把对话交还给我，现在由我继续回答。`,
  caseReopened: (id) => `您的工单 ${id} 已重新打开，您写的内容会转给同事。`,
  corrected: (text) => `更正：${text}`,
  queuePlace: (ahead) => (ahead === 0 ? "下一位就是您。" : `您前面还有 ${ahead} 个工单。`),
  longQueue: (ahead) =>
    `现在等的人很多，您前面还有 ${ahead} 个工单，可能要等较长时间。工单会一直保留，您不必守在这里。`,
  outOfHours: (opens) =>
    `现在不在服务时间，下次开放是${opens}。您的工单会等到那时，同事会在这里回复您。`,
  nobodyOnline: "现在没有同事在线。最先上线的同事会看到您的工单，并在这里回复您。",
  rateNotYours: "只有得到帮助的人才能评分，您的点击没有计入。",
  rateHelp: "这次的协助怎么样？请点一个分数，也可以写分数加意见，例如“4 很快，就是不好找”。",
  ratingLabels: ["1 分", "2 分", "3 分", "4 分", "5 分"],
  rated: "谢谢，我已经转达。",
  ratedAskComment: "谢谢！想说说原因的话，写分数加意见就行，例如“5 马上就解决了”。",

  knowledgeDown: "抱歉，我暂时连不上文档。请过一分钟再试。",
  internalError: "抱歉，我这边出了点问题。请再试一次。",

  summaryAsked: (question) => `问题：${question}`,
  summaryTried: (titles) => `查过的资料：${titles}`,
  summaryNothingFound: "文档里没有找到合适的内容。",
  summaryNothingAsked: "此前没有向机器人提过问题。",
  summaryLastWords: (words) => `最后一句：${words}`,
  listSeparator: "、",

  deskCancelled: "客户不再需要人工协助。",
  deskNeverSent: "客户那边没有任何改动：这条消息从未发给客户。请作为新的回复再写一次。",
  deskHeldBy: (agent) => `这个工单由 ${agent} 处理。`,
  deskAssigned: (agent) => `把工单指派给 ${agent}。`,
  deskGiven: "在线，由他接手这个工单。",
  deskTransferred: (team) => `把工单转给 ${team} 团队。`,
  deskPriority: (priority) =>
    `优先级改为${{ low: "低", normal: "普通", high: "高", urgent: "紧急" }[priority]}。`,
  deskReturned: "把对话交还给机器人。",
  deskDraftFailed: "这次没有写成草稿：写的时候出了问题。请稍后再要一次。",
  deskReopened: (agent) =>
    `工单已重新打开，${agent === null ? "正在等人接手" : `由 ${agent} 处理`}。`,
  deskReopenedByAgent: "重新打开了工单，由自己处理。",
  deskBlocked: "屏蔽了这位客户：不再给他回复。",
  deskNotBlocked: "这里无法屏蔽这位客户。",
  deskIsClosed: "工单已关闭，没有发出任何内容。请先重新打开。",
  deskStillWaiting: "这个工单还没有人接手。",
  deskWaitsForReply: (agent) => `${agent}，客户在等您回复。`,
  deskTakenBack: (agent) => `${agent} 没有及时回复，工单已放回队列。`,
  deskEscalated: (team) => `没有人及时接手，工单转给 ${team} 团队。`,
  deskOverdue: "这个工单早该处理完了。",
  deskNoAnswer: "已结束：客户没有再说话。",
  deskRated: (rating) =>
    rating === null
      ? "客户给了评分。"
      : `客户打了 ${rating.stars} 分（满分 5 分）${rating.comment === null ? "。" : `：${rating.comment}`}`,
  fileNotPassedOn: (name, why) =>
    `同事给您发了文件 ${name}，但没能显示在这里：${FILE_REASONS[why]}。同事已经知道了。`,
  deskFileNotShown: (name, why) =>
    `客户的文件 ${name} 没能传过来：${FILE_REASONS[why]}。请换个方式索取。${fileAdvice(why)}`,
  deskFileNotPassedOn: (name, why) =>
    `文件 ${name} 没有送到客户那里：${FILE_REASONS[why]}。已经告诉客户。${fileAdvice(why)}`,
};
