import PostalMime, { type Address } from "postal-mime";
import { decodeText } from "../charset.ts";
import { brokenDocument } from "../faults.ts";
import { dayOf, type Mail } from "./mail.ts";

/** Mails inside mails inside mails, further than anybody forwards. */
const MAX_NESTING = 30;

/**
 * Reads a mail in the form in which it travels (RFC 5322, MIME).
 * @throws FrontdeskError `document_broken`
 */
export async function parseEml(bytes: Uint8Array): Promise<Mail> {
  try {
    const mail = await PostalMime.parse(asBytes(bytes), { maxNestingDepth: MAX_NESTING });
    return {
      subject: mail.subject?.trim() ?? "",
      from: mail.from === undefined ? "" : written(mail.from),
      to: (mail.to ?? [])
        .map(written)
        .filter((name) => name !== "")
        .join(", "),
      date: dayOf(mail.date ?? ""),
      text: mail.text ?? "",
      html: mail.html ?? "",
      files: mail.attachments.map((file) => ({
        name: file.filename ?? "attachment",
        mediaType: file.mimeType,
        bytes:
          typeof file.content === "string"
            ? Buffer.from(file.content)
            : new Uint8Array(file.content),
      })),
    };
  } catch (cause) {
    throw brokenDocument("e-mail", cause);
  }
}

/** A mail is ASCII with declared encodings inside; one that an editor saved as UTF-16 is put back. */
function asBytes(bytes: Uint8Array): Uint8Array {
  const { text, charset } = decodeText(bytes.subarray(0, 4096));
  if (!charset.startsWith("utf-16")) return bytes;
  return text === "" ? bytes : Buffer.from(decodeText(bytes).text);
}

function written(address: Address): string {
  const { name, address: mailbox } = address;
  if (mailbox === undefined || mailbox === "") return name;
  return name === "" ? mailbox : `${name} <${mailbox}>`;
}
