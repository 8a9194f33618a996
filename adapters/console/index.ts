export { createConsoleChannel } from "./channel.ts";
export { replyLabels } from "./labels.ts";
export { type Layout, shownSource } from "./layout.ts";
export {
  renderCase,
  renderCaseEntry,
  renderCaseSummary,
} from "./render-case.ts";
export {
  citationLines,
  type RenderOptions,
  renderEarlierReply,
  renderMarkdown,
  renderReply,
  renderReplyTail,
  renderWords,
} from "./render-reply.ts";
export { safeLine, safeText } from "./safe-text.ts";
export { paintLine, span } from "./spans.ts";
export { createTheme, plainTheme, type Theme } from "./theme.ts";
export { cutLine } from "./wrap.ts";
