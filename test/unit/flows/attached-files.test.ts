import { describe, expect, it } from "vitest";
import type { Attachment } from "../../../src/core/index.ts";
import type { AttachmentReader, AttachmentText } from "../../../src/ports/attachment-reader.ts";
import { startDialogue } from "../../support/flows-dialogue.ts";

function aFile(name: string): Attachment {
  return { name, mediaType: null, sizeBytes: 10, url: `https://files.slack.com/${name}` };
}

/** Files by name. */
function readerOf(files: Readonly<Record<string, AttachmentText>>): AttachmentReader {
  return {
    read: async ({ name }) => files[name] ?? { status: "unreadable", code: "source_unreadable" },
  };
}

const contract: AttachmentText = {
  status: "read",
  title: "contract.pdf",
  pieces: [
    { section: "Term", text: "The contract ends on 31 March 2028." },
    { section: "Notice", text: "Notice must be given three months before the end." },
  ],
};

describe("a question with a file", () => {
  it("is answered from the file, with its name as source", async () => {
    const dialogue = startDialogue({ attachments: readerOf({ "contract.pdf": contract }) });

    const reply = await dialogue.say("When does the contract end?", {
      attachments: [aFile("contract.pdf")],
    });

    expect(reply?.text).toContain("31 March 2028");
    expect(reply?.citations[0]).toMatchObject({ title: "contract.pdf", section: "Term" });
  });

  it("is answered from the documents when they answer better", async () => {
    const dialogue = startDialogue({ attachments: readerOf({ "contract.pdf": contract }) });

    const reply = await dialogue.say("How many days of annual leave do full-time employees get?", {
      attachments: [aFile("contract.pdf")],
    });

    expect(reply?.text).toContain("26 days");
  });

  it.each([
    ["source_too_large", "I did not read plan.bin: it is larger than 10 MB."],
    ["document_encrypted", "I could not read plan.bin: it is protected by a password."],
    ["document_unsupported", "I could not read plan.bin. I read text, PDF"],
  ] as const)("says what could not be read and why (%s)", async (code, sentence) => {
    const attachments = readerOf({ "plan.bin": { status: "unreadable", code } });

    const reply = await startDialogue({ attachments }).say(
      "How many days of annual leave do full-time employees get?",
      { attachments: [aFile("plan.bin")] },
    );

    expect(reply?.text).toContain("26 days");
    expect(reply?.text).toContain(sentence);
  });

  it.each([
    [3, null],
    [4, "I read 3 files of a question at most and left 1 aside. Please ask about it in"],
    [30, "I read 3 files of a question at most and left 27 aside. Please ask about them in"],
  ] as const)("says how many of %d files were left aside", async (count, sentence) => {
    const names = Array.from({ length: count }, (_, n) => `contract-${n}.pdf`);
    const files = Object.fromEntries(names.map((name) => [name, contract]));

    const reply = await startDialogue({ attachments: readerOf(files) }).say(
      "When does the contract end?",
      { attachments: names.map(aFile) },
    );

    expect(reply?.text).toContain("31 March 2028");
    if (sentence === null) expect(reply?.text).not.toContain("left");
    else expect(reply?.text).toContain(sentence);
  });

  it("asks for words when there is a file alone", async () => {
    const dialogue = startDialogue({ attachments: readerOf({ "contract.pdf": contract }) });

    const reply = await dialogue.say("", { attachments: [aFile("contract.pdf")] });

    expect(reply?.text).toContain("What would you like to know about it?");
  });
});
