// Asks the sample knowledge a few questions and writes what was really said into README.md.
// Usage: npm run docs:conversation
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CONVERSATIONS = [
  {
    id: "en",
    lines: [
      "how do I reset my password?",
      "2",
      "how many days of annual leave do I get?",
      "and what about carry-over?",
      "what's the weather in Bristol tomorrow?",
      "I want to talk to a person",
    ],
  },
  {
    id: "zh",
    lines: ["怎么重置密码？", "第一个", "年假有几天？", "附近哪家火锅店好吃？"],
  },
] as const;

const root = fileURLToPath(new URL("../", import.meta.url));
const entry = join(root, "dist", "src", "main.js");
const readme = new URL("../README.md", import.meta.url);
const dataDir = mkdtempSync(join(tmpdir(), "frontdesk-readme-"));

function say(conversation: string, line: string): string {
  const { stdout } = spawnSync(
    process.execPath,
    [entry, "ask", line, "--conversation", conversation],
    { cwd: root, encoding: "utf8", env: { ...process.env, FRONTDESK_DATA_DIR: dataDir } },
  );
  return stdout.trimEnd();
}

const recorded = CONVERSATIONS.map(({ id, lines }) => {
  const turns = lines.map((line) => `you › ${line}\n\n${say(id, line)}\n`);
  return `\`\`\`text\n${turns.join("\n")}\`\`\``;
});
rmSync(dataDir, { recursive: true, force: true });

const BEGIN = "<!-- conversation:begin -->";
const END = "<!-- conversation:end -->";
const text = readFileSync(readme, "utf8");
const before = text.slice(0, text.indexOf(BEGIN) + BEGIN.length);
const after = text.slice(text.indexOf(END));
const note = "Recorded from a run without a chat model (`npm run docs:conversation`).";
writeFileSync(readme, `${before}\n${note}\n\n${recorded.join("\n\n")}\n${after}`);
