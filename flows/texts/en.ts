import type { FileTrouble } from "../../src/core/index.ts";
import type { Texts } from "./texts.ts";

const FILE_REASONS: Readonly<Record<FileTrouble, string>> = {
  "too-large": "it is larger than 10 MB",
  unreadable: "it could not be fetched, since it is gone or may not be read",
  unsupported: "files cannot be shown there",
  "in-tickets": "it lies in our ticket system, whose files are not passed on",
  private: "only one person sees this conversation, and files would be seen by all",
  refused: "the platform does not take it",
  "not-permitted": "I lack the permission for files there",
  "gave-up": "the platform could not be reached for half an hour",
};

/** What the team can do about it. */
function fileAdvice(why: FileTrouble): string {
  return why === "not-permitted" ? " `frontdesk doctor` says which one." : "";
}

/** English. */
export const en: Texts = {
  greeting: (botName) =>
    `Hello! I am ${botName}. Ask me anything about our documents; if I do not find it, I bring in a person.`,
  greetingAgain: "Hello again! What would you like to know?",
  howAreYou: "I am fine, thank you. What would you like to know?",
  thanks: "You are welcome!",
  goodbye: "Goodbye! I am here whenever you need me.",
  praise: "Thank you, I am glad it helped.",
  amBot: (botName) =>
    `I am ${botName}, a program and not a person. I answer from the documents I was given and name my sources. If you would rather talk to a person, just say so.`,
  capabilities: (botName) =>
    `I am ${botName}. I look for answers in our documents and show where they stand. I ask back when a question can mean several things, and I call a person when I cannot help. Just ask in your own words, in English or Chinese.`,
  help: (botName) =>
    [
      `I am ${botName}. Ask a question in your own words and I answer from our documents, with sources.`,
      "",
      '- "I want to talk to a person" brings in a colleague',
      '- "start over" makes me forget what was said',
      '- "repeat" shows my last answer again',
      '- "send me the transcript" shows what was said here',
      '- "never mind" drops the current question',
    ].join("\n"),
  noMore:
    "That is what I found about it. The sources under my answer say the rest; you can also ask for something in particular, or for a person.",
  howCertain:
    "I take my answers from the documents and name the source under each. Please look there if it matters; if something is wrong, tell me, or ask for a person.",
  acknowledged: "All right. Is there anything else you would like to know?",
  declinedOffer: "All right, no person then. Ask me again any time, perhaps in other words.",
  nothingToRepeat: "I have not said anything yet that I could repeat. What would you like to know?",
  answeredPrivately: "(answered privately)",
  repeated: "Here is what I said:",
  transcript: (zone) => `This is what was said here (times: ${zone}):`,
  transcriptShortened: (zone) =>
    `This is what was said here, the older part in short (times: ${zone}):`,
  transcriptEmpty: "Nothing has been said here yet that I could show.",
  transcriptGiven: "(transcript)",
  yes: "Yes",
  no: "No",
  cancelled: "All right, I have dropped that.",
  nothingToCancel: "There is nothing under way. What would you like to know?",
  emptyMessage: "Your message arrived without text. What would you like to know?",
  attachmentOnly:
    "I received your file. What would you like to know about it? Please send your question together with the file.",
  fileTooLarge: (name) => `I did not read ${name}: it is larger than 10 MB.`,
  fileEncrypted: (name) => `I could not read ${name}: it is protected by a password.`,
  fileUnreadable: (name) =>
    `I could not read ${name}. I read text, PDF, Word, Excel, PowerPoint, HTML and e-mail files.`,
  filesLeft: (most, left) =>
    `I read ${most} files of a question at most and left ${left} aside. Please ask about ${left === 1 ? "it" : "them"} in another message.`,
  unclear: "I did not understand that. Please ask in a short sentence what you would like to know.",
  dissatisfied:
    "I am sorry, that did not help. Please tell me in other words what you need, or say that you want a person.",

  stopped: "Stopped. Ask again whenever you like.",
  started: "Done: I have forgotten what was said here. What would you like to know?",
  tooBusy:
    "So many questions are waiting in this conversation that I cannot take another one. Please ask again in a moment.",
  tooFast: (seconds) =>
    `That was more than I can take from one person at a time, so I have left your message aside. Please ask again in ${seconds} ${seconds === 1 ? "second" : "seconds"}; until then I do not answer.`,
  staleOption: "That choice is no longer open. Please ask your question again.",

  clarify: (question) => `"${question}" can mean different things here. Which do you mean?`,
  clarifyMore: "Which of these do you mean?",
  noneOfThese: "None of these",
  askWhat: (words) =>
    `I do not know what "${words}" stands for here. What do you mean? A name or a few words are enough.`,
  inYourWords:
    "I see. Then please tell me in your own words what you are looking for, as precisely as you can.",
  bestReading: (label) => `I take it that you mean **${label}**.`,

  quoted: "This is what the documents say:",
  quotedOtherLanguage: "The documents say this (the source is in Chinese):",
  unsure: "I am not sure that this answers your question, but it is the closest I found:",
  fromWeb: "Our documents do not cover this. On the web I found:",
  missing: (terms) => `I found nothing in the documents about ${terms}.`,
  otherFigure: (quote, n) => `Another document gives another figure: “${quote}” [${n}]`,
  lastChanged: (days) => `Last changed: ${days}.`,

  notInDocuments: "I could not find this in the documents.",
  notInDocumentsTopic: (topic) => `I could not find anything about ${topic} in the documents.`,
  notOnWebEither: "I could not find this in the documents, and a look on the web did not help.",
  canDo: "I answer questions about what stands in our documents.",
  offerPerson: "Shall I bring in a person?",

  escalated: {
    "asked-for-person": "Of course. I have called a colleague who will answer you here.",
    "repeated-failure": "I am not getting anywhere, sorry. I have called a colleague to help you.",
    anger: "I am sorry for the trouble. I have called a colleague to look after this.",
    "sensitive-topic":
      "This is better in the hands of a person. I have called a colleague who will answer you here.",
    "clarification-failed":
      "I could not work out what you are looking for, sorry. I have called a colleague to help you.",
    "conversation-unreadable":
      "I have lost the thread of our conversation, sorry. I have called a colleague to help you.",
    "internal-error":
      "Something went wrong on my side, sorry. I have called a colleague to help you.",
  },
  caseNumber: (id) => `Your case is ${id}. Anything you add here reaches them too.`,
  addedToCase: (id) =>
    `I have added this to your case ${id}. Say "never mind" if you no longer need a person.`,
  caseCancelled: "All right, I have told my colleagues that you no longer need them.",
  agentJoined: (agent) => `${agent} is here now and will answer you.`,
  agentLeft: (agent) => `${agent} has closed the case. I am back if you need anything else.`,

  caseIdle:
    "I have not heard from you for a while, so my colleagues have closed the case. I am back: ask me anything, or say that you still need a person.",
  agentReleased: (agent) =>
    `${agent} had to leave. Your case waits for the next colleague, who sees everything that was said; anything you add reaches them.`,
  agentReturned: (agent) => `${agent} has handed back to me. I am answering again.`,
  caseReopened: (id) => `Your case ${id} is open again: what you write here goes to my colleagues.`,
  corrected: (text) => `Correction: ${text}`,
  queuePlace: (ahead) =>
    ahead === 0
      ? "You are next."
      : ahead === 1
        ? "One other case is before yours."
        : `${ahead} other cases are before yours.`,
  longQueue: (ahead) =>
    `Many are waiting: ${ahead === 1 ? "one other case is" : `${ahead} other cases are`} before yours, so it may take a good while. Your case is kept, and you need not stay here.`,
  outOfHours: (opens) =>
    `Nobody is at the desk now; it opens again on ${opens}. Your case waits until then, and you are answered here.`,
  nobodyOnline:
    "Nobody is at the desk at this moment. Whoever comes first sees your case and answers you here.",
  rateNotYours: "Only the person who was helped can rate this. Your press was not counted.",
  rateHelp: 'How was it? Press a number, or write it with a comment: "4 quick, but hard to find".',
  ratingLabels: ["1", "2", "3", "4", "5"],
  rated: "Thank you, I have passed that on.",
  ratedAskComment:
    'Thank you! If you would like to say why, write the number and your words: "5 solved at once".',

  knowledgeDown: "I cannot reach the documents at the moment, sorry. Please try again in a minute.",
  internalError: "Something went wrong on my side, sorry. Please try again.",

  summaryAsked: (question) => `Asked: ${question}`,
  summaryTried: (titles) => `Looked at: ${titles}`,
  summaryNothingFound: "Nothing fitting was found in the documents.",
  summaryNothingAsked: "Nothing was asked of the bot before.",
  summaryLastWords: (words) => `Last words: ${words}`,
  listSeparator: ", ",

  deskCancelled: "The customer no longer needs a person.",
  deskNeverSent:
    "Nothing was changed for the customer: this message never went to them. Write it as a new reply.",
  deskHeldBy: (agent) => `This case is with ${agent}.`,
  deskAssigned: (agent) => `assigned this to ${agent}.`,
  deskGiven: "is at the desk and gets this case.",
  deskTransferred: (team) => `passed this on to the team ${team}.`,
  deskPriority: (priority) =>
    `The priority is now ${{ low: "low", normal: "normal", high: "high", urgent: "urgent" }[priority]}.`,
  deskReturned: "gave this back to the bot.",
  deskDraftFailed:
    "No draft this time: something went wrong while it was being written. Ask for it again in a moment.",
  deskReopened: (agent) =>
    `The case is open again${agent === null ? " and waits for somebody" : `; ${agent} has it`}.`,
  deskReopenedByAgent: "opened the case again and has it.",
  deskBlocked: "blocked the customer: he gets no more answers.",
  deskNotBlocked: "The customer cannot be blocked here.",
  deskIsClosed: "This case is closed and nothing was sent. Reopen it first.",
  deskStillWaiting: "Nobody has taken this case yet.",
  deskWaitsForReply: (agent) => `${agent}, the customer is waiting for an answer.`,
  deskTakenBack: (agent) => `${agent} did not answer in time; the case is in the queue again.`,
  deskEscalated: (team) => `Nobody has taken this case in time; it goes to the team ${team}.`,
  deskOverdue: "This case should have been resolved by now.",
  deskNoAnswer: "Resolved: the customer said nothing more.",
  deskRated: (rating) =>
    rating === null
      ? "The customer rated this."
      : `The customer gave ${rating.stars} of 5${rating.comment === null ? "." : `: ${rating.comment}`}`,
  fileNotPassedOn: (name, why) =>
    `My colleague sent you the file ${name}, but it could not be shown here: ${FILE_REASONS[why]}. My colleague knows.`,
  deskFileNotShown: (name, why) =>
    `The customer's file ${name} could not be brought here: ${FILE_REASONS[why]}. Ask for it in another way.${fileAdvice(why)}`,
  deskFileNotPassedOn: (name, why) =>
    `The file ${name} did not reach the customer: ${FILE_REASONS[why]}. He was told so.${fileAdvice(why)}`,
};
