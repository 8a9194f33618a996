import { createServer } from "node:http";
import { expect, it, onTestFinished } from "vitest";
import { freshFolder, jsonLines, runCommand } from "../support/cli.ts";

/** A SearXNG that knows of one page; nothing of this test leaves the machine. */
async function startEngine(): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.setHeader("content-type", "application/json").end(
      JSON.stringify({
        results: [
          {
            url: "http://127.0.0.1:9/tides",
            title: "Tides of Brightwater",
            content:
              "High tide in Brightwater harbour is at six in the morning and at half past six in the evening.",
          },
        ],
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}`, asked };
}

it("answers from the web what the documents do not say, and says where it found it", async () => {
  const engine = await startEngine();

  const { stdout, code, stderr } = await runCommand(
    ["ask", "When is high tide in Brightwater harbour?", "--json"],
    {
      dataDir: freshFolder(),
      // Without vectors a fresh knowledge base is filled in no time.
      env: {
        FRONTDESK_EMBED_MODEL: "off",
        FRONTDESK_WEB_SEARCH: "searxng",
        SEARXNG_URL: engine.url,
      },
    },
  );

  expect(code, stderr).toBe(0);
  const [answer] = jsonLines(stdout);
  expect(answer).toMatchObject({ decision: "answer" });
  expect(String(answer?.["text"])).toContain("On the web I found:");
  expect(String(answer?.["text"])).toContain("six in the morning");
  expect(answer?.["citations"]).toMatchObject([
    { title: "Tides of Brightwater", source: "http://127.0.0.1:9/tides" },
  ]);
  expect(engine.asked).toHaveLength(1);
});
