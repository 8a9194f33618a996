import { afterAll, beforeAll, describe } from "vitest";
import { freshFolder } from "../../support/cli.ts";
import { makeScriptedModel } from "../../support/scripted-gguf.ts";
import { addDocuments, folderWith } from "../../support/slack/frontdesk-process.ts";
import { acknowledging } from "./acknowledging.ts";
import { type Crowd, crowd, gatherCrowd } from "./crowd.ts";
import { DOCUMENTS, FACT, PAY } from "./documents.ts";
import { EVERYDAY_PLACES, everyday } from "./everyday.ts";
import { hardship } from "./hardship.ts";
import {
  type Installation,
  install,
  type Mode,
  openChannels,
  openWorkspace,
  preparePlaces,
} from "./installation.ts";
import { WRITING_PLACES, writing } from "./writing.ts";

/** `frontdesk start` as a real process, without and with a language model, in one mode. */
export function describeSlack(mode: Mode): void {
  describe(`frontdesk start without a model, ${mode} mode`, () => {
    let at: Installation & { readonly crowd: Crowd };
    beforeAll(async () => {
      const slack = await openWorkspace();
      const many = gatherCrowd(slack);
      const places = preparePlaces(slack, [...EVERYDAY_PLACES, "slow", "kill"]);
      const channels = [...places.values()].map(({ channel }) => channel);
      const dataDir = await folderWith(DOCUMENTS);
      await addDocuments(dataDir, { pay: PAY }, "group:hr");
      const hanna = `slack:${places.get("pay")?.ann.id}`;
      const people = { [hanna]: { role: "viewer", groups: ["hr"] } };
      const env = {
        FRONTDESK_ACCESS_PEOPLE: JSON.stringify(people),
        FRONTDESK_SLACK_CHANNELS: openChannels([...channels, ...many.channels]),
        ...(mode === "http" ? { FRONTDESK_SLACK_KB_COMMAND: "/docs" } : {}),
      };
      at = { ...(await install(slack, { mode, dataDir, places, env })), crowd: many };
    });
    afterAll(() => at.close());

    everyday(mode, () => at);
    acknowledging(() => at);
    crowd(() => at);
    hardship(() => at);
  });

  describe(`frontdesk start with a model, ${mode} mode`, () => {
    let at: Installation;
    beforeAll(async () => {
      const slack = await openWorkspace();
      const places = preparePlaces(slack, WRITING_PLACES);
      const channels = [...places.values()].map(({ channel }) => channel);
      const dataDir = await folderWith(DOCUMENTS);
      const script = Array.from({ length: 12 }, () => `${FACT.slice(0, -1)} [1].`).join(" ");
      const env = {
        // Slow enough that there is time to stop it, and to end its process, in the middle.
        FRONTDESK_MODEL: makeScriptedModel(freshFolder(), { script, layers: 24 }),
        FRONTDESK_DIALOGUE_MAX_TURNS_PER_MINUTE: "1",
        // Everybody asks the same, and each answer is to be written.
        FRONTDESK_DIALOGUE_ANSWER_CACHE_HOURS: "0",
        FRONTDESK_SLACK_CHANNELS: openChannels(channels),
      };
      at = await install(slack, { mode, dataDir, places, env });
    });
    afterAll(() => at.close());

    writing(() => at);
  });
}
