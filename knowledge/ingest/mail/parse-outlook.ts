import outlook, { type FieldsData } from "@kenjiuno/msgreader";
import { brokenDocument } from "../faults.ts";
import { dayOf, type Mail, type MailFile } from "./mail.ts";

/**
 * Reads a mail that Outlook saved (.msg).
 * @throws FrontdeskError `document_broken`
 */
export function parseOutlook(bytes: Uint8Array): Promise<Mail> {
  try {
    const buffer = bytes.slice().buffer;
    const reader = new outlook.default(buffer);
    const fields = reader.getFileData();
    if (fields.error !== undefined) throw new Error(fields.error);
    return Promise.resolve({
      subject: fields.subject?.trim() ?? "",
      from: person(fields.senderName, fields.senderSmtpAddress ?? fields.senderEmail),
      to: (fields.recipients ?? [])
        .map(({ name, smtpAddress, email }) => person(name, smtpAddress ?? email))
        .filter((name) => name !== "")
        .join(", "),
      date: dayOf(fields.messageDeliveryTime ?? fields.clientSubmitTime ?? ""),
      text: fields.body ?? "",
      html: htmlOf(fields),
      files: (fields.attachments ?? []).flatMap((attached) => fileOf(reader, attached)),
    });
  } catch (cause) {
    return Promise.reject(brokenDocument("Outlook message", cause));
  }
}

function person(name: string | undefined, address: string | undefined): string {
  if (address === undefined || !address.includes("@") || address === name)
    return name ?? address ?? "";
  return name === undefined || name === "" ? address : `${name} <${address}>`;
}

function htmlOf(fields: FieldsData): string {
  if (fields.bodyHtml !== undefined) return fields.bodyHtml;
  return fields.html === undefined ? "" : Buffer.from(fields.html).toString("utf8");
}

function fileOf(
  reader: InstanceType<typeof outlook.default>,
  attached: FieldsData,
): readonly MailFile[] {
  const { fileName, content } = reader.getAttachment(attached);
  return [{ name: fileName, mediaType: attached.attachMimeTag ?? null, bytes: content }];
}
