import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";

interface Loaded {
  readonly pageContent: string;
}
interface Loader {
  load(): Promise<Loaded[]>;
}
interface Splitter {
  splitDocuments(documents: Loaded[]): Promise<Loaded[]>;
}
interface Transformer {
  transformDocuments(documents: Loaded[]): Promise<Loaded[]>;
}
type LoaderClass = new (path: string) => Loader;

const classOf = <Class>(): z.ZodType<Class> =>
  z.custom<Class>((value) => typeof value === "function");

/** Which loader its documentation names for a file, by ending: module and class. */
const LOADERS: Readonly<Record<string, readonly [path: string, name: string]>> = {
  ".pdf": ["community/dist/document_loaders/fs/pdf.js", "PDFLoader"],
  ".docx": ["community/dist/document_loaders/fs/docx.js", "DocxLoader"],
  ".pptx": ["community/dist/document_loaders/fs/pptx.js", "PPTXLoader"],
  ".csv": ["community/dist/document_loaders/fs/csv.js", "CSVLoader"],
  ".epub": ["community/dist/document_loaders/fs/epub.js", "EPubLoader"],
  ".json": ["classic/dist/document_loaders/fs/json.js", "JSONLoader"],
  ".txt": ["classic/dist/document_loaders/fs/text.js", "TextLoader"],
  ".md": ["classic/dist/document_loaders/fs/text.js", "TextLoader"],
  ".html": ["classic/dist/document_loaders/fs/text.js", "TextLoader"],
  ".htm": ["classic/dist/document_loaders/fs/text.js", "TextLoader"],
};

const SIZES = { chunkSize: 1000, chunkOverlap: 200 };

/** Whether there is a loader for such a file that needs no service elsewhere. */
export function hasLoader(path: string): boolean {
  return LOADERS[extname(path).toLowerCase()] !== undefined;
}

/**
 * Reads files with LangChain.js: the loader of the ending, web pages made text by its `HtmlToTextTransformer`, then its
 * recursive splitter (1,000 characters, 200 of them shared).
 * @param folder where `@langchain/community` and what it needs are installed
 */
export function createLangChain(folder: string): (path: string) => Promise<readonly string[]> {
  const load = async (path: string): Promise<Record<string, unknown>> =>
    z.record(z.string(), z.unknown()).parse({
      ...(await import(pathToFileURL(join(folder, "node_modules/@langchain", path)).href)),
    });

  const splitterFor = async (ending: string): Promise<Splitter> => {
    const module = await load("textsplitters/dist/index.js");
    const name = ending === ".md" ? "MarkdownTextSplitter" : "RecursiveCharacterTextSplitter";
    const Class = classOf<new (sizes: typeof SIZES) => Splitter>().parse(module[name]);
    return new Class(SIZES);
  };

  const toText = async (documents: Loaded[]): Promise<Loaded[]> => {
    const module = await load("community/dist/document_transformers/html_to_text.js");
    const Class = classOf<new () => Transformer>().parse(module["HtmlToTextTransformer"]);
    return await new Class().transformDocuments(documents);
  };

  return async (path) => {
    const ending = extname(path).toLowerCase();
    const [file, name] = LOADERS[ending] ?? ["", ""];
    const Class = classOf<LoaderClass>().parse((await load(file))[name]);
    const loaded = await new Class(path).load();
    const documents = ending.startsWith(".htm") ? await toText(loaded) : loaded;
    const pieces = await (await splitterFor(ending)).splitDocuments(documents);
    return pieces.map(({ pageContent }) => pageContent);
  };
}
