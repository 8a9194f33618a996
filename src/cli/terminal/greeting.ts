import { type Layout, renderWords, safeLine } from "../../../adapters/console/index.ts";
import type { Application, ApplicationStatus } from "../../ports/application.ts";
import type { ModelStatus } from "../../ports/chat-model.ts";
import type { ChatTexts } from "./chat-texts.ts";

/** How many troubles the greeting names; `doctor` names all. */
const MAX_TROUBLES = 3;

/** Who writes the answers, as it is at this moment. */
export function writerText(model: ModelStatus | null, texts: ChatTexts): string {
  if (model === null) return texts.withoutModel;
  switch (model.state) {
    case "ready":
      return texts.withModel(safeLine(model.model));
    case "starting":
      return texts.withModelSoon(safeLine(model.model));
    case "unavailable":
      return texts.modelAway;
  }
}

/** What a person should know before the first question: what it answers from, how, and how to leave. */
export function greetingLines(
  status: ApplicationStatus,
  /** Documents that the person may read. */
  documents: number,
  mode: Application["mode"],
  texts: ChatTexts,
  layout: Layout,
): readonly string[] {
  const { theme } = layout;
  const dim = (text: string): readonly string[] => renderWords([{ text, styles: ["dim"] }], layout);
  const knows = documents === 0 ? texts.knowsNothing : texts.knows(documents);
  const how = writerText(status.chatModel, texts);
  const troubles = status.components
    .filter(({ state, detail }) => (state === "degraded" || state === "down") && detail !== "")
    .slice(0, MAX_TROUBLES)
    .flatMap(({ name, detail }) =>
      renderWords([{ text: `${safeLine(name)}: ${safeLine(detail)}`, styles: ["alert"] }], layout),
    );
  return [
    `${theme.paint("strong", "Frontdesk")} ${theme.paint("dim", status.version)}`,
    ...renderWords(`${knows}${texts.sentenceGap}${how}`, layout),
    texts.bothLanguages,
    ...dim(texts.keys),
    ...(mode === "attached" ? dim(texts.attached(status.pid)) : []),
    ...troubles,
  ];
}
